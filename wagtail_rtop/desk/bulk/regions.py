"""Tags many documents with regions, or takes regions off them."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log
from wagtail.models import Revision

from wagtail_rtop.desk.bulk.base import DeskBulkAction, explain_lock
from wagtail_rtop.desk.merging import rewrite_translation_sources
from wagtail_rtop.regions.forms import RegionField
from wagtail_rtop.regions.models import Region, RegionTagged, TaggedRegion
from wagtail_rtop.register.sync import sync_page
from wagtail_rtop.visibility.groups import fetch_members, get_source_page
from wagtail_rtop.visibility.models import GuardedPageMixin


ROWS = "rtop_region_items"


class RegionsForm(forms.Form):
    add = RegionField(label=gettext_lazy("Add"), required=False)
    remove = RegionField(label=gettext_lazy("Remove"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        added, removed = set(data.get("add") or ()), set(data.get("remove") or ())
        if not self.errors and not (added or removed):
            raise ValidationError(
                _("Name a region to add or to remove."), code="nothing"
            )
        if added & removed:
            raise ValidationError(
                _("“%(name)s” can't be both added and removed. Choose one."),
                code="both",
                params={"name": sorted(added & removed)[0]},
            )
        return data


class TagRegions(DeskBulkAction):
    """Writes the live row and the latest draft of every language."""

    display_name = gettext_lazy("Regions")
    action_type = "rtop_regions"
    aria_label = gettext_lazy("Add or remove regions of selected pages")
    action_priority = 110
    form_class = RegionsForm
    icon = "tag"
    title = gettext_lazy("Regions of many pages")
    question = gettext_lazy(
        "These pages are tagged, in every language, in what is live and in the "
        "latest draft:"
    )
    button = gettext_lazy("Change regions")

    def get_refusal(self, page: Any) -> str:
        if not isinstance(page, RegionTagged):
            return _("It has no regions.")
        source = get_source(page)
        locked = explain_lock(source, self.request.user)
        if locked:
            return locked
        permissions = source.permissions_for_user(self.request.user)
        if any(p.live for p in get_group(page)) and not permissions.can_publish():
            return _("It is live, and you may not publish it.")
        return ""

    def describe(self, page: Any) -> str:
        names = sorted(item.tag.name for item in fetch_items(page))
        if names:
            return ", ".join(names)
        return _(
            "No regions of its own; one that is added replaces what follows from "
            "its recipients."
        )

    @classmethod
    def apply(cls, page: Any, **context: Any) -> bool:
        return change_regions(
            page, add=context["add"], remove=context["remove"], user=context["user"]
        )

    def count_changed(self, count: int) -> str:
        return ngettext(
            "The regions of %(count)s page have changed, in every language.",
            "The regions of %(count)s pages have changed, in every language.",
            count,
        ) % {"count": count}


def fetch_items(page: Any) -> Any:
    return TaggedRegion.objects.filter(content_object=page.pk).select_related("tag")


def get_group(page: Any) -> list[Any]:
    """Return the page in every language; the page alone if it is not guarded."""
    if isinstance(page, GuardedPageMixin):
        return fetch_members(page.get_group_key())
    return [page]


def get_source(page: Any) -> Any:
    return get_source_page(page) if isinstance(page, GuardedPageMixin) else page


def change_regions(
    page: Any, *, add: Collection[str] = (), remove: Collection[str] = (), user: Any
) -> bool:
    """Tag a page and its translations; return whether anything changed.

    The rows of what is live, and the stored texts that may be published next: the
    latest, the live and the scheduled ones. Nothing is published by it.

    Args:
        page: a page in any language.
        add: names of regions.
        remove: names of regions.
        user: who does it.
    """
    regions = {
        region.name: region
        for region in Region.objects.filter(name__in=[*add, *remove])
    }
    added = [regions[name].pk for name in add if name in regions]
    removed = [regions[name].pk for name in remove if name in regions]
    members = get_group(page)
    before = sorted(item.tag.name for item in fetch_items(page))
    changed = [_change_member(member, added, removed) for member in members]
    if not any(changed):
        return False
    for member in members:
        sync_page(type(member)._default_manager.get(pk=member.pk))
    # What translators' next update is made of.
    rewrite_translation_sources(
        [member.pk for member in members],
        lambda content: change_content(content, added, removed),
    )
    log(
        instance=page,
        action="wagtail_rtop.change_regions",
        user=user,
        data={"before": before, "added": list(add), "removed": list(remove)},
    )
    return True


def _change_member(member: Any, added: list[int], removed: list[int]) -> bool:
    items = TaggedRegion.objects.filter(content_object=member.pk)
    present = set(items.values_list("tag_id", flat=True))
    missing = [pk for pk in added if pk not in present]
    TaggedRegion.objects.bulk_create(
        TaggedRegion(tag_id=pk, content_object_id=member.pk) for pk in missing
    )
    deleted, _by_model = items.filter(tag__in=removed).delete()
    changed = bool(missing or deleted)
    for revision in fetch_next_revisions(member):
        if change_content(revision.content, added, removed):
            changed = True
            Revision.objects.filter(pk=revision.pk).update(content=revision.content)
    return changed


def fetch_next_revisions(page: Any) -> list[Revision]:
    """Return the stored texts that may be edited or published next."""
    kept = {page.latest_revision_id, page.live_revision_id}
    return [
        revision
        for revision in page.revisions.all().defer("object_str")
        if revision.pk in kept or revision.approved_go_live_at
    ]


def change_content(
    content: dict[str, Any], added: Collection[int], removed: Collection[int]
) -> bool:
    """Change the regions in a revision's content; return whether they changed."""
    rows = list(content.get(ROWS) or ())
    kept = [row for row in rows if row.get("tag") not in removed]
    present = {row.get("tag") for row in kept}
    new = [
        {"pk": None, "tag": pk, "content_object": content.get("pk")}
        for pk in added
        if pk not in present
    ]
    if not new and len(kept) == len(rows):
        return False
    content[ROWS] = [*kept, *new]
    return True
