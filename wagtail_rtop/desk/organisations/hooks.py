"""Addresses and buttons of the organisations' desk."""

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from wagtail_rtop.desk.organisations.report import (
    VerificationReport,
    VerifyView,
    build_menu_item,
)
from wagtail_rtop.desk.organisations.views import (
    OrganisationDocumentsView,
    OrganisationMergeView,
)
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.organisations.successors import MERGED


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    return [
        path(
            "rtop/organisations/<int:pk>/documents/",
            OrganisationDocumentsView.as_view(),
            name="rtop_organisation_documents",
        ),
        path(
            "rtop/organisations/<int:pk>/merge/",
            OrganisationMergeView.as_view(),
            name="rtop_organisation_merge",
        ),
        path(
            "rtop/organisations/verify/",
            VerificationReport.as_view(),
            name="rtop_verification",
        ),
        path(
            "rtop/organisations/verify/results/",
            VerificationReport.as_view(results_only=True),
            name="rtop_verification_results",
        ),
        path(
            "rtop/organisations/verify/mark/",
            VerifyView.as_view(),
            name="rtop_verify",
        ),
    ]


@hooks.register("register_reports_menu_item")
def register_report() -> Any:
    return build_menu_item()


@hooks.register("register_page_header_buttons")
def add_header_buttons(page: Any, user: Any, **kwargs: Any) -> Iterator[Button]:
    return build_buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def add_listing_buttons(page: Any, user: Any, **kwargs: Any) -> Iterator[Button]:
    return build_buttons(page, user)


def build_buttons(page: Any, user: Any) -> Iterator[Button]:
    """Yield the buttons of a profile. No query for a page of another type."""
    model = page.specific_class
    if not page.pk or not model or not issubclass(model, OrganisationMixin):
        return
    permissions = page.permissions_for_user(user)
    if permissions.can_edit():
        yield Button(
            _("Letters and responses"),
            url=reverse("rtop_organisation_documents", args=[page.pk]),
            icon_name="mail",
            priority=63,
        )
    if permissions.can_edit() and permissions.can_publish():
        yield Button(
            _("Merge"),
            url=reverse("rtop_organisation_merge", args=[page.pk]),
            icon_name="arrow-right",
            priority=64,
        )


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(
        MERGED,
        _("Merge a profile"),
        _("Profile merged"),
    )
    actions.register_action(
        "wagtail_rtop.verify_organisation",
        _("Mark as verified"),
        _("Marked as verified"),
    )
