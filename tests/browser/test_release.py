"""The release view in a browser: modal, date widget, keyboard, right to left."""

import re

import pytest

from tests.browser.conftest import PICTURES
from tests.browser.hands import FADED


pytestmark = pytest.mark.browser

TITLE = "Coalition welcomes the report on timely response"


class Desk:
    """An editor at the release's editor, and what the console said."""

    def __init__(self, browser, site_url, code):
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{site_url}/admin/login/")
        self.page.fill("[name=username]", f"editor-{code}")
        self.page.fill("[name=password]", "password")
        self.page.press("[name=password]", "Enter")
        self.page.goto(f"{site_url}/admin/pages/search/?q=timely")
        link = self.page.locator("td.title a", has_text=TITLE).first
        found = re.search(r"/pages/(\d+)/edit/", link.get_attribute("href"))
        self.edit_url = f"{site_url}/admin/pages/{found[1]}/edit/"
        self.form_url = f"{site_url}/admin/rtop/release/{found[1]}/"
        self.page.goto(self.edit_url)

    def open(self):
        """Open the modal from the header's menu, by keyboard alone."""
        button = self.page.locator("header [data-w-dropdown-target=toggle]").last
        button.focus()
        self.page.keyboard.press("Enter")
        link = self.page.locator("a[data-rtop-hold]").first
        link.wait_for(state="visible")
        link.focus()
        self.page.keyboard.press("Enter")
        modal = self.page.locator(".modal-body")
        field = modal.locator("[name=lift]")
        field.wait_for(state="visible")
        # It takes the focus when it has faded in, from a calendar that is open too.
        self.page.wait_for_function(FADED, arg=field.element_handle())
        return modal

    def picture(self, name):
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(PICTURES / f"{name}.png"))

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.context.close()


@pytest.mark.parametrize("code", ["en", "ar"])
def test_an_embargo_is_set_in_the_modal_by_keyboard(browser, site_url, code):
    with Desk(browser, site_url, code) as desk:
        direction = "rtl" if code == "ar" else "ltr"
        assert desk.page.locator("html").get_attribute("dir") == direction
        modal = desk.open()
        desk.picture(f"release-modal-{code}")
        field = modal.locator("[name=lift]")
        # Else the time stands before the date in an Arabic admin.
        assert field.evaluate("e => getComputedStyle(e).direction") == "ltr"

        field.click()
        picker = desk.page.locator(".xdsoft_datetimepicker:visible").first
        picker.wait_for(state="visible")
        desk.picture(f"release-picker-{code}")
        box = picker.bounding_box()
        # The calendar lies over the modal, and inside the window.
        inside = desk.page.evaluate(
            "([x, y]) => !!document.elementFromPoint(x, y)"
            "?.closest('.xdsoft_datetimepicker')",
            [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
        )
        assert inside
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        field.fill("2031-05-02 12:00")
        desk.page.keyboard.press("Tab")
        # The form's own button; those of single languages come before.
        modal.locator("form:has([name=lift]) button[type=submit]").focus()
        desk.page.keyboard.press("Enter")
        modal.locator("button[name=back]").wait_for()
        desk.picture(f"release-confirm-{code}")
        if code == "en":
            assert "These pages go off line now" in modal.inner_text()
        assert modal.evaluate("body => body.contains(document.activeElement)")
        modal.locator("button[name=back]").focus()
        desk.page.keyboard.press("Enter")
        kept = modal.locator("[name=lift]")
        kept.wait_for(state="visible")
        assert kept.input_value() == "2031-05-02 12:00"

        desk.page.keyboard.press("Escape")
        modal.wait_for(state="hidden")
        assert desk.errors == []


def test_the_form_is_a_page_without_a_script(browser, site_url):
    with Desk(browser, site_url, "en") as desk:
        context = browser.new_context(java_script_enabled=False)
        context.add_cookies(desk.context.cookies())
        page = context.new_page()
        page.goto(desk.form_url)
        page.check("[name=when][value=embargo]")
        page.fill("[name=lift]", "2031-05-02 12:00")
        page.locator("main form button[type=submit]").first.click()

        assert "These pages go off line now" in page.locator("main").inner_text()
        context.close()


@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_preview_link_is_copied(browser, site_url, code):
    with Desk(browser, site_url, code) as desk:
        desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
        desk.page.goto(desk.form_url.replace("/release/", "/previews/"))
        desk.page.fill("[name=recipient]", "The Gazette")
        desk.page.locator("main form button[type=submit]").first.click()
        url = desk.page.locator("#rtop-preview-url").input_value()
        desk.page.locator("[data-action='w-clipboard#copy']").click()
        desk.picture(f"previews-{code}")
        copied = desk.page.evaluate("navigator.clipboard.readText()")
        assert copied == url

        reader = browser.new_context()
        page = reader.new_page()
        assert page.goto(url).status == 200
        assert "The Gazette" in page.locator(".rtop-preview").inner_text()
        page.screenshot(path=str(PICTURES / f"preview-{code}.png"))
        reader.close()
        assert desk.errors == []
