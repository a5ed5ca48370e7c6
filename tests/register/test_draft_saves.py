"""What a draft save leaves alone: the register has live rows only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders
from wagtail_rtop.pages.models import LetterPage
from wagtail_rtop.register.models import ContentVersion, Entry


pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    letters = builders.make_letter_index(builders.make_home())
    return builders.make_letter(letters)


def capture(function):
    """Return the statements that name a table of the register."""
    tables = [model._meta.db_table for model in (Entry, ContentVersion)]
    with CaptureQueriesContext(connection) as queries:
        function()
    return [
        query["sql"]
        for query in queries.captured_queries
        if any(f'{table}"' in query["sql"] for table in tables)
        or any(f"{table}`" in query["sql"] for table in tables)
    ]


def test_a_draft_save_asks_nothing_of_the_register(letter):
    draft = LetterPage.objects.get(pk=letter.pk)
    draft.title = "Not yet"

    assert capture(draft.save_revision) == []


def test_publishing_asks_the_register(letter):
    # The control: the statements are found where there are some.
    draft = LetterPage.objects.get(pk=letter.pk)
    draft.title = "Now"
    revision = draft.save_revision()

    assert capture(revision.publish)
