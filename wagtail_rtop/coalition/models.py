"""Who the coalition is: name, address and habits, per site and language."""

import zoneinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.images import get_image_model_string
from wagtail.models import Locale, PreviewableMixin, Site, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.coalition.references import check_reference_pattern
from wagtail_rtop.coalition.workdays import (
    Deadline,
    Weekend,
    build_deadline,
    check_year_has_workdays,
    parse_holidays,
)
from wagtail_rtop.register.query import remember
from wagtail_rtop.register.sync import bump_content_version
from wagtail_rtop.visibility.gate import get_gate


# Where a request keeps its coalitions.
CACHE = "_wagtail_rtop_coalitions"


class Coalition(PreviewableMixin, TranslatableMixin, models.Model):
    """The coalition's own particulars, translated in the ordinary editor."""

    site = models.ForeignKey(
        Site,
        # A site that is deleted, or whose root page is, does not take the
        # coalition's address and its translations with it.
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("site"),
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
        help_text=_(
            "In working days after sending, for recipients who have not answered."
        ),
    )
    weekend = models.CharField(
        _("weekend"),
        max_length=10,
        choices=Weekend.choices,
        default=Weekend.SATURDAY,
        help_text=_("These days of the week are no working days."),
    )
    holidays = models.TextField(
        _("holidays"),
        blank=True,
        max_length=20000,
        help_text=_(
            "Days that are no working days, one a line: 2026-12-25 Christmas, or "
            "12-25 Christmas for every year."
        ),
    )
    audience_time_zone = models.CharField(
        _("audience time zone"),
        max_length=64,
        default="UTC",
        help_text=_("Time zone of your readers, for example Africa/Nairobi."),
    )
    letterhead_logo = models.ForeignKey(
        get_image_model_string(),
        null=True,
        blank=True,
        # A letterhead without its logo still says who writes.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("letterhead logo"),
        help_text=_("Stands at the head of letters and press releases on paper."),
    )
    default_boilerplate = models.ForeignKey(
        # By name: releases are a floor above.
        "wagtail_rtop.Boilerplate",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("default boilerplate"),
        help_text=_("Filled into each new press release, where it can be changed."),
    )
    reference_pattern = models.CharField(
        _("reference pattern"),
        max_length=100,
        blank=True,
        help_text=_(
            "How new letters are numbered, for example {year}/{number:03}. Empty: "
            "they are not."
        ),
    )
    digest_hour = models.PositiveSmallIntegerField(
        _("digest hour"),
        default=7,
        validators=[MaxValueValidator(23)],
        help_text=_(
            "Hour of the day, 0 to 23 in the audience time zone, from which the "
            "daily e-mail to editors is sent."
        ),
    )

    panels = [
        FieldPanel("site"),
        FieldPanel("name"),
        FieldPanel(
            "postal_address",
            # An address stays as it is written, whatever way the admin runs.
            widget=AdminAutoHeightTextInput(attrs={"dir": "auto"}),
        ),
        FieldPanel("letterhead_logo"),
        MultiFieldPanel(
            [
                FieldPanel("default_issuer"),
                FieldPanel("reference_pattern"),
                FieldPanel("default_boilerplate"),
            ],
            heading=_("New letters and press releases"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("overdue_days"),
                FieldPanel("weekend"),
                FieldPanel("holidays"),
                FieldPanel("digest_hour"),
                FieldPanel("audience_time_zone"),
            ],
            heading=_("Reminders and times"),
        ),
    ]
    override_translatable_fields = [
        SynchronizedField("site", overridable=False),
        SynchronizedField("overdue_days", overridable=False),
        SynchronizedField("weekend", overridable=False),
        SynchronizedField("holidays", overridable=False),
        SynchronizedField("audience_time_zone", overridable=False),
        SynchronizedField("letterhead_logo", overridable=False),
        # The boilerplate's translation is looked up when a release is made: it
        # may be written after the coalition is translated.
        SynchronizedField("default_boilerplate", overridable=False),
        SynchronizedField("reference_pattern", overridable=False),
        SynchronizedField("digest_hour", overridable=False),
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

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        # Every page names it.
        bump_content_version()

    def clean(self) -> None:
        super().clean()
        self._check_once()
        self._check_pattern()
        try:
            check_year_has_workdays(parse_holidays(self.holidays)[1])
        except ValidationError as error:
            raise ValidationError({"holidays": error}) from None
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

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "wagtail_rtop/coalition/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """Return what the letterhead and the footer need, with what is being edited."""
        # Wagtail's preview of a new snippet does not say in which language.
        locale = self.locale if self.locale_id else Locale.get_active()
        direction = "rtl" if locale.is_bidi else "ltr"
        language = {"code": locale.language_code, "direction": direction}
        return {
            **super().get_preview_context(request, mode_name),
            "chrome": {"coalition": self, "language": language},
            "boilerplate": self.get_boilerplate(locale),
        }

    def get_boilerplate(self, locale: Any) -> Any:
        """Return the default boilerplate in a Locale (or its id), else as chosen."""
        chosen = self.default_boilerplate
        if chosen is None:
            return None
        found = chosen.get_translations(inclusive=True)
        return found.filter(locale=locale).first() or chosen

    def _check_pattern(self) -> None:
        try:
            if self.reference_pattern:
                check_reference_pattern(self.reference_pattern)
        except ValidationError as error:
            raise ValidationError({"reference_pattern": error}) from None

    def _check_once(self) -> None:
        # Not left to the constraint: forms leave out the locale, which they do
        # not show, and the database would refuse with an error page.
        others = Coalition.objects.filter(site=self.site_id, locale=self.locale_id)
        if self.site_id and others.exclude(pk=self.pk).exists():
            raise ValidationError(
                {
                    "site": _(
                        "This site has a coalition in this language already. Edit "
                        "that one."
                    )
                },
                code="duplicate",
            )


def get_coalition(site: Any, locale: Any, request: Any = None) -> Coalition | None:
    """Return the coalition of a site in a locale, else in the first there is.

    Args:
        site: a Site, or None.
        locale: a Locale or its id.
        request: keeps the answer as long as the request lasts; and the site's cache
            then keeps it until something changes.

    Cost: at most one query, without a request always.
    """
    if site is None:
        return None
    locale_id = getattr(locale, "pk", locale)
    if request is None:
        return _fetch_coalition(site, locale_id)
    kept = request.__dict__.setdefault(CACHE, {})
    key = (site.pk, locale_id)
    if key not in kept:
        # In a tuple: none is an answer too.
        (kept[key],) = remember(
            get_gate(request),
            ("coalition", *key),
            lambda: (_fetch_coalition(site, locale_id),),
        )
    return kept[key]


def fetch_deadlines() -> list[tuple[str, Deadline]]:
    """Return the deadline of each site that has a coalition. One query.

    Shape: list of (tree path of the site's root page, deadline), longest path
    first. The settings are the same in every language.
    """
    found: dict[str, Deadline] = {}
    coalitions = Coalition.objects.exclude(site=None).select_related("site__root_page")
    for coalition in coalitions.order_by("pk"):
        path = coalition.site.root_page.path  # type: ignore[union-attr]  # excluded
        found.setdefault(path, build_deadline(coalition))
    return sorted(found.items(), key=lambda item: -len(item[0]))


def _fetch_coalition(site: Any, locale_id: int | None) -> Coalition | None:
    # Without its logo: a new file of an image is no change of the coalition, and
    # what a cache keeps would name the old one.
    found = Coalition.objects.filter(site=site).select_related("locale")
    found = found.annotate(
        other=models.Case(
            models.When(locale=locale_id, then=0),
            default=1,
            output_field=models.IntegerField(),
        )
    )
    return found.order_by("other", "pk").first()
