"""What a response is. No page tables here: see wagtail_rtop.pages."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

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

from wagtail_rtop.contracts import PageContract
from wagtail_rtop.letters.enums import ResponseKind
from wagtail_rtop.letters.forms import RecipientKeysPanel, ResponseForm
from wagtail_rtop.letters.models import BODY_FEATURES, LetterMixin
from wagtail_rtop.register.models import DocumentMixin, RegisterRow
from wagtail_rtop.visibility.facts import FactsReader


# In the panel, not in the field: migrations need not know it.
REGIONS_HELP = _("Empty: those of the recipients that it is from.")


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
    text_fields: ClassVar[tuple[str, ...]] = ("summary", "body", "document")
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
        FieldPanel("regions", help_text=REGIONS_HELP),
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
            *super().get_search_fields(),  # type: ignore[misc]  # Page's  # type: ignore[misc]  # Page's
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

    def get_letter(self) -> Any:
        """Return the letter this page stands below, or None."""
        parent = self.get_parent()  # type: ignore[attr-defined]  # Page's  # type: ignore[attr-defined]  # Page's
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

    def get_recipient_rows(self, letter: Any) -> list[Any]:
        """Return the rows of ``letter`` that this response is from, in its order."""
        keys = self.get_recipient_keys()
        rows = letter.recipients.all() if letter else ()
        return [row for row in rows if row.translation_key in keys]

    def get_all_region_ids(self, recipients: Iterable[Any]) -> list[int]:
        """Return the ids of the response's own regions, else of its recipients'."""
        letter = self.get_letter()
        return self.get_region_ids() or (
            letter.get_recipient_regions(recipients) if letter else []
        )

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context and build_response_context()."""
        # Imported here: the context reads the tables of this module.
        from wagtail_rtop.letters.context import build_response_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **build_response_context(self, request)}

    def get_document_date(self) -> Any:
        return self.document_date or self.received_on or timezone.localdate()

    @classmethod
    def read_for_rows(cls, pages: Sequence[Any], reader: FactsReader) -> None:
        # Imported here: it reads the tables of this module.
        from wagtail_rtop.letters.reading import read_responses

        super().read_for_rows(pages, reader)
        read_responses(pages)

    def get_register_row(self) -> RegisterRow:
        letter = self.get_letter()
        mine = self.get_recipient_rows(letter)
        organisations = letter.get_organisation_keys(mine) if letter else {}
        return RegisterRow(
            self.register_kind,
            # Without a date of its own: the day the register first saw it.
            self.get_document_date()
            if self.document_date or self.received_on
            else None,
            self.get_region_ids()
            or (letter.get_recipient_regions(mine) if letter else []),
            list(dict.fromkeys(organisations.values())),
        )
