"""What the fixtures of a whole file promise; see shared.py. In this order."""

import pytest
from wagtail.models import Page

from tests import builders


@pytest.fixture(scope="module")
def home(shared_db):
    return builders.make_home()


@pytest.fixture(scope="module")
def index(home):
    return builders.make_letter_index(home)


@pytest.fixture(scope="module")
def pages(home, index):
    return {"home": home, "letters": [builders.make_letter(index, title="As built")]}


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_changes_is_undone(pages, turn):
    [letter] = pages["letters"]
    assert letter.title == Page.objects.get(pk=letter.pk).title == "As built"
    assert letter.recipients.count() == 0
    assert list(letter.get_parent().specific.get_children()) == [letter.page_ptr]
    assert pages["home"].numchild == 1

    letter.title = "Changed"
    letter.recipients = [builders.LetterRecipient(name="Somebody")]
    builders.publish(letter)
    builders.make_letter(letter.get_parent())
    builders.make_page(pages["home"])
    pages["home"].locale.language_code = "xx"

    assert Page.objects.get(pk=letter.pk).title == "Changed"


def test_instances_are_the_same_wherever_they_are(home, pages):
    assert pages["home"] is home
    assert home.locale.language_code == "en"


@pytest.fixture(scope="module")
def late(shared_db):
    return builders.make_region()


def test_one_built_within_a_test_is_refused(home, request):
    with pytest.raises(AssertionError, match="late is asked for within a test"):
        request.getfixturevalue("late")
