"""Who uses a region or an organisation: live pages, drafts, scheduled revisions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Q
from modelcluster.fields import ParentalKey
from wagtail.models import Revision, get_page_models

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.letters.groups import RecipientGroupMember
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.letters.rows import AbstractLetterRecipient
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.regions.models import Region, RegionTagged, TaggedRegion


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


@dataclass
class Uses:
    """The pages that use one thing: as conditions, for there may be many thousands.

    Attributes:
        live: querysets of the ids of pages whose live row uses it.
        drafts: ids of pages that use it in what is still to be published.
        without: paths of the page tree; pages at or below them do not count.
    """

    live: list[Any] = field(default_factory=list)
    drafts: set[int] = field(default_factory=set)
    without: Collection[str] = ()

    def get_pages(self) -> Any:
        """Return the pages, as a queryset."""
        condition = Q(pk__in=sorted(self.drafts))
        for ids in self.live:
            condition |= Q(pk__in=ids)
        pages = get_page_model().objects.filter(condition).order_by()
        for path in self.without:
            pages = pages.exclude(path__startswith=path)
        return pages


def find_organisation_uses(
    organisations: Iterable[Any], without: Collection[str] = ()
) -> dict[int, Uses]:
    """Return profile id → the letters that are addressed to it, where there are any.

    Args:
        organisations: profiles.
        without: paths of the page tree; letters at or below them do not count,
            for they go with the profiles.

    Cost: one query a profile and kind of recipient; does not grow with the letters.
    """
    models = [m for m in apps.get_models() if issubclass(m, AbstractLetterRecipient)]
    uses = {page.pk: Uses(without=without) for page in organisations}
    if not uses:
        return {}
    for model in models:
        letter = next(f for f in model._meta.fields if isinstance(f, ParentalKey))
        rows = model._default_manager.order_by()
        for used, found in uses.items():
            found.live.append(rows.filter(organisation=used).values(letter.attname))
    for page, content in iterate_drafts(LetterMixin):
        for used in read_keys(content, "recipients", "organisation"):
            if used in uses:
                uses[used].drafts.add(page)
    return drop_unused(uses)


def find_organisation_groups(organisations: Iterable[Any]) -> dict[int, list[Any]]:
    """Return profile id → groups of recipients that it is in. At most one query."""
    wanted = [page.pk for page in organisations]
    found: dict[int, list[Any]] = defaultdict(list)
    if wanted:
        rows = RecipientGroupMember.objects.filter(organisation__in=wanted)
        member: Any
        for member in rows.select_related("group").order_by("group__name", "pk"):
            groups = found[member.organisation_id]
            if member.group not in groups:
                groups.append(member.group)
    return dict(found)


def find_region_uses(regions: Iterable[Region]) -> dict[int, Uses]:
    """Return region id → the pages that are tagged with it, where there are any."""
    tagged = TaggedRegion.objects.order_by()
    uses = {
        region.pk: Uses([tagged.filter(tag=region.pk).values("content_object")])
        for region in regions
    }
    for page, content in iterate_drafts(RegionTagged):
        for used in read_keys(content, "rtop_region_items", "tag"):
            if used in uses:
                uses[used].drafts.add(page)
    return drop_unused(uses)


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


def drop_unused(uses: dict[int, Uses]) -> dict[int, Uses]:
    """Return what is used by at least one page. One query each."""
    return {used: found for used, found in uses.items() if found.get_pages().exists()}
