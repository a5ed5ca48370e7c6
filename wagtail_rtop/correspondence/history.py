"""What the ledger's page and the panel in the letter's editor show."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.letters.events import CorrespondenceEvent
from wagtail_rtop.letters.ledger import (
    Standing,
    count_answers,
    fetch_all_responses,
    fetch_events,
    get_desk_standings,
)
from wagtail_rtop.letters.ledger_rows import LedgerRow
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.visibility.groups import get_source_page


@dataclass(frozen=True)
class RecipientHistory:
    """One recipient with all that is on record.

    Attributes:
        standing: where it stands for the desk.
        events: all, withdrawn ones too, oldest first.
        row_id: of its row in the desk's list; None for a letter off line.
    """

    standing: Standing
    events: list[CorrespondenceEvent]
    row_id: int | None

    @property
    def responses(self) -> list[tuple[Any, str]]:
        """The responses, each with the address of its editor."""
        return [
            (page, reverse("wagtailadmin_pages:edit", args=[page.pk]))
            for page in self.standing.responses
        ]


@dataclass(frozen=True)
class Ledger:
    """The correspondence of one letter.

    Attributes:
        recipients: in the letter's order.
        strays: events of recipients that are no longer in the letter.
        answered: how many have answered, by all that the desk knows; an
            organisation counts once.
        total: of how many.
    """

    recipients: list[RecipientHistory]
    strays: list[CorrespondenceEvent]
    answered: int
    total: int


def fetch_letter(pk: int | None = None, *, key: uuid.UUID | None = None) -> Any:
    """Return the letter of this id or group; its source, whatever was asked for.

    Raises:
        Http404: it is no letter, or there is none.
    """
    pages = get_page_model().objects
    if key is not None:
        found = pages.filter(translation_key=key).order_by("pk").first()
    else:
        found = get_object_or_404(pages, pk=pk)
    letter = get_source_page(found).specific if found else None
    if not isinstance(letter, LetterMixin):
        raise Http404
    return letter


def build_ledger(letter: Any) -> Ledger:
    """Return the ledger of a letter, as the desk knows it.

    Cost: eight queries, whatever the number of recipients and events.
    """
    recipients = list(letter.recipients.all())
    found = fetch_events(letter)
    _load_relations(found)
    events = defaultdict(list)
    for event in found:
        events[event.recipient_key].append(event)
    standings = get_desk_standings(
        letter,
        recipients,
        fetch_all_responses(letter),
        deadline=Deadlines().find(letter.path),
        events=found,
    )
    rows = LedgerRow.objects.filter(letter=letter.pk)
    ids = dict(rows.values_list("recipient_key", "pk"))
    tally = count_answers(standings, letter.get_organisation_keys(recipients))
    histories = []
    for standing in standings:
        key = standing.recipient.translation_key
        histories.append(RecipientHistory(standing, events.pop(key, []), ids.get(key)))
    strays = [event for group in events.values() for event in group]
    return Ledger(histories, strays, tally.answered, tally.recipients)


def _load_relations(events: list[CorrespondenceEvent]) -> None:
    """Load users and files of all the events. Three queries, none without events."""
    prefetch_related_objects(events, "recorded_by", "withdrawn_by", "document")
