"""The desk of the demonstration has work to show; readers' figures are the facts."""

import json

import pytest

from tests.demo.site import get_demo, get_text, select


LETTERS = {
    "regional-organisations-2012-dialogue": "1 of 14 answered",
    "heads-of-regional-organisations-2011-dialogue": "0 of 13 answered",
}
NOTE = "Ask for the office of political affairs"


@pytest.fixture(scope="module")
def demo():
    return get_demo()


def find_panel(demo, name, user="press-officer"):
    tree = demo.get("/admin/", user).tree
    [panel] = [e for e in select(tree) if e.get("id") == f"{name}-section"]
    return get_text(panel)


def test_one_answer_is_overdue_and_one_is_due_soon(demo):
    text = find_panel(demo, "rtop-reminders")

    assert "Economic Community of West African States" in text
    assert "African Union" in text
    for due, name in (("overdue", "Economic Community"), ("soon", "African Union")):
        page = demo.get(f"/admin/rtop/correspondence/?due={due}", "press-officer")
        assert page.status == 200
        rows = [get_text(row) for row in select(page.tree, "tr")]
        assert len([row for row in rows if "dialogue" in row]) == 1, rows
        assert any(name in row for row in rows)


@pytest.mark.parametrize("slug", LETTERS)
def test_readers_figures_are_the_facts(demo, slug):
    page = demo.get(f"/en/letters/{slug}/")
    assert LETTERS[slug] in get_text(page.tree)
    answers = demo.get("/en/answers/")
    assert answers.status == 200
    assert NOTE not in page.text + answers.text


def test_the_ledger_has_an_event_of_every_kind_and_a_private_note(demo):
    output, _ = demo.command("dumpdata", "wagtail_rtop.correspondenceevent")
    events = [row["fields"] for row in json.loads(output)]

    assert {event["kind"] for event in events} == {
        *("sent", "delivery_failed", "acknowledged", "answered", "declined"),
        *("meeting_offered", "closed"),
    }
    assert any(event["note"].startswith("Reminder") for event in events)
    public = {event["kind"] for event in events if event["is_public"]}
    assert public == {"sent"}


def test_the_report_has_figures(demo):
    page = demo.get("/admin/reports/rtop-correspondence/", "press-officer")
    text = get_text(page.tree)
    assert "2011" in text
    assert "2012" in text
