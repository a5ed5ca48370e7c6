"""The ledger: what is recorded, withdrawn, counted, and for whom."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests import builders
from wagtail_rtop.coalition.workdays import Deadline
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.letters.enums import RecipientStatus, ResponseKind
from wagtail_rtop.letters.ledger import (
    count_answers,
    get_standings,
    record_event,
    withdraw_event,
)
from wagtail_rtop.models import CorrespondenceEvent, Entry


pytestmark = pytest.mark.django_db
DAY = date(2012, 4, 1)


@pytest.fixture(scope="module")
def letters(shared_db):
    return builders.make_letter_index(builders.make_home())


@pytest.fixture(scope="module")
def letter(letters):
    return builders.make_letter(letters, recipients=["A", "B"])


def get_key(letter, number=0):
    return letter.recipients.all()[number].translation_key


def stand(letter, responses=(), **options):
    return get_standings(letter, list(letter.recipients.all()), responses, **options)


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ([], RecipientStatus.NOT_SENT),
        (["sent"], RecipientStatus.SENT),
        (["sent", "delivery_failed"], RecipientStatus.DELIVERY_FAILED),
        (["sent", "acknowledged"], RecipientStatus.ACKNOWLEDGED),
        (["sent", "answered", "acknowledged"], RecipientStatus.ANSWERED),
        (["sent", "declined"], RecipientStatus.DECLINED),
        (["meeting_offered", "closed"], RecipientStatus.MEETING_OFFERED),
        (["sent", "closed"], RecipientStatus.CLOSED),
    ],
)
def test_status(letter, kinds, status):
    for number, kind in enumerate(kinds):
        day = DAY + timedelta(days=number)
        record_event(letter, get_key(letter), kind, day, is_public=True)

    first, second = stand(letter)

    assert first.status == status
    assert second.status == RecipientStatus.NOT_SENT


def test_a_withdrawn_event_counts_no_more_but_stays(letter):
    event = record_event(letter, get_key(letter), "answered", DAY, is_public=True)
    assert Entry.objects.get(pk=letter.pk).answered == 1
    user = builders.make_user()

    withdraw_event(event, user=user)
    withdraw_event(event, user=user)

    assert Entry.objects.get(pk=letter.pk).answered == 0
    assert stand(letter)[0].status == RecipientStatus.NOT_SENT
    kept = CorrespondenceEvent.objects.get()
    assert kept.withdrawn_by == user
    log = PageLogEntry.objects.filter(action="wagtail_rtop.withdraw_event")
    assert log.count() == 1


def test_a_recorded_event_cannot_be_changed(letter):
    event = record_event(letter, get_key(letter), "sent", DAY)
    event.kind = "answered"

    with pytest.raises(WagtailRtopError, match="can't be changed"):
        event.save()


def test_public_and_desk_counts_differ(letter):
    record_event(letter, get_key(letter), "answered", DAY)

    public, desk = stand(letter), stand(letter, public_only=False)

    assert count_answers(public, {}).answered == 0
    assert count_answers(desk, {}).answered == 1
    assert Entry.objects.get(pk=letter.pk).answered == 0


def test_overdue_after_the_settled_days(letter):
    sent = timezone.localdate() - timedelta(days=60)
    record_event(letter, get_key(letter), "sent", sent)
    on_the_day = stand(letter, public_only=False, deadline=Deadline(60))
    a_day_later = stand(letter, public_only=False, deadline=Deadline(59))

    assert not on_the_day[0].overdue
    assert a_day_later[0].overdue
    # Nobody was written to, as far as anybody knows.
    assert not a_day_later[1].overdue
    record_event(letter, get_key(letter), "answered", sent)
    assert not stand(letter, public_only=False, deadline=Deadline(59))[0].overdue


@pytest.mark.parametrize(
    ("kind", "answered"),
    [
        (ResponseKind.ACKNOWLEDGEMENT, 0),
        (ResponseKind.SUBSTANTIVE, 1),
        (ResponseKind.REFERRAL, 1),
        (ResponseKind.DECLINED, 1),
        (ResponseKind.MEETING, 1),
    ],
)
def test_which_responses_answer(letter, kind, answered):
    builders.make_response(letter, kind=kind)

    assert Entry.objects.get(pk=letter.pk).answered == answered


def test_an_organisation_counts_once(letters):
    index = builders.make_organisation_index(letters.get_parent())
    body = builders.make_organisation(index)
    rows = [
        {"organisation": body, "name": "Its secretariat"},
        {"organisation": body, "name": "Its council"},
        {"name": "Somebody else"},
    ]
    letter = builders.make_letter(letters, recipients=rows)
    builders.make_response(letter, rows=list(letter.recipients.all())[1:2])

    entry = Entry.objects.get(pk=letter.pk)

    assert (entry.answered, entry.recipients) == (1, 2)


def test_the_ledger_is_the_same_in_every_language(letter):
    home = letter.get_parent().get_parent()
    builders.make_translated_home(home, "fr")
    copy = letter.copy_for_translation(builders.make_locale("fr"), copy_parents=True)
    copy = builders.publish(copy)

    record_event(copy, get_key(copy), "declined", DAY, is_public=True)

    assert stand(letter)[0].status == RecipientStatus.DECLINED
    assert Entry.objects.get(pk=letter.pk).answered == 1
    assert Entry.objects.get(pk=copy.pk).answered == 1


def test_refusals(letters, letter):
    draft = builders.make_letter(letters, recipients=["A"], live=False)
    with pytest.raises(WagtailRtopError, match="is not published"):
        record_event(draft, get_key(draft), "sent", DAY)
    with pytest.raises(WagtailRtopError, match="has no recipient with the key"):
        record_event(letter, get_key(draft), "sent", DAY)
    with pytest.raises(WagtailRtopError, match="“lost” is not an event"):
        record_event(letter, get_key(letter), "lost", DAY)
    assert not CorrespondenceEvent.objects.exists()


def test_the_note_stays_out_of_the_log(letter):
    record_event(letter, get_key(letter), "sent", DAY, note="PRIVATE-NOTE")

    entry = PageLogEntry.objects.get(action="wagtail_rtop.record_event")

    assert "PRIVATE-NOTE" not in str(entry.data)
