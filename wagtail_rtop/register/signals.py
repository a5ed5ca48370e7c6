"""What changes the gate's answer without saving a registered page."""

from typing import Any

from django.apps import apps
from django.db.models import F, Q
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from wagtail.models import PageViewRestriction
from wagtail.signals import post_page_move

from wagtail_rtop.compat import BasePage, get_page_model
from wagtail_rtop.regions.models import Region, RegionLabel
from wagtail_rtop.register.models import Entry, RegisteredMixin, concerns_register
from wagtail_rtop.register.sync import (
    bump_content_version,
    get_dependants,
    get_entries_naming,
    refresh_gate,
    refresh_gate_below,
    sync_rows,
)
from wagtail_rtop.visibility.facts import STEP
from wagtail_rtop.visibility.models import Embargo, Retraction


# What other pages' facts follow from; the address tells of a move.
FOLLOWED = (
    *("live", "expire_at", "url_path"),
    *("alias_of_id", "translation_key", "locale_id"),
)
# What menus and lists show beside.
SHOWN = ("title", "slug")


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
        for named in (Region, RegionLabel):
            # Lists and menus name regions.
            signal.connect(
                on_label_changed, sender=named, dispatch_uid=f"{uid}.{named.__name__}"
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
    instance._rtop_before = pages.values(*FOLLOWED, *SHOWN).first()


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
        if changed & set(FOLLOWED):
            refresh_gate_below([instance.pk])
        if changed:
            # Also where no entry changes: menus and lists name pages.
            bump_content_version()


def remember_dependants(sender: type, instance: Any, **kwargs: Any) -> None:
    # Once a page: of the rows a page has in several tables the bare page's goes last.
    if sender is not get_page_model():
        return
    # Of its translations, one is the source now.
    parents = Entry.objects.filter(
        Q(path=instance.path[:-STEP]) | Q(translation_key=instance.translation_key)
    ).exclude(pk=instance.pk)
    instance._rtop_dependants = get_dependants([instance.pk])
    instance._rtop_rows = {
        *parents.values_list("pk", flat=True),
        *get_entries_naming([instance.translation_key]),
    }


def on_page_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    dependants = instance.__dict__.pop("_rtop_dependants", None)
    if dependants is not None:
        refresh_gate(dependants)
        # A letter lists the organisations it names and counts its responses.
        sync_rows(instance.__dict__.pop("_rtop_rows", ()))
        bump_content_version()


def on_page_moved(sender: type, instance: Any, **kwargs: Any) -> None:
    parents = (kwargs.get("parent_page_before"), kwargs.get("parent_page_after"))
    pks = {page.pk for page in (instance, *parents) if page}
    # Pages between which one is put in, or taken out, get other paths.
    shifted = Entry.objects.exclude(path=F("page__path")).order_by()
    refresh_gate(
        get_dependants([instance.pk]) | set(shifted.values_list("pk", flat=True))
    )
    # A response answers the letter above it: what all of them tell may change.
    sync_rows(pks | get_dependants([instance.pk]))
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


def on_label_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    bump_content_version()


def on_source_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    pages = get_page_model().objects.filter(translation_key=instance.object_id)
    pks = list(pages.order_by().values_list("pk", flat=True))
    refresh_gate_below(pks)
    # What stands with the source alone moves to another page.
    sync_rows(pks)


def _is_plain_page(instance: Any) -> bool:
    # Registered pages compare with their own entry instead.
    return isinstance(instance, BasePage) and not isinstance(instance, RegisteredMixin)
