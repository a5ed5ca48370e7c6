"""A file is as readable as the page that names it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import builders
from tests.releases.conftest import reload
from wagtail_rtop.pages.models import ReleaseAttachment
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.retraction import retract


@pytest.fixture(scope="module")
def document(shared_db):
    return builders.make_document("Annex")


@pytest.fixture(scope="module")
def page(press, document):
    page = builders.make_release(press.index, live=False)
    page.attachments = [ReleaseAttachment(document=document)]
    page.save()
    page.save_revision()
    return reload(page)


@pytest.fixture
def get(client):
    def get_status(document):
        response = client.get(document.url)
        if response.streaming:
            # The file stays open until it has been read.
            b"".join(response.streaming_content)
        return response.status_code

    return get_status


def test_it_follows_its_page_through_its_life(page, document, get):
    assert get(document) == 404
    builders.publish(page)
    assert get(document) == 200
    set_embargo(reload(page), timezone.now() + timedelta(hours=1))
    assert get(document) == 404


def test_unpublished_and_retracted(page, document, get):
    builders.publish(page)
    reload(page).unpublish()
    assert get(document) == 404
    builders.publish(reload(page))
    assert get(document) == 200
    retract(reload(page), reason="Wrong")
    assert get(document) == 404


def test_replaced_in_a_draft_then_published(page, document, get):
    builders.publish(page)
    draft, newer = reload(page), builders.make_document("Newer")
    row = draft.attachments.get()
    row.document = newer
    draft.attachments = [row]
    draft.save_revision()
    assert (get(document), get(newer)) == (200, 404)

    reload(page).latest_revision.publish()

    assert (get(document), get(newer)) == (404, 200)


def test_a_file_added_by_an_autosave_is_no_more_public(page, document, get):
    builders.publish(page)
    draft, secret = reload(page), builders.make_document("Secret")
    revision = draft.save_revision()
    draft.attachments.add(ReleaseAttachment(document=secret))
    draft.save_revision(overwrite_revision=revision)

    assert get(secret) == 404


def test_each_language_has_its_own(page, document, get):
    builders.publish(page)
    french, annexe = (
        reload(page).copy_for_translation(builders.make_locale("fr")),
        builders.make_document("Annexe"),
    )
    row = french.attachments.get()
    row.document = annexe
    french.attachments = [row]
    french.save()
    french.save_revision()
    assert (get(document), get(annexe)) == (200, 404)

    builders.publish(french)

    assert (get(document), get(annexe)) == (200, 200)


def test_one_file_of_two_pages_is_public_while_one_of_them_is(
    page, press, document, get
):
    other = builders.make_release(press.index, live=False)
    other.attachments = [ReleaseAttachment(document=document)]
    other = builders.publish(other)
    builders.publish(page)

    reload(page).unpublish()
    assert get(document) == 200
    reload(other).unpublish()
    assert get(document) == 404


def test_a_file_of_no_page_of_ours_is_left_alone(db, get):
    assert get(builders.make_document("Statutes")) == 200
