"""What a reader narrows a list by: one reading of parameters for every surface.

Lists, the API, feeds and exports read the same parameters by ``parse_filter()``,
so that one address means the same everywhere.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _


# Each further region is one more join.
MAX_REGIONS = 5
# A question of more characters is answered by a message. Characters.
MAX_TEXT = 200
# Each word is one more look-up in the text index.
MAX_WORDS = 16

ANSWERED = ("all", "none", "some")
SINGLE = ("answered", "kind", "language", "organisation", "page", "q", "year")
NAMES = frozenset({*SINGLE, "region"})

_SLUG = re.compile(r"[-\w]{1,255}\Z")
# No archive has a million pages.
_PAGE = re.compile(r"[0-9]{1,6}\Z")


@dataclass(frozen=True)
class ListFilter:
    """What a list is narrowed by. Immutable; equal filters list the same.

    Attributes:
        regions: slugs, ascending; a document must be in all of them.
        organisation: slug of a profile, or "".
        kind: a kind of the register, or "".
        year: of the date on the document, or None.
        language: a locale's code, or "" for the surface's own.
        answered: "all", "some" or "none" of those written to have answered;
            "" for any.
        text: words that all must occur, or "".
        page: number of the list's page, from 1.
        errors: messages for the reader; a filter with errors lists nothing.
    """

    regions: tuple[str, ...] = ()
    organisation: str = ""
    kind: str = ""
    year: int | None = None
    language: str = ""
    answered: str = ""
    text: str = ""
    page: int = 1
    errors: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it narrows nothing; the page number does not count."""
        return self.at_page(1) == ListFilter()

    def at_page(self, page: int) -> "ListFilter":
        return replace(self, page=page)

    def narrow(self, **changes: Any) -> "ListFilter":
        """Return the filter with changes, at its first page."""
        return replace(self, page=1, **changes)

    def toggle_region(self, slug: str) -> "ListFilter":
        """Return the filter with the region added, or taken away if it is there."""
        regions = set(self.regions) ^ {slug}
        return self.narrow(regions=tuple(sorted(regions)))

    def get_pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of the canonical address: sorted, none empty."""
        pairs = [
            ("answered", self.answered),
            ("kind", self.kind),
            ("language", self.language),
            ("organisation", self.organisation),
            ("page", str(self.page) if self.page > 1 else ""),
            ("q", self.text),
            *(("region", slug) for slug in self.regions),
            ("year", f"{self.year:04d}" if self.year else ""),
        ]
        return [pair for pair in pairs if pair[1]]

    def get_query(self) -> str:
        """Return "?…" of the canonical address, or ""."""
        pairs = self.get_pairs()
        return f"?{urlencode(pairs)}" if pairs else ""

    def get_query_elsewhere(self) -> str:
        """Return "?…" that narrows the same list in another language alike, or "".

        Slugs are the same in every language; the pages of the list are not.
        """
        return self.narrow(language="").get_query()


def parse_filter(parameters: Any, *, languages: Iterable[str] = ()) -> ListFilter:
    """Read a filter from a QueryDict; parameters of other names are left alone.

    Whether regions and organisations of these slugs exist is asked later, where
    they are looked up. A question or a number of regions beyond the limits
    becomes a message in ``errors``.

    Args:
        parameters: a QueryDict.
        languages: codes that ``language`` accepts.

    Raises:
        Http404: a value that can't be one: another kind of thing, given twice,
            or with a NUL in it.
    """
    values = _read_single(parameters)
    errors: list[str] = []
    regions = _read_regions(parameters.getlist("region"), errors)
    return ListFilter(
        regions=regions,
        organisation=_check_slug(values["organisation"]),
        kind=_check_slug(values["kind"]),
        year=_read_year(values["year"]),
        language=_read_choice(values["language"], languages),
        answered=_read_choice(values["answered"], ANSWERED),
        text=_read_text(values["q"], errors),
        page=_read_page(values["page"]),
        errors=tuple(errors),
    )


def is_canonical(pairs: Iterable[tuple[str, str]], wanted: ListFilter) -> bool:
    """Return whether these parameters already are the filter's own.

    Parameters that are not the package's, a campaign's for example, make an
    address that is not canonical but is left alone.
    """
    known = [pair for pair in pairs if pair[0] in NAMES]
    return known == wanted.get_pairs()


def _read_single(parameters: Any) -> Mapping[str, str]:
    values = {}
    for name in SINGLE:
        given = parameters.getlist(name)
        if len(given) > 1:
            raise Http404(f"The parameter {name} is given more than once.")
        value = given[0] if given else ""
        # A question may hold anything; it is cleaned instead.
        if "\0" in value and name != "q":
            raise Http404(f"The parameter {name} contains a NUL character.")
        values[name] = value.strip()
    return values


def _read_regions(given: list[str], errors: list[str]) -> tuple[str, ...]:
    slugs = {_check_slug(slug.strip()) for slug in given[: MAX_REGIONS * 4]} - {""}
    if len(slugs) > MAX_REGIONS or len(given) > MAX_REGIONS * 4:
        errors.append(
            _("Choose at most %(count)d regions at once.") % {"count": MAX_REGIONS}
        )
        return ()
    return tuple(sorted(slugs))


def _check_slug(value: str) -> str:
    if value and not _SLUG.match(value):
        raise Http404("A parameter that names something is not a slug.")
    return value


def _read_choice(value: str, choices: Iterable[str]) -> str:
    if value and value not in choices:
        raise Http404("A parameter has a value that is not among its choices.")
    return value


def _read_year(value: str) -> int | None:
    if not value:
        return None
    if not re.match(r"[1-9][0-9]{3}\Z", value):
        raise Http404("A year has four digits.")
    return int(value)


def _read_page(value: str) -> int:
    if not value:
        return 1
    if not _PAGE.match(value) or not int(value):
        raise Http404("There is no such page of the list.")
    return int(value)


def _read_text(value: str, errors: list[str]) -> str:
    # Control characters and lone surrogates say nothing, and PostgreSQL refuses
    # some of them.
    printable = (c if c.isprintable() else " " for c in value[: MAX_TEXT * 4])
    text = " ".join("".join(printable).split())
    if len(text) > MAX_TEXT or len(value) > MAX_TEXT * 4:
        errors.append(_("Ask with at most %(count)d characters.") % {"count": MAX_TEXT})
        return ""
    if len(text.split()) > MAX_WORDS:
        errors.append(_("Ask with at most %(count)d words.") % {"count": MAX_WORDS})
        return ""
    return text
