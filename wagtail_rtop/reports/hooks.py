"""Addresses and menu items of the reports."""

from typing import Any

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from wagtail_rtop.correspondence.access import may_open_desk
from wagtail_rtop.reports.correspondence import CorrespondenceReportView


class ReportMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return may_open_desk(request.user)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    view, base = CorrespondenceReportView, "reports/rtop-correspondence/"
    return [
        path(base, view.as_view(), name="rtop_correspondence_report"),
        path(
            f"{base}results/",
            view.as_view(results_only=True),
            name="rtop_correspondence_report_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return ReportMenuItem(
        _("Correspondence"),
        reverse_lazy("rtop_correspondence_report"),
        name="rtop-correspondence-report",
        icon_name="mail",
        order=1100,
    )
