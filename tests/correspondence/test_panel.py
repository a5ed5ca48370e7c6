"""The ledger's summary in the letter's editor."""

from django.urls import reverse

from tests import builders
from tests.correspondence.conftest import NOTE
from tests.correspondence.test_desk import get_ledger, get_text, record


SUMMARY = "recipients have answered, by all that the desk knows."


def get_editor(client, page):
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 200
    return response


def test_it_sums_up_and_leads_to_the_desk(world, client, may_read_notes):
    record(world.letter, 0, "answered", note=NOTE)
    record(world.letter, 1, "sent")
    client.force_login(world.publisher)

    editor = get_editor(client, world.letter)

    text, content = get_text(editor), editor.content.decode()
    assert f"1 of 3 {SUMMARY}" in text
    assert "Gulf Council Sent, no answer yet" in text
    assert f'href="{get_ledger(world.letter)}"' in content
    row = world.letter.recipients.all()[1]
    assert f'{get_ledger(world.letter)}#recipient-{row.translation_key}"' in content
    add = reverse(
        "wagtailadmin_pages:add",
        args=["wagtail_rtop_pages", "responsepage", world.letter.pk],
    )
    assert f'href="{add}"' in content
    assert NOTE not in content


def test_it_goes_by_the_live_rows_and_posts_nothing(world, client):
    draft = world.letter
    draft.recipients = list(draft.recipients.all())[:1]
    draft.save_revision()
    client.force_login(world.editor)

    editor = get_editor(client, world.letter)

    assert f"0 of 3 {SUMMARY}" in get_text(editor)
    for name in ("row", "kind", "happened_on"):
        assert f'name="{name}"' not in _get_panel(editor.content.decode())


def test_a_letter_that_is_not_published_has_no_ledger_yet(world, client):
    draft = builders.make_letter(world.section, recipients=["A"], live=False)
    client.force_login(world.editor)

    text = get_text(get_editor(client, draft))

    assert "is recorded once it is published" in text
    assert SUMMARY not in text


def test_the_last_one_left_is_ticked(world, client):
    for number in (0, 2):
        record(world.letter, number, "answered")
    key = world.letter.recipients.all()[1].translation_key
    client.force_login(world.publisher)

    content = get_editor(client, world.letter).content.decode()

    assert f"responsepage/{world.letter.pk}/?recipient={key}" in content


def _get_panel(content):
    start = content.index("Open the correspondence")
    return content[start : content.index("</table>", start)]
