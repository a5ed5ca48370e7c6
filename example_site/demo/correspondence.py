"""What happened to each letter after it was sent: the desk's ledger."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.letters.ledger import record_events
from wagtail_rtop.models import CorrespondenceEvent


@transaction.atomic
def add_events(
    letter: Any,
    events: Iterable[Mapping[str, Any]],
    organisations: Mapping[str, Any],
    user: Any,
) -> None:
    """Record the events of a letter, unless some are on record already.

    Each is ``{"kind", "day" or "due_in", "to", "public", "note"}``: ``to`` names
    organisations, none = every recipient. ``due_in`` stands for the day of a sending
    whose answer falls due so many days from today, or a little earlier, so that
    the desk has something to do whenever the demonstration is loaded.
    """
    recorded = CorrespondenceEvent.objects.filter(letter_key=letter.get_group_key())
    if recorded.exists():
        return
    for event in events:
        ids = {organisations[slug].pk for slug in event.get("to", ())}
        record_events(
            letter,
            [
                row.translation_key
                for row in letter.recipients.all()
                if not ids or row.organisation_id in ids
            ],
            event["kind"],
            get_day(letter, event),
            note=event.get("note", ""),
            is_public=event.get("public", False),
            user=user,
        )


def get_day(letter: Any, event: Mapping[str, Any]) -> date:
    if "day" in event:
        return date.fromisoformat(event["day"])
    due = timezone.localdate() + timedelta(days=event["due_in"])
    return Deadlines().find(letter.path).get_latest_start(due)
