"""The ledger's rows stay true, whatever changes beneath them."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests import builders
from tests.correspondence.test_desk import get_row, record
from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.letters.enums import ResponseKind
from wagtail_rtop.letters.ledger import withdraw_event
from wagtail_rtop.models import Coalition, LedgerRow
from wagtail_rtop.pages.models import LetterRecipient
from wagtail_rtop.register.verification import rebuild, verify


def get_status(letter, number=0):
    return get_row(letter, number).status


def check():
    assert [str(difference) for difference in verify()] == []


def test_through_the_life_of_a_response(world):
    letter = world.letter
    day = letter.document_date + timedelta(days=4)
    response = builders.make_response(letter, document_date=day, live=False)
    # The desk knows what has arrived, readers do not yet.
    row = get_row(letter)
    assert (row.status, row.answered_on, row.days_to_reply) == ("answered", day, 4)
    assert not row.publicly_answered
    check()
    response = builders.publish(response)
    assert get_row(letter).publicly_answered
    check()
    response.kind = ResponseKind.ACKNOWLEDGEMENT
    builders.publish(response)
    row = get_row(letter)
    assert (row.status, row.days_to_reply) == ("acknowledged", None)
    assert row.waiting_since == letter.document_date
    assert not row.publicly_answered
    check()
    response.get_parent().specific.get_children().get().delete()
    assert get_status(letter) == "not_sent"
    check()


def test_through_the_life_of_a_letter(world):
    letter = world.letter
    rows = list(letter.recipients.all())
    rows = [rows[2], rows[0], LetterRecipient(name="Late")]
    for number, row in enumerate(rows):
        row.sort_order = number
    letter.recipients = rows
    letter.occasion = "The dialogue"
    letter = builders.publish(letter)
    found = LedgerRow.objects.filter(letter=letter.pk).order_by("position")
    assert [row.name for row in found] == ["Somebody", "African Union", "Late"]
    assert found[0].recipient_key == rows[0].translation_key
    assert found[2].occasion == "The dialogue"
    check()
    letter.unpublish()
    assert not found.all().exists()
    check()
    builders.publish(letter)
    assert found.all().count() == 3
    letter.delete()
    assert not LedgerRow.objects.filter(name="Somebody").exists()
    check()


def test_the_source_has_the_rows_and_leaves_them_behind(world):
    builders.make_translated_home(world.home, "fr")
    copy = world.letter.copy_for_translation(
        builders.make_locale("fr"), copy_parents=True
    )
    copy = builders.publish(copy)
    record(copy, 2, "answered")
    assert get_status(world.letter, 2) == "answered"
    assert not LedgerRow.objects.filter(letter=copy.pk).exists()
    check()

    world.letter.delete()

    assert get_status(copy, 2) == "answered"
    check()


def test_a_letter_that_expires_leaves_the_list(world):
    # Wagtail's command unpublishes the bare page, of no type.
    type(world.letter).objects.filter(pk=world.letter.pk).update(
        expire_at=timezone.now() - timedelta(hours=1)
    )

    call_command("publish_scheduled", verbosity=0)

    assert not LedgerRow.objects.filter(letter=world.letter.pk).exists()
    check()


def test_first_answer_and_last_sending(world):
    record(world.letter, 0, "sent", days=9)
    record(world.letter, 0, "sent", days=2)
    record(world.letter, 1, "sent", days=8)
    record(world.letter, 1, "declined", days=5)
    late = record(world.letter, 1, "answered", days=1)
    today = timezone.localdate()

    waiting, answered = get_row(world.letter, 0), get_row(world.letter, 1)

    assert waiting.sent_on == today - timedelta(days=9)
    assert waiting.waiting_since == today - timedelta(days=2)
    assert (answered.status, answered.days_to_reply) == ("answered", 3)
    assert answered.waiting_since is None
    withdraw_event(late)
    assert get_row(world.letter, 1).status == "declined"
    check()


def test_verify_sees_and_rebuild_mends(world):
    record(world.letter, 0, "answered")
    LedgerRow.objects.filter(name="African Union").update(status="sent")
    LedgerRow.objects.filter(name="Third party").delete()
    found = {str(difference) for difference in verify()}
    assert found == {
        f"Page {world.letter.pk}: status is 'something else' in the register, should "
        "be 'as the page has it'.",
        f"Page {world.other.pk}: recipients is 'something else' in the register, "
        "should be 'as the page has it'.",
    }

    call_command("rtop_register", "rebuild", verbosity=0)

    check()
    assert get_status(world.letter) == "answered"
    assert rebuild()[1] == 0


@pytest.mark.parametrize("days", [1, 6, 7, 8, 9, 14, 40])
def test_the_query_finds_what_the_ledger_calls_overdue(world, days):
    Coalition.objects.create(
        site=world.home.get_site(),
        locale=world.home.locale,
        name="We",
        overdue_days=days,
        weekend="fri_sat",
        holidays="2026-11-25",
    )
    for number, back in enumerate((0, 5, 10)):
        record(world.letter, number, days=back)
    deadlines = Deadlines()
    rows = LedgerRow.objects.select_related("letter")

    overdue = set(rows.filter(deadlines.build_overdue_q()))
    soon = set(rows.filter(deadlines.build_soon_q()))

    assert overdue == {row for row in deadlines.mark(rows) if row.overdue}
    assert soon == {
        row
        for row in deadlines.mark(rows)
        if row.due
        and not row.overdue
        and row.due <= timezone.localdate() + timedelta(days=7)
    }
    assert not overdue & soon
