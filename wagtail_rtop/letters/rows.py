"""The child rows of a letter: recipients and signatories."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.compat import get_page_model_string
from wagtail_rtop.letters.enums import RecipientKind
from wagtail_rtop.rows import StableInlinePanel, StableRow, StableRowForm


class AbstractLetterRecipient(StableRow):
    """Somebody a letter is addressed to, in the order shown on the page.

    To use: add ``letter = ParentalKey(<your page>, related_name="recipients")``.
    The organisation is the profile in the letter's source language; it is
    localised in bulk when the letter is read.
    """

    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=RecipientKind.choices,
        default=RecipientKind.ORGANISATION,
    )
    organisation = models.ForeignKey(
        get_page_model_string(),
        null=True,
        blank=True,
        # Deleting a profile in use is refused before it comes to this; below a
        # deleted section a database error would be a 500, and the name stays.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("The profile of the organisation written to."),
    )
    name = models.CharField(
        _("name as written"),
        max_length=255,
        blank=True,
        help_text=_(
            "As it stands in the letter, even if the name is different today. "
            "Empty: the organisation's name."
        ),
    )
    office = models.CharField(
        _("office"),
        max_length=255,
        blank=True,
        help_text=_("For example: Secretary-General."),
    )

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("office")]),
        PageChooserPanel("organisation"),
        FieldPanel("name"),
    ]
    api_fields = [
        APIField(f)
        for f in ("kind", "organisation", "name", "office", "translation_key")
    ]
    override_translatable_fields = [
        SynchronizedField("kind", overridable=False),
        SynchronizedField("organisation", overridable=False),
        TranslatableField("name"),
        TranslatableField("office"),
    ]

    class Meta(StableRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name or getattr(self.organisation, "title", "")

    def clean(self) -> None:
        super().clean()
        # Frozen at the time of writing; a profile that is renamed later does
        # not rewrite history.
        if not self.name and self.organisation:
            self.name = getattr(self.organisation, "title", "")


class RecipientForm(StableRowForm):
    """Asks for an organisation or a name, but only when the letter goes out."""

    def clean(self) -> Any:
        data = super().clean() or self.cleaned_data
        nobody = not data.get("organisation") and not data.get("name")
        if nobody and not self.is_deferred_validation:
            raise ValidationError(
                _(
                    "This recipient has neither an organisation nor a name. Choose "
                    "an organisation, type a name, or remove the row."
                ),
                code="nobody",
            )
        return data


class RecipientPanel(StableInlinePanel):
    row_form_class = RecipientForm


class AbstractSignatory(StableRow):
    """Somebody who signed: name, title and body as they were on that day.

    To use: add ``letter = ParentalKey(<your page>, related_name="signatories")``.
    """

    name = models.CharField(_("name"), max_length=255)
    title = models.CharField(_("title"), max_length=255, blank=True)
    organisation_name = models.CharField(_("organisation"), max_length=255, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("title"), FieldPanel("organisation_name")]),
    ]
    api_fields = [APIField(f) for f in ("name", "title", "organisation_name")]
    override_translatable_fields = [
        TranslatableField("name"),
        TranslatableField("title"),
        TranslatableField("organisation_name"),
    ]

    class Meta(StableRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name
