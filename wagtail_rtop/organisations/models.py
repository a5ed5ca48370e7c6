"""What a regional organisation is."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.contracts import PageContract
from wagtail_rtop.organisations.countries import (
    CountryInput,
    CountryListPanel,
    validate_country,
)
from wagtail_rtop.organisations.enums import MemberStatus, NameKind
from wagtail_rtop.organisations.panels import (
    DatedInlinePanel,
    TimelinePanel,
    build_organisation_tabs,
)
from wagtail_rtop.organisations.profile import build_profile, fetch_documents
from wagtail_rtop.organisations.timeline import find_contradictions, get_days
from wagtail_rtop.regions.models import Region
from wagtail_rtop.register.models import DocumentMixin, RegisterRow
from wagtail_rtop.tabs import TabPanel


# In the panel, not in the field: migrations need not know it.
REGIONS_HELP = _(
    "Letters to this organisation stand in these regions, unless they name their own."
)
# Before the day in the name of a preview mode.
ON = "on-"


class OrganisationMixin(PageContract, DocumentMixin):
    """A regional organisation's profile, for any page type.

    To use: ``class MyOrganisationPage(OrganisationMixin, Page)`` and two child
    models with ``related_name="names"`` and ``"members"``. The page's title is
    today's name; compose ``organisation_panels`` into your own panels; the editor
    puts their tabs in place.
    """

    seat = models.CharField(
        _("seat"), max_length=255, blank=True, help_text=_("City and country.")
    )
    seat_country = models.CharField(
        _("country of the seat"),
        max_length=2,
        blank=True,
        validators=[validate_country],
        help_text=_("ISO 3166-1 code. Type a name to find it."),
    )
    working_languages = models.CharField(
        _("working languages"),
        max_length=255,
        blank=True,
        help_text=_("Language tags with commas between, for example en, fr, pt."),
    )
    website = models.URLField(_("website"), blank=True)
    wikidata = models.CharField(
        _("Wikidata"),
        max_length=20,
        blank=True,
        validators=[
            RegexValidator(r"^Q[1-9][0-9]*\Z", _("A Wikidata item is Q and a number."))
        ],
        help_text=_("Item, for example Q7159 for the African Union."),
    )
    body = RichTextField(_("text"), blank=True)
    last_verified = models.DateField(
        _("last verified"),
        null=True,
        blank=True,
        help_text=_("When somebody last compared this profile with its sources."),
    )

    register_kind = "organisation"
    # Kinds of the register that a profile lists.
    profile_kinds: ClassVar[tuple[str, ...]] = ("letter", "response")
    required_children = ("names", "members")
    default_template = "wagtail_rtop/organisations/organisation_page.html"

    organisation_panels: ClassVar[list[Any]] = [
        FieldPanel("body"),
        FieldPanel("regions", help_text=REGIONS_HELP),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("seat"),
                        FieldPanel("seat_country", widget=CountryInput),
                    ]
                ),
                FieldPanel("working_languages"),
                FieldRowPanel([FieldPanel("website"), FieldPanel("wikidata")]),
                FieldPanel("last_verified"),
            ],
            heading=_("Facts"),
        ),
        TabPanel(
            [
                DatedInlinePanel(
                    "names",
                    heading=_("Names"),
                    label=_("Name"),
                    help_text=_(
                        "One row a language and a time. Today's have no end. A name "
                        "that is replaced gets an end: the day on which the next one "
                        "begins."
                    ),
                ),
            ],
            heading=_("Names"),
        ),
        TabPanel(
            [
                CountryListPanel(),
                DatedInlinePanel(
                    "members",
                    heading=_("Member states"),
                    label=_("Member state"),
                    help_text=_(
                        "One row a state and a time. Who leaves gets an end, not a "
                        "deletion: letters of that time are read with the members of "
                        "that time."
                    ),
                ),
            ],
            heading=_("Member states"),
        ),
        TabPanel([TimelinePanel(heading=_("Over time"))], heading=_("Over time")),
    ]
    # A site's own ``edit_handler`` replaces it.
    edit_handler = classproperty(build_organisation_tabs)
    organisation_api_fields = [
        APIField(f)
        for f in (
            "seat",
            "seat_country",
            "working_languages",
            "website",
            "wikidata",
            "body",
            "last_verified",
            "names",
            "members",
        )
    ]
    rtop_translation_policy = [
        SynchronizedField("slug"),
        SynchronizedField("seat_country", overridable=False),
        SynchronizedField("working_languages", overridable=False),
        SynchronizedField("website"),
        SynchronizedField("wikidata", overridable=False),
        SynchronizedField("last_verified", overridable=False),
        TranslatableField("seat"),
        TranslatableField("body"),
    ]

    class Meta:
        abstract = True

    @classmethod
    def get_search_fields(cls) -> list[Any]:
        return [
            *super().get_search_fields(),  # type: ignore[misc]  # Page's
            index.SearchField("body"),
            index.SearchField("seat"),
            index.RelatedFields(
                "names", [index.SearchField("name"), index.SearchField("acronym")]
            ),
        ]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Validate the page and, unless a form does it, its dated rows.

        Only rows that were read or set are looked at: those that are not can't be
        written either, and nobody is stopped by what others left behind. No query.

        Raises:
            ValidationError: at "names" or "members", a sentence for each row that
                ends before it begins, or holds together with one it excludes.
        """
        super().full_clean(*args, **kwargs)
        # A form validates the page before it has its rows, and the rows itself.
        if kwargs.get("validate_unique", True):
            self._check_rows()

    def _check_rows(self) -> None:
        loaded = getattr(self, "_cluster_related_objects", {})
        errors = {
            name: list(find_contradictions(list(getattr(self, name).all())))
            for name in self.required_children
            if name in loaded
        }
        errors = {name: found for name, found in errors.items() if found}
        if errors:
            raise ValidationError(errors)

    def get_register_row(self) -> RegisterRow:
        published = self.first_published_at  # type: ignore[attr-defined]  # Page's
        day = self.last_verified or (published.date() if published else None)
        return RegisterRow(
            self.register_kind, day, self.get_region_ids(), [self.translation_key]
        )

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context, the profile on ``?on=`` and its documents."""
        context = super().get_context(request, *args, **kwargs)
        profile = build_profile(self, request.GET.get("on"))
        documents = fetch_documents(self, request, self.profile_kinds)
        regions = Region.objects.filter(pk__in=self.get_region_ids())
        return {
            **context,
            "profile": profile,
            "rtop_query": "" if profile.is_today else f"?on={profile.day.isoformat()}",
            "letters": documents.get("letter"),
            "responses": documents.get("response"),
            "regions": list(regions.with_label(self.locale_id)),
        }

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Wagtail's modes, and one for each of the latest days of a change."""
        modes = list(super().preview_modes)  # type: ignore[misc]  # Page's
        return modes + [
            (
                f"{ON}{day.isoformat()}",
                _("As at %(day)s") % {"day": date_format(day, "DATE_FORMAT")},
            )
            for day in get_days(self)
        ]

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """Return the context of the page, on the day of the mode if it has one."""
        if mode_name.startswith(ON):
            request.GET = request.GET.copy()
            request.GET["on"] = mode_name.removeprefix(ON)
        return super().get_preview_context(request, mode_name)  # type: ignore[misc]  # Page's

    def as_at(self, day: date) -> dict[str, Any]:
        """Return names and members on ``day``.

        Shape: ``{"day", "names": [row, …], "members": [row, …]}``, in the order
        of the rows; members are those in the organisation on that day,
        suspended ones included. Two queries, none if the rows are prefetched.
        """
        return {
            "day": day,
            "names": [row for row in self.names.all() if row.holds_on(day)],  # type: ignore[attr-defined]  # child relation, checked by E002
            "members": self.get_members_on(day),
        }

    def get_members_on(self, day: date) -> list[Any]:
        """Return the rows of the members on ``day``, suspended ones included."""
        return [
            row
            for row in self.members.all()  # type: ignore[attr-defined]  # child relation, checked by E002
            if row.status != MemberStatus.LEFT and row.holds_on(day)
        ]

    def get_name_on(self, day: date, language: str) -> str:
        """Return the official name on ``day``, in ``language`` or the title."""
        rows: Iterable[Any] = self.as_at(day)["names"]
        for row in rows:
            if row.kind == NameKind.OFFICIAL and row.language == language and row.name:
                return row.name
        return self.title

    def get_acronym(self, language: str) -> str:
        """Return today's acronym in ``language``, in English, or ""."""
        rows = [r for r in self.as_at(timezone.localdate())["names"] if r.acronym]
        official = [r for r in rows if r.kind in {NameKind.OFFICIAL, NameKind.ACRONYM}]
        for wanted in (language, "en"):
            for row in official:
                if row.language == wanted:
                    return row.acronym
        return ""

    def get_working_languages(self) -> Sequence[str]:
        """Return the working languages as tags."""
        return [tag.strip() for tag in self.working_languages.split(",") if tag.strip()]

    def get_organisation_key(self) -> uuid.UUID:
        """Return the key that register rows and letters know this body by."""
        return self.translation_key
