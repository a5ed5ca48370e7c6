"""What the desk brings to Wagtail's admin."""

from typing import Any

from django.apps import apps
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from wagtail_rtop.desk.bulk.events import RecordEvents
from wagtail_rtop.desk.bulk.privacy import SetPrivacy
from wagtail_rtop.desk.bulk.regions import TagRegions
from wagtail_rtop.desk.bulk.translations import SubmitTranslations
from wagtail_rtop.desk.bulk.undo import UndoView
from wagtail_rtop.desk.home import build_panels
from wagtail_rtop.desk.listings import build_viewsets


# Ahead of a site's own, so that a viewset it registers for the same type replaces
# ours.
@hooks.register("register_admin_viewset", order=-1)
def register_viewsets() -> list[Any]:
    return build_viewsets()


hooks.register("register_bulk_action", TagRegions)
hooks.register("register_bulk_action", RecordEvents)
hooks.register("register_bulk_action", SetPrivacy)
if apps.is_installed("wagtail_localize"):
    hooks.register("register_bulk_action", SubmitTranslations)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    return [path("rtop/undo/<uuid:key>/", UndoView.as_view(), name="rtop_undo")]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(
        TagRegions.undo_action, _("Change regions"), _("Regions changed")
    )
    actions.register_action(
        SetPrivacy.undo_action, _("Set privacy"), _("Privacy set for many pages")
    )
    actions.register_action(
        "wagtail_rtop.submit_translation",
        _("Submit for translation"),
        _("Submitted for translation"),
    )


@hooks.register("construct_homepage_panels")
def add_panels(request: Any, panels: list[Any]) -> None:
    panels.extend(build_panels())
