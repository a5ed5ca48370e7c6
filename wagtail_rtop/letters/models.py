"""What a letter is. No page tables here: see wagtail_rtop.pages."""

from typing import Any, ClassVar

from django.core import checks
from django.db import models, transaction
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.contracts import PageContract
from wagtail_rtop.letters.enums import LetterKind
from wagtail_rtop.letters.forms import LetterForm
from wagtail_rtop.letters.freezing import freeze_names
from wagtail_rtop.letters.numbering import (
    assign_reference,
    check_reference,
    get_group_reference,
)
from wagtail_rtop.letters.panels import (
    DerivedRegionsPanel,
    RecipientToolsPanel,
    build_letter_tabs,
)
from wagtail_rtop.letters.registration import LetterInRegister
from wagtail_rtop.letters.rows import RecipientPanel
from wagtail_rtop.register.models import DocumentMixin
from wagtail_rtop.rows import (
    StableInlinePanel,
    build_attachment_panel,
    check_stable_rows,
)
from wagtail_rtop.tabs import TabPanel


BODY_FEATURES = [
    *("h2", "h3", "bold", "italic", "sic", "ol", "ul", "hr"),
    *("link", "document-link"),
]
# In the panel, not in the field: migrations need not know it.
REFERENCE_HELP = _(
    "Our reference. Left empty, it is the next number of the coalition's pattern "
    "when the letter is first published."
)


