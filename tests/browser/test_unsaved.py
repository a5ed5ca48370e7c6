"""What was typed into a letter is not lost: by leaving, by reloading, offline."""

from datetime import timedelta

import pytest

from tests.browser.hands import Mouse
from tests.browser.story import Officer
from wagtail_rtop.holds import conflicts


pytestmark = pytest.mark.browser

BODY = "[data-contentpath=body] [contenteditable=true]"
# Milliseconds within which the editor would have sent what was typed.
LONG = 3000
PARTS = ("Prevention. ", "Response. ", "Rebuilding. ")


class Held:
    """A slow server: what the editor posts is not answered until ``answer()``."""

    def __init__(self, officer):
        self.page = officer.page
        self.posts = []
        self.waiting = []
        self.is_slow = True
        self.page.route("**/admin/pages/**", self.hold)

    def hold(self, route):
        if route.request.method == "POST" and "ping" not in route.request.url:
            self.posts.append(route.request.url)
            if self.is_slow:
                self.waiting.append(route)
                return
        route.continue_()

    def count_added(self):
        return sum("/add/" in url for url in self.posts)

    def wait_for_post(self):
        for _ in range(300):
            if self.waiting:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("Nothing was posted")

    def answer(self):
        """Answer what waits, and from now on at once."""
        self.is_slow = False
        while self.waiting:
            self.waiting.pop(0).continue_()


def start_letter(officer):
    """Open the form of a new letter, and write what a first save needs."""
    officer.go("aside a[href*='letterpage']", "letterpage")
    officer.go("header a[href*=choose_parent]", "add")
    officer.read_form()
    officer.write("#id_title", f"Letter, {officer.name}")
    officer.write("#id_document_date", officer.sent.isoformat())


@pytest.fixture
def officer(request, browser, site_url):
    with Officer(browser, site_url, "en", Mouse) as officer:
        officer.name += request.node.name
        officer.write_letter()
        officer.settle()
        assert "/edit/" in officer.page.url
        yield officer


@pytest.fixture
def newcomer(request, browser, site_url):
    """An officer who has not written a letter yet."""
    with Officer(browser, site_url, "en", Mouse) as officer:
        officer.name += request.node.name
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
    officer.page.unroute_all(behavior="wait")
    officer.go("footer .action-save", "/edit/")
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
    held = Held(officer)
    type_more(officer, "Prevention. ")
    held.wait_for_post()
    type_more(officer, "Response. ")
    officer.page.wait_for_timeout(LONG)
    # One at a time: the second waits for the answer to the first.
    assert len(held.posts) == 1
    held.answer()

    # Nothing is pressed: the rest is saved by itself.
    officer.page.wait_for_timeout(500)
    officer.settle()
    officer.page.reload()
    assert "Prevention." in officer.read(BODY)
    assert "Response." in officer.read(BODY)
    assert officer.faults == []


def test_a_new_page_is_saved_once_however_slow_the_server(newcomer):
    held = Held(newcomer)
    start_letter(newcomer)
    for text in PARTS:
        held.wait_for_post()
        type_more(newcomer, text)
        newcomer.page.wait_for_timeout(LONG)
    assert len(held.posts) == 1
    held.answer()

    newcomer.page.wait_for_timeout(500)
    newcomer.settle()
    assert "/edit/" in newcomer.page.url
    newcomer.page.reload()
    assert all(text.strip() in newcomer.read(BODY) for text in PARTS)
    assert held.count_added() == 1
    assert newcomer.faults == []


@pytest.mark.parametrize("button", ["action-save", "action-publish"])
def test_a_press_during_the_first_save_waits_for_it(newcomer, button):
    held = Held(newcomer)
    start_letter(newcomer)
    held.wait_for_post()
    type_more(newcomer, "Prevention. ")
    if button == "action-publish":
        newcomer.press("footer [data-w-dropdown-target=toggle]")
    newcomer.find(f"footer .{button}, footer [name={button}]").click()
    newcomer.page.wait_for_timeout(LONG)
    assert len(held.posts) == 1

    # The page exists now; what was pressed is done to it, with all that was typed.
    with newcomer.page.expect_event("domcontentloaded"):
        held.answer()
    assert ["/edit/" in url for url in held.posts] == [False, True]
    assert newcomer.page.locator(".messages .success").count(), newcomer.read("main")
    if button == "action-publish":
        newcomer.find(".messages .success a[href*='/edit/']").click()
        newcomer.page.wait_for_load_state()
    assert "Prevention." in newcomer.read(BODY)
    assert newcomer.faults == []


def test_a_press_does_not_wait_for_ever(newcomer):
    start_letter(newcomer)
    newcomer.settle()
    held = Held(newcomer)
    type_more(newcomer, "Prevention. ")
    held.wait_for_post()
    # That one is never answered; others are.
    held.is_slow = False
    newcomer.go("footer .action-save", "/edit/")
    assert "Prevention." in newcomer.read(BODY)
    assert newcomer.faults == []


def test_no_autosave_follows_a_save(newcomer):
    start_letter(newcomer)
    newcomer.settle()
    held = Held(newcomer)
    type_more(newcomer, "Prevention. ")
    # Playwright's own click would wait for the answer.
    button = newcomer.find("footer .action-save")
    button.evaluate("button => { setTimeout(() => button.click()); }")
    newcomer.page.wait_for_timeout(LONG)
    assert len(held.posts) == 1
    with newcomer.page.expect_event("domcontentloaded"):
        held.answer()
    # Rich text reaches the form a moment after the key; it is waited for.
    assert "Prevention." in newcomer.read(BODY)
    assert newcomer.faults == []


def test_what_was_refused_is_saved_once_it_is_mended(newcomer):
    held = Held(newcomer)
    newcomer.go("aside a[href*='letterpage']", "letterpage")
    newcomer.go("header a[href*=choose_parent]", "add")
    newcomer.read_form()
    type_more(newcomer, "Prevention. ")
    held.wait_for_post()
    # The title was missing; it is written before the server says so.
    newcomer.write("#id_title", f"Letter, {newcomer.name}")
    newcomer.write("#id_document_date", newcomer.sent.isoformat())
    newcomer.page.wait_for_timeout(LONG)
    held.answer()

    newcomer.page.wait_for_url("**/edit/")
    newcomer.settle()
    newcomer.page.reload()
    assert "Prevention." in newcomer.read(BODY)
