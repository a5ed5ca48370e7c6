"""Filling the recipients of a letter by paste and by group, in the real editor."""

import re

import pytest


pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, site_url):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(8000)
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"{site_url}/admin/login/")
    page.fill("[name=username]", "desk")
    page.fill("[name=password]", "password")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    yield page
    context.close()


def open_new_letter(page, site_url):
    """Open the form of a new letter, on the tab of its recipients."""
    found = page.request.get(f"{site_url}/admin/api/main/pages/?slug=letters&order=id")
    index = found.json()["items"][0]["id"]
    page.goto(f"{site_url}/admin/pages/add/wagtail_rtop_pages/letterpage/{index}/")
    page.click("#tab-label-recipients")


def get_names(page):
    return page.eval_on_selector_all(
        "#id_recipients-FORMS input[name$='-name']", "all => all.map(e => e.value)"
    )


def get_profiles(page):
    return page.eval_on_selector_all(
        "#id_recipients-FORMS .chooser",
        "all => all.map(e => e.classList.contains('blank') ? '' :"
        " e.querySelector('[data-chooser-title]').textContent)",
    )


def test_the_tools_show_their_names(page, site_url):
    """An icon without a size fills its button and pushes the text out of it."""
    open_new_letter(page, site_url)
    page.wait_for_selector("[data-rtop-recipients]")
    tools = page.locator("[data-rtop-recipients]")
    assert tools.count() == 3
    for tool in tools.all():
        box, icon = tool.bounding_box(), tool.locator("svg").bounding_box()
        assert icon["height"] <= box["height"] < 40
        assert tool.evaluate("e => e.scrollHeight <= e.clientHeight + 2")
    # One row, one distance.
    first, second, third = (tool.bounding_box() for tool in tools.all())
    assert first["y"] == second["y"] == third["y"]
    gaps = [
        right["x"] - left["x"] - left["width"]
        for left, right in ((first, second), (second, third))
    ]
    assert gaps[0] == pytest.approx(gaps[1], abs=1)


@pytest.mark.parametrize(
    ("tool", "field"), [("paste", "textarea"), ("/add/", "input"), ("save", "input")]
)
def test_a_tool_opens_with_its_field_focused(page, site_url, tool, field):
    """Also once the modal has faded in, which takes the focus itself."""
    open_new_letter(page, site_url)
    page.click(f"[data-rtop-recipients*='{tool}']")
    page.wait_for_selector(f".modal {field}:not([type=hidden])")
    page.wait_for_timeout(800)
    assert page.evaluate(
        "document.activeElement.matches('.modal textarea, .modal input')"
    )


def test_paste_then_keep_as_a_group_then_add_it(page, site_url):
    open_new_letter(page, site_url)
    page.click("text=Paste a list")
    page.fill(
        ".modal textarea",
        "the African Union, the Association of Southeast Asian Nation and the "
        "Institute for Peace",
    )
    page.press(".modal textarea", "Tab")
    page.press(".modal button[type=submit]", "Enter")
    page.wait_for_selector(".modal fieldset")
    # By keyboard: the second is left out; its first choice is the profile.
    page.click(".modal fieldset:nth-of-type(2) input[value=profile]")
    page.click(".modal button[type=submit]")
    page.wait_for_selector(".modal", state="detached")

    assert get_names(page) == [
        *("African Union", "Association of Southeast Asian Nation"),
        "Institute for Peace",
    ]
    assert get_profiles(page) == [
        *("African Union", "Association of Southeast Asian Nations", ""),
    ]
    assert page.text_content("[data-rtop-status]") == "Recipients added: 3."

    page.click("text=Save these as a group")
    page.fill(".modal input[name=name]", "Three")
    page.click(".modal button[type=submit]")
    page.wait_for_selector(".modal", state="detached")
    assert "Three" in page.text_content("[data-rtop-status]")

    page.click("text=Add a group")
    page.click(".modal label:has-text('Three')")
    page.click(".modal button[type=submit]")
    page.wait_for_selector(".modal", state="detached")
    assert len(get_names(page)) == 3
    assert re.search(r"not added again: 3", page.text_content("[data-rtop-status]"))

    page.click("#id_recipients-0-organisation-chooser [data-chooser-title]")
    assert page.errors == []


def test_the_chooser_searches_and_makes(page, site_url):
    open_new_letter(page, site_url)
    page.click("#id_recipients-ADD")
    page.click(
        "#id_recipients-0-organisation-chooser [data-chooser-action-choose] >> visible=true"
    )
    page.fill(".modal input[name=q]", "ANASE")
    page.wait_for_selector(".modal h2:has-text('1 match')")
    page.click(".modal [data-chooser-modal-choice]")
    page.wait_for_selector(".modal", state="detached")
    assert get_profiles(page) == ["Association of Southeast Asian Nations"]
    assert page.errors == []
