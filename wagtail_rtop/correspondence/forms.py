"""The form that records an event for one recipient or for many."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput
from wagtail.documents.widgets import AdminDocumentChooser

from wagtail_rtop.correspondence.access import (
    get_documents,
    may_publish,
    may_read_notes,
)
from wagtail_rtop.letters.enums import EventKind
from wagtail_rtop.letters.events import CorrespondenceEvent


class DocumentChooser(AdminDocumentChooser):
    """A chooser that shows what was posted even if it is no document's id."""

    def get_instance(self, value: Any) -> Any:
        try:
            return super().get_instance(value)
        except (ValueError, OverflowError):
            # The field says so; the widget only has to survive.
            return None


class EventForm(forms.Form):
    """What happened, when, and what of it readers and the desk may know.

    Who may not publish the letters does not find "public", who may not read
    private notes does not find the note: a field that isn't there can't be posted.
    """

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=EventKind.choices
    )
    happened_on = forms.DateField(
        label=gettext_lazy("On"), widget=AdminDateInput, initial=timezone.localdate
    )
    document: Any = forms.ModelChoiceField(
        label=capfirst(CorrespondenceEvent._meta.get_field("document").verbose_name),
        help_text=CorrespondenceEvent._meta.get_field("document").help_text,
        # Set in __init__: it depends on who chooses.
        queryset=None,
        required=False,
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Count it in the figures that readers see"), required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Private note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
        help_text=gettext_lazy("For the desk only. It never leaves the admin."),
    )

    def __init__(
        self,
        *args: Any,
        user: Any,
        letters: Iterable[Any],
        written_on: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.written_on = written_on
        fields: dict[str, Any] = self.fields
        fields["document"].queryset = get_documents(user)
        fields["document"].widget = DocumentChooser()
        if not all(may_publish(user, letter) for letter in letters):
            del fields["is_public"]
        if not may_read_notes(user):
            del fields["note"]

    def clean_happened_on(self) -> date:
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise ValidationError(
                _(
                    "%(day)s is still to come. Record what has happened, on that day "
                    "or later."
                )
                % {"day": date_format(day, "DATE_FORMAT")},
                code="future",
            )
        if self.written_on and day < self.written_on:
            raise ValidationError(
                _("%(day)s is before the letter, which is of %(date)s.")
                % {
                    "day": date_format(day, "DATE_FORMAT"),
                    "date": date_format(self.written_on, "DATE_FORMAT"),
                },
                code="before_letter",
            )
        return day
