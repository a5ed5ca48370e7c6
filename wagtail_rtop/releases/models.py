"""What a press release is. No page tables here: see wagtail_rtop.pages."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.api import APIField
from wagtail.contrib.routable_page.models import path as route_path
from wagtail.fields import RichTextField
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.blocks import ReleaseBodyBlock
from wagtail_rtop.compat import get_page_model_string
from wagtail_rtop.contracts import PageContract, RoutedMixin
from wagtail_rtop.fields import StreamField
from wagtail_rtop.register.models import DocumentMixin, RegisterRow
from wagtail_rtop.releases.corrections import CorrectionFormSet, keep_corrections
from wagtail_rtop.releases.enums import ReleaseKind
from wagtail_rtop.releases.links import check_supersedes
from wagtail_rtop.rows import (
    StableFormSet,
    StableInlinePanel,
    StableRow,
    build_attachment_panel,
)


# In the panels, not in the fields: migrations need not know them.
RELEASE_HELP = _(
    "The date of the release does not decide when it goes out. To let several "
    "languages out together, at a moment or under embargo, save the text and choose "
    "Release in the menu beside its title. Publish, below, is for this language alone."
)
FROZEN_HELP = _(
    "Printed as it stands on the day of publication; a later change shows when the "
    "release is published again."
)


class Boilerplate(TranslatableMixin, index.Indexed, models.Model):
    """The paragraph "About us" at the end of press releases, for many of them."""

    name = models.CharField(
        _("name"), max_length=255, help_text=_("For editors. Not shown to readers.")
    )
    text = RichTextField(_("text"), features=["bold", "italic", "link"])

    panels = [FieldPanel("name"), FieldPanel("text")]
    search_fields = [
        index.AutocompleteField("name"),
        index.SearchField("name"),
        # Choosers ask for one language.
        index.FilterField("locale"),
    ]
    override_translatable_fields = [
        SynchronizedField("name", overridable=False),
        TranslatableField("text"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("boilerplate")
        verbose_name_plural = _("boilerplates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PressContact(TranslatableMixin, index.Indexed, models.Model):
    """Somebody whom journalists may call; printed on press releases."""

    name = models.CharField(_("name"), max_length=255)
    role = models.CharField(_("role"), max_length=255, blank=True)
    phone = models.CharField(_("telephone"), max_length=50, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("role"),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
    ]
    search_fields = [
        index.AutocompleteField("name"),
        index.SearchField("name"),
        # Choosers ask for one language.
        index.FilterField("locale"),
    ]
    override_translatable_fields = [
        TranslatableField("name"),
        TranslatableField("role"),
        SynchronizedField("phone", overridable=False),
        SynchronizedField("email", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("press contact")
        verbose_name_plural = _("press contacts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AbstractReleaseContact(StableRow):
    """A press contact on a release.

    To use: add ``release = ParentalKey(<your page>, related_name="contacts")``.
    """

    contact = models.ForeignKey(
        PressContact,
        # A contact on a release is frozen with it at each publish.
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("press contact"),
    )

    panels: ClassVar[list[Any]] = [FieldPanel("contact")]
    override_translatable_fields = [TranslatableField("contact")]

    class Meta(StableRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.contact)


class AbstractCorrection(StableRow):
    """A dated note on what was corrected; the text before it stays readable.

    To use: add ``release = ParentalKey(<your page>, related_name="corrections")``.
    """

    corrected_on = models.DateField(_("date"), default=timezone.localdate)
    note = models.TextField(
        _("correction"), help_text=_("What was wrong, and what is right.")
    )

    panels: ClassVar[list[Any]] = [FieldPanel("corrected_on"), FieldPanel("note")]
    api_fields = [APIField("corrected_on"), APIField("note")]
    override_translatable_fields = [
        SynchronizedField("corrected_on", overridable=False),
        TranslatableField("note"),
    ]

    class Meta(StableRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.corrected_on}"


class ReleaseVersion(models.Model):
    """A text of a release as it was published before a correction."""

    page = models.ForeignKey(
        get_page_model_string(),
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("page"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    # Like a revision's content.
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)
    replaced_at = models.DateTimeField(_("replaced at"), default=timezone.now)

    class Meta:
        verbose_name = _("version of a release")
        verbose_name_plural = _("versions of releases")
        ordering = ["page", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "number"], name="rtop_release_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id}, {self.number}"


class CorrectionsPanel(StableInlinePanel):
    """A StableInlinePanel that lets no published correction be deleted."""

    formset_class: ClassVar[type[StableFormSet]] = CorrectionFormSet


class PressReleaseMixin(PageContract, DocumentMixin, RoutedMixin):
    """A press release, for any page type.

    To use: ``class MyReleasePage(PressReleaseMixin, Page)`` and child models with
    ``related_name="contacts"``, ``"attachments"`` and ``"corrections"``. Embargo and
    retraction are set in views of their own, never by a field.
    """

    document_date = models.DateField(
        _("date of the release"), null=True, help_text=_("The date on the release.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=ReleaseKind.choices,
        default=ReleaseKind.STATEMENT,
    )
    subtitle = models.CharField(_("subtitle"), max_length=255, blank=True)
    dateline = models.CharField(
        _("dateline"),
        max_length=255,
        blank=True,
        help_text=_("Place, as it shall be printed, for example NEW YORK."),
    )
    body = StreamField(ReleaseBodyBlock(), verbose_name=_("text"), blank=True)
    notes_to_editors = RichTextField(
        _("notes to editors"), blank=True, features=["ol", "ul", "bold", "link"]
    )
    boilerplate = models.ForeignKey(
        Boilerplate,
        null=True,
        blank=True,
        # The text is frozen with the release at each publish.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("boilerplate"),
    )
    supersedes = models.ForeignKey(
        get_page_model_string(),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("supersedes"),
        help_text=_("The release that this one replaces."),
    )
    # What was printed at the last publish: not editable, so that
    # wagtail-localize leaves it alone; one for each language.
    frozen = models.JSONField(default=dict, blank=True, editable=False)

    register_kind = "release"
    text_fields: ClassVar[tuple[str, ...]] = ("body", "attachments")
    required_children = ("contacts", "attachments", "corrections")
    default_template = "wagtail_rtop/releases/release_page.html"

    release_panels: ClassVar[list[Any]] = [
        FieldPanel("subtitle"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("document_date"), FieldPanel("kind")]),
                FieldPanel("dateline"),
                HelpPanel(RELEASE_HELP, template="wagtail_rtop/admin/help.html"),
            ],
            heading=_("About the release"),
        ),
        FieldPanel("body"),
        FieldPanel("notes_to_editors"),
        FieldPanel("boilerplate", help_text=FROZEN_HELP),
        StableInlinePanel(
            "contacts",
            heading=_("Contacts"),
            label=_("Contact"),
            help_text=FROZEN_HELP,
        ),
        build_attachment_panel(),
        CorrectionsPanel(
            "corrections",
            heading=_("Corrections"),
            label=_("Correction"),
            help_text=_(
                "For a mistake that readers have seen: mend the text above, add here "
                "what was wrong and what is right, and publish. The earlier text "
                "stays readable. A published correction can't be deleted."
            ),
        ),
        PageChooserPanel("supersedes"),
        *DocumentMixin.region_panels,
    ]
    release_api_fields = [
        APIField(f)
        for f in (
            *("document_date", "kind", "subtitle", "dateline", "body"),
            *("notes_to_editors", "attachments", "corrections"),
        )
    ]
    rtop_translation_policy = [
        SynchronizedField("slug"),
        SynchronizedField("document_date", overridable=False),
        SynchronizedField("kind", overridable=False),
        SynchronizedField("supersedes", overridable=False),
        TranslatableField("subtitle"),
        TranslatableField("dateline"),
        TranslatableField("body"),
        TranslatableField("notes_to_editors"),
        TranslatableField("boilerplate"),
    ]

    class Meta:
        abstract = True

    @classmethod
    def get_search_fields(cls) -> list[Any]:
        return [
            *super().get_search_fields(),
            index.SearchField("subtitle"),
            index.SearchField("body"),
            index.SearchField("notes_to_editors"),
            index.FilterField("document_date"),
        ]

    def clean(self) -> None:
        super().clean()
        check_supersedes(self)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Return the page as of ``content``, with what it printed last."""
        page = super().with_content_json(content)
        # The page's own, not the draft's: a draft prints nothing.
        page.frozen = self.frozen
        keep_corrections(page)
        return page

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            # A copy and a new translation have printed nothing yet.
            self.frozen = {}
        elif kwargs.get("update_fields") is None:
            keep_corrections(self)
        super().save(*args, **kwargs)

    def prepare_live(self) -> None:
        # Imported here: freezing reads the tables of this module.
        from wagtail_rtop.releases.freezing import freeze

        freeze(self)

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the page's context and the release's; see build_context()."""
        # Imported here: it reads the tables of this module.
        from wagtail_rtop.releases.context import build_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **build_context(self, request)}

    @route_path("versions/<int:number>/", name="version")
    def serve_version(self, request: Any, number: int) -> Any:
        """Serve the text as it stood before a correction."""
        # Imported here: it reads the tables of this module.
        from wagtail_rtop.releases.context import build_version_context

        return self.render(
            request,
            context_overrides=build_version_context(self, number),
            template="wagtail_rtop/releases/release_version.html",
        )

    def get_document_date(self) -> Any:
        """Return the date on the release; a draft without one is listed under today."""
        return self.document_date or timezone.localdate()

    def get_register_row(self) -> RegisterRow:
        day = self.get_document_date() if self.document_date else None
        return RegisterRow(self.register_kind, day, self.get_region_ids())
