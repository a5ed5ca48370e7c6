"""The report of profiles to verify, and the action that verifies them."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies.pages import PagePermissionPolicy

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.conf import get_setting
from wagtail_rtop.desk.organisations.verification import (
    get_due_profiles,
    mark_verified,
    may_verify,
)
from wagtail_rtop.organisations.models import OrganisationMixin


# Profiles marked in one go; there are some dozens. Count.
MOST = 500
FORM = "rtop-verify"


class ChoiceColumn(Column):
    """A checkbox that belongs to the form below the table."""

    cell_template_name = "wagtail_rtop/desk/choice_cell.html"


class VerifiedColumn(Column):
    def get_value(self, instance: Any) -> Any:
        if instance.last_verified is None:
            return capfirst(_("never"))
        return date_format(instance.last_verified, "DATE_FORMAT")


class VerificationReport(ReportView):
    """Profiles that were never verified, or too long ago; longest ago first."""

    page_title = _("Profiles to verify")
    header_icon = "check"
    template_name = "wagtail_rtop/desk/verification.html"
    index_url_name = "rtop_verification"
    index_results_url_name = "rtop_verification_results"
    verbose_name_plural = _("profiles to verify")
    any_permission_required: ClassVar[list[str]] = ["change", "publish"]
    columns: ClassVar[list[Any]] = [
        ChoiceColumn("choice", label=_("Select")),
        TitleColumn("title", label=_("Title"), url_name="wagtailadmin_pages:edit"),
        VerifiedColumn("last_verified", label=_("Last verified")),
        Column("locale", label=_("Language")),
    ]
    list_export: ClassVar[list[str]] = ["title", "last_verified", "locale"]
    export_headings: ClassVar[dict[str, Any]] = {
        "title": _("Title"),
        "last_verified": _("Last verified"),
        "locale": _("Language"),
    }

    permission_policy = PagePermissionPolicy()

    def get_base_queryset(self) -> Any:
        return get_due_profiles(self.request.user)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(*args, **kwargs),
            "months": get_setting("VERIFY_MONTHS"),
            "form_id": FORM,
            "verify_url": reverse("rtop_verify"),
        }


class VerifyView(View):
    """Marks the chosen profiles as verified today. POST only."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = [pk for pk in request.POST.getlist("page") if is_id(pk)][:MOST]
        found = get_page_model().objects.filter(pk__in=chosen).specific()
        pages = [page for page in found if isinstance(page, OrganisationMixin)]
        if not pages:
            messages.warning(request, gettext("Select at least one profile."))
            return redirect("rtop_verification")
        allowed = [page for page in pages if may_verify(page, request.user)]
        if not allowed:
            raise PermissionDenied
        mark_verified(allowed, timezone.localdate(), user=request.user)
        count = len(allowed)
        messages.success(
            request,
            ngettext(
                "%(count)d profile is marked as verified today.",
                "%(count)d profiles are marked as verified today.",
                count,
            )
            % {"count": count},
        )
        left = len(pages) - count
        if left:
            messages.warning(
                request,
                ngettext(
                    "%(count)d profile is not: you may not publish it.",
                    "%(count)d profiles are not: you may not publish them.",
                    left,
                )
                % {"count": left},
            )
        return redirect("rtop_verification")


class VerificationMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return PagePermissionPolicy().user_has_any_permission(
            request.user, {"change", "publish"}
        )


def build_menu_item() -> MenuItem:
    return VerificationMenuItem(
        _("Profiles to verify"),
        reverse("rtop_verification"),
        name="rtop-verification",
        icon_name="check",
        order=900,
    )


def is_id(text: str) -> bool:
    """Return whether a posted value can be a page's id."""
    return text.isascii() and text.isdigit() and len(text) < 19
