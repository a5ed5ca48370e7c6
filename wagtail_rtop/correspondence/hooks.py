"""Addresses, menu item and permission of the desk."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.signals import init_new_page

from wagtail_rtop.correspondence import views
from wagtail_rtop.correspondence.access import may_open_desk
from wagtail_rtop.correspondence.account import DigestSettingsPanel
from wagtail_rtop.correspondence.dashboard import RemindersPanel
from wagtail_rtop.correspondence.ticking import remember_recipients, tick_recipients


class DeskMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return may_open_desk(request.user)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    base = "rtop/correspondence/"
    index, event = views.IndexView, f"{base}event/<int:pk>/"
    return [
        path(base, index.as_view(), name="rtop_correspondence"),
        path(
            f"{base}results/",
            index.as_view(results_only=True),
            name="rtop_correspondence_results",
        ),
        path(f"{base}letter/<int:pk>/", views.LedgerView.as_view(), name="rtop_ledger"),
        path(f"{base}record/", views.RecordView.as_view(), name="rtop_record_event"),
        path(
            f"{event}withdraw/",
            views.WithdrawEventView.as_view(),
            name="rtop_withdraw_event",
        ),
        path(
            f"{event}restore/",
            views.RestoreEventView.as_view(),
            name="rtop_restore_event",
        ),
        path(f"{event}file/", views.EventFileView.as_view(), name="rtop_event_file"),
    ]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    return DeskMenuItem(
        _("Correspondence"),
        reverse_lazy("rtop_correspondence"),
        name="rtop-correspondence",
        icon_name="mail",
        # Ahead of the coalition's own particulars.
        order=310,
    )


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="wagtail_rtop", codename="read_private_notes"
    )


@hooks.register("construct_homepage_panels")
def add_reminders(request: Any, panels: list[Any]) -> None:
    panels.append(RemindersPanel())


@hooks.register("register_account_settings_panel")
def register_digest_settings(request: Any, user: Any, profile: Any) -> Any:
    return DigestSettingsPanel(request, user, profile)


@hooks.register("before_create_page")
def remember_ticked_recipients(request: Any, parent_page: Any, page_class: Any) -> None:
    remember_recipients(request, parent_page, page_class)


init_new_page.connect(tick_recipients, dispatch_uid="wagtail_rtop.correspondence.tick")
