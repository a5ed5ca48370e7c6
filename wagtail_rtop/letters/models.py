"""What a letter and a response are. No page tables here: see wagtail_rtop.pages."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.contracts import PageContract
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.letters.enums import EventKind, LetterKind, ResponseKind
from wagtail_rtop.letters.forms import RecipientKeysPanel, ResponseForm
from wagtail_rtop.letters.rows import RecipientPanel
from wagtail_rtop.regions.models import TaggedRegion
from wagtail_rtop.register.models import DocumentMixin, RegisterRow
from wagtail_rtop.rows import StableInlinePanel


BODY_FEATURES = [
    *("h2", "h3", "bold", "italic", "sic", "ol", "ul", "hr"),
    *("link", "document-link"),
]


class LetterMixin(PageContract, DocumentMixin):
    """Fields and behaviour of a letter, for any page type.

    To use: ``class MyLetterPage(LetterMixin, Page)``, the mixin first, and child
    models with ``related_name="recipients"``, ``"signatories"`` and
    ``"attachments"``. All are checked at start-up. Responses are pages below it.
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

    register_kind = "letter"
    required_children = ("recipients", "signatories", "attachments")
    default_template = "wagtail_rtop/letters/letter_page.html"

    letter_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("document_date"), FieldPanel("reference")]),
                FieldRowPanel([FieldPanel("issuer"), FieldPanel("kind")]),
                FieldRowPanel([FieldPanel("occasion"), FieldPanel("occasion_date")]),
            ],
            heading=_("About the letter"),
        ),
        FieldPanel("cover_note"),
        RecipientPanel("recipients", heading=_("Recipients"), label=_("Recipient")),
        MultiFieldPanel(
            [
                FieldPanel("salutation"),
                FieldPanel("body"),
                FieldPanel("closing"),
                FieldPanel("is_excerpt"),
                FieldPanel("full_text"),
            ],
            heading=_("The letter"),
        ),
        StableInlinePanel(
            "signatories", heading=_("Signatories"), label=_("Signatory")
        ),
        FieldPanel("copied_to"),
        StableInlinePanel(
            "attachments", heading=_("Attachments"), label=_("Attachment")
        ),
        *DocumentMixin.region_panels,
    ]
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

    @classmethod
    def get_search_fields(cls) -> list[Any]:
        return [
            *super().get_search_fields(),
            index.SearchField("body"),
            index.SearchField("cover_note"),
            index.SearchField("reference"),
            index.SearchField("occasion"),
            index.RelatedFields(
                "recipients", [index.SearchField("name"), index.SearchField("office")]
            ),
            index.FilterField("document_date"),
        ]

    def get_register_row(self) -> RegisterRow:
        # Imported here: the ledger reads the tables of this module.
        from wagtail_rtop.letters.ledger import count_public_answers

        recipients = list(self.recipients.all())
        organisations = self._get_organisation_keys(recipients)
        addressed, answered = count_public_answers(self, recipients, organisations)
        return RegisterRow(
            self.register_kind,
            self.get_document_date(),
            self.get_region_ids() or self._get_recipient_regions(recipients),
            list(dict.fromkeys(organisations.values())),
            recipients=addressed,
            answered=answered,
        )

    def get_document_date(self) -> Any:
        """Return the date on the letter; a draft without one is listed under today."""
        return self.document_date or timezone.localdate()

    def _get_organisation_keys(self, recipients: list[Any]) -> dict[int, uuid.UUID]:
        """Return the translation key of each recipient's profile, by its id."""
        ids = {r.organisation_id for r in recipients if r.organisation_id}
        if not ids:
            return {}
        found = get_page_model().objects.filter(pk__in=ids)
        keys = dict(found.order_by().values_list("pk", "translation_key"))
        # In the order of the recipients.
        order = [r.organisation_id for r in recipients if r.organisation_id in keys]
        return {pk: keys[pk] for pk in order}

    def _get_recipient_regions(self, recipients: list[Any]) -> list[int]:
        ids = {r.organisation_id for r in recipients if r.organisation_id}
        tagged = TaggedRegion.objects.filter(content_object__in=ids)
        return sorted(set(tagged.values_list("tag", flat=True))) if ids else []


