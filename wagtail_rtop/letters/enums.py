"""Closed sets of the letter domain."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    """How a letter stands to its recipients.

    OPEN: published, nobody in particular was sent it. SAME: one text to each.
    TAILORED: each recipient got a text of its own, this is one or the common part.
    """

    OPEN = "open", _("open letter")
    SAME = "same", _("same letter to each recipient")
    TAILORED = "tailored", _("tailored letter")


class RecipientKind(models.TextChoices):
    """Who stands in a recipient row."""

    ORGANISATION = "organisation", _("organisation")
    ORGAN = "organ", _("organ of an organisation")
    COLLECTIVE = "collective", _("group of recipients")
    PERSON = "person", _("person")


class ResponseKind(models.TextChoices):
    """What a response says. An acknowledgement is not an answer."""

    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement of receipt")
    SUBSTANTIVE = "substantive", _("substantive answer")
    REFERRAL = "referral", _("referral to somebody else")
    DECLINED = "declined", _("declined")
    MEETING = "meeting", _("offer of a meeting")


class EventKind(models.TextChoices):
    """What happened between the coalition and one recipient."""

    SENT = "sent", _("sent")
    DELIVERY_FAILED = "delivery_failed", _("delivery failed")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    ANSWERED = "answered", _("answered")
    DECLINED = "declined", _("declined")
    MEETING_OFFERED = "meeting_offered", _("meeting offered")
    CLOSED = "closed", _("closed without reply")


class RecipientStatus(models.TextChoices):
    """Where the correspondence with one recipient stands.

    Computed from events and responses, never stored. OVERDUE is a state of
    SENT and ACKNOWLEDGED and is told apart by ``Standing.overdue``.
    """

    NOT_SENT = "not_sent", _("not sent")
    SENT = "sent", _("sent, no answer yet")
    DELIVERY_FAILED = "delivery_failed", _("delivery failed")
    ACKNOWLEDGED = "acknowledged", _("acknowledged, no answer yet")
    ANSWERED = "answered", _("answered")
    DECLINED = "declined", _("declined")
    MEETING_OFFERED = "meeting_offered", _("meeting offered")
    CLOSED = "closed", _("closed without reply")


# Somebody took a position: all of these count as "answered".
ANSWERING_EVENTS = frozenset(
    {EventKind.ANSWERED, EventKind.DECLINED, EventKind.MEETING_OFFERED}
)
STATUS_OF_RESPONSE = {
    ResponseKind.ACKNOWLEDGEMENT: RecipientStatus.ACKNOWLEDGED,
    ResponseKind.SUBSTANTIVE: RecipientStatus.ANSWERED,
    ResponseKind.REFERRAL: RecipientStatus.ANSWERED,
    ResponseKind.DECLINED: RecipientStatus.DECLINED,
    ResponseKind.MEETING: RecipientStatus.MEETING_OFFERED,
}
ANSWERED_STATUSES = frozenset(
    {
        RecipientStatus.ANSWERED,
        RecipientStatus.DECLINED,
        RecipientStatus.MEETING_OFFERED,
    }
)
# An answer is waited for.
WAITING_STATUSES = frozenset({RecipientStatus.SENT, RecipientStatus.ACKNOWLEDGED})
