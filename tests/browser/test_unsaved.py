"""What was typed into a letter is not lost: by leaving, by reloading, offline."""

from datetime import timedelta

import pytest

from tests.browser.hands import Mouse
from tests.browser.story import Officer
from wagtail_rtop.holds import conflicts


pytestmark = pytest.mark.browser

BODY = "[data-contentpath=body] [contenteditable=true]"


@pytest.fixture(params=["en", "ar"])
def officer(request, browser, site_url):
    with Officer(browser, site_url, request.param, Mouse) as officer:
        officer.name += request.node.name
        officer.write_letter()
        officer.settle()
        yield officer


def type_more(officer, text):
    """Type into the text as a person does, who does not leave the field."""
    officer.find(BODY).click()
    officer.page.keyboard.type(text)


def test_what_was_typed_is_there_after_reloading(officer):
    type_more(officer, "Prevention. ")
    officer.settle()

    officer.page.reload()

    assert "/edit/" in officer.page.url
    assert "Prevention." in officer.read(BODY)
    assert officer.find("#id_title").input_value() == f"Letter, {officer.name}"
    assert officer.faults == []


def test_leaving_with_unsaved_text_is_asked_about(officer):
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    officer.page.on("dialog", stay)
    # Nothing can be saved: the connection is gone.
    officer.page.route(
        lambda url: "/admin/" in url,
        lambda route: (
            route.abort() if route.request.method == "POST" else route.continue_()
        ),
    )
    type_more(officer, "Prevention. ")
    officer.page.wait_for_function("window.rtopUnsaved === 1")
    officer.find("aside a[href*='rtop/correspondence']").click()
    officer.page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    assert "Prevention." in officer.read(BODY)
    # Back on line it is saved.
    officer.page.unroute_all()
    officer.find("footer .action-save").click()
    officer.page.wait_for_load_state()
    officer.page.reload()
    assert "Prevention." in officer.read(BODY)


def test_a_save_long_after_the_autosave_is_no_conflict(officer, monkeypatch):
    # As if the answers had been there for long; nobody waits in a test.
    monkeypatch.setattr(conflicts, "IN_FLIGHT", timedelta(seconds=-1))
    for text in ("Prevention. ", "Response. "):
        # The first is autosaved on top of the page's first text, the second on a save.
        for part in (text, "More. "):
            type_more(officer, part)
            officer.page.wait_for_function("window.rtopUnsaved === 1")
            officer.settle()
        officer.save()
        assert officer.page.locator(".messages .success").count(), officer.read("main")
        officer.settle()
        assert text.strip() in officer.read(BODY)
    assert officer.faults == []


def test_what_is_typed_during_an_autosave_is_saved_too(officer):
    held, go_on = [], []

    def hold(route):
        if go_on or route.request.method != "POST" or "ping" in route.request.url:
            route.continue_()
        else:
            held.append(route)

    officer.page.route("**/admin/pages/**", hold)
    type_more(officer, "Prevention. ")
    for _ in range(300):
        if not held:
            officer.page.wait_for_timeout(100)
    type_more(officer, "Response. ")
    go_on.append(True)
    held[0].continue_()

    # Nothing is pressed: the rest is saved by itself.
    officer.page.wait_for_timeout(500)
    officer.settle()
    officer.page.unroute_all()
    officer.page.reload()
    assert "Prevention." in officer.read(BODY)
    assert "Response." in officer.read(BODY)
    assert officer.faults == []
