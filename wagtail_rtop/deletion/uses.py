"""Who uses a region or an organisation: live pages, drafts, scheduled revisions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Q
from modelcluster.fields import ParentalKey
from wagtail.models import Revision, get_page_models

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.letters.rows import AbstractLetterRecipient
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.regions.models import Region, RegionTagged, TaggedRegion
from wagtail_rtop.visibility.facts import split


def find_organisations(paths: Collection[str]) -> list[Any]:
    """Return the profiles at or below these paths of the page tree.

    Cost: one query a page type with ``OrganisationMixin``.
    """
    below = Q()
    for path in paths:
        below |= Q(path__startswith=path)
    if not below:
        return []
    return [
        page
        for model in get_page_models()
        if issubclass(model, OrganisationMixin)
        for page in model.objects.filter(below)
    ]


def find_organisation_uses(
    organisations: Iterable[Any], without: Collection[str] = ()
) -> dict[int, set[int]]:
    """Return profile id → ids of the letters that are addressed to it.

    Args:
        organisations: profiles.
        without: paths of the page tree; letters at or below them do not count,
            for they go with the profiles.
    """
    uses: dict[int, set[int]] = defaultdict(set)
    wanted = {page.pk for page in organisations}
    if not wanted:
        return uses
    for model in apps.get_models():
        if not issubclass(model, AbstractLetterRecipient):
            continue
        parent = next(f for f in model._meta.fields if isinstance(f, ParentalKey))
        for chunk in split(wanted):
            rows = model._default_manager.filter(organisation__in=chunk)
            for used, page in rows.values_list("organisation", parent.attname):
                uses[used].add(page)
    for page, content in iterate_drafts(LetterMixin):
        for used in read_keys(content, "recipients", "organisation"):
            if used in wanted:
                uses[used].add(page)
    return drop_pages(uses, without)


def find_region_uses(regions: Iterable[Region]) -> dict[int, set[int]]:
    """Return region id → ids of the pages that are tagged with it."""
    uses: dict[int, set[int]] = defaultdict(set)
    wanted = {region.pk for region in regions}
    for chunk in split(wanted):
        rows = TaggedRegion.objects.filter(tag__in=chunk)
        for used, page in rows.values_list("tag", "content_object"):
            uses[used].add(page)
    for page, content in iterate_drafts(RegionTagged):
        for used in read_keys(content, "rtop_region_items", "tag"):
            if used in wanted:
                uses[used].add(page)
    return uses


def find_region_relations(regions: Iterable[Region]) -> dict[int, list[Region]]:
    """Return region id → other regions that are part of it or are made of it.

    Regions that are deleted along with it do not count. Two queries.
    """
    wanted = [region.pk for region in regions]
    related: dict[int, dict[int, Region]] = defaultdict(dict)
    others = Region.objects.exclude(pk__in=wanted)
    for child in others.filter(parent__in=wanted):
        related[child.parent_id or 0][child.pk] = child
    sets = others.filter(areas__in=wanted).distinct().prefetch_related("areas")
    for made in sets:
        for area in made.areas.all():
            if area.pk in wanted:
                related[area.pk][made.pk] = made
    return {used: list(found.values()) for used, found in related.items()}


def iterate_drafts(mixin: type) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (page id, content) of each revision that is still to be published.

    Cost: grows with the number of pages that have unpublished changes, not with
    the archive.
    """
    for model in get_page_models():
        if not issubclass(model, mixin):
            continue
        pending = Q(
            pk__in=model.objects.filter(has_unpublished_changes=True).values(
                "latest_revision"
            )
        ) | Q(approved_go_live_at__isnull=False)
        revisions = Revision.page_revisions.filter(
            pending, content_type__model=model._meta.model_name
        ).filter(content_type__app_label=model._meta.app_label)
        rows = revisions.order_by().values_list("object_id", "content")
        for page, content in rows.iterator(chunk_size=100):
            yield int(page), content


def read_keys(content: dict[str, Any], relation: str, name: str) -> Iterator[Any]:
    """Yield the foreign keys of a revision's child rows."""
    for row in content.get(relation) or ():
        if isinstance(row, dict) and row.get(name):
            yield row[name]


def drop_pages(
    uses: dict[int, set[int]], without: Collection[str]
) -> dict[int, set[int]]:
    """Return the uses without pages at or below the paths, and without empty sets."""
    pages = {page for found in uses.values() for page in found}
    kept = set()
    for chunk in split(pages):
        rows = get_page_model().objects.filter(pk__in=chunk).order_by()
        for pk, path in rows.values_list("pk", "path"):
            if not any(path.startswith(prefix) for prefix in without):
                kept.add(pk)
    found = {used: users & kept for used, users in uses.items()}
    return {used: users for used, users in found.items() if users}
