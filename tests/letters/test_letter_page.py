"""The letter's page: every part, in three languages, and what it costs."""

from datetime import date

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders
from wagtail_rtop.letters.enums import EventKind, ResponseKind
from wagtail_rtop.letters.ledger import record_event
from wagtail_rtop.models import Coalition
from wagtail_rtop.pages.models import LetterAttachment, LetterSignatory


pytestmark = pytest.mark.django_db


def get(client, page):
    response = client.get(page.get_url())
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def parse(html):
    return html5lib.parse(html, namespaceHTMLElements=False)


def find(html, name):
    """Return the elements of a class, in document order."""
    return [e for e in parse(html).iter() if name in (e.get("class") or "").split()]


def text(element):
    return " ".join("".join(element.itertext()).split())


@pytest.fixture(scope="module")
def home(shared_db):
    return builders.make_home()


@pytest.fixture(scope="module")
def letters(home):
    return builders.make_letter_index(home)


@pytest.fixture(scope="module")
def bodies(home):
    index = builders.make_organisation_index(home)
    return [builders.make_organisation(index, title=f"Body {i}") for i in range(14)]


def test_every_part_is_there(client, letters, bodies):
    full = builders.make_document("Whole letter")
    file = builders.make_document("Annex")
    letter = builders.make_letter(
        letters,
        recipients=[{"organisation": bodies[0], "office": "Secretary-General"}],
        live=False,
        reference="ICR/12",
        occasion="Informal dialogue",
        occasion_date=date(2012, 9, 5),
        cover_note="<p>A note before it.</p>",
        salutation="Your Excellency,",
        body="<p>We have <abbr>recieved</abbr> it.</p>",
        closing="Yours faithfully,",
        copied_to="The first\n\nThe second",
        is_excerpt=True,
        full_text=full,
    )
    letter.signatories = [
        LetterSignatory(name="A. Person", title="Director", organisation_name="A body")
    ]
    letter.attachments = [LetterAttachment(document=file, caption="The annex")]
    letter = builders.publish(letter)
    builders.make_response(letter, title="The reply", signatory="B. Person")

    html = get(client, letter)

    (byline, *_) = find(html, "rtop-meta")
    assert "The coalition" in text(byline)
    assert "22 March 2012" in text(byline).replace("March 22, 2012", "22 March 2012")
    assert "ICR/12" in text(byline)
    assert "Informal dialogue" in text(find(html, "rtop-occasion")[0])
    assert "A note before it." in text(find(html, "rtop-cover-note")[0])
    assert (
        text(find(html, "rtop-addressees")[0])
        == "This letter is addressed to 1 recipient: Body 0."
    )
    assert text(find(html, "rtop-salutation")[0]) == "Your Excellency,"
    assert text(find(html, "rtop-text")[0]) == "We have recieved [sic] it."
    assert text(find(html, "rtop-closing")[0]) == "Yours faithfully,"
    assert "excerpt" in text(find(html, "rtop-excerpt")[0])
    assert full.url in html
    assert file.url in html
    assert "The annex" in html
    assert "Director" in text(find(html, "rtop-signatories")[0])
    assert [text(e) for e in find(html, "rtop-copied-to")[0].iter("li")] == [
        "The first",
        "The second",
    ]
    assert "Secretary-General" in text(find(html, "rtop-recipients")[0])
    assert text(find(html, "rtop-tally")[0]) == "1 of 1 answered"
    assert "The reply" in text(find(html, "rtop-responses")[0])
    assert find(html, "rtop-method")


def test_a_bare_letter_has_no_empty_parts(client, letters):
    html = get(client, builders.make_letter(letters, recipients=[]))

    for name in ("addressees", "recipients", "responses", "excerpt", "signatories"):
        assert not find(html, f"rtop-{name}"), name


def test_the_issuer_is_the_coalition_unless_named(client, home, letters):
    site = home.get_site()
    Coalition.objects.create(
        site=site, locale=home.locale, name="C", default_issuer="Default body"
    )

    html = get(client, builders.make_letter(letters, issuer=""))

    assert text(find(html, "rtop-issuer")[0]) == "Default body"


