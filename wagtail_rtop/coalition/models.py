"""Who the coalition is: name, address and habits, per site and language."""

import zoneinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Site, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField


class Coalition(TranslatableMixin, models.Model):
    """The coalition's own particulars, translated in the ordinary editor."""

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="+", verbose_name=_("site")
    )
    name = models.CharField(_("name"), max_length=255)
    postal_address = models.TextField(_("postal address"), blank=True)
    default_issuer = models.CharField(
        _("default issuer"),
        max_length=255,
        blank=True,
        help_text=_("Named on letters and releases that name no issuer."),
    )
    overdue_days = models.PositiveSmallIntegerField(
        _("overdue after"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("In days after sending, for recipients who have not answered."),
    )
    audience_time_zone = models.CharField(
        _("audience time zone"),
        max_length=64,
        default="UTC",
        help_text=_("Time zone of your readers, for example Africa/Nairobi."),
    )

    panels = [
        FieldPanel("site"),
        FieldPanel("name"),
        FieldPanel("postal_address"),
        FieldPanel("default_issuer"),
        FieldPanel("overdue_days"),
        FieldPanel("audience_time_zone"),
    ]
    override_translatable_fields = [
        SynchronizedField("site", overridable=False),
        SynchronizedField("overdue_days", overridable=False),
        SynchronizedField("audience_time_zone", overridable=False),
        TranslatableField("name"),
        TranslatableField("postal_address"),
        TranslatableField("default_issuer"),
    ]

    class Meta:
        verbose_name = _("coalition")
        verbose_name_plural = _("coalitions")
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "locale"], name="rtop_coalition_key"
            ),
            models.UniqueConstraint(
                fields=["site", "locale"], name="rtop_coalition_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        try:
            zoneinfo.ZoneInfo(self.audience_time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValidationError(
                {
                    "audience_time_zone": _(
                        "“%(zone)s” is not a time zone. Give a name of the IANA "
                        "list, for example UTC, Africa/Nairobi or America/New_York."
                    )
                    % {"zone": self.audience_time_zone}
                },
                code="unknown_zone",
            ) from None


def get_coalition(site: Any, locale: Any) -> Coalition | None:
    """Return the coalition of a site in a locale, else in any. One query."""
    if site is None:
        return None
    locale_id = getattr(locale, "pk", locale)
    found = Coalition.objects.filter(site=site).annotate(
        other=models.Case(
            models.When(locale=locale_id, then=0),
            default=1,
            output_field=models.IntegerField(),
        )
    )
    return found.order_by("other", "pk").first()
