"""The correspondence report: letters, recipients, status, days to reply."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.correspondence.access import get_rows, may_open_desk
from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.correspondence.filters import LedgerFilterSet
from wagtail_rtop.correspondence.tables import DayColumn, build_row_columns
from wagtail_rtop.letters.ledger_rows import LedgerRow
from wagtail_rtop.regions.models import Region
from wagtail_rtop.register.models import EntryRegion
from wagtail_rtop.reports.figures import fetch_figures
from wagtail_rtop.reports.spreadsheet import CHUNK, SafeReportView


# Asked about where the filter says nothing.
SOON_DAYS = 30


class ReportFilterSet(LedgerFilterSet):
    """Adds region, occasion and the days within which an answer came."""

    region = django_filters.ModelChoiceFilter(
        queryset=Region.objects.order_by("name"),
        label=_("Region"),
        method="filter_region",
    )
    occasion = django_filters.CharFilter(
        field_name="occasion", lookup_expr="icontains", label=_("Occasion")
    )
    within = django_filters.NumberFilter(
        label=_("Count as soon an answer within (days)"),
        method="filter_nothing",
        min_value=0,
        max_value=36500,
    )

    def filter_region(
        self, queryset: QuerySet[LedgerRow], name: str, value: Region
    ) -> QuerySet[LedgerRow]:
        entries = EntryRegion.objects.filter(region=value, kind="letter")
        return queryset.filter(letter__in=entries.values("entry"))

    def filter_nothing(
        self, queryset: QuerySet[LedgerRow], name: str, value: Any
    ) -> QuerySet[LedgerRow]:
        # It divides the figures; the rows stay.
        return queryset


class CorrespondenceReportView(SafeReportView):
    """Whom the coalition wrote to, and who has answered, by all the desk knows."""

    page_title = _("Correspondence")
    header_icon = "mail"
    index_url_name = "rtop_correspondence_report"
    index_results_url_name = "rtop_correspondence_report_results"
    results_template_name = "wagtail_rtop/admin/reports/correspondence_results.html"
    filterset_class = ReportFilterSet
    model = LedgerRow
    verbose_name_plural = _("recipients of letters")
    export_filename = "correspondence"
    list_export = [
        *("letter", "document_date", "occasion", "recipient", "office"),
        *("organisation", "status", "since", "due", "overdue"),
        *("sent_on", "answered_on", "days_to_reply", "publicly_answered"),
    ]
    export_headings = {
        "letter": _("Letter"),
        "document_date": _("Dated"),
        "occasion": _("Occasion"),
        "recipient": _("Recipient"),
        "office": _("Office"),
        "organisation": _("Organisation"),
        "status": _("Status"),
        "since": _("Since"),
        "due": _("Due"),
        "overdue": _("Overdue"),
        "sent_on": _("Sent on"),
        "answered_on": _("Answered on"),
        "days_to_reply": _("Days to reply"),
        "publicly_answered": _("Publicly answered"),
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_open_desk(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self) -> list[Any]:  # type: ignore[override]  # a list there
        return [
            *build_row_columns(),
            DayColumn("answered_on", label=_("Answered on"), sort_key="answered_on"),
            Column("days_to_reply", label=_("Days to reply"), sort_key="days_to_reply"),
        ]

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines()

    def get_queryset(self) -> Any:
        # Without the filters: ReportView adds them, and so would Wagtail's.
        return self.order_queryset(self.get_base_queryset())

    def get_base_queryset(self) -> Any:
        return get_rows(self.request.user)

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "queryset": self.get_base_queryset()}

    def get_table(self, object_list: Any) -> Any:
        return super().get_table(self.deadlines.mark(object_list))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        today = timezone.localdate()
        return {
            **context,
            "days": self.soon_days,
            "figures": fetch_figures(self.object_list, self.soon_days),
            "last_five_years": f"{today.year - 4}-01-01",
        }

    @property
    def soon_days(self) -> int:
        form = self.filters.form
        value = form.cleaned_data.get("within") if form.is_valid() else None
        return SOON_DAYS if value is None else int(value)

    def iterate(self, rows: Any) -> Iterator[LedgerRow]:
        found = super().iterate(rows)
        while chunk := list(islice(found, CHUNK)):
            yield from self.deadlines.mark(chunk)

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {
            "letter": item.letter.title,
            "document_date": item.document_date,
            "occasion": item.occasion,
            "recipient": item.name,
            "office": item.office,
            "organisation": self.organisations.get(item.organisation_key, ""),
            "status": item.get_status_display(),
            "since": item.since,
            "due": item.due,
            "overdue": int(item.overdue),
            "sent_on": item.sent_on,
            "answered_on": item.answered_on,
            "days_to_reply": item.days_to_reply,
            "publicly_answered": int(item.publicly_answered),
        }

    @cached_property
    def organisations(self) -> dict[Any, str]:
        """The titles of the organisations written to, by translation key. One query."""
        pages = get_page_model().objects.filter(
            translation_key__in=self.get_base_queryset()
            .order_by()
            .exclude(organisation_key=None)
            .values("organisation_key"),
            alias_of=None,
        )
        # The source's, which goes last here, wins.
        return dict(pages.order_by("-pk").values_list("translation_key", "title"))
