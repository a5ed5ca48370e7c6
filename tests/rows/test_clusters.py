"""Rows read from a revision: the same as modelcluster reads them, in few queries."""

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext
from modelcluster.models import ClusterableModel

from tests import builders
from wagtail_rtop.pages.models import LetterAttachment, LetterPage


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def home(shared_db):
    return builders.make_home()


@pytest.fixture(scope="module")
def letter(home):
    letters = builders.make_letter_index(home)
    index = builders.make_organisation_index(home)
    bodies = [builders.make_organisation(index) for _ in range(3)]
    letter = builders.make_letter(letters, recipients=[*bodies, "Nobody's profile"])
    letter.attachments = [LetterAttachment(document=builders.make_document())]
    return builders.publish(letter)


def read_stock(data):
    """Read with modelcluster's own method."""
    return ClusterableModel.from_serializable_data.__func__(LetterPage, data)


def describe(page):
    return page.serializable_data()


def test_reads_the_same_as_modelcluster(letter):
    data = letter.serializable_data()

    assert describe(LetterPage.from_serializable_data(data)) == describe(
        read_stock(data)
    )


def test_empties_and_drops_what_is_gone_as_modelcluster_does(letter):
    data = letter.serializable_data()
    data["recipients"][1]["organisation"] = 999_999
    data["recipients"][2]["letter"] = 999_999
    data["attachments"][0]["document"] = 999_999

    ours = LetterPage.from_serializable_data(data)

    assert describe(ours) == describe(read_stock(data))
    assert ours.recipients.count() == 3
    assert ours.recipients.all()[1].organisation_id is None
    assert ours.attachments.get().document_id is None


def test_reads_what_it_must_not_check(letter):
    data = letter.serializable_data()
    data["recipients"][1]["organisation"] = 999_999

    found = LetterPage.from_serializable_data(data, check_fks=False)

    assert found.recipients.all()[1].organisation_id == 999_999


def test_queries_do_not_grow_with_rows(letter):
    data = letter.serializable_data()
    costs = []
    for times in (1, 20):
        many = {**data, "recipients": data["recipients"] * times}
        with CaptureQueriesContext(connection) as queries:
            LetterPage.from_serializable_data(many)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_a_protected_target_that_is_gone_raises_as_in_modelcluster(letter):
    data = letter.serializable_data()
    data["recipients"][2]["locale"] = 999_999

    with pytest.raises(ObjectDoesNotExist, match=r"LetterRecipient\.locale refers to"):
        LetterPage.from_serializable_data(data)
