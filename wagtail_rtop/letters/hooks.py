"""What letters add to the editor and to the log."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    InlineStyleElementHandler,
)
from wagtail.admin.rich_text.editors.draftail.features import InlineStyleFeature

from wagtail_rtop.letters.views import AddGroupView, PasteView, SaveGroupView


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    base = "rtop/recipients"
    return [
        path(f"{base}/paste/", PasteView.as_view(), name="rtop_recipients_paste"),
        path(f"{base}/add/", AddGroupView.as_view(), name="rtop_recipients_add_group"),
        path(
            f"{base}/save/", SaveGroupView.as_view(), name="rtop_recipients_save_group"
        ),
    ]


@hooks.register("register_rich_text_features")
def register_sic(features: Any) -> None:
    """Add "[sic]": words reproduced as they stood, mistakes included.

    Stored as a bare ``abbr``, one of the few inline tags that wagtail-localize
    lets a translator keep; the template prints the mark.
    """
    kind = "SIC"
    control = {
        "type": kind,
        "label": "[sic]",
        "description": str(_("Reproduced as it stood")),
        "style": {"textDecoration": "underline dotted"},
    }
    features.register_editor_plugin("draftail", "sic", InlineStyleFeature(control))
    features.register_converter_rule(
        "contentstate",
        "sic",
        {
            "from_database_format": {"abbr": InlineStyleElementHandler(kind)},
            "to_database_format": {"style_map": {kind: "abbr"}},
        },
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(
        "wagtail_rtop.record_event",
        _("Record a correspondence event"),
        _("Correspondence event recorded"),
    )
    actions.register_action(
        "wagtail_rtop.withdraw_event",
        _("Withdraw a correspondence event"),
        _("Correspondence event withdrawn"),
    )
