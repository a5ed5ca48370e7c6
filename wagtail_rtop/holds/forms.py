"""The forms of embargo and retraction. None of them is part of a page form."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput, AdminPageChooser

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.embargo import check_lift
from wagtail_rtop.visibility.retraction import check_successor


class PageChooser(AdminPageChooser):
    """A chooser that shows what was posted even if it is no page's id."""

    def get_instance(self, value: Any) -> Any:
        try:
            return super().get_instance(value)
        except (ValueError, OverflowError):
            # The field says so; the widget only has to survive.
            return None


class ConfirmedForm(forms.Form):
    """A form that shows what it will do before it does it.

    ``confirmed`` holds the ids of the live pages that were shown; if others
    have gone live since, they are shown first.
    """

    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def has_confirmed(self, pages: list[Any]) -> bool:
        """Return whether the editor has seen that these pages go off line."""
        shown = self.cleaned_data["confirmed"].split(",")
        return bool(shown[0]) and {str(page.pk) for page in pages} <= set(shown)


class EmbargoForm(ConfirmedForm):
    """When the group may be read."""

    lift = forms.DateTimeField(
        label=_("Embargoed until"),
        widget=AdminDateTimeInput,
        help_text=_("In your own time zone."),
    )

    field_order = ["lift", "confirmed"]

    def clean_lift(self) -> datetime:
        lift = self.cleaned_data["lift"]
        check_lift(lift)
        return lift


class RetractionForm(ConfirmedForm):
    """Why the group is withdrawn, and what stands in its place."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        help_text=_("Shown to the public in place of the text. Plain text."),
    )
    reason_language = forms.ChoiceField(label=_("Language of the reason"))
    show_title = forms.BooleanField(
        label=_("Show the title"),
        required=False,
        help_text=_(
            "On the address of the page and on the list of retractions. The address "
            "itself stays as it is."
        ),
    )
    successor: Any = forms.ModelChoiceField(
        label=_("Replaced by"),
        # Set in __init__: the page model is known only then.
        queryset=None,
        required=False,
        help_text=_("Linked as soon and as long as its readers may see it."),
    )

    field_order = ["reason", "reason_language", "show_title", "successor", "confirmed"]

    def __init__(self, *args: Any, page: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        languages = getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", settings.LANGUAGES)
        fields: dict[str, Any] = self.fields
        fields["reason_language"].choices = languages
        model = get_page_model()
        fields["successor"].queryset = model.objects.filter(depth__gt=1)
        fields["successor"].widget = PageChooser(target_models=[model])

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(
                _("Say why the text is withdrawn: readers will find this instead."),
                code="required",
            )
        return reason

    def clean_successor(self) -> Any:
        successor = self.cleaned_data["successor"]
        if successor is None:
            return None
        specific = successor.specific
        check_successor(self.page, specific)
        return specific


class WithdrawForm(forms.Form):
    republish = forms.BooleanField(
        label=_("Publish again what the retraction took off line"), required=False
    )
