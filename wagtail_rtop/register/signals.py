"""What changes the gate's answer without saving a registered page."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from wagtail.models import PageViewRestriction
from wagtail.signals import post_page_move

from wagtail_rtop.compat import BasePage, get_page_model
from wagtail_rtop.regions.models import Region, RegionLabel
from wagtail_rtop.register.models import RegisteredMixin, concerns_register
from wagtail_rtop.register.sync import (
    bump_content_version,
    get_dependants,
    refresh_gate,
    refresh_gate_below,
    sync_page,
)
from wagtail_rtop.visibility.models import Embargo, Retraction


def connect() -> None:
    """Connect all handlers; called once, when the apps are ready."""
    uid = "wagtail_rtop.register"
    pre_save.connect(remember_page, dispatch_uid=f"{uid}.remember")
    post_save.connect(on_page_saved, dispatch_uid=f"{uid}.page_saved")
    pre_delete.connect(remember_dependants, dispatch_uid=f"{uid}.page_deleting")
    post_delete.connect(on_page_deleted, dispatch_uid=f"{uid}.page_deleted")
    post_page_move.connect(on_page_moved, dispatch_uid=f"{uid}.page_moved")
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
    """Note what an unregistered page looked like: others may depend on it."""
    if not _is_plain_page(instance) or kwargs.get("raw"):
        return
    if instance._state.adding or not concerns_register(kwargs.get("update_fields")):
        return
    columns = ("live", "expire_at")
    instance._rtop_before = (
        get_page_model().objects.filter(pk=instance.pk).values_list(*columns).first()
    )


def on_page_saved(sender: type, instance: Any, **kwargs: Any) -> None:
    before = instance.__dict__.pop("_rtop_before", None)
    if before and before != (instance.live, instance.expire_at):
        refresh_gate_below([instance.pk])
        # Also where no entry changes: menus name pages that are not registered.
        bump_content_version()


def remember_dependants(sender: type, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, BasePage):
        instance._rtop_dependants = get_dependants([instance.pk])


def on_page_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    dependants = instance.__dict__.pop("_rtop_dependants", None)
    if dependants is not None:
        refresh_gate(dependants)
        bump_content_version()


def on_page_moved(sender: type, instance: Any, **kwargs: Any) -> None:
    refresh_gate_below([instance.pk])
    # A response answers the letter above it: what all three tell may change.
    parents = (kwargs.get("parent_page_before"), kwargs.get("parent_page_after"))
    pks = [page.pk for page in (instance, *parents) if page]
    for page in get_page_model().objects.filter(pk__in=pks).specific():
        if isinstance(page, RegisteredMixin):
            sync_page(page)
    bump_content_version()


def on_restriction_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    refresh_gate_below([instance.page_id])
    bump_content_version()


def on_group_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    pages = get_page_model().objects.filter(translation_key=instance.group_key)
    refresh_gate_below(pages.order_by().values_list("pk", flat=True))
    bump_content_version()


def on_label_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    bump_content_version()


def on_source_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    pages = get_page_model().objects.filter(translation_key=instance.object_id)
    refresh_gate_below(pages.order_by().values_list("pk", flat=True))


def _is_plain_page(instance: Any) -> bool:
    # Registered pages compare with their own entry instead.
    return isinstance(instance, BasePage) and not isinstance(instance, RegisteredMixin)