def test_an_acknowledgement_is_no_answer(client, letters):
    letter = builders.make_letter(letters, recipients=["A", "B"])
    builders.make_response(letter, kind=ResponseKind.ACKNOWLEDGEMENT)

    html = get(client, letter)

    assert text(find(html, "rtop-tally")[0]) == "0 of 2 answered"
    assert "acknowledged, no answer yet" in text(find(html, "rtop-status")[0])


def test_only_public_events_are_told(client, letters):
    letter = builders.make_letter(letters, recipients=["A", "B"])
    first, second = letter.recipients.all()
    day = date(2012, 5, 1)
    record_event(
        letter, first.translation_key, EventKind.ANSWERED, day, note="PRIVATE-NOTE"
    )
    record_event(
        letter, second.translation_key, EventKind.DECLINED, day, is_public=True
    )

    html = get(client, letter)

    assert text(find(html, "rtop-tally")[0]) == "1 of 2 answered"
    assert [text(e) for e in find(html, "rtop-status")] == ["declined (May 1, 2012)"]
    assert "PRIVATE-NOTE" not in html


def test_a_hidden_response_is_not_told(client, letters):
    letter = builders.make_letter(letters, recipients=["A"])
    reply = builders.make_response(letter, title="Secret reply")
    builders.restrict(reply)

    html = get(client, letter)

    assert "Secret reply" not in html
    assert text(find(html, "rtop-tally")[0]) == "0 of 1 answered"


def test_a_hidden_profile_is_named_but_not_linked(client, letters, bodies):
    letter = builders.make_letter(letters, recipients=bodies[:2])
    builders.restrict(bodies[0])

    links = list(find(get(client, letter), "rtop-addressees")[0].iter("a"))

    assert [text(a) for a in links] == ["Body 1"]


def test_profiles_are_those_of_the_page_language(client, home, letters, bodies):
    builders.make_translated_home(home, "fr")
    french = builders.make_locale("fr")
    letter = builders.make_letter(letters, recipients=bodies[:3])
    for body in bodies[:2]:
        copy = body.copy_for_translation(french, copy_parents=True)
        copy.title = body.title.replace("Body", "Organe")
        builders.publish(copy)
    copy = letter.copy_for_translation(french, copy_parents=True)
    rows = list(copy.recipients.all())
    rows[0].name = "Organe 0"
    rows[0].save()
    copy = builders.publish(type(copy).objects.get(pk=copy.pk))

    html = get(client, copy)
    links = list(find(html, "rtop-addressees")[0].iter("a"))

    assert [(a.get("href")[:4], a.get("hreflang")) for a in links] == [
        ("/fr/", "fr"),
        ("/fr/", "fr"),
        # Not translated: the one in the language of the letter, and said so.
        ("/en/", "en"),
    ]
    assert [next(a.iter("bdi")).get("lang") for a in links] == [None, "en", "en"]


def test_an_excerpt_says_so_without_a_document(client, letters):
    letter = builders.make_letter(letters, is_excerpt=True)

    html = get(client, letter)

    assert find(html, "rtop-excerpt")
    assert not find(html, "rtop-file")


def count(client, page):
    url = page.get_url()
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_queries_do_not_grow_with_recipients(
    client, home, letters, bodies, monkeypatch
):
    builders.make_translated_home(home, "fr")
    french = builders.make_locale("fr")
    costs = []
    for number in (1, 14):
        letter = builders.make_letter(letters, recipients=bodies[:number])
        builders.make_response(letter)
        copy = builders.publish(letter.copy_for_translation(french, copy_parents=True))
        costs.append(count(client, copy))
    # In the same frame, at the same depth, in the same language; it says nothing.
    monkeypatch.setattr(type(home), "template", "wagtail_rtop/base.html")
    empty = builders.make_page(letters)
    empty = builders.publish(empty.copy_for_translation(french, copy_parents=True))

    assert costs[0] == costs[1]
    assert costs[1] - count(client, empty) <= 14
