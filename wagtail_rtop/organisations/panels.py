"""Dated rows in the editor: errors at the row, and what they say over time."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import HelpPanel, InlinePanel, TabbedInterface

from wagtail_rtop.organisations.timeline import (
    build_changes,
    build_warnings,
    describe_overlap,
    find_contradictions,
    find_overlaps,
)
from wagtail_rtop.tabs import build_tabs


class DatedFormSet(BaseChildFormSet):
    """Rows of which some exclude each other; the error stands at the later one.

    Rows that somebody else has added since the form was opened stay, and count.
    """

    def clean(self) -> None:
        super().clean()
        forms = [
            form
            for form in self.forms
            if form.is_valid()
            and form.cleaned_data
            and not form.cleaned_data.get("DELETE")
        ]
        shown = {form.instance.pk for form in self.forms}
        others = [row for row in self.get_queryset() if row.pk and row.pk not in shown]
        problems = list(find_contradictions(others))
        if problems:
            raise ValidationError(problems)
        rows = [*others, *(form.instance for form in forms)]
        for place, other in find_overlaps(rows):
            error = describe_overlap(rows[place], rows[other])
            forms[place - len(others)].add_error("valid_from", error)


class DatedInlinePanel(InlinePanel):
    """An InlinePanel for rows with ``valid_from`` and ``valid_to``."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = DatedFormSet
        return options


def build_organisation_tabs(cls: Any) -> TabbedInterface:
    """Return the editor of a profile type."""
    return build_tabs(cls, _("Profile"))


class TimelinePanel(HelpPanel):
    """Shows names and members over time as they were saved last. Changes nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("template", "wagtail_rtop/admin/timeline.html")
        super().__init__(*args, **kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            page = self.instance
            return {
                **context,
                "warnings": build_warnings(page),
                "changes": build_changes(page, get_language() or "en"),
            }
