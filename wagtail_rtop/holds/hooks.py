"""Buttons, addresses and log entries of releases and retractions."""

from collections.abc import Iterator
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button

from wagtail_rtop.coalition.moments import format_moment
from wagtail_rtop.holds.conflicts import check_conflict
from wagtail_rtop.holds.log import register_formatters
from wagtail_rtop.holds.panel import ReleasesPanel
from wagtail_rtop.holds.plan import lacks_text
from wagtail_rtop.holds.release import ReleaseView, describe_scheduled
from wagtail_rtop.holds.views import RetractionView, WithdrawView
from wagtail_rtop.visibility.gate import get_retraction
from wagtail_rtop.visibility.models import GuardedPageMixin, is_guarded


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    return [
        path("rtop/release/<int:pk>/", ReleaseView.as_view(), name="rtop_release"),
        path(
            "rtop/retraction/<int:pk>/",
            RetractionView.as_view(),
            name="rtop_retraction",
        ),
        path(
            "rtop/retraction/<int:pk>/withdraw/",
            WithdrawView.as_view(),
            name="rtop_retraction_withdraw",
        ),
    ]


# Wagtail 7.4 and 8.0 have no hook into the status panel, where privacy stands;
# the header's menu is there on every page, also in a translator's editor.
@hooks.register("register_page_header_buttons")
def add_header_buttons(page: Any, user: Any, **kwargs: Any) -> Iterator[Button]:
    return build_buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def add_listing_buttons(page: Any, user: Any, **kwargs: Any) -> Iterator[Button]:
    return build_buttons(page, user)


def build_buttons(page: Any, user: Any) -> Iterator[Button]:
    """Yield a button to each view, for whoever may edit the page."""
    if not is_guarded(page):
        return
    permissions = page.permissions_for_user(user)
    if permissions.can_edit():
        yield Button(
            _("Release"),
            url=reverse("rtop_release", args=[page.pk]),
            icon_name="time",
            attrs={"data-rtop-hold": "release"},
            priority=61,
        )
    if permissions.can_publish():
        yield Button(
            _("Retract"),
            url=reverse("rtop_retraction", args=[page.pk]),
            icon_name="warning",
            priority=62,
        )


@hooks.register("construct_homepage_panels")
def add_panel(request: Any, panels: list[Any]) -> None:
    panels.append(ReleasesPanel())


@hooks.register("insert_global_admin_js")
def insert_script() -> str:
    url = static("wagtail_rtop/holds.js")
    return format_html('<script src="{}" defer></script>', url)


@hooks.register("insert_global_admin_css")
def insert_styles() -> str:
    return format_html(
        '<link rel="stylesheet" href="{}">', static("wagtail_rtop/admin.css")
    )


@hooks.register("insert_editor_js")
def insert_editor_script() -> str:
    url = static("wagtail_rtop/autosave.js")
    return format_html('<script src="{}" defer></script>', url)


@hooks.register("before_publish_page")
def refuse_to_publish_retracted(request: Any, page: Any) -> HttpResponse | None:
    """Keep the text as a draft and say why; the page itself would not go live.

    Wagtail would go on to say that it was published.
    """
    if not get_retraction(page):
        return None
    messages.warning(
        request,
        format_html(
            '{} <a href="{}">{}</a>',
            _(
                "This page is retracted: the text is saved, and stays off line in "
                "every language until the retraction is withdrawn."
            ),
            reverse("rtop_retraction", args=[page.pk]),
            _("Retraction"),
        ),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_edit_page")
def refuse_unseen_overwrite(request: Any, page: Any) -> Any:
    return check_conflict(request, page)


@hooks.register("before_edit_page")
def tell_what_holds(request: Any, page: Any) -> None:
    """Say in the editor that a page is retracted or under embargo.

    Only who opens it is told: after an action its own message says more.
    """
    if request.method != "GET" or not isinstance(page, GuardedPageMixin):
        return
    if len(get_messages(request)):
        return
    if get_retraction(page):
        text = gettext("This document is retracted: it is off line in every language.")
        url, name = reverse("rtop_retraction", args=[page.pk]), _("Retraction")
    elif embargo := page.get_active_embargo():
        text = gettext(
            "Under embargo until %(moment)s, in every language. What is scheduled goes "
            "out then; a text saved now does not, unless it replaces what is scheduled."
        ) % {"moment": format_moment(timezone.localtime(embargo.lift))}
        url, name = reverse("rtop_release", args=[page.pk]), _("Release")
    else:
        return
    messages.warning(request, text, buttons=[messages.button(url, name)])


@hooks.register("after_publish_page")
def warn_of_no_text(request: Any, page: Any) -> None:
    """Say that readers find nothing but a title."""
    if page.live and lacks_text(page, page.serializable_data()):
        messages.warning(
            request,
            _("“%(title)s” has no text, and no file in its place.")
            % {"title": page.get_admin_display_title()},
        )


@hooks.register("after_edit_page")
def warn_of_scheduled_text(request: Any, page: Any) -> None:
    """Say what is scheduled now if it isn't the text just saved."""
    # An autosave asks for JSON, and shows no message.
    if isinstance(page, GuardedPageMixin) and request.accepts("text/html"):
        describe_scheduled(request, page)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    register_formatters(actions)
