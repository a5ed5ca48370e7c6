"""The response's page and its editor."""

from datetime import date

import pytest
from wagtail.models import Page

from tests import builders
from tests.letters.test_letter_page import find, get, text
from tests.rows.editor import Editor
from wagtail_rtop.pages.models import ResponsePage


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def letters(shared_db):
    return builders.make_letter_index(builders.make_home())


@pytest.fixture(scope="module")
def letter(letters):
    return builders.make_letter(letters, title="The letter", recipients=["A", "B"])


@pytest.fixture
def admin(client):
    client.force_login(builders.make_user(superuser=True))
    return client


def test_every_part_is_there(client, letter):
    document = builders.make_document("Original")
    response = builders.make_response(
        letter,
        rows=list(letter.recipients.all())[1:],
        title="The reply",
        signatory="C. Person",
        office="Secretary-General",
        received_on=date(2012, 4, 10),
        original_language="ar",
        summary="<p>In short.</p>",
        body="<p>We <abbr>recieved</abbr> it.</p>",
        document=document,
    )

    html = get(client, response)

    assert "C. Person, Secretary-General" in text(find(html, "rtop-signatory")[0])
    answers = find(html, "rtop-answers")[0]
    assert "The letter" in text(answers)
    assert next(answers.iter("a")).get("href") == letter.get_url()
    facts = text(find(html, "rtop-facts")[0])
    for words in ("From B", "Received on", "Arabic", "Original"):
        assert words in facts
    assert "In short." in text(find(html, "rtop-summary")[0])
    assert text(find(html, "rtop-text")[0]) == "We recieved [sic] it."
    assert document.url in html


def test_an_unknown_language_tag_is_shown_as_it_is(client, letter):
    html = get(client, builders.make_response(letter, original_language="qaa"))

    assert "qaa" in text(find(html, "rtop-facts")[0])


def test_a_response_without_a_letter_says_so(client, letters, letter):
    response = builders.make_response(letter)
    response.move(letters, pos="last-child")
    response = ResponsePage.objects.get(pk=response.pk)

    html = get(client, response)

    assert "is not published here" in text(find(html, "rtop-notice")[0])


def test_the_editor_refuses_to_publish_one_without_a_letter(admin, letters, letter):
    response = builders.make_response(letter)
    response.move(letters, pos="last-child")
    editor = Editor(admin, response)
    editor.set(title="Changed")

    assert editor.autosave()["success"]
    answer = editor.post(**{"action-publish": "1"})

    assert answer.status_code == 200
    assert "does not stand below a letter" in answer.content.decode()
    assert Page.objects.get(pk=response.pk).title != "Changed"


def test_the_editor_asks_whose_answer_it_is(admin, letter):
    response = builders.make_response(letter, rows=[])
    editor = Editor(admin, response)

    answer = editor.post(**{"action-publish": "1"})

    assert answer.status_code == 200
    assert "Tick at least one recipient" in answer.content.decode()


def test_the_editor_offers_drafted_recipients_and_keeps_lost_ones(admin, letter):
    response = builders.make_response(letter)
    draft = Editor(admin, letter)
    number = draft.add_row("recipients", name="Drafted", kind="person")
    draft.data["recipients-0-DELETE"] = "1"
    draft.post(**{"action-publish": "1"})
    before = ResponsePage.objects.get(pk=response.pk).recipient_keys

    editor = Editor(admin, response)
    html = admin.get(editor.url).content.decode()
    assert "A recipient that is no longer in the letter" in html
    assert "Drafted" in html
    assert editor.data.getlist("recipient_keys") == before
    editor.data.appendlist("recipient_keys", draft.data[f"recipients-{number}-row_key"])
    assert editor.post(**{"action-publish": "1"}).status_code == 302

    assert len(ResponsePage.objects.get(pk=response.pk).recipient_keys) == 2


def test_a_response_received_before_its_date_is_refused(admin, letter):
    response = builders.make_response(letter)
    editor = Editor(admin, response)
    editor.set(document_date="2012-04-02", received_on="2012-04-01")

    answer = editor.post(**{"action-publish": "1"})

    assert answer.status_code == 200
    assert "Check both dates." in answer.content.decode()


def test_broken_keys_answer_nobody(client, letter):
    response = builders.make_response(letter)
    response.recipient_keys = ["nonsense", 7, None]
    response = builders.publish(response)

    assert response.get_recipient_rows(letter) == []
    assert "1 of" not in text(find(get(client, letter), "rtop-tally")[0])
