"""The editor's form of a response."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel


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
        letter = self.parent_page.specific if self.parent_page else None
        rows = letter.recipients.all() if hasattr(letter, "recipients") else []
        field = self.fields.get("recipient_keys")
        if field is None:
            return
        choices = [(str(row.translation_key), str(row)) for row in rows]
        known = {key for key, _label in choices}
        # Rows that the letter lost meanwhile are kept: saving loses nothing.
        choices += [
            (key, _("A recipient that is no longer in the letter"))
            for key in self.instance.recipient_keys or ()
            if key not in known
        ]
        field.choices = choices

    def clean(self) -> Any:
        data = super().clean()
        if not self.is_deferred_validation and not data.get("recipient_keys"):
            if (
                self.fields.get("recipient_keys")
                and self.fields["recipient_keys"].choices
            ):
                self.add_error(
                    "recipient_keys",
                    forms.ValidationError(
                        _("Tick at least one recipient that this response is from."),
                        code="nobody",
                    ),
                )
        return data