class LetterMixin(PageContract, LetterInRegister):
    """Fields and behaviour of a letter, for any page type.

    To use: ``class MyLetterPage(LetterMixin, Page)``, the mixin first, and child
    models with ``related_name="recipients"``, ``"signatories"`` and
    ``"attachments"``. All are checked at start-up. Responses are pages below it.
    Compose ``letter_panels`` into your own; the editor puts its tabs in place.
    """

    document_date = models.DateField(
        _("date of the letter"),
        # Empty in drafts only: the editor asks for it before publishing.
        null=True,
        help_text=_("The date on the letter, not of its publication here."),
    )
    reference = models.CharField(
        _("reference"), max_length=100, blank=True, help_text=_("Our reference.")
    )
    issuer = models.CharField(
        _("issuer"),
        max_length=255,
        blank=True,
        help_text=_("Who wrote. Empty: the coalition's default issuer."),
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=LetterKind.choices, default=LetterKind.SAME
    )
    occasion = models.CharField(
        _("occasion"),
        max_length=255,
        blank=True,
        help_text=_("The event the letter was written for."),
    )
    occasion_date = models.DateField(_("date of the occasion"), null=True, blank=True)
    cover_note = RichTextField(
        _("cover note"),
        blank=True,
        features=["bold", "italic", "link", "document-link"],
        help_text=_(
            "What the reader should know before the letter. The page names the "
            "recipients by itself."
        ),
    )
    salutation = models.CharField(_("salutation"), max_length=255, blank=True)
    body = RichTextField(_("body"), blank=True, features=BODY_FEATURES)
    closing = models.CharField(_("closing"), max_length=255, blank=True)
    is_excerpt = models.BooleanField(
        _("excerpt"),
        default=False,
        help_text=_("The page shows a part of the letter. It says so to readers."),
    )
    full_text = models.ForeignKey(
        get_document_model_string(),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("full text"),
        help_text=_("The whole letter as a document; one for each language."),
    )
    copied_to = models.TextField(
        _("copied to"), blank=True, help_text=_("One a line, as on the letter.")
    )

    base_form_class = LetterForm
    required_children = ("recipients", "signatories", "attachments")
    default_template = "wagtail_rtop/letters/letter_page.html"

    recipient_panels: ClassVar[list[Any]] = [
        RecipientToolsPanel(),
        RecipientPanel(
            "recipients",
            heading=_("Recipients"),
            label=_("Recipient"),
            help_text=_(
                "The page names each recipient as written here. A name left empty is "
                "filled from the profile when you save; it stays when the profile "
                "gets another name."
            ),
        ),
        DerivedRegionsPanel(),
        *DocumentMixin.region_panels,
    ]
    signatory_panels: ClassVar[list[Any]] = [
        StableInlinePanel(
            "signatories", heading=_("Signatories"), label=_("Signatory")
        ),
        FieldPanel("copied_to"),
        FieldPanel("full_text"),
        build_attachment_panel(),
    ]
    # What else belongs to a letter's responses adds its panels here, in ready().
    response_tab_panels: ClassVar[list[Any]] = []
    letter_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("document_date"),
                        FieldPanel("reference", help_text=REFERENCE_HELP),
                    ]
                ),
                FieldRowPanel([FieldPanel("issuer"), FieldPanel("kind")]),
                FieldRowPanel([FieldPanel("occasion"), FieldPanel("occasion_date")]),
            ],
            heading=_("About the letter"),
        ),
        FieldPanel("cover_note"),
        MultiFieldPanel(
            [
                FieldPanel("salutation"),
                FieldPanel("body"),
                FieldPanel("closing"),
                FieldPanel("is_excerpt"),
            ],
            heading=_("The letter"),
        ),
        TabPanel(recipient_panels, heading=_("Recipients")),
        TabPanel(signatory_panels, heading=_("Signatories and files")),
    ]
    text_fields: ClassVar[tuple[str, ...]] = ("body", "full_text", "attachments")
    # A site's own ``edit_handler`` replaces it.
    edit_handler = classproperty(build_letter_tabs)
    letter_api_fields = [
        APIField(f)
        for f in (
            *("document_date", "reference", "issuer", "kind", "occasion"),
            *("occasion_date", "cover_note", "salutation", "body", "closing"),
            *("is_excerpt", "full_text", "copied_to"),
            *("recipients", "signatories", "attachments"),
        )
    ]
    rtop_translation_policy = [
        SynchronizedField("slug"),
        SynchronizedField("document_date", overridable=False),
        SynchronizedField("reference", overridable=False),
        SynchronizedField("kind", overridable=False),
        SynchronizedField("occasion_date", overridable=False),
        SynchronizedField("is_excerpt"),
        SynchronizedField("full_text"),
        TranslatableField("issuer"),
        TranslatableField("occasion"),
        TranslatableField("cover_note"),
        TranslatableField("salutation"),
        TranslatableField("body"),
        TranslatableField("closing"),
        TranslatableField("copied_to"),
    ]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Merged, for a site's own list would let two letters have one reference.
        own = getattr(cls, "exclude_fields_in_copy", ())
        cls.exclude_fields_in_copy = list(dict.fromkeys([*own, "reference"]))  # type: ignore[attr-defined]  # Page's

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if cls._meta.abstract:
            return errors
        return [*errors, *check_stable_rows(cls, cls.required_children)]

    @classmethod
    def get_search_fields(cls) -> list[Any]:
        return [
            *super().get_search_fields(),  # type: ignore[misc]  # Page's  # type: ignore[misc]  # Page's
            index.SearchField("body"),
            index.SearchField("cover_note"),
            index.SearchField("reference"),
            index.SearchField("occasion"),
            index.RelatedFields(
                "recipients", [index.SearchField("name"), index.SearchField("office")]
            ),
            index.FilterField("document_date"),
        ]

    def clean(self) -> None:
        super().clean()
        # Not when it is written: an embargo that lifts waits for nobody.
        if self.reference and not self.__dict__.get("_rtop_is_saving"):
            check_reference(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        made_here = self.__dict__.setdefault("_rtop_made_here", self._state.adding)
        if self._state.adding and not self.reference:
            # A translation has the reference of its letter.
            self.reference = get_group_reference(self)
        self._rtop_is_saving = True
        try:
            # With the letter's number: what fails gives it back.
            with transaction.atomic():
                super().save(*args, **kwargs)
        finally:
            del self._rtop_is_saving
        # What Wagtail's recursive copy saves last of the page that it has made.
        if made_here and set(kwargs.get("update_fields") or ()) == {"numchild"}:
            self._drop_copied_responses()

    def prepare_live(self) -> None:
        super().prepare_live()
        freeze_names(self)
        assign_reference(self)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Return the page of a revision; a number once given is in all of them."""
        page = super().with_content_json(content)
        page.reference = page.reference or self.reference
        return page

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context and build_letter_context()."""
        # Imported here: the context reads the tables of this module.
        from wagtail_rtop.letters.context import build_letter_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **build_letter_context(self, request)}

    @property
    def preview_modes(self) -> list[Any]:
        # Imported here: previews read the tables of this module.
        from wagtail_rtop.letters.previews import MODES

        return [*super().preview_modes, *MODES]  # type: ignore[misc]  # Page's

    def get_preview_template(self, request: Any, mode_name: str) -> Any:
        from wagtail_rtop.letters.previews import PRINT, PRINT_TEMPLATE

        if mode_name == PRINT:
            return PRINT_TEMPLATE
        return super().get_preview_template(request, mode_name)  # type: ignore[misc]  # Page's

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        """Return the letter's context and build_preview_context()."""
        from wagtail_rtop.letters.previews import build_preview_context

        context = super().get_preview_context(request, mode_name)  # type: ignore[misc]  # Page's
        return {**context, **build_preview_context(self, request, mode_name)}

    def _drop_copied_responses(self) -> None:
        """Delete the responses that came with a copy: nobody answered this letter.

        Those below a translation or an alias have their originals elsewhere in
        the group and stay.
        """
        # Imported here: responses build on letters.
        from wagtail_rtop.letters.responses import ResponseMixin

        pages = get_page_model()
        for child in pages.objects.child_of(self).filter(alias_of=None).specific():
            group = pages.objects.filter(translation_key=child.translation_key)
            if isinstance(child, ResponseMixin) and group.count() == 1:
                child.delete()
        self.numchild = pages.objects.child_of(self).count()
