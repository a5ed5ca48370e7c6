"""Rows that hold for a time: an organisation's names and its member states."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.api import APIField
from wagtail.models import Orderable

from wagtail_rtop.organisations.countries import CountryInput, validate_country
from wagtail_rtop.organisations.enums import MemberStatus, NameKind


class DatedRow(Orderable):
    """A row that holds from one day to the day before another."""

    valid_from = models.DateField(
        _("from"), null=True, blank=True, help_text=_("First day. Empty: always.")
    )
    valid_to = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("First day on which it no longer holds. Empty: still holds."),
    )
    note = models.CharField(
        _("note"),
        max_length=500,  # a sentence with its source
        blank=True,
        help_text=_("Source, or how certain this is. Shown to editors only."),
    )

    class Meta(Orderable.Meta):
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValidationError(
                {
                    "valid_to": _(
                        "This ends on %(end)s, before or on the day it starts "
                        "(%(start)s). Give a later day, or leave it empty."
                    )
                    % {"end": self.valid_to, "start": self.valid_from}
                },
                code="ends_before_start",
            )

    def holds_on(self, day: date) -> bool:
        """Return whether the row holds on ``day``; the last day is exclusive."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


class AbstractOrganisationName(DatedRow):
    """A name of an organisation in one language, with the days it held.

    To use: add ``organisation = ParentalKey(<your page>, related_name="names")``.
    """

    language = models.CharField(
        _("language"),
        max_length=35,  # RFC 5646 §4.4.1
        validators=[
            RegexValidator(
                r"^[a-z]{2,3}(-[a-zA-Z0-9]{2,8})*\Z",
                _("Give a language tag such as en, fr or zh-hans."),
            )
        ],
        help_text=_("Language tag, for example en, fr, ar or zh-hans."),
    )
    name = models.CharField(_("name"), max_length=255, blank=True)
    acronym = models.CharField(_("acronym"), max_length=50, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=NameKind.choices, default=NameKind.OFFICIAL
    )

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("language"), FieldPanel("kind")]),
        FieldRowPanel([FieldPanel("name"), FieldPanel("acronym")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
        FieldPanel("note"),
    ]
    api_fields = [
        APIField(f)
        for f in ("language", "name", "acronym", "kind", "valid_from", "valid_to")
    ]

    class Meta(DatedRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name or self.acronym


class AbstractMembership(DatedRow):
    """A state's place in an organisation, with the days it held.

    To use: add ``organisation = ParentalKey(<your page>, related_name="members")``.
    """

    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[validate_country],
        help_text=_(
            "ISO 3166-1 code, for example GM for the Gambia. Type a name to find it."
        ),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=MemberStatus.choices,
        default=MemberStatus.MEMBER,
    )

    panels: ClassVar[list[Any]] = [
        FieldRowPanel(
            [FieldPanel("country", widget=CountryInput), FieldPanel("status")]
        ),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
        FieldPanel("note"),
    ]
    api_fields = [APIField(f) for f in ("country", "status", "valid_from", "valid_to")]

    class Meta(DatedRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.country} ({self.get_status_display()})"
