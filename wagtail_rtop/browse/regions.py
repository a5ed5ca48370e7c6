"""Regions as readers browse them: names, parts, and how much there is in each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from wagtail.models import Locale, get_page_models

from wagtail_rtop.regions.models import Region, RegionSlug, build_name_key
from wagtail_rtop.register.models import EntryRegion
from wagtail_rtop.register.query import build_visible_q, remember, remember_shown
from wagtail_rtop.visibility.gate import Gate, get_gate


# Kinds that are listed beside the documents of a region, not among them.
PROFILE_KINDS = ("organisation",)


@dataclass(frozen=True)
class RegionNode:
    """A region with its name in one language.

    Attributes:
        pk, slug, label: of the region.
        parent_id: the region it is part of, or None.
    """

    pk: int
    slug: str
    label: str
    parent_id: int | None


class RegionMap:
    """The whole vocabulary in one language, by name: some dozens of rows. One query.

    In a request ask ``get_region_map()``.
    """

    def __init__(self, locale_id: int) -> None:
        rows = Region.objects.with_label(locale_id).order_by("pk")
        nodes = [
            RegionNode(*row)
            for row in rows.values_list("pk", "slug", "localized_label", "parent_id")
        ]
        # Not by the database: each sorts letters with accents in a way of its own.
        nodes.sort(key=lambda node: build_name_key(node.label))
        self.by_pk = {node.pk: node for node in nodes}
        self.by_slug = {node.slug: node for node in nodes}

    def get_parent(self, node: RegionNode) -> RegionNode | None:
        return self.by_pk.get(node.parent_id) if node.parent_id else None

    def get_parts(self, node: RegionNode) -> list[RegionNode]:
        """Return the regions directly below, by name."""
        return [other for other in self.by_pk.values() if other.parent_id == node.pk]


def get_region_map(gate: Gate, locale_id: int) -> RegionMap:
    """Return the vocabulary in a language. At most one query."""
    found: RegionMap = remember(
        gate, ("vocabulary", locale_id), lambda: RegionMap(locale_id)
    )
    return found


def find_current_slug(slug: str) -> str | None:
    """Return today's slug of the region that had this one before. One query."""
    former = RegionSlug.objects.filter(slug=slug)
    return former.values_list("region__slug", flat=True).first()


def find_current_slugs(slugs: Iterable[str]) -> dict[str, str]:
    """Return former slug → today's, of those that are former ones.

    Cost: one query, none without slugs.
    """
    # A region that takes a former slug of another one takes it for good.
    former = RegionSlug.objects.filter(slug__in=list(slugs))
    return dict(former.values_list("slug", "region__slug"))


def count_by_region(gate: Gate, locale_id: int) -> dict[int, int]:
    """Return how many documents each region has. At most one query.

    Shape: region id → number, above 0. Profiles are no documents.
    """

    def compute() -> dict[int, int]:
        rows = EntryRegion.objects.filter(
            build_visible_q(gate, entry="entry__"), locale=locale_id
        )
        documents = rows.exclude(kind__in=PROFILE_KINDS).values("region")
        counted = documents.annotate(number=Count("pk")).order_by()
        return dict(counted.values_list("region", "number"))

    return remember(gate, ("regions", locale_id), compute)


def get_region_menu(request: Any, locale: Any) -> list[dict[str, Any]]:
    """Return "Browse documents by region" for one visitor and language.

    Shape: ``[{"slug", "label", "url", "count"}, …]`` by name; only regions with
    documents that the visitor may see, and none where the visitor can't see a
    region index in this language.

    Args:
        request: the visitor's request, or None for an anonymous visitor.
        locale: a Locale or its id.

    Cost: one query while nothing has changed, at most seven after a change.
    """
    gate = get_gate(request)
    locale_id = getattr(locale, "pk", locale)
    menu = remember_shown(
        gate, ("menu", locale_id), lambda: _build_menu(gate, locale_id, request)
    )
    return [dict(item) for item in menu]


def find_region_index(gate: Gate, locale_id: int) -> Any:
    """Return the region index the visitor may see in this language, or None."""
    # Imported here: that module builds its lists out of this one.
    from wagtail_rtop.browse.models import RegionIndexMixin

    candidates: list[Any] = []
    for model in get_page_models():
        if issubclass(model, RegionIndexMixin):
            pages = model.objects.filter(locale_id=locale_id, live=True)
            candidates += pages.order_by("path")
    visible = gate.get_visible(candidates)
    return visible[0] if visible else None


def _build_menu(gate: Gate, locale_id: int, request: Any) -> list[dict[str, Any]]:
    index = find_region_index(gate, locale_id)
    if index is None:
        return []
    counts = count_by_region(gate, locale_id)
    url = index.get_url(request) or ""
    return [
        {
            "slug": node.slug,
            "label": node.label,
            "url": f"{url}{node.slug}/",
            "count": counts[node.pk],
        }
        for node in get_region_map(gate, locale_id).by_pk.values()
        if node.pk in counts
    ]


def get_locale_codes() -> dict[int, str]:
    """Return the code of each locale, by its id. One query."""
    return dict(Locale.objects.values_list("pk", "language_code"))
