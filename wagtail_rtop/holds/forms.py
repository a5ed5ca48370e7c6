"""The forms of release and retraction. None of them is part of a page form."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
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


class When(models.TextChoices):
    """When a document is released."""

    NOW = "now", _("Now")
    TIME = "time", _("At a moment; what is public stays public until then")
    EMBARGO = "embargo", _("Under embargo: nothing is readable before, in any language")


class ReleaseForm(ConfirmedForm):
    """When the group may be read, and in which languages it goes out.

    Args:
        choices: the versions that may be let out; see holds.plan.
        may_embargo: whether the editor may set or move an embargo.
        embargo: the active one, or None.
        audience_zone: name of the readers' time zone.
    """

    when = forms.ChoiceField(
        label=_("When"), required=False, widget=forms.RadioSelect, choices=When.choices
    )
    # Among Arabic the time would stand before the date.
    lift = forms.DateTimeField(
        label=_("Moment"), required=False, widget=AdminDateTimeInput({"dir": "ltr"})
    )
    pages: Any = forms.MultipleChoiceField(
        label=_("Let out the latest text in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    # Names of the texts that were shown; see Version.text_key.
    texts = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["when", "lift", "pages", "confirmed", "texts"]

    def __init__(
        self,
        *args: Any,
        choices: list[Any],
        may_embargo: bool,
        embargo: Any,
        audience_zone: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {str(version.page.pk): version for version in choices}
        fields: dict[str, Any] = self.fields
        fields["pages"].choices = [
            (pk, self._build_label(version)) for pk, version in self.versions.items()
        ]
        kinds = dict(When.choices)
        if embargo or not choices:
            # Under an embargo there is a button for it; without a text, nothing.
            kinds.pop(When.NOW)
        if not choices:
            kinds.pop(When.TIME)
        if not may_embargo:
            kinds.pop(When.EMBARGO)
        fields["when"].choices = list(kinds.items())
        fields["lift"].help_text = _(
            "In your own time zone (%(own)s). Your readers' is %(readers)s; the moment "
            "is shown in both, and in universal time, before you confirm it."
        ) % {
            "own": timezone.get_current_timezone_name(),
            "readers": audience_zone,
        }

    def clean_when(self) -> str:
        # What says nothing of it shows nothing to anybody.
        return self.cleaned_data["when"] or When.EMBARGO.value

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        when, lift = data.get("when"), data.get("lift")
        if when == When.NOW:
            data["lift"] = None
        elif lift is not None:
            try:
                check_lift(lift)
            except ValidationError as error:
                self.add_error("lift", error)
        elif "lift" not in self.errors:
            self.add_error("lift", self.fields["lift"].error_messages["required"])
        asks = when in (When.NOW, When.TIME) and "pages" not in self.errors
        if asks and not data.get("pages"):
            self.add_error("pages", _("Choose at least one language."))
        return data

    def get_chosen(self) -> list[Any]:
        return [self.versions[pk] for pk in self.cleaned_data["pages"]]

    @staticmethod
    def build_texts(chosen: list[Any]) -> str:
        return ",".join(sorted(version.text_key for version in chosen))

    @staticmethod
    def _build_label(version: Any) -> str:
        return f"{version.locale.get_display_name()}: {version.title}"


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
