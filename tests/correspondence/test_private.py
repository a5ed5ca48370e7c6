"""What the desk keeps to itself: notes and files."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, PageLogEntry, Revision

from tests import builders
from tests.correspondence.conftest import NOTE
from tests.correspondence.test_desk import RECORD, get_ledger, get_row, post, record
from wagtail_rtop.letters.ledger import withdraw_event
from wagtail_rtop.models import CorrespondenceEvent
from wagtail_rtop.pages.models import LetterAttachment


@pytest.fixture
def document(world):
    return builders.make_document("Cable", b"%PDF-1.4 secret")


@pytest.fixture
def may_choose(world):
    from django.contrib.auth.models import Permission

    permission = Permission.objects.get(codename="choose_document")
    for user in (world.editor, world.stranger):
        GroupCollectionPermission.objects.create(
            group=user.groups.get(),
            collection=Collection.get_first_root_node(),
            permission=permission,
        )


def read(client, url):
    """Return status and content of what is found there in the end."""
    response = client.get(url, follow=True)
    # Read to its end: that closes the file.
    content = b"".join(response)
    return response.status_code, content


def test_without_the_right_there_is_no_note(world, client):
    record(world.letter, note=NOTE)
    client.force_login(world.editor)
    content = client.get(get_ledger(world.letter)).content.decode()

    assert NOTE not in content
    assert "Private note" not in content
    form = client.get(RECORD, {"row": get_row(world.letter).pk}).context["form"]
    assert "note" not in form.fields
    post(client, [get_row(world.letter)], note="smuggled")
    assert not CorrespondenceEvent.objects.filter(note="smuggled").exists()


def test_with_it_the_note_is_read_and_written(world, client, may_read_notes):
    client.force_login(world.editor)
    post(client, [get_row(world.letter)], note=NOTE)

    assert NOTE in client.get(get_ledger(world.letter)).content.decode()


def test_the_note_is_nowhere_else(world, client, may_read_notes):
    client.force_login(world.publisher)
    post(client, [get_row(world.letter)], note=NOTE, kind="answered", is_public="on")
    builders.publish(world.letter)

    for entry in PageLogEntry.objects.all():
        assert NOTE not in str(entry.data)
    for revision in Revision.objects.all():
        assert NOTE not in str(revision.content)
    edit = reverse("wagtailadmin_pages:edit", args=[world.letter.pk])
    for url in ("/admin/rtop/correspondence/", edit, world.letter.get_url()):
        assert NOTE not in client.get(url).content.decode()


def test_a_file_of_the_desk_is_not_public(world, client, document, may_choose):
    assert read(client, document.url)[0] == 200
    client.force_login(world.editor)
    post(client, [get_row(world.letter)], document=document.pk)
    event = CorrespondenceEvent.objects.get()
    assert event.document == document
    url = reverse("rtop_event_file", args=[event.pk])

    assert url in client.get(get_ledger(world.letter)).content.decode()
    assert read(client, url) == (200, b"%PDF-1.4 secret")
    response = client.get(url)
    assert response["Cache-Control"].startswith("private, no-store")
    assert response["Content-Disposition"].startswith("attachment;")
    assert b"".join(response)
    assert client.get(document.url).status_code == 404
    client.force_login(world.stranger)
    assert client.get(url).status_code == 302
    client.logout()
    assert client.get(url).status_code == 302
    assert client.get(document.url).status_code == 404


def test_it_stays_private_when_withdrawn_and_when_the_letter_is_gone(
    world, client, document
):
    event = record(world.letter, document=document)
    withdraw_event(event)
    assert client.get(document.url).status_code == 404

    world.letter.delete()

    assert client.get(document.url).status_code == 404


def test_a_public_page_that_names_it_makes_it_public(world, client, document):
    record(world.letter, document=document)
    world.letter.attachments = [LetterAttachment(document=document)]
    world.letter.save_revision()
    assert client.get(document.url).status_code == 404

    builders.publish(world.letter)

    assert read(client, document.url) == (200, b"%PDF-1.4 secret")


def test_only_documents_that_one_may_choose_are_taken(world, client, document):
    client.force_login(world.editor)

    refused = post(client, [get_row(world.letter)], document=document.pk)

    assert set(refused.context["form"].errors) == {"document"}
    # Else a file of others could be read through the desk, or taken off line.
    assert read(client, document.url)[0] == 200


def test_a_file_that_is_gone_is_a_404(world, client, document):
    event = record(world.letter, document=document)
    client.force_login(world.editor)
    document.file.delete(save=False)
    url = reverse("rtop_event_file", args=[event.pk])
    assert read(client, url)[0] == 404

    document.delete()

    assert read(client, url)[0] == 404
    assert client.get(get_ledger(world.letter)).status_code == 200
    assert CorrespondenceEvent.objects.get().happened_on < timezone.localdate()
