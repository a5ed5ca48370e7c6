"""Columns of the desk's tables."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from wagtail_rtop.correspondence.links import get_ledger_url


class TickColumn(Column):
    """A box that selects the row for the form below the table."""

    header_template_name = "wagtail_rtop/admin/correspondence/_tick_header.html"
    cell_template_name = "wagtail_rtop/admin/correspondence/_tick_cell.html"


class StatusColumn(Column):
    """The status, and that it is overdue, in words."""

    cell_template_name = "wagtail_rtop/admin/correspondence/_status_cell.html"


class DayColumn(DateColumn):
    """A day; DateColumn shows how long ago, which says less of a deadline."""

    cell_template_name = "wagtail_rtop/admin/correspondence/_day_cell.html"


def build_desk_columns() -> list[Any]:
    return [
        TickColumn("tick", label=_("Select")),
        *build_row_columns(),
    ]


def build_row_columns() -> list[Any]:
    """Return the columns that the desk and the report share."""
    return [
        TitleColumn(
            "name",
            label=_("Recipient"),
            get_url=lambda row: get_ledger_url(row.letter_id, row.recipient_key),
            get_title_id=lambda row: f"recipient-{row.pk}",
            sort_key="name",
            classname="rtop-title",
        ),
        Column(
            "letter",
            label=_("Letter"),
            accessor="letter.title",
            classname="rtop-title",
        ),
        DayColumn("document_date", label=_("Dated"), sort_key="document_date"),
        StatusColumn("status", label=_("Status"), sort_key="status"),
        DayColumn("since", label=_("Since"), sort_key="since"),
        DayColumn("due", label=_("Due")),
    ]
