"""Whether a recipient has answered doesn't depend on the reader's language."""

import re
from datetime import timedelta

import html5lib
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import builders
from wagtail_rtop.letters.enums import RecipientStatus
from wagtail_rtop.letters.ledger import fetch_all_responses, get_desk_standings
from wagtail_rtop.letters.ledger_rows import LedgerRow
from wagtail_rtop.models import Entry
from wagtail_rtop.register.verification import rebuild, verify


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def letter(shared_db):
    """A letter to two, in English and in French."""
    index = builders.make_letter_index(builders.make_home())
    letter = builders.make_letter(index, recipients=["One", "Two"])
    translate(letter)
    return letter


@pytest.fixture
def french(letter):
    return letter.get_translation(builders.make_locale("fr"))


def translate(page, *, live=True):
    copy = page.copy_for_translation(builders.make_locale("fr"), copy_parents=True)
    copy.title = f"{page.title}, in French"
    parents = copy.get_ancestors().filter(depth__gt=1, live=False)
    for parent in parents:
        builders.publish(parent.specific)
    return builders.publish(copy) if live else copy


def count(*letters):
    """Return the count in the register, which lists and facets show."""
    entries = Entry.objects.in_bulk([letter.pk for letter in letters])
    assert list(verify()) == []
    return [entries[letter.pk].answered for letter in letters]


def read(page):
    """Return the count, and the links to responses: (title, other language)."""
    tree = html5lib.parse(
        Client().get(page.get_url()).content.decode(), namespaceHTMLElements=False
    )
    links = tree.findall(".//section[@class='rtop-responses']//a")
    tally = next(
        "".join(element.itertext()).strip()
        for element in tree.iter()
        if "rtop-tally" in element.get("class", "")
    )
    return int(re.search(r"\d+", tally)[0]), [
        ("".join(a.itertext()), a.get("hreflang")) for a in links
    ]


def test_a_response_in_one_language_counts_in_all(letter, french):
    response = builders.make_response(letter)

    assert count(letter, french) == [1, 1]
    assert read(letter) == (1, [(response.title, None)])
    assert read(french) == (1, [(response.title, "en")])


def test_one_that_came_in_another_language_counts_for_the_desk_too(letter, french):
    builders.make_response(french, title="Réponse")

    assert count(letter, french) == [1, 1]
    assert read(letter)[1] == [("Réponse", "fr")]
    row = LedgerRow.objects.get(letter=letter.pk, position=0)
    assert row.publicly_answered
    assert row.status == RecipientStatus.ANSWERED


def test_a_translated_response_counts_once_each_language_shows_its_own(letter, french):
    response = builders.make_response(letter)
    translation = translate(response)

    assert count(letter, french) == [1, 1]
    assert read(letter)[1] == [(response.title, None)]
    assert read(french)[1] == [(translation.title, None)]
    assert len(fetch_all_responses(letter)) == 1
    standings = get_desk_standings(letter, list(letter.recipients.all()))
    assert standings[0].responses == (response,)


def test_a_draft_translation_leaves_the_published_one(letter, french):
    response = builders.make_response(letter)
    translate(response, live=False)

    assert count(letter, french) == [1, 1]
    assert read(french)[1] == [(response.title, "en")]


def test_a_private_translation_hides_itself_alone(letter, french):
    response = builders.make_response(letter)
    builders.restrict(translate(response))

    assert count(letter, french) == [1, 1]
    assert read(french)[1] == [(response.title, "en")]


def test_what_hides_the_original_hides_its_translations(letter, french):
    response = builders.make_response(letter)
    translate(response)
    builders.restrict(response)

    assert count(letter, french) == [0, 0]
    assert read(french)[1] == []


def test_every_language_follows_what_becomes_of_a_response(letter, french):
    response = builders.make_response(letter, live=False)
    assert count(letter, french) == [0, 0]
    response = builders.publish(response)
    assert count(letter, french) == [1, 1]
    response.unpublish()
    assert count(letter, french) == [0, 0]
    response = builders.publish(response)
    other = builders.make_letter(letter.get_parent(), recipients=["Three"])
    other_french = translate(other)
    response.recipient_keys = [
        str(row.translation_key)
        for row in (*letter.recipients.all(), *other.recipients.all())
    ]
    builders.publish(response)
    assert count(letter, french, other, other_french) == [2, 2, 0, 0]
    response.move(type(other).objects.get(pk=other.pk), pos="last-child")
    assert count(letter, french, other, other_french) == [0, 0, 1, 1]
    type(response).objects.get(pk=response.pk).delete()
    assert count(letter, french, other, other_french) == [0, 0, 0, 0]


def test_every_language_follows_a_restriction_and_its_end(letter, french):
    builders.make_response(french)
    restriction = builders.restrict(french)
    assert count(letter) == [0]
    restriction.delete()
    assert count(letter, french) == [1, 1]


def test_every_language_follows_the_clock(letter, french):
    moment = timezone.now() + timedelta(hours=1)
    builders.make_response(letter, expire_at=moment)
    list_url = french.get_parent().get_url()
    assert read(french)[0] == 1

    with time_machine.travel(moment):
        assert read(french)[0] == 0
        found = Client().get(f"{list_url}?answered=some").content.decode()
        assert french.get_url() not in found


def test_a_translation_of_the_letter_counts_what_was_there_before(letter, french):
    builders.make_response(letter)
    french.delete()

    assert count(letter, translate(letter)) == [1, 1]


def test_a_rebuild_finds_the_same_however_the_pages_are_ordered(letter, french):
    builders.make_response(letter)
    builders.make_response(french, rows=list(french.recipients.all())[1:])
    assert count(letter, french) == [2, 2]
    Entry.objects.all().delete()

    rebuild()

    assert count(letter, french) == [2, 2]


def test_responses_of_other_languages_cost_the_page_the_same(
    letter, french, django_assert_max_num_queries
):
    def measure():
        with django_assert_max_num_queries(100) as captured:
            Client().get(letter.get_url())
        return len(captured)

    builders.make_response(letter)
    measure()
    without = measure()
    counts = []
    for number in range(5):
        builders.make_response(french, title=f"Réponse {number}")
        measure()
        counts.append(measure())

    assert counts == [without + 1] * 5
