"""Addresses, buttons and log entries of the regions' desk."""

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from wagtail_rtop.desk.regions.views import (
    RegionDocumentsView,
    RegionMergeView,
    may_merge_regions,
)
from wagtail_rtop.regions.models import Region
from wagtail_rtop.regions.successors import MERGED


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    return [
        path(
            "rtop/regions/<int:pk>/merge/",
            RegionMergeView.as_view(),
            name="rtop_region_merge",
        ),
        path(
            "rtop/regions/<int:pk>/documents/",
            RegionDocumentsView.as_view(),
            name="rtop_region_documents",
        ),
    ]


@hooks.register("register_snippet_listing_buttons")
def add_listing_buttons(snippet: Any, user: Any, next_url: Any = None) -> Iterator[Any]:
    return build_buttons(snippet, user)


def build_buttons(snippet: Any, user: Any) -> Iterator[Button]:
    """Yield a region's buttons: its documents, and merging for whoever may."""
    if not isinstance(snippet, Region):
        return
    yield Button(
        _("Documents"),
        url=reverse("rtop_region_documents", args=[snippet.pk]),
        icon_name="doc-full",
        priority=40,
    )
    if may_merge_regions(user):
        yield Button(
            _("Merge"),
            url=reverse("rtop_region_merge", args=[snippet.pk]),
            icon_name="arrow-right",
            priority=50,
        )


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(MERGED, _("Merge a region"), _("Region merged"))
