"""The facets of a list: counts turned into links, plain values for templates."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from wagtail_rtop.browse.filters import ListFilter
from wagtail_rtop.browse.selection import Counts
from wagtail_rtop.browse.source import ListSource, Profile
from wagtail_rtop.languages import get_language
from wagtail_rtop.regions.models import build_name_key


# Values of one facet that a page offers, those with most documents first.
FACET_VALUES = 30


class FacetBuilder:
    """Turns counts into links, each of which leads to as many documents."""

    def __init__(
        self,
        source: ListSource,
        wanted: ListFilter,
        counts: Counts,
        names: dict[str, dict[Any, Any]],
        organisation: Profile | None,
    ) -> None:
        self.source = source
        self.wanted = wanted
        self.counts = counts
        self.names = names
        self.organisation = organisation

    def build(self) -> list[dict[str, Any]]:
        """Return the facets that offer a choice.

        Shape: ``[{"name", "label", "values": [{"label", "count", "url",
        "selected", "lang"}, …]}, …]``; the address of a selected value takes it away.
        """
        facets = [
            ("region", _("Region"), self._build_regions()),
            ("kind", _("Kind of document"), self._build_kinds()),
            ("year", _("Year"), self._build_years()),
            ("organisation", _("Organisation"), self._build_organisations()),
            ("language", _("Language"), self._build_languages()),
        ]
        return [
            {"name": name, "label": label, "values": values}
            for name, label, values in facets
            if values and name in self.source.facets
        ]

    def build_chips(self) -> list[dict[str, str]]:
        """Return what the list is narrowed by, each with the way out of it."""
        wanted = self.wanted
        chips = [
            (self.source.regions.by_slug[slug].label, wanted.toggle_region(slug))
            for slug in wanted.regions
        ]
        if wanted.kind:
            chips.append((get_kind_label(wanted.kind), wanted.narrow(kind="")))
        if wanted.year:
            chips.append((str(wanted.year), wanted.narrow(year=None)))
        if self.organisation:
            chips.append((self.organisation.title, wanted.narrow(organisation="")))
        if wanted.answered:
            chips.append(
                (get_answered_label(wanted.answered), wanted.narrow(answered=""))
            )
        if wanted.text:
            quoted = _("“%(name)s”") % {"name": wanted.text}
            chips.append((quoted, wanted.narrow(text="")))
        return [{"label": label, "url": self._get_url(f)} for label, f in chips]

    def _build_regions(self) -> list[dict[str, Any]]:
        values = []
        for pk, number in self.counts.facets["region"].items():
            node = self.source.regions.by_pk.get(int(pk))
            if node is None or node.slug == self.source.region:
                continue
            values.append(
                self._value(
                    node.label,
                    number,
                    self.wanted.toggle_region(node.slug),
                    node.slug in self.wanted.regions,
                )
            )
        return sort_values(values)[:FACET_VALUES]

    def _build_kinds(self) -> list[dict[str, Any]]:
        if len(self.source.kinds) == 1:
            return []
        return sort_values(
            self._value(
                get_kind_label(kind),
                number,
                self.wanted.narrow(kind="" if kind == self.wanted.kind else kind),
                kind == self.wanted.kind,
            )
            for kind, number in self.counts.facets["kind"].items()
        )

    def _build_years(self) -> list[dict[str, Any]]:
        years = sorted(self.counts.facets["year"].items(), reverse=True)
        values = []
        for text, number in years:
            year = int(text)
            chosen = year == self.wanted.year
            target = self.wanted.narrow(year=None if chosen else year)
            values.append(self._value(text, number, target, chosen))
        return values

    def _build_organisations(self) -> list[dict[str, Any]]:
        values = []
        for key, number in self.counts.facets["organisation"].items():
            if key not in self.names["profiles"]:
                continue
            slug, title = self.names["profiles"][key]
            chosen = slug == self.wanted.organisation
            target = self.wanted.narrow(organisation="" if chosen else slug)
            values.append(self._value(title, number, target, chosen))
        return [
            value
            for place, value in enumerate(sort_values(values))
            if place < FACET_VALUES or value["selected"]
        ]

    def _build_languages(self) -> list[dict[str, Any]]:
        values = []
        for locale, number in self.counts.facets["language"].items():
            locale_id = int(locale)
            url = self.source.get_language_url(locale_id)
            chosen = locale_id == self.source.locale.pk
            code = self.names["locales"].get(locale_id, "")
            if not code or not (url or chosen):
                continue
            values.append(
                {
                    "label": get_language(code).name,
                    "lang": code,
                    "count": number,
                    "selected": chosen,
                    "url": f"{url}{self.wanted.get_query_elsewhere()}",
                }
            )
        # One's own language alone is no choice.
        is_choice = any(not value["selected"] for value in values)
        return sort_values(values) if is_choice else []

    def _value(
        self, label: str, count: int, target: ListFilter, selected: bool
    ) -> dict[str, Any]:
        return {
            "label": label,
            "count": count,
            "url": self._get_url(target),
            "selected": selected,
            "lang": "",
        }

    def _get_url(self, target: ListFilter) -> str:
        return f"{self.source.url}{target.get_query()}"


def sort_values(values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a facet's values, most documents first, those of as many by label."""
    return sorted(
        values,
        key=lambda value: (
            -value["count"],
            build_name_key(value["label"]),
            value["label"],
            value["url"],
        ),
    )


def get_kind_label(kind: str) -> str:
    """Return what documents of a kind are called, in the plural."""
    labels = {
        "letter": _("Letters"),
        "response": _("Responses"),
        "release": _("Press releases"),
        "organisation": _("Organisations"),
        "other": _("Other pages"),
    }
    return labels.get(kind, capfirst(kind))


def get_answered_label(value: str) -> str:
    """Return what readers see for a value of ``answered``."""
    return {
        "all": _("All have answered"),
        "some": _("Some have answered"),
        "none": _("None has answered"),
    }[value]
