"""Tags many documents with regions, or takes regions off them."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log
from wagtail.models import Revision

from wagtail_rtop.commas import join_by_comma
from wagtail_rtop.desk.bulk.base import DeskBulkAction, explain_lock
from wagtail_rtop.desk.merging import rewrite_translation_sources
from wagtail_rtop.errors import WagtailRtopError
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
    undo_action = "wagtail_rtop.change_regions"

    @classmethod
    def find_refusal(cls, page: Any, user: Any) -> str:
        if not isinstance(page, RegionTagged):
            return _("It has no regions.")
        source = get_source(page)
        locked = explain_lock(source, user)
        if locked:
            return locked
        permissions = source.permissions_for_user(user)
        if any(p.live for p in get_group(page)) and not permissions.can_publish():
            return _("It is live, and you may not publish it.")
        return ""

    def describe(self, page: Any) -> str:
        names = sorted(item.tag.name for item in fetch_items(page))
        if names:
            return join_by_comma(names)
        return _(
            "No regions of its own; one that is added replaces what follows from "
            "its recipients."
        )

    @classmethod
    def apply(cls, page: Any, **context: Any) -> bool:
        return change_regions(
            page, add=context["add"], remove=context["remove"], user=context["user"]
        )

    @classmethod
    def undo(cls, page: Any, entries: list[Any], *, user: Any) -> int:
        refusal = cls.find_refusal(page, user)
        if refusal:
            raise WagtailRtopError(refusal)
        restore_regions(page, entries[0].data["state"], user=user)
        return 1

    def count_changed(self, count: int) -> str:
        return ngettext(
            "The regions of %(count)s page have changed, in every language.",
            "The regions of %(count)s pages have changed, in every language.",
            count,
        ) % {"count": count}


def fetch_items(page: Any) -> Any:
    return TaggedRegion.objects.filter(content_object=page.pk).select_related("tag")


def get_group(page: Any, *, lock: bool = False) -> list[Any]:
    """Return the page in every language; the page alone if it is not guarded."""
    if isinstance(page, GuardedPageMixin):
        return fetch_members(page.get_group_key(), lock=lock)
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
    state = State()
    for member in members:
        _change_member(member, added, removed, state)
    if not state.is_changed:
        return False
    _finish(members, lambda content: state.change(content, added, removed))
    log(
        instance=page,
        action=TagRegions.undo_action,
        user=user,
        data={
            "before": before,
            "added": list(add),
            "removed": list(remove),
            "state": {"before": state.before, "after": state.after},
        },
    )
    return True


class State:
    """The regions of a page in every language: before a change, and after it.

    Each is ``{"pages", "revisions", "sources"}``, dicts of ids, as text, to ids of
    regions: of live rows, of stored texts, of what wagtail-localize keeps.
    """

    def __init__(self) -> None:
        self.before: dict[str, dict[str, list[int]]] = build_empty_state()
        self.after: dict[str, dict[str, list[int]]] = build_empty_state()

    @property
    def is_changed(self) -> bool:
        return self.before != self.after

    def note(
        self, kind: str, pk: Any, before: Iterable[int], after: Iterable[int]
    ) -> None:
        self.before[kind][str(pk)] = sorted(before)
        self.after[kind][str(pk)] = sorted(after)

    def change(
        self,
        content: dict[str, Any],
        added: Collection[int],
        removed: Collection[int],
        revision: Any = None,
    ) -> bool:
        """Change a stored text, and note it; return whether it changed."""
        before = get_tags(content)
        changed = change_content(content, added, removed)
        kind, pk = ("revisions", revision) if revision else ("sources", content["pk"])
        self.note(kind, pk, before, get_tags(content))
        return changed


def build_empty_state() -> dict[str, dict[str, list[int]]]:
    return {"pages": {}, "revisions": {}, "sources": {}}


def restore_regions(page: Any, state: dict[str, Any], *, user: Any) -> None:
    """Put the regions back as they were in every language.

    Args:
        page: a page in any language.
        state: as change_regions() has logged it.
        user: who does it.

    Raises:
        WagtailRtopError: if anything is not as that change has left it.
    """
    before, after = state["before"], state["after"]
    members = get_group(page, lock=True)
    texts = {
        str(revision.pk): revision
        for member in members
        for revision in fetch_next_revisions(member)
    }
    now = {
        "pages": {str(member.pk): fetch_tags(member) for member in members},
        "revisions": {pk: get_tags(text.content) for pk, text in texts.items()},
    }
    if now != {name: after[name] for name in now}:
        raise WagtailRtopError(_("It has changed since."))
    wanted = {pk for kind in before.values() for tags in kind.values() for pk in tags}
    if Region.objects.filter(pk__in=wanted).count() < len(wanted):
        raise WagtailRtopError(_("A region that it had is no longer there."))
    names = sorted(item.tag.name for item in fetch_items(page))
    for pk, tags in before["pages"].items():
        _write_tags(int(pk), tags)
    for pk, tags in before["revisions"].items():
        if set_tags(texts[pk].content, tags):
            Revision.objects.filter(pk=pk).update(content=texts[pk].content)

    def change(content: dict[str, Any]) -> bool:
        # As it was, unless the original was submitted anew since.
        pk = str(content["pk"])
        known = after["sources"].get(pk) == get_tags(content)
        return known and set_tags(content, before["sources"][pk])

    _finish(members, change)
    log(
        instance=page,
        action=TagRegions.undo_action,
        user=user,
        data={
            "before": names,
            "undone": True,
            "state": {"before": after, "after": before},
        },
    )


def _finish(members: list[Any], change: Callable[[dict[str, Any]], bool]) -> None:
    """Write what follows from the rows: the register, and translators' originals."""
    for member in members:
        sync_page(type(member)._default_manager.get(pk=member.pk))
    # What translators' next update is made of.
    rewrite_translation_sources([member.pk for member in members], change)


def _change_member(
    member: Any, added: list[int], removed: list[int], state: State
) -> None:
    items = TaggedRegion.objects.filter(content_object=member.pk)
    present = set(items.values_list("tag_id", flat=True))
    wanted = (present - set(removed)) | set(added)
    TaggedRegion.objects.bulk_create(
        TaggedRegion(tag_id=pk, content_object_id=member.pk)
        for pk in added
        if pk not in present
    )
    items.filter(tag__in=removed).delete()
    state.note("pages", member.pk, present, wanted)
    for revision in fetch_next_revisions(member):
        if state.change(revision.content, added, removed, revision.pk):
            Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def _write_tags(page: int, tags: Collection[int]) -> None:
    items = TaggedRegion.objects.filter(content_object=page)
    items.exclude(tag__in=tags).delete()
    present = set(items.values_list("tag_id", flat=True))
    TaggedRegion.objects.bulk_create(
        TaggedRegion(tag_id=pk, content_object_id=page)
        for pk in tags
        if pk not in present
    )


def fetch_tags(page: Any) -> list[int]:
    items = TaggedRegion.objects.filter(content_object=page.pk)
    return sorted(items.values_list("tag_id", flat=True))


def get_tags(content: dict[str, Any]) -> list[int]:
    """Return the ids of the regions in a stored text, ascending."""
    return sorted(row["tag"] for row in content.get(ROWS) or () if row.get("tag"))


def set_tags(content: dict[str, Any], tags: Collection[int]) -> bool:
    """Give a stored text these regions; return whether it had others."""
    present = get_tags(content)
    return change_content(content, tags, [pk for pk in present if pk not in tags])


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
