"""The correspondence ledger: what happened between the coalition and a recipient."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model_string

from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.letters.enums import EventKind


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
    document = models.ForeignKey(
        get_document_model_string(),
        null=True,
        blank=True,
        # The event outlives its file.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("file"),
        help_text=_(
            "For the desk only, unless a published page names it too. What the "
            "public may read belongs into a response."
        ),
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
        permissions = [
            ("read_private_notes", _("Can read and write private notes")),
        ]
        indexes = [
            models.Index(
                fields=["letter_key", "recipient_key"], name="rtop_event_recipient"
            )
        ]

    def __str__(self) -> str:
        day = date_format(self.happened_on, "DATE_FORMAT")
        return f"{self.get_kind_display()}, {day}"

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


def names_document(document: Any) -> bool:
    """Return whether an event names the document, withdrawn or not. One query."""
    return CorrespondenceEvent.objects.filter(document=document).exists()
