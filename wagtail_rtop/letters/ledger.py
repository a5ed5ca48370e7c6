"""Where the correspondence of a letter stands, for the public and for the desk."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.letters.enums import (
    ANSWERED_STATUSES,
    ANSWERING_EVENTS,
    STATUS_OF_RESPONSE,
    EventKind,
    RecipientStatus,
)
from wagtail_rtop.letters.events import CorrespondenceEvent
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.letters.responses import ResponseMixin
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.visibility.gate import Gate


@dataclass(frozen=True)
class Standing:
    """Where one recipient stands.

    Attributes:
        recipient: the letter's row.
        status: computed from events and responses.
        since: the day of what decided the status; None if not sent.
        overdue: sent, no answer, and the settled number of days is over.
        responses: the response pages from this recipient, oldest first.
    """

    recipient: Any
    status: RecipientStatus
    since: date | None = None
    overdue: bool = False
    responses: tuple[Any, ...] = ()

    @property
    def is_answered(self) -> bool:
        return self.status in ANSWERED_STATUSES


@dataclass(frozen=True)
class Tally:
    """How many of those written to have answered; an organisation counts once."""

    answered: int
    recipients: int


def get_standings(
    letter: Any,
    recipients: Sequence[Any],
    responses: Iterable[Any],
    *,
    public_only: bool = True,
    overdue_days: int | None = None,
) -> list[Standing]:
    """Return where each recipient stands, in the letter's order. One query.

    Args:
        letter: the letter page, in any language.
        recipients: its rows.
        responses: the response pages that count for this reader: pass only what
            the gate lets through.
        public_only: count only the events marked public.
        overdue_days: days after which a recipient without answer is overdue;
            None: nobody is.
    """
    events = CorrespondenceEvent.objects.filter(
        letter_key=letter.get_group_key(), withdrawn_at__isnull=True
    )
    if public_only:
        events = events.filter(is_public=True)
    by_key: dict[uuid.UUID, list[CorrespondenceEvent]] = {}
    for event in events:
        by_key.setdefault(event.recipient_key, []).append(event)
    answers: dict[uuid.UUID, list[Any]] = {}
    for response in sorted(responses, key=lambda r: (r.get_document_date(), r.pk)):
        for key in response.get_recipient_keys():
            answers.setdefault(key, []).append(response)
    sent_on = letter.document_date
    return [
        _build_standing(
            row,
            by_key.get(row.translation_key, []),
            answers.get(row.translation_key, []),
            sent_on,
            overdue_days,
        )
        for row in recipients
    ]


def count_answers(
    standings: Iterable[Standing], organisations: dict[int, uuid.UUID]
) -> Tally:
    """Return the tally; rows of one organisation count as one recipient.

    Args:
        standings: one a row.
        organisations: translation key of each profile, by page id.
    """
    answered: dict[Any, bool] = {}
    for standing in standings:
        row = standing.recipient
        key = organisations.get(row.organisation_id, row.translation_key)
        answered[key] = answered.get(key, False) or standing.is_answered
    return Tally(sum(answered.values()), len(answered))


def count_public_answers(
    letter: Any, recipients: Sequence[Any], organisations: dict[int, uuid.UUID]
) -> tuple[int, int]:
    """Return (recipients, answered) as an anonymous reader may know them now."""
    if not recipients:
        return 0, 0
    responses = fetch_responses(letter, Gate())
    tally = count_answers(get_standings(letter, recipients, responses), organisations)
    return tally.recipients, tally.answered


def fetch_responses(letter: Any, gate: Gate) -> list[Any]:
    """Return the responses below the letter that the gate lets through. Two queries."""
    if not letter.pk:
        return []
    visible = Entry.objects.filter(
        build_visible_q(gate),
        kind=ResponseMixin.register_kind,
        path__startswith=letter.path,
    )
    pages = (
        get_page_model().objects.child_of(letter).filter(pk__in=visible.values("pk"))
    )
    found = [p for p in pages.specific() if isinstance(p, ResponseMixin)]
    return sorted(found, key=lambda r: (r.get_document_date(), r.pk))


@transaction.atomic
def record_event(
    letter: Any,
    recipient_key: uuid.UUID,
    kind: str,
    happened_on: date,
    *,
    note: str = "",
    is_public: bool = False,
    user: Any = None,
) -> CorrespondenceEvent:
    """Record what happened between the coalition and one recipient of a letter.

    Raises:
        WagtailRtopError: if the letter is not published, has no such recipient,
            or the kind is none of EventKind.
    """
    if not letter.live:
        raise WagtailRtopError(
            f"The letter “{letter.title}” is not published. Publish it before you "
            "record its correspondence."
        )
    keys = {row.translation_key: row for row in letter.recipients.all()}
    if recipient_key not in keys:
        raise WagtailRtopError(
            f"The letter “{letter.title}” has no recipient with the key "
            f"{recipient_key}. Its recipients are on the letter's own page."
        )
    if kind not in EventKind.values:
        known = ", ".join(EventKind.values)
        raise WagtailRtopError(f"“{kind}” is not an event. Known events: {known}.")
    event = CorrespondenceEvent.objects.create(
        letter_key=letter.get_group_key(),
        recipient_key=recipient_key,
        kind=kind,
        happened_on=happened_on,
        note=note,
        is_public=is_public,
        recorded_by=user,
    )
    # The note stays out of the log: it is private to the desk.
    log(
        letter,
        "wagtail_rtop.record_event",
        user=user,
        data={"event": event.pk, "kind": kind, "recipient": str(keys[recipient_key])},
    )
    _sync_group(event.letter_key)
    return event


@transaction.atomic
def withdraw_event(event: CorrespondenceEvent, *, user: Any = None) -> None:
    """Take an event back; it stays in the history and counts no more."""
    if event.withdrawn_at:
        return
    event.withdrawn_at = timezone.now()
    event.withdrawn_by = user
    event.save(update_fields=["withdrawn_at", "withdrawn_by"])
    for letter in _sync_group(event.letter_key)[:1]:
        log(
            letter,
            "wagtail_rtop.withdraw_event",
            user=user,
            data={"event": event.pk, "kind": event.kind},
        )


def _sync_group(letter_key: uuid.UUID) -> list[Any]:
    """Write the register rows of a letter in all languages; return the letters."""
    # Imported here: sync is a floor below, but it reads this module's rows.
    from wagtail_rtop.register.sync import sync_page

    ids = Entry.objects.filter(group_key=letter_key).values("pk")
    pages = get_page_model().objects.filter(pk__in=ids).specific()
    letters = [page for page in pages if isinstance(page, LetterMixin)]
    for letter in letters:
        sync_page(letter)
    return letters


def _build_standing(
    row: Any,
    events: Sequence[CorrespondenceEvent],
    responses: Sequence[Any],
    sent_on: date | None,
    overdue_days: int | None,
) -> Standing:
    status, since = _get_status(events, responses)
    overdue = False
    waiting = {RecipientStatus.SENT, RecipientStatus.ACKNOWLEDGED}
    if status in waiting and overdue_days is not None:
        sent = [e.happened_on for e in events if e.kind == EventKind.SENT]
        start = max(sent, default=sent_on)
        overdue = bool(
            start and start + timedelta(days=overdue_days) < timezone.localdate()
        )
    return Standing(row, status, since, overdue, tuple(responses))


def _get_status(
    events: Sequence[CorrespondenceEvent], responses: Sequence[Any]
) -> tuple[RecipientStatus, date | None]:
    """Return the status and its day: an answer outweighs all, else the last word."""
    answers = [
        (r.get_document_date(), STATUS_OF_RESPONSE[r.kind])
        for r in responses
        if STATUS_OF_RESPONSE.get(r.kind) in ANSWERED_STATUSES
    ] + [
        (e.happened_on, RecipientStatus(e.kind))
        for e in events
        if e.kind in ANSWERING_EVENTS
    ]
    if answers:
        day, status = max(answers, key=lambda answer: answer[0])
        return status, day
    others = [(e.happened_on, RecipientStatus(e.kind)) for e in events] + [
        (r.get_document_date(), RecipientStatus.ACKNOWLEDGED) for r in responses
    ]
    if not others:
        return RecipientStatus.NOT_SENT, None
    day, status = max(others, key=lambda other: other[0])
    return status, day
