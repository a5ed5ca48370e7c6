"""An editor looks at a letter on the web, on paper and with its responses."""

import pytest

from tests import builders
from tests.rows.editor import Editor


pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return builders.make_home()


@pytest.fixture
def letter(home):
    letters = builders.make_letter_index(home)
    letter = builders.make_letter(letters, recipients=["First"])
    builders.make_response(letter, title="Published response")
    builders.make_response(letter, title="Drafted response", live=False)
    return letter


def log_in(client, page, *actions):
    group = builders.make_group("Desk", pages=[page], actions=actions)
    client.force_login(builders.make_user(groups=[group]))
    return client


def preview(client, letter, mode):
    url = f"/admin/pages/{letter.pk}/edit/preview/"
    form = Editor(client, letter)
    form.set(title="As it is being typed")
    assert client.post(url, form._flat()).json()["is_valid"]
    response = client.get(url, {"mode": mode})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("mode", ["", "print", "responses"])
def test_every_mode_shows_what_is_being_typed(client, home, letter, mode):
    html = preview(log_in(client, home, "change"), letter, mode)

    assert "As it is being typed" in html
    assert "Published response" in html
    assert ("print-preview.js" in html) == (mode == "print")
    assert ("Drafted response" in html) == (mode == "responses")


def test_drafts_are_shown_to_those_who_may_edit_them(client, home, letter):
    # May edit letters they have written themselves, and no response.
    group = builders.make_group("Authors", pages=[home], actions=["add"])
    user = builders.make_user(groups=[group])
    letter.owner = user
    letter.save()
    client.force_login(user)

    html = preview(client, letter, "responses")

    assert "Published response" in html
    assert "Drafted response" not in html


def test_a_letter_not_yet_saved(client, home, letter):
    log_in(client, home, "add")
    parent = letter.get_parent()
    url = f"/admin/pages/add/wagtail_rtop_pages/letterpage/{parent.pk}/"
    form = Editor(client, url=url)
    form.set(title="New", slug="new", document_date="2012-03-22")
    preview_url = f"{url}preview/"
    assert client.post(preview_url, form._flat()).json()["is_valid"]
    for mode in ("", "print", "responses"):
        assert client.get(preview_url, {"mode": mode}).status_code == 200


def test_readers_see_no_draft(client, letter):
    assert "Drafted response" not in client.get(letter.url).content.decode()
