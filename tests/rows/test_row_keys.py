"""A row keeps its key through every save, autosave, publish, order and copy."""

import pytest

from tests import builders
from tests.rows.editor import Editor
from wagtail_rtop.letters.ledger import record_event
from wagtail_rtop.models import CorrespondenceEvent
from wagtail_rtop.pages.models import LetterPage, ResponsePage


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def letters(shared_db):
    return builders.make_letter_index(builders.make_home())


@pytest.fixture
def admin(client):
    client.force_login(builders.make_user(superuser=True))
    return client


def get_keys(letter):
    """Return {name: key} of the latest draft."""
    draft = LetterPage.objects.get(pk=letter.pk).get_latest_revision_as_object()
    return {row.name: str(row.translation_key) for row in draft.recipients.all()}


def get_live_keys(letter):
    rows = LetterPage.objects.get(pk=letter.pk).recipients.all()
    return {row.name: str(row.translation_key) for row in rows}


def test_a_row_in_the_draft_of_a_live_letter_keeps_its_key(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    before = get_keys(letter)
    editor = Editor(admin, letter)
    number = editor.add_row("recipients", name="Second", kind="person")
    key = editor.data[f"recipients-{number}-row_key"]

    # Autosaves while the editor stays open.
    for title in ("One", "Two", "Three"):
        editor.set(title=title)
        assert editor.autosave()["success"]
        assert get_keys(letter) == {**before, "Second": key}
    # Full saves, each from a freshly opened editor.
    for _ in range(3):
        editor = Editor(admin, letter)
        assert editor.post().status_code == 302
        assert get_keys(letter) == {**before, "Second": key}
    assert get_live_keys(letter) == before

    assert Editor(admin, letter).post(**{"action-publish": "1"}).status_code == 302
    assert get_live_keys(letter) == {**before, "Second": key}
    assert Editor(admin, letter).post(**{"action-publish": "1"}).status_code == 302
    assert get_live_keys(letter) == {**before, "Second": key}


def test_without_the_script_the_server_gives_the_key_back(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    editor = Editor(admin, letter)
    editor.add_row("recipients", name="Second", kind="person", row_key="")
    editor.autosave()
    keys = get_keys(letter)

    for title in ("One", "Two"):
        editor.set(title=title)
        editor.autosave()
        assert get_keys(letter) == keys


def test_two_new_rows_keep_their_own_keys(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    editor = Editor(admin, letter)
    editor.add_row("recipients", name="Second", kind="person")
    editor.autosave()
    editor.add_row("recipients", name="Third", kind="person")
    editor.autosave()
    keys = get_keys(letter)
    assert len(set(keys.values())) == 3

    editor.set(title="Again")
    editor.autosave()
    Editor(admin, letter).post()
    Editor(admin, letter).post(**{"action-publish": "1"})

    assert get_keys(letter) == get_live_keys(letter) == keys


def test_order_changes_no_key(admin, letters):
    letter = builders.make_letter(letters, recipients=["First", "Second"])
    editor = Editor(admin, letter)
    editor.add_row("recipients", name="Third", kind="person")
    editor.autosave()
    keys = get_keys(letter)

    for number, order in ((0, "3"), (1, "2"), (2, "1")):
        editor.data[f"recipients-{number}-ORDER"] = order
    editor.autosave()
    assert list(get_keys(letter)) == ["Third", "Second", "First"]
    assert get_keys(letter) == keys

    # The new row is in front now: position tells nothing.
    Editor(admin, letter).post()
    assert get_keys(letter) == keys
    Editor(admin, letter).post(**{"action-publish": "1"})
    assert get_live_keys(letter) == keys


def test_a_removed_draft_row_takes_no_other_key_with_it(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    editor = Editor(admin, letter)
    second = editor.add_row("recipients", name="Second", kind="person")
    editor.add_row("recipients", name="Third", kind="person")
    editor.autosave()
    keys = get_keys(letter)

    editor.data[f"recipients-{second}-DELETE"] = "1"
    editor.autosave()
    expected = {name: key for name, key in keys.items() if name != "Second"}
    assert get_keys(letter) == expected
    editor.autosave()
    assert get_keys(letter) == expected
    Editor(admin, letter).post(**{"action-publish": "1"})
    assert get_live_keys(letter) == expected


def test_a_key_of_another_row_cannot_be_posted(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    (key,) = get_keys(letter).values()
    editor = Editor(admin, letter)
    editor.add_row("recipients", name="Second", kind="person", row_key=key)

    assert editor.post(**{"action-publish": "1"}).status_code == 302

    keys = get_live_keys(letter)
    assert keys["First"] == key
    assert keys["Second"] != key


def test_a_saved_row_keeps_its_key_whatever_is_posted(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    before = get_keys(letter)
    editor = Editor(admin, letter)
    editor.data["recipients-0-row_key"] = "00000000-0000-4000-8000-000000000000"
    editor.data["recipients-0-name"] = "First"

    editor.post(**{"action-publish": "1"})

    assert get_live_keys(letter) == before


@pytest.mark.parametrize("value", ["nonsense", "'", "\x00", "9" * 500])
def test_a_broken_key_loses_nothing(admin, letters, value):
    letter = builders.make_letter(letters, recipients=["First"])
    editor = Editor(admin, letter)
    editor.add_row("recipients", name="Second", kind="person", row_key=value)

    assert editor.post().status_code == 302

    assert set(get_keys(letter)) == {"First", "Second"}


def test_a_row_with_nothing_in_it_is_in_nobodys_way(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    editor = Editor(admin, letter)
    editor.add_row("recipients", kind="organisation", name="", office="")

    assert editor.autosave()["success"]
    assert editor.autosave()["success"]
    # Once Wagtail has told the browser that the row is known, it is empty.
    assert list(get_keys(letter)) == ["First"]
    assert Editor(admin, letter).post(**{"action-publish": "1"}).status_code == 302
    assert list(get_live_keys(letter)) == ["First"]


def test_no_autosave_of_a_half_filled_letter_fails(admin, letters):
    url = f"/admin/pages/add/wagtail_rtop_pages/letterpage/{letters.pk}/"
    editor = Editor(admin, url=url)
    editor.set(title="Half", slug="half", document_date="", issuer="")
    editor.add_row("recipients", kind="person", name="", office="Chair")
    editor.add_row("signatories", name="", title="Director")
    editor.add_row("attachments", document="", caption="A file to come")

    first = editor.autosave()
    assert first["success"], first
    letter = LetterPage.objects.get(slug="half")
    editor.set(title="Half again")
    assert editor.autosave()["success"]

    draft = letter.get_latest_revision_as_object()
    assert draft.title == "Half again"
    assert [row.office for row in draft.recipients.all()] == ["Chair"]
    assert [row.title for row in draft.signatories.all()] == ["Director"]
    assert [row.caption for row in draft.attachments.all()] == ["A file to come"]


def test_publishing_names_what_is_missing_and_keeps_it(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    editor = Editor(admin, letter)
    editor.set(document_date="")
    editor.add_row("recipients", kind="person", name="", office="Chair")

    response = editor.post(**{"action-publish": "1"})

    assert response.status_code == 200
    html = response.content.decode()
    assert "This recipient has neither an organisation nor a name." in html
    assert "This field is required." in html
    assert "Chair" in html


def test_an_empty_name_is_filled_from_the_organisation(admin, letters):
    index = builders.make_organisation_index(letters.get_parent())
    body = builders.make_organisation(index, title="Some body")
    letter = builders.make_letter(letters, recipients=["First"])
    editor = Editor(admin, letter)
    editor.add_row(
        "recipients", kind="organisation", name="", office="", organisation=body.pk
    )

    editor.post(**{"action-publish": "1"})

    assert set(get_live_keys(letter)) == {"First", "Some body"}


def test_no_autosave_changes_a_side_table(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    row = letter.recipients.get()
    record_event(letter, row.translation_key, "sent", builders.LETTER_DAY)
    before = list(CorrespondenceEvent.objects.values())
    editor = Editor(admin, letter)
    editor.data["recipients-0-DELETE"] = "1"

    editor.autosave()
    editor.autosave()

    assert list(CorrespondenceEvent.objects.values()) == before


def test_a_copy_has_fresh_keys_no_responses_and_no_ledger(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    row = letter.recipients.get()
    record_event(
        letter, row.translation_key, "answered", builders.LETTER_DAY, is_public=True
    )
    builders.make_response(letter)

    copy = letter.copy(recursive=True, update_attrs={"slug": "copy", "title": "Copy"})

    copied = copy.recipients.get()
    assert copied.translation_key != row.translation_key
    assert get_keys(copy) == {"First": str(copied.translation_key)}
    assert not ResponsePage.objects.child_of(copy).exists()
    assert not CorrespondenceEvent.objects.filter(
        letter_key=copy.get_group_key()
    ).exists()
    assert ResponsePage.objects.count() == 1


def test_copying_a_section_copies_no_responses(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    builders.make_response(letter)

    section = letters.copy(recursive=True, update_attrs={"slug": "two"})

    (copy,) = LetterPage.objects.child_of(section)
    assert not copy.get_children().exists()
    assert copy.numchild == 0


def test_copying_in_the_admin_copies_no_responses(admin, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    builders.make_response(letter)

    response = admin.post(
        f"/admin/pages/{letter.pk}/copy/",
        {
            "new_title": "Copy",
            "new_slug": "copy",
            "new_parent_page": letters.pk,
            "copy_subpages": "on",
            "publish_copies": "",
        },
    )

    assert response.status_code == 302
    assert not LetterPage.objects.get(slug="copy").get_children().exists()


def test_a_translation_keeps_its_responses(letters):
    home = letters.get_parent()
    builders.make_translated_home(home, "fr")
    letter = builders.make_letter(letters, recipients=["First"])
    builders.make_response(letter)
    french = builders.make_locale("fr")
    letters.copy_for_translation(french)

    copy = letter.copy_for_translation(french)
    letter.get_children().get().copy_for_translation(french)

    assert ResponsePage.objects.child_of(copy).count() == 1
    assert str(copy.recipients.get().translation_key) in get_keys(letter).values()
