"""The pictures of the editors' guide, taken from the running admin.

Each test does what the guide says beside its picture and checks what it must show.
The pictures go to build/pictures/guide; with ``TAKE_PICTURES=1`` also, with fewer
colours, to docs/images/guide.
"""

import os
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import guide_world as world
from tests.browser.conftest import PICTURES


pytestmark = pytest.mark.browser

TAKEN = PICTURES / "guide"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "images" / "guide"
# Neither a blinking cursor nor a half-open menu, and nothing over the text.
CALM = (
    "*, *::before, *::after {caret-color: transparent !important;"
    " transition: none !important; animation: none !important}"
)
NO_FOOTER = ".footer, footer.w-form-footer {display: none !important}"


class Office:
    """Somebody at the admin, and what the console said."""

    def __init__(self, browser, site_url, name="officer"):
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(10000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.url = site_url
        self.go("/admin/login/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", "password")
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/admin/")

    def go(self, path):
        response = self.page.goto(f"{self.url}{path}")
        assert response.status == 200, path
        # The server has no collection of icons for the browser's tab.
        self.page.add_style_tag(content=CALM)

    def open_menu(self, *labels):
        """Follow labels of the main menu."""
        for label in labels:
            item = self.page.locator("#wagtail-sidebar").get_by_text(label, exact=True)
            # What opened last stands last.
            item.locator("visible=true").last.click()
        self.page.wait_for_load_state()
        self.page.add_style_tag(content=CALM)

    def find(self, title):
        """Return the id of the page with this title, by the admin's search."""
        self.go(f"/admin/pages/search/?q={title.replace(' ', '+')}")
        exact = re.compile(f"^\\s*{re.escape(title)}\\s*$")
        link = self.page.locator("td.title a", has_text=exact).first
        return int(re.search(r"/pages/(\d+)/", link.get_attribute("href"))[1])

    def edit(self, title):
        pk = self.find(title)
        self.go(f"/admin/pages/{pk}/edit/")
        return pk

    def sees(self, *texts):
        for text in texts:
            found = self.page.get_by_text(text).locator("visible=true").first
            found.wait_for(state="visible")

    def resize(self, height):
        self.page.set_viewport_size({"width": 1280, "height": height})

    def picture(self, name, selector="", clear=False):
        """Take the window, or an element; ``clear``: without the editor's buttons."""
        path = TAKEN / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if clear:
            self.page.add_style_tag(content=NO_FOOTER)
        self.page.wait_for_timeout(300)
        target = self.page.locator(selector).first if selector else self.page
        target.screenshot(path=str(path))
        picture = Image.open(path).convert("RGB")
        assert picture.width <= 1280
        picture.save(path)
        assert self.errors == []
        if os.environ.get("TAKE_PICTURES"):
            DOCS.mkdir(parents=True, exist_ok=True)
            few = picture.quantize(128, dither=Image.Dither.NONE)
            few.save(DOCS / path.name, optimize=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.context.close()


@pytest.fixture
def office(browser, site_url):
    with Office(browser, site_url) as found:
        yield found


def test_first_page(office):
    office.sees("Answers to letters", "Embargoes this week", world.CALL)
    office.resize(1350)
    office.picture("first-page")


def test_letter(office):
    office.edit(world.DIALOGUE)
    office.sees("About the letter", "Date of the letter")
    tabs = office.page.locator("[role=tab][id^=tab-label]").all_inner_texts()
    assert tabs[:4] == ["Letter", "Recipients", "Signatories and files", "Responses"]
    office.picture("letter")


def test_recipients(office):
    office.edit(world.DIALOGUE)
    office.page.click("#tab-label-recipients")
    office.sees("Paste a list", "as written here", "Official name today:")
    office.resize(1250)
    office.picture("recipients", clear=True)


def test_paste_a_list(office):
    index = office.find("Letters")
    office.go(f"/admin/pages/add/wagtail_rtop_pages/letterpage/{index}/")
    office.page.click("#tab-label-recipients")
    office.page.click("text=Paste a list")
    office.page.fill(
        ".modal textarea",
        "the African Union, the Association of Southeast Asian Nation and the "
        "Institute for Peace",
    )
    office.page.press(".modal textarea", "Tab")
    office.page.press(".modal button[type=submit]", "Enter")
    office.sees("Perhaps the profile:", "The name alone", "Add to the letter")
    office.picture("paste-a-list", ".modal-content")


def test_correspondence(office):
    office.open_menu("Correspondence")
    office.sees(world.DIALOGUE, "overdue", "Record an event for those selected")
    office.resize(760)
    office.picture("correspondence")


def test_ledger(office):
    pk = office.find(world.DIALOGUE)
    office.go(f"/admin/rtop/correspondence/letter/{pk}/")
    office.sees("2 of 6 recipients have answered", world.NOTE, "Withdraw")
    office.picture("ledger")


def test_record_an_event(office):
    pk = office.find(world.SUMMIT)
    office.go(f"/admin/rtop/correspondence/letter/{pk}/")
    for box in office.page.locator("input[name=row]").all()[:2]:
        box.check()
    office.page.click("text=Record an event for those selected")
    office.sees("For these 2 recipients:", "What happened", "Private note")
    office.page.add_style_tag(content=CALM)
    office.picture("record-an-event", "main")


def test_report(office):
    office.open_menu("Reports", "Correspondence")
    office.sees("Answered soon", "Days to reply")
    office.resize(760)
    office.picture("report")


def test_who_has_answered(office):
    office.go("/en/answers/")
    office.sees("Who has answered", "How this is counted", "European Union")
    office.picture("who-has-answered", "main")


def test_release(office):
    office.edit(world.STATEMENT)
    office.page.locator("header [data-w-dropdown-target=toggle]").last.click()
    office.page.locator("a[data-rtop-hold]").first.click()
    modal = office.page.locator(".modal-body")
    modal.locator("[name=lift]").wait_for(state="visible")
    office.sees("What stands where", "Let out the latest text in")
    office.resize(1000)
    office.picture("release", ".modal-content", clear=True)
    office.resize(900)

    modal.locator("[name=when][value=embargo]").check()
    modal.locator("[name=lift]").fill("2031-05-02 12:00")
    office.page.keyboard.press("Tab")
    for box in modal.locator("[name=pages]").all():
        box.check()
    modal.get_by_role("button", name="Continue").click()
    office.sees("Nothing will be readable before", "The latest text goes out in")
    office.picture("release-confirm", ".modal-content")


def test_release_in_arabic(browser, site_url):
    with Office(browser, site_url, "officer-ar") as office:
        pk = office.find(world.CALL)
        office.go(f"/admin/rtop/release/{pk}/")
        assert office.page.locator("html").get_attribute("dir") == "rtl"
        assert office.page.locator("[name=lift]").is_visible()
        office.picture("release-ar")


def test_preview_link(office):
    pk = office.find(world.CALL)
    office.go(f"/admin/rtop/previews/{pk}/")
    office.page.fill("[name=recipient]", "The Gazette")
    office.page.get_by_role("button", name="Make a link").click()
    office.sees("It is shown this once: copy it now.", "Links given")
    office.page.add_style_tag(content=CALM)
    office.picture("preview-link", "main")


def test_timeline(office):
    office.edit("Economic Community of West African States")
    office.page.get_by_role("tab", name="Over time").click()
    part = office.page.locator("[id$=over_time-section]")
    assert "As saved last" in part.inner_text()
    office.resize(700)
    office.picture("timeline", clear=True)


def test_letters(office):
    office.open_menu("Letters")
    rows = office.page.locator("tbody tr")
    rows.first.locator("input[type=checkbox]").check()
    rows.nth(1).locator("input[type=checkbox]").check()
    office.page.get_by_role("button", name="More").last.click()
    office.sees("Answered publicly", "Record event", "Privacy")
    office.picture("letters")


def test_translation(browser, site_url):
    with Office(browser, site_url, "translator") as office:
        office.sees("Translations waiting", world.SUMMIT)
        office.page.get_by_role("link", name=world.SUMMIT).first.click()
        office.sees("Your Excellency,", "Publish in French")
        office.picture("translation")


def test_what_is_in_use_is_not_deleted(office):
    pk = office.find("League of Arab States")
    office.go(f"/admin/pages/{pk}/delete/")
    office.sees(world.DIALOGUE, "Remove or replace it there first.")
    office.resize(500)
    office.picture("in-use")
