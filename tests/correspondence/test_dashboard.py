"""The panel on the home page: what it shows, to whom, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders
from tests.correspondence.test_desk import get_text, record
from wagtail_rtop.models import Coalition


HEADING = "Answers to letters"


@pytest.fixture
def deadline(world):
    return Coalition.objects.create(
        site=world.home.get_site(),
        locale=world.home.locale,
        name="We",
        overdue_days=5,
        weekend="none",
    )


def test_overdue_and_due_soon_of_ones_own_letters(world, client, deadline):
    record(world.letter, 0, days=6)
    record(world.letter, 1, days=3)
    record(world.other, 0, days=8)
    client.force_login(world.editor)

    home = client.get("/admin/")

    text = get_text(home)
    assert f"{HEADING} " in text
    assert "1 answer is overdue, 1 is due within seven days" in text
    assert "African Union To all Sent, no answer yet overdue" in text
    assert "Third party" not in text
    for query in ("due=overdue", "due=soon"):
        assert f'href="/admin/rtop/correspondence/?{query}"' in home.content.decode()
    client.force_login(world.stranger)
    text = get_text(client.get("/admin/"))
    assert "Third party" in text
    assert "African Union" not in text


def test_nothing_due_is_said(world, client):
    client.force_login(world.editor)

    assert "No answer is overdue, and none is due within seven days." in get_text(
        client.get("/admin/")
    )


def test_without_a_desk_there_is_no_panel(world, client):
    client.force_login(world.reader)

    assert HEADING not in get_text(client.get("/admin/"))


def test_it_costs_the_same_for_any_number(world, client, deadline):
    client.force_login(world.editor)
    record(world.letter, 0, days=9)
    client.get("/admin/")
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        costs.append(len(queries))
        for number in range(6):
            letter = builders.make_letter(world.section, recipients=[f"No. {number}"])
            record(letter, days=7)

    assert costs[0] == costs[1]
    shown = get_text(client.get("/admin/"))
    assert "13 answers are overdue" in shown
    # The first five.
    assert "No. 3" in shown
    assert "No. 4" not in shown


def test_who_keeps_no_ledger_is_not_told_that_nothing_is_due(world, client):
    """A translator edits pages, but none of the letters' originals."""
    home = builders.make_translated_home(world.section.get_parent(), "fr")
    group = builders.make_group("Translators", pages=[home], actions=["change"])
    client.force_login(builders.make_user(groups=[group]))

    assert HEADING not in get_text(client.get("/admin/"))
