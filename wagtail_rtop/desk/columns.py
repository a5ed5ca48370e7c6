"""Columns of the editors' lists. They show attached facts and ask nothing."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import (
    BulkActionsColumn,
    PageStatusColumn,
    PageTitleColumn,
    ParentPageColumn,
)

from wagtail_rtop.commas import join_by_comma
from wagtail_rtop.desk.buttons import build_row_buttons
from wagtail_rtop.desk.facts import get_facts


REGIONS_SHOWN = 3


class RowTitleColumn(PageTitleColumn):
    """Wagtail's title cell, its buttons made without a query a row."""

    cell_template_name = "wagtail_rtop/admin/_title_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> Any:
        context = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        next_url = context["actions_next_url"] or request.path
        context["buttons"] = build_row_buttons(
            instance, request.user, next_url, context
        )
        return context


class KindColumn(Column):
    """What sort of letter or release it is, in words."""

    def get_value(self, instance: Any) -> str:
        return str(capfirst(instance.get_kind_display()))


class RegionsColumn(Column):
    """The first regions: a letter to all continents would fill the window."""

    def get_value(self, instance: Any) -> str:
        regions = get_facts(instance).regions
        shown = join_by_comma(regions[:REGIONS_SHOWN])
        more = len(regions) - REGIONS_SHOWN
        if more <= 0:
            return shown
        rest = ngettext("and %(number)s more", "and %(number)s more", more)
        return f"{shown} {rest % {'number': more}}"


class AnsweredColumn(Column):
    """How many have answered, as readers may know it: "1 of 14"."""

    def get_value(self, instance: Any) -> str:
        facts = get_facts(instance)
        if not facts.recipients:
            return ""
        return _("%(answered)s of %(count)s") % {
            "answered": facts.answered,
            "count": facts.recipients,
        }


class LanguagesColumn(Column):
    """The languages it is written in; drafts say so."""

    cell_template_name = "wagtail_rtop/admin/_languages_cell.html"

    def get_value(self, instance: Any) -> Any:
        return get_facts(instance).versions


class HoldColumn(Column):
    """Whether an embargo holds it back, and until when, or a retraction."""

    cell_template_name = "wagtail_rtop/admin/_hold_cell.html"

    def get_value(self, instance: Any) -> Any:
        return get_facts(instance)


def build_columns(*own: Any) -> list[Any]:
    """Return Wagtail's columns with these between title and status."""
    return [
        BulkActionsColumn("bulk_actions"),
        RowTitleColumn("title", label=gettext_lazy("Title"), sort_key="title"),
        ParentPageColumn("parent", label=gettext_lazy("Parent")),
        *own,
        DateColumn(
            "latest_revision_created_at",
            label=gettext_lazy("Updated"),
            sort_key="latest_revision_created_at",
        ),
        PageStatusColumn("status", label=gettext_lazy("Status"), sort_key="live"),
    ]


DATE = Column("document_date", label=gettext_lazy("Date"), sort_key="document_date")
KIND = KindColumn("kind", label=gettext_lazy("Kind"), sort_key="kind")
REGIONS = RegionsColumn("regions", label=gettext_lazy("Regions"))
LANGUAGES = LanguagesColumn("languages", label=gettext_lazy("Languages"))
HOLD = HoldColumn("hold", label=gettext_lazy("Embargo"))
ANSWERED = AnsweredColumn("answered", label=gettext_lazy("Answered publicly"))
VERIFIED = Column(
    "last_verified", label=gettext_lazy("Last verified"), sort_key="last_verified"
)

LETTER_COLUMNS = build_columns(DATE, KIND, ANSWERED, REGIONS, LANGUAGES, HOLD)
RELEASE_COLUMNS = build_columns(DATE, KIND, REGIONS, LANGUAGES, HOLD)
ORGANISATION_COLUMNS = build_columns(VERIFIED, REGIONS, LANGUAGES)
