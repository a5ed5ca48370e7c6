"""A response that expires is no answer any more, before anything has written so."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests import builders
from wagtail_rtop.models import Entry
from wagtail_rtop.register.query import get_recounted, get_stamp
from wagtail_rtop.visibility.gate import Gate


pytestmark = pytest.mark.django_db

MOMENT = timezone.now() + timedelta(hours=1)


@pytest.fixture
def index():
    """An index with a letter that two of two have answered, one until MOMENT."""
    index = builders.make_letter_index(builders.make_home())
    letter = builders.make_letter(index, recipients=["One", "Two"])
    rows = list(letter.recipients.all())
    builders.make_response(letter, rows=rows[:1])
    builders.make_response(letter, rows=rows[1:], expire_at=MOMENT)
    return index


def read(index, answered=""):
    path = f"{index.get_url()}?answered={answered}" if answered else index.get_url()
    return Client().get(path).content.decode()


def find_letter(index, answered):
    return "rtop-row-letter" in read(index, answered)


@pytest.mark.parametrize("warm", [True, False])
def test_the_count_of_a_list_follows_the_clock(index, warm):
    assert "2 of 2 answered" in read(index)
    assert find_letter(index, "all")
    if not warm:
        cache.clear()

    with time_machine.travel(MOMENT):
        assert Entry.objects.filter(answered=2).exists()
        assert "1 of 2 answered" in read(index)
        assert not find_letter(index, "all")
        assert find_letter(index, "some")
        assert not find_letter(index, "none")

        call_command("rtop_publish_due")
        assert "1 of 2 answered" in read(index)
        assert Entry.objects.get(kind="letter").answered == 1


def test_while_nothing_expires_it_costs_no_query(index, django_assert_max_num_queries):
    read(index)
    gate = Gate()
    get_stamp(gate)
    with django_assert_max_num_queries(0):
        assert get_recounted(gate) == {}