class ResponseMixin(PageContract, DocumentMixin):
    """A response, published as a page below its letter.

    To use: ``class MyResponsePage(ResponseMixin, Page)`` with
    ``parent_page_types`` naming your letter type. So it has drafts, privacy,
    workflow, translations and an address like any page.
    """

    recipient_keys = models.JSONField(
        _("in answer to"),
        default=list,
        blank=True,
        help_text=_("Which of the letter's recipients this response is from."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=ResponseKind.choices,
        default=ResponseKind.SUBSTANTIVE,
        help_text=_("An acknowledgement of receipt does not count as an answer."),
    )
    signatory = models.CharField(_("signatory"), max_length=255, blank=True)
    office = models.CharField(_("office"), max_length=255, blank=True)
    document_date = models.DateField(
        _("date on the response"), null=True, help_text=_("As it stands on it.")
    )
    received_on = models.DateField(_("received on"), null=True, blank=True)
    original_language = models.CharField(
        _("language of the original"),
        max_length=35,  # RFC 5646 §4.4.1
        blank=True,
        help_text=_("Language tag, for example ar."),
    )
    summary = RichTextField(_("summary"), blank=True, features=["bold", "italic"])
    body = RichTextField(_("text"), blank=True, features=BODY_FEATURES)
    document = models.ForeignKey(
        get_document_model_string(),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("document"),
    )

    base_form_class = ResponseForm
    register_kind = "response"
    default_template = "wagtail_rtop/letters/response_page.html"

    response_panels: ClassVar[list[Any]] = [
        RecipientKeysPanel("recipient_keys"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("original_language")]),
                FieldRowPanel([FieldPanel("signatory"), FieldPanel("office")]),
                FieldRowPanel([FieldPanel("document_date"), FieldPanel("received_on")]),
            ],
            heading=_("About the response"),
        ),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("document"),
        *DocumentMixin.region_panels,
    ]
    response_api_fields = [
        APIField(f)
        for f in (
            *("recipient_keys", "kind", "signatory", "office", "document_date"),
            *("received_on", "original_language", "summary", "body", "document"),
        )
    ]
    rtop_translation_policy = [
        SynchronizedField("slug"),
        SynchronizedField("recipient_keys", overridable=False),
        SynchronizedField("kind", overridable=False),
        SynchronizedField("document_date", overridable=False),
        SynchronizedField("received_on", overridable=False),
        SynchronizedField("original_language", overridable=False),
        SynchronizedField("document"),
        TranslatableField("signatory"),
        TranslatableField("office"),
        TranslatableField("summary"),
        TranslatableField("body"),
    ]

    class Meta:
        abstract = True

    @classmethod
    def get_search_fields(cls) -> list[Any]:
        return [
            *super().get_search_fields(),
            index.SearchField("summary"),
            index.SearchField("body"),
            index.SearchField("signatory"),
            index.FilterField("document_date"),
        ]

    def clean(self) -> None:
        super().clean()
        if (
            self.document_date
            and self.received_on
            and self.received_on < self.document_date
        ):
            raise ValidationError(
                {
                    "received_on": _(
                        "Received on %(received)s, but the response is dated "
                        "%(dated)s. Check both dates."
                    )
                    % {"received": self.received_on, "dated": self.document_date}
                },
                code="received_before_dated",
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._sync_letter()

    def get_letter(self) -> Any:
        """Return the letter this page stands below, or None."""
        parent = self.get_parent()
        letter = parent.specific if parent else None
        return letter if isinstance(letter, LetterMixin) else None

    def get_recipient_keys(self) -> set[uuid.UUID]:
        """Return the keys of the letter's rows that this response answers."""
        keys = set()
        for value in self.recipient_keys or ():
            try:
                keys.add(uuid.UUID(str(value)))
            except ValueError:
                # Written by an import or an API; an unknown key answers nobody.
                continue
        return keys

    def get_document_date(self) -> Any:
        return self.document_date or self.received_on or timezone.localdate()

    def get_register_row(self) -> RegisterRow:
        letter = self.get_letter()
        recipients = list(letter.recipients.all()) if letter else []
        mine = [r for r in recipients if r.translation_key in self.get_recipient_keys()]
        organisations = letter._get_organisation_keys(mine) if letter else {}
        return RegisterRow(
            self.register_kind,
            self.get_document_date(),
            self.get_region_ids()
            or (letter._get_recipient_regions(mine) if letter else []),
            list(dict.fromkeys(organisations.values())),
        )

    def _sync_letter(self) -> None:
        # "1 of 14 answered" on the lists is the letter's own row.
        from wagtail_rtop.register.sync import sync_page

        letter = self.get_letter()
        if letter:
            sync_page(letter)


class CorrespondenceEvent(models.Model):
    """Something that happened between the coalition and one recipient.

    Append-only and the same for all languages: it refers to the letter's
    translation group and to the recipient row's key. It is never a page field,
    so no revision, copy, translation file, search or API can carry its note.
    """

    letter_key = models.UUIDField(_("letter"), db_index=True, editable=False)
    recipient_key = models.UUIDField(_("recipient"), editable=False)
    kind = models.CharField(_("event"), max_length=20, choices=EventKind.choices)
    happened_on = models.DateField(_("date"))
    note = models.TextField(
        _("private note"), blank=True, help_text=_("For the desk only.")
    )
    is_public = models.BooleanField(
        _("public"),
        default=False,
        help_text=_("Count this event in the figures that readers see."),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("correspondence event")
        verbose_name_plural = _("correspondence events")
        ordering = ["happened_on", "pk"]
        indexes = [
            models.Index(
                fields=["letter_key", "recipient_key"], name="rtop_event_recipient"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.happened_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new event; of a recorded one only the withdrawal may change.

        Raises:
            WagtailRtopError: if anything else of a recorded event is changed.
        """
        if not self._state.adding:
            fields = set(kwargs.get("update_fields") or ())
            if not fields or not fields <= {"withdrawn_at", "withdrawn_by"}:
                raise WagtailRtopError(
                    "A recorded event can't be changed. Withdraw it and record "
                    "another one."
                )
        super().save(*args, **kwargs)
