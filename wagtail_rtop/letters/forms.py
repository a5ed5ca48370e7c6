"""The editor's forms of a letter and of a response."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel

from wagtail_rtop.letters.dates import check_letter_day, check_response_day


class LetterForm(WagtailAdminPageForm):
    """Refuses a mistyped date, in drafts too.

    The form alone: what is imported, scheduled or changed in bulk fails for no date.
    """

    def clean_document_date(self) -> date | None:
        day: date | None = self.cleaned_data["document_date"]
        if day:
            check_letter_day(day)
        return day


class RecipientKeysPanel(FieldPanel):
    """The letter's recipients as tick boxes."""

    def __init__(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(field_name, *args, **kwargs)


class ResponseForm(WagtailAdminPageForm):
    """Offers the recipients of the letter above, and asks for one on publishing."""

    recipient_keys = forms.MultipleChoiceField(
        label=_("In answer to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Which of the letter's recipients this response is from."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.parent_page.specific if self.parent_page else None
        self.letter = parent if hasattr(parent, "recipients") else None
        field = self.fields.get("recipient_keys")
        if field is not None:
            field.choices = self._get_choices()

    # As in a letter's form.
    def clean_document_date(self) -> date | None:
        return self._clean_day("document_date")

    def clean_received_on(self) -> date | None:
        return self._clean_day("received_on")

    def clean(self) -> Any:
        data = super().clean()
        if self.is_deferred_validation or "recipient_keys" not in self.fields:
            return data
        if self.letter is None:
            # Written by code, or the page above is no letter any more.
            self.add_error(
                None,
                forms.ValidationError(
                    _(
                        "This response does not stand below a letter. Move it below "
                        "the letter that it answers, then publish it."
                    ),
                    code="no_letter",
                ),
            )
        elif not data.get("recipient_keys") and self.fields["recipient_keys"].choices:
            self.add_error(
                "recipient_keys",
                forms.ValidationError(
                    _("Tick at least one recipient that this response is from."),
                    code="nobody",
                ),
            )
        return data

    def _clean_day(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day:
            check_response_day(day)
        return day

    def _get_choices(self) -> list[tuple[str, Any]]:
        """Return the letter's rows, drafted ones too, and those it lost meanwhile."""
        found: dict[str, Any] = {}
        if self.letter:
            draft = self.letter.get_latest_revision_as_object()
            for row in [*self.letter.recipients.all(), *draft.recipients.all()]:
                found.setdefault(str(row.translation_key), str(row))
        # Kept, so that saving loses nothing.
        for key in self.instance.recipient_keys or ():
            found.setdefault(str(key), _("A recipient that is no longer in the letter"))
        return list(found.items())
