"""The form by which a link is given."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from wagtail_rtop.previews.access import check_expiry
from wagtail_rtop.visibility.previews import PreviewLink


class PreviewLinkForm(forms.ModelForm):
    """To whom, until when, and which text."""

    class Meta:
        model = PreviewLink
        fields = ["recipient", "expires_at", "text"]
        widgets = {
            "expires_at": AdminDateTimeInput({"dir": "ltr"}),
            "text": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_at"].help_text = _(
            "In your own time zone. A link also ends with a retraction, and when you "
            "may not publish this page any more."
        )

    def clean_expires_at(self) -> datetime:
        expires_at: datetime = self.cleaned_data["expires_at"]
        check_expiry(expires_at)
        return expires_at
