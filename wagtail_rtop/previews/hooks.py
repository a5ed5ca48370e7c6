"""Buttons, addresses and log entries of preview links."""

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter

from wagtail_rtop.previews.access import may_give
from wagtail_rtop.previews.views import PreviewLinksView, RevokeView
from wagtail_rtop.visibility.models import is_guarded


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    return [
        path(
            "rtop/previews/<int:pk>/", PreviewLinksView.as_view(), name="rtop_previews"
        ),
        path(
            "rtop/previews/<int:pk>/<int:link>/revoke/",
            RevokeView.as_view(),
            name="rtop_preview_revoke",
        ),
    ]


@hooks.register("register_page_header_buttons")
def add_header_buttons(page: Any, user: Any, **kwargs: Any) -> Iterator[Button]:
    return build_buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def add_listing_buttons(page: Any, user: Any, **kwargs: Any) -> Iterator[Button]:
    return build_buttons(page, user)


def build_buttons(page: Any, user: Any) -> Iterator[Button]:
    """Yield a button to the links, for whoever may give one."""
    if is_guarded(page) and may_give(page, user):
        yield Button(
            _("Preview links"),
            url=reverse("rtop_previews", args=[page.pk]),
            icon_name="link-external",
            priority=63,
        )


class LinkFormatter(LogFormatter):
    """Names the link by its number: the log does not say who was given it."""

    def format_message(self, log_entry: Any) -> str:
        return f"{self.message} (#{log_entry.data.get('link', '?')})"


class GiveFormatter(LinkFormatter):
    label = _("Give a preview link")
    message = _("Preview link given")


class OpenFormatter(LinkFormatter):
    label = _("Open a preview link")
    message = _("Preview link opened")


class RevokeFormatter(LinkFormatter):
    label = _("Revoke a preview link")
    message = _("Preview link revoked")


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("wagtail_rtop.give_preview")(GiveFormatter)
    actions.register_action("wagtail_rtop.open_preview")(OpenFormatter)
    actions.register_action("wagtail_rtop.revoke_preview")(RevokeFormatter)
