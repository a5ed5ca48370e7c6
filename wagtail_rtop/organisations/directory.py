"""The organisations that editors choose from: one for each translation group."""

import re
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone
from wagtail.models import get_page_models

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.organisations.enums import NameKind
from wagtail_rtop.organisations.matching import KnownName, Matcher
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.regions.models import build_name_key
from wagtail_rtop.visibility.facts import annotate_source


# Names shown beside an organisation's own. Count.
SHOWN_NAMES = 4


@dataclass(frozen=True)
class ListedName:
    """One row of an organisation's names."""

    language: str
    name: str
    acronym: str
    kind: str
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether the name holds on ``day``; the last day is exclusive."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


@dataclass
class Listed:
    """An organisation as an editor chooses it.

    Attributes:
        pk: id of the profile in its source language: what letters refer to.
        title: of that profile.
        titles: of the profile in each language, by code.
        live: whether readers can see that profile, as far as it decides.
    """

    pk: int
    title: str
    language: str
    live: bool
    titles: dict[str, str] = field(default_factory=dict)
    names: list[ListedName] = field(default_factory=list)

    def __str__(self) -> str:
        return self.title

    @cached_property
    def acronyms(self) -> list[str]:
        """The acronyms in every language, each once, the source language's first."""
        rows = sorted(self.names, key=lambda row: row.language != self.language)
        return list(dict.fromkeys(row.acronym for row in rows if row.acronym))

    @cached_property
    def other_names(self) -> list[str]:
        """Every name but the title, each once."""
        names = [*self.titles.values(), *(row.name for row in self.names)]
        return [n for n in dict.fromkeys(names) if n and n != self.title]

    def describe(self, sought: str = "") -> str:
        """Return "acronym · other names"; those like ``sought`` stand in front."""
        key = build_name_key(sought)
        names = self.other_names
        if key:
            names = sorted(names, key=lambda name: key not in build_name_key(name))
        acronyms = self.acronyms
        if key:
            acronyms = sorted(acronyms, key=lambda a: build_name_key(a) != key)
        return " · ".join([*acronyms[:2], *names[:SHOWN_NAMES]])

    def get_official_name(self, language: str, day: date | None = None) -> str:
        """Return the official name on a day (default: today), else the title."""
        day = day or timezone.localdate()
        for row in self.names:
            is_official = row.kind == NameKind.OFFICIAL and row.holds_on(day)
            if is_official and row.language == language and row.name:
                return row.name
        return self.titles.get(language, self.title)


@dataclass
class Directory:
    """Organisations by the id of their source profile.

    Attributes:
        sources: id of the source profile, by the id of each member of its group.
    """

    entries: dict[int, Listed]
    sources: dict[int, int]

    def get(self, pk: Any) -> Listed | None:
        """Return the organisation that a page id of any language stands for."""
        found = parse_ids([pk])
        return self.entries.get(self.sources.get(found[0], 0)) if found else None

    @cached_property
    def matcher(self) -> Matcher:
        names = []
        for entry in self.entries.values():
            texts = [entry.title, *entry.other_names]
            names += [KnownName(entry.pk, text) for text in texts]
            names += [KnownName(entry.pk, a, is_acronym=True) for a in entry.acronyms]
        return Matcher(names)

    def search(self, text: str) -> list[Listed]:
        """Return those with a name like ``text``, best first; all of them for ""."""
        if not text.strip():
            return sorted(
                self.entries.values(), key=lambda entry: build_name_key(entry.title)
            )
        return [self.entries[pk] for pk in self.matcher.search(text)]  # type: ignore[index]  # keys are ids


def parse_ids(values: Iterable[Any]) -> list[int]:
    """Return those of the values that can be ids; anything may have been posted."""
    texts = (str(value) for value in values)
    # As many digits as every database takes.
    return [int(text) for text in texts if re.fullmatch(r"[0-9]{1,18}", text)]


def get_organisation_models() -> list[Any]:
    """Return the site's page types with ``OrganisationMixin``."""
    return [m for m in get_page_models() if issubclass(m, OrganisationMixin)]


def fetch_directory(pages: Collection[int] | None = None) -> Directory:
    """Return the organisations with all their names, drafts too.

    Args:
        pages: ids; only the groups of these. None: all.

    Cost: two queries for each page type with ``OrganisationMixin``, one more with
    ``pages``; none for no pages.
    """
    directory = Directory({}, {})
    if pages is not None and not pages:
        return directory
    for model in get_organisation_models():
        found = model.objects.filter(depth__gt=1).order_by("pk")
        if pages is not None:
            keys = get_page_model().objects.filter(pk__in=pages)
            found = found.filter(translation_key__in=keys.values("translation_key"))
        _add_profiles(directory, annotate_source(found))
        _add_names(directory, model)
    return directory


def _add_profiles(directory: Directory, found: Any) -> None:
    groups: dict[uuid.UUID, list[dict[str, Any]]] = {}
    columns = (
        *("pk", "title", "live", "translation_key", "locale_id", "alias_of_id"),
        *("locale__language_code", "rtop_source_locale"),
    )
    for row in found.values(*columns):
        groups.setdefault(row["translation_key"], []).append(row)
    for group in groups.values():
        source = _pick_source(group)
        entry = Listed(
            source["pk"],
            source["title"],
            source["locale__language_code"],
            source["live"],
            {row["locale__language_code"]: row["title"] for row in group},
        )
        directory.entries[entry.pk] = entry
        directory.sources |= {row["pk"]: entry.pk for row in group}


def _pick_source(group: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the row of the source, by the rule of FactsReader.get_source()."""
    members = [row for row in group if not row["alias_of_id"]] or group
    return min(
        members,
        key=lambda row: (
            row["rtop_source_locale"] is not None
            and row["locale_id"] != row["rtop_source_locale"],
            row["pk"],
        ),
    )


def _add_names(directory: Directory, model: Any) -> None:
    """Give the entries of this page type their names. One query."""
    relation = model._meta.get_field("names")
    parent = relation.field.attname
    rows: Iterable[Any] = relation.related_model.objects.filter(
        **{f"{relation.field.name}__in": directory.entries.keys()}
    ).order_by("sort_order", "pk")
    for row in rows:
        directory.entries[getattr(row, parent)].names.append(
            ListedName(
                row.language,
                row.name,
                row.acronym,
                row.kind,
                row.valid_from,
                row.valid_to,
            )
        )
