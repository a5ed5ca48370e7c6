"""What changes the gate's answer without saving a registered page."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import F, Q, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from wagtail.models import Locale, PageViewRestriction, Site
from wagtail.signals import post_page_move

from wagtail_rtop.compat import BasePage, get_page_model
from wagtail_rtop.regions.models import Region, RegionLabel
from wagtail_rtop.register.models import (
    FOLLOWED,
    Entry,
    RegisteredMixin,
    concerns_register,
)
from wagtail_rtop.register.sync import (
    bump_content_version,
    check_after_commit,
    get_dependants,
    get_entries_above,
    get_entries_naming,
    lock_entries,
    refresh_gate,
    refresh_gate_below,
    sync_rows,
)
from wagtail_rtop.visibility.facts import split
from wagtail_rtop.visibility.locks import lock_pages
from wagtail_rtop.visibility.models import Embargo, Retraction


# The address tells of a move.
REMEMBERED = (*FOLLOWED, "url_path")
# What menus and lists show beside.
SHOWN = ("title", "slug")


@dataclass
class Deletion:
    """What one call of ``delete()`` takes away, and what depends on it.

    Attributes:
        known: ids of the pages that go.
        dependants: ids of the pages whose facts may follow from theirs.
        rows: ids of the pages whose rows count or name them.
        pending: ids of those that are not gone yet.
    """

    known: set[int] = field(default_factory=set)
    dependants: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    pending: set[int] = field(default_factory=set)

    def add(self, pages: Iterable[tuple[int, str, uuid.UUID]]) -> None:
        """Take in pages (id, path, translation key), and lock what they touch."""
        found = [page for page in pages if page[0] not in self.known]
        pks = {pk for pk, _path, _key in found}
        self.known |= pks
        # Pages before entries, as everywhere; the entries go first otherwise.
        for chunk in split(sorted(pks)):
            lock_pages(Q(pk__in=chunk))
        self.dependants |= get_dependants(pks)
        self.rows |= get_entries_above(path for _pk, path, _key in found)
        keys = {key for _pk, _path, key in found}
        self.rows |= set(get_entries_naming(keys))
        for chunk in split(keys):
            # Of its translations, one is the source then.
            group = Entry.objects.filter(translation_key__in=chunk).order_by()
            self.rows |= set(group.values_list("pk", flat=True))
        lock_entries(pks | self.dependants | self.rows)


def connect() -> None:
    """Connect all handlers; called once, when the apps are ready."""
    uid = "wagtail_rtop.register"
    pre_save.connect(remember_page, dispatch_uid=f"{uid}.remember")
    post_save.connect(on_page_saved, dispatch_uid=f"{uid}.page_saved")
    pre_delete.connect(remember_dependants, dispatch_uid=f"{uid}.page_deleting")
    post_delete.connect(on_page_deleted, dispatch_uid=f"{uid}.page_deleted")
    post_page_move.connect(on_page_moved, dispatch_uid=f"{uid}.page_moved")
    pre_save.connect(
        remember_restriction,
        sender=PageViewRestriction,
        dispatch_uid=f"{uid}.restriction_saving",
    )
    for signal in (post_save, post_delete):
        signal.connect(
            on_restriction_changed,
            sender=PageViewRestriction,
            dispatch_uid=f"{uid}.restriction",
        )
        for named in (Region, RegionLabel, Site, Locale):
            # Lists and menus name regions, and lead to the addresses of a site.
            signal.connect(
                on_shown_changed, sender=named, dispatch_uid=f"{uid}.{named.__name__}"
            )
        for model in (Embargo, Retraction):
            signal.connect(
                on_group_changed, sender=model, dispatch_uid=f"{uid}.{model.__name__}"
            )
    if apps.is_installed("wagtail_localize"):
        source = apps.get_model("wagtail_localize", "TranslationSource")
        for signal in (post_save, post_delete):
            signal.connect(
                on_source_changed, sender=source, dispatch_uid=f"{uid}.source"
            )


def remember_page(sender: type, instance: Any, **kwargs: Any) -> None:
    """Note what an unregistered page looked like: others may depend on it.

    A registered page that is loaded as a bare page, as Wagtail moves and expires
    it, comes here too.
    """
    if not _is_plain_page(instance) or kwargs.get("raw"):
        return
    if instance._state.adding or not concerns_register(kwargs.get("update_fields")):
        return
    pages = get_page_model().objects.filter(pk=instance.pk)
    instance._rtop_before = pages.values(*REMEMBERED, *SHOWN).first()


def on_page_saved(
    sender: type, instance: Any, created: bool = False, **kwargs: Any
) -> None:
    if not _is_plain_page(instance) or kwargs.get("raw"):
        return
    before = instance.__dict__.pop("_rtop_before", None)
    if created:
        # It may be the page that others of its group translate.
        refresh_gate_below([instance.pk])
        if instance.live:
            bump_content_version()
    elif before:
        changed = {name for name in before if before[name] != getattr(instance, name)}
        if changed & set(REMEMBERED):
            refresh_gate_below([instance.pk])
            # A registered page that expires as a bare one: what it derives beside
            # its row follows from being live, and from being its group's source.
            keys = {before["translation_key"], instance.translation_key}
            group = get_page_model().objects.filter(translation_key__in=keys)
            sync_rows({instance.pk, *group.order_by().values_list("pk", flat=True)})
        if changed:
            # Also where no entry changes: menus and lists name pages.
            bump_content_version()


def remember_dependants(
    sender: type, instance: Any, origin: Any = None, **kwargs: Any
) -> None:
    # Once a page: of the rows a page has in several tables the bare page's goes last.
    if sender is not get_page_model():
        return
    deletion = _get_deletion(instance, origin)
    if not deletion.known and _is_of_pages(origin):
        # All at the first one: a section costs as one page.
        deletion.add(origin.order_by().values_list("pk", "path", "translation_key"))
    if instance.pk not in deletion.known:
        deletion.add([(instance.pk, instance.path, instance.translation_key)])
    deletion.pending.add(instance.pk)


def on_page_deleted(
    sender: type, instance: Any, origin: Any = None, **kwargs: Any
) -> None:
    if sender is not get_page_model():
        return
    deletion = _get_deletion(instance, origin)
    deletion.pending.discard(instance.pk)
    if deletion.pending:
        return
    _drop_deletion(instance, origin)
    left = deletion.dependants - deletion.known
    refresh_gate(left)
    # A letter lists the organisations it names and counts its responses.
    sync_rows(deletion.rows - deletion.known)
    check_after_commit(left)
    bump_content_version()


def on_page_moved(sender: type, instance: Any, **kwargs: Any) -> None:
    parents = (kwargs.get("parent_page_before"), kwargs.get("parent_page_after"))
    pks = {page.pk for page in (instance, *parents) if page}
    # Pages between which one is put in, or taken out, get other paths.
    shifted = Entry.objects.exclude(path=F("page__path")).order_by()
    refresh_gate(
        get_dependants([instance.pk]) | set(shifted.values_list("pk", flat=True))
    )
    # A response answers the letter above it, in all its languages: what all of them
    # tell may change.
    above = Entry.objects.filter(pk__in=pks).order_by().values("group_key")
    groups = Entry.objects.filter(group_key__in=above).order_by()
    sync_rows(
        {*pks, *groups.values_list("pk", flat=True), *get_dependants([instance.pk])}
    )
    check_after_commit(pks)
    bump_content_version()


def remember_restriction(sender: type, instance: Any, **kwargs: Any) -> None:
    """Note on which page a restriction stands: it may be put on another one."""
    rows = sender._default_manager.filter(pk=instance.pk)  # type: ignore[attr-defined]  # a model
    instance._rtop_page_before = rows.values_list("page", flat=True).first()


def on_restriction_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    before = instance.__dict__.pop("_rtop_page_before", None)
    refresh_gate_below({before or instance.page_id, instance.page_id})
    bump_content_version()


def on_group_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    pages = get_page_model().objects.filter(translation_key=instance.group_key)
    refresh_gate_below(pages.order_by().values_list("pk", flat=True))
    bump_content_version()


def on_shown_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    bump_content_version()


def on_source_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    pages = get_page_model().objects.filter(translation_key=instance.object_id)
    pks = list(pages.order_by().values_list("pk", flat=True))
    refresh_gate_below(pks)
    # What stands with the source alone moves to another page.
    sync_rows(pks)


def _get_deletion(instance: Any, origin: Any) -> Deletion:
    """Return what is kept of the deletion under way: on what delete() was called."""
    owner = origin if _is_of_pages(origin) else instance
    found: Deletion = owner.__dict__.setdefault("_rtop_deletion", Deletion())
    return found


def _drop_deletion(instance: Any, origin: Any) -> None:
    owner = origin if _is_of_pages(origin) else instance
    owner.__dict__.pop("_rtop_deletion", None)


def _is_of_pages(origin: Any) -> bool:
    return isinstance(origin, QuerySet) and origin.model is get_page_model()


def _is_plain_page(instance: Any) -> bool:
    # Registered pages compare with their own entry instead.
    return isinstance(instance, BasePage) and not isinstance(instance, RegisteredMixin)
