"""Where the correspondence of a letter stands, for the public and for the desk."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from wagtail_rtop.coalition.workdays import Deadline
from wagtail_rtop.compat import get_page_model
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.letters.enums import (
    ANSWERED_STATUSES,
    ANSWERING_EVENTS,
    STATUS_OF_RESPONSE,
    WAITING_STATUSES,
    EventKind,
    RecipientStatus,
)
from wagtail_rtop.letters.events import CorrespondenceEvent
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.letters.reading import fetch_events_of, fetch_responses_to
from wagtail_rtop.register.models import Entry
from wagtail_rtop.visibility.gate import Gate


@dataclass(frozen=True)
class Standing:
    """Where one recipient stands.

    Attributes:
        recipient: the letter's row.
        status: computed from events and responses.
        since: the day of what decided the status; None if not sent.
        responses: the response pages from this recipient, oldest first.
        sent_on: the day of the first sending that is on record.
        answered_on: the day of the first answer.
        waiting_since: the day of the last sending while no answer has come; None:
            nothing is waited for.
        due: the last day on which an answer is in time; None without a deadline.
        overdue: sent, no answer, and that day has passed.
    """

    recipient: Any
    status: RecipientStatus
    since: date | None = None
    responses: tuple[Any, ...] = ()
    sent_on: date | None = None
    answered_on: date | None = None
    waiting_since: date | None = None
    due: date | None = None
    overdue: bool = False

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
    deadline: Deadline | None = None,
    events: Iterable[CorrespondenceEvent] | None = None,
) -> list[Standing]:
    """Return where each recipient stands, in the letter's order.

    The one place that decides it, for readers and for the desk. One query, none
    with ``events``.

    Args:
        letter: the letter page, in any language.
        recipients: its rows.
        responses: the response pages that count for this reader: pass only what
            the gate lets through.
        public_only: count only the events marked public.
        deadline: how long an answer is waited for; None: nobody is overdue.
        events: those of the letter, withdrawn ones too; None: they are read.
    """
    if events is None:
        events = fetch_events(letter)
    by_key: dict[uuid.UUID, list[CorrespondenceEvent]] = {}
    for event in events:
        if not event.withdrawn_at and (event.is_public or not public_only):
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
            deadline,
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


def fetch_events(letter: Any) -> list[CorrespondenceEvent]:
    """Return all that is on record of a letter, withdrawn events too. One query."""
    key = letter.get_group_key()
    return fetch_events_of([key]).get(key, [])


def get_desk_standings(
    letter: Any,
    recipients: Sequence[Any],
    responses: Iterable[Any] | None = None,
    *,
    deadline: Deadline | None = None,
    events: Iterable[CorrespondenceEvent] | None = None,
) -> list[Standing]:
    """Return where each recipient stands by all that the desk knows.

    Every event counts, public or not, and every response in whatever language,
    published or not. Three queries, none with ``responses`` and ``events``.
    """
    if responses is None:
        responses = fetch_all_responses(letter)
    return get_standings(
        letter,
        recipients,
        responses,
        public_only=False,
        deadline=deadline,
        events=events,
    )


def fetch_responses(letter: Any, gate: Gate) -> list[Any]:
    """Return the responses to the letter that the gate lets through.

    See fetch_responses_to(). A query for each type of response.
    """
    return [r for r in fetch_all_responses(letter, gate) if r.rtop_visible]


def fetch_all_responses(letter: Any, gate: Gate | None = None) -> list[Any]:
    """Return every response to the letter, published or not, oldest first.

    See fetch_responses_to(). A query for each type of response; one more if the gate
    (default: an anonymous reader's) has not asked for the letter yet.
    """
    gate = gate or Gate()
    return fetch_responses_to([letter], gate.reader, gate).get(letter.pk, [])


def record_event(
    letter: Any, recipient_key: uuid.UUID, kind: str, happened_on: date, **options: Any
) -> CorrespondenceEvent:
    """Record what happened between the coalition and one recipient of a letter.

    See record_events() for the rest.
    """
    return record_events(letter, [recipient_key], kind, happened_on, **options)[0]


@transaction.atomic
def record_events(
    letter: Any,
    recipient_keys: Iterable[uuid.UUID],
    kind: str,
    happened_on: date,
    *,
    note: str = "",
    is_public: bool = False,
    document: Any = None,
    user: Any = None,
) -> list[CorrespondenceEvent]:
    """Record the same for several recipients of one letter: all of it, or nothing.

    Args:
        letter: the page, in any language.
        recipient_keys: keys of its rows.
        kind: one of EventKind.
        happened_on: the day.
        note: for the desk alone.
        is_public: whether readers' figures count it.
        document: a file for the desk alone, unless a published page names it too.
        user: who records it.

    Raises:
        WagtailRtopError: if the letter is not published, lacks one of the
            recipients, or the kind is none of EventKind.
    """
    if not letter.live:
        raise WagtailRtopError(
            f"The letter “{letter.title}” is not published. Publish it before you "
            "record its correspondence."
        )
    if kind not in EventKind.values:
        known = ", ".join(EventKind.values)
        raise WagtailRtopError(f"“{kind}” is not an event. Known events: {known}.")
    rows = {row.translation_key: row for row in letter.recipients.all()}
    events = []
    for key in recipient_keys:
        if key not in rows:
            raise WagtailRtopError(
                f"The letter “{letter.title}” has no recipient with the key {key}. "
                "Its recipients are on the letter's own page."
            )
        event = CorrespondenceEvent.objects.create(
            letter_key=letter.get_group_key(),
            recipient_key=key,
            kind=kind,
            happened_on=happened_on,
            note=note,
            is_public=is_public,
            document=document,
            recorded_by=user,
        )
        # The note stays out of the log: it is private to the desk.
        log(
            letter,
            "wagtail_rtop.record_event",
            user=user,
            data={"event": event.pk, "kind": kind, "recipient": str(rows[key])},
        )
        events.append(event)
    if events:
        _sync_group(events[0].letter_key)
    return events


def withdraw_event(event: CorrespondenceEvent, *, user: Any = None) -> None:
    """Take an event back; it stays in the history and counts no more."""
    withdraw_events([event], user=user)


@transaction.atomic
def withdraw_events(
    events: Iterable[CorrespondenceEvent], *, user: Any = None
) -> list[CorrespondenceEvent]:
    """Take events back; return those that were not withdrawn before.

    The register is written once a letter.
    """
    withdrawn: dict[uuid.UUID, list[CorrespondenceEvent]] = {}
    for event in events:
        if not event.withdrawn_at:
            event.withdrawn_at = timezone.now()
            event.withdrawn_by = user
            event.save(update_fields=["withdrawn_at", "withdrawn_by"])
            withdrawn.setdefault(event.letter_key, []).append(event)
    for key, found in withdrawn.items():
        for letter in _sync_group(key)[:1]:
            for event in found:
                log(
                    letter,
                    "wagtail_rtop.withdraw_event",
                    user=user,
                    data={"event": event.pk, "kind": event.kind},
                )
    return [event for found in withdrawn.values() for event in found]


def restore_event(
    letter: Any, event: CorrespondenceEvent, *, user: Any = None
) -> CorrespondenceEvent:
    """Record a withdrawn event again, as it was; the history keeps both.

    Raises:
        WagtailRtopError: as record_events() does, or if it is not withdrawn.
    """
    if not event.withdrawn_at:
        raise WagtailRtopError(
            f"“{event}” is not withdrawn: it counts already. Nothing was changed."
        )
    return record_event(
        letter,
        event.recipient_key,
        event.kind,
        event.happened_on,
        note=event.note,
        is_public=event.is_public,
        document=event.document,
        user=user,
    )


def _sync_group(letter_key: uuid.UUID) -> list[Any]:
    """Write the register rows of a letter in all languages; return the letters."""
    # Imported here: sync is a floor below, but it reads this module's rows.
    from wagtail_rtop.register.sync import sync_page

    ids = Entry.objects.filter(group_key=letter_key).values("pk")
    pages = get_page_model().objects.filter(pk__in=ids).specific()
    letters = [page for page in pages if isinstance(page, LetterMixin)]
    for letter in letters:
        sync_page(letter, follow=False)
    return letters


def _build_standing(
    row: Any,
    events: Sequence[CorrespondenceEvent],
    responses: Sequence[Any],
    letter_date: date | None,
    deadline: Deadline | None,
) -> Standing:
    status, since = _get_status(events, responses)
    sent = [e.happened_on for e in events if e.kind == EventKind.SENT]
    answers = [day for day, _status in _get_answers(events, responses)]
    waiting_since = None
    if status in WAITING_STATUSES:
        # A letter that is sent again is waited for anew.
        waiting_since = max(sent, default=letter_date)
    return Standing(
        row,
        status,
        since,
        tuple(responses),
        sent_on=min(sent, default=None),
        answered_on=min(answers, default=None),
        waiting_since=waiting_since,
        due=deadline.get_due(waiting_since) if deadline and waiting_since else None,
        overdue=bool(deadline and waiting_since and deadline.is_overdue(waiting_since)),
    )


def _get_answers(
    events: Sequence[CorrespondenceEvent], responses: Sequence[Any]
) -> list[tuple[date, RecipientStatus]]:
    return [
        (r.get_document_date(), STATUS_OF_RESPONSE[r.kind])
        for r in responses
        if STATUS_OF_RESPONSE.get(r.kind) in ANSWERED_STATUSES
    ] + [
        (e.happened_on, RecipientStatus(e.kind))
        for e in events
        if e.kind in ANSWERING_EVENTS
    ]


def _get_status(
    events: Sequence[CorrespondenceEvent], responses: Sequence[Any]
) -> tuple[RecipientStatus, date | None]:
    """Return the status and its day: an answer outweighs all, else the last word."""
    answers = _get_answers(events, responses)
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
