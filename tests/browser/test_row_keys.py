"""In the editor: a new row has one key, whatever is saved and moved meanwhile."""

import re
from contextlib import contextmanager

import pytest


pytestmark = pytest.mark.browser
ROWS = 'input[name^="recipients-"][name$="-row_key"]:not([name*="__prefix__"])'


@pytest.fixture
def page(browser, site_url):
    context = browser.new_context(viewport={"width": 1280, "height": 1200})
    page = context.new_page()
    page.set_default_timeout(15_000)
    # What is typed before the editor looks for changes is none; it looks anew after
    # each save.
    page.add_init_script(
        "window.rtopWatched = 0;"
        "document.addEventListener('w-unsaved:watch-edits', () => rtopWatched++);"
    )
    page.goto(f"{site_url}/admin/login/")
    page.fill('input[name="username"]', "editor-en")
    page.fill('input[name="password"]', "password")
    page.click('button[type="submit"]')
    page.wait_for_url(re.compile(r"/admin/$"))
    yield page
    context.close()


def open_letter(page, site_url):
    if "/edit/" in page.url:
        page.goto(page.url)
    else:
        # The way an editor goes who knows the title.
        page.goto(f"{site_url}/admin/pages/search/?q=Regional+organisations+are+asked")
        page.click('a[href$="/edit/"]:has-text("Regional organisations are asked")')
        page.wait_for_url(re.compile("/edit/$"))
    page.click("#tab-label-recipients")
    page.wait_for_function("rtopWatched")


@contextmanager
def autosave(page):
    """Do something in the editor; then wait until it is saved."""
    before = page.evaluate("rtopWatched")
    yield
    page.wait_for_function("before => rtopWatched > before", arg=before)


def read_rows(page):
    """Return name → (key, order) of the rows that are not removed."""
    rows = page.evaluate(
        """selector => [...document.querySelectorAll(selector)].map(key => {
            const get = name => document.getElementsByName(
                key.name.replace('row_key', name))[0].value;
            return [get('name'), key.value, Number(get('ORDER')), get('DELETE')];
        })""",
        ROWS,
    )
    return {name: (key, order) for name, key, order, removed in rows if not removed}


def add_row(page, name):
    before = page.locator(ROWS).count()
    page.click("#id_recipients-ADD")
    page.wait_for_function(
        "([selector, count]) => document.querySelectorAll(selector).length > count",
        arg=[ROWS, before],
    )
    field = page.locator(ROWS).last.get_attribute("name").replace("row_key", "name")
    with autosave(page):
        page.fill(f'[name="{field}"]', name)
    return field.removesuffix("-name")


def test_keys_outlive_autosaves_moves_and_publishing(page, site_url):
    open_letter(page, site_url)
    old = read_rows(page)
    add_row(page, "First new")
    one = read_rows(page)
    second = add_row(page, "Second new")
    two = read_rows(page)

    keys = {name: key for name, (key, _order) in two.items()}
    assert len({*keys.values()}) == len(old) + 2
    assert "" not in keys.values()
    assert keys["First new"] == one["First new"][0]
    for name, (key, _order) in old.items():
        assert keys[name] == key

    with autosave(page):
        page.click(f"#inline_child_{second} [data-inline-panel-child-move-up]")
    open_letter(page, site_url)
    moved = read_rows(page)
    assert {name: key for name, (key, _order) in moved.items()} == keys
    assert moved["Second new"][1] < moved["First new"][1]

    page.locator("footer [data-w-dropdown-target='toggle']").last.click()
    with page.expect_event("domcontentloaded"):
        page.click('button[name="action-publish"]')
    open_letter(page, site_url)
    assert {name: key for name, (key, _) in read_rows(page).items()} == keys
