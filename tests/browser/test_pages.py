"""Every kind of page, in three languages, on paper and on screens of two widths."""

import itertools

import pytest

from tests.browser.axe import describe, run_axe
from tests.browser.conftest import PICTURES
from tests.browser.world import ADDRESSES, LANGUAGES


pytestmark = pytest.mark.browser

PAGES = sorted(ADDRESSES)
WIDTHS = (360, 1280)
STATUSES = {"tombstone": 410}


class Visit:
    """One page in one window, with what the console said."""

    def __init__(self, browser, url, *, width=1280, scheme="light", status=200):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)
        self.url = url
        response = self.page.goto(url)
        assert response.status == status, url

    def _hear(self, message):
        # The status of the page itself is asserted; browsers ask for an icon.
        where = message.location.get("url", "")
        if message.type == "error" and where not in {self.url} | {
            self.url.split("/", 3)[0] + "//" + self.url.split("/")[2] + "/favicon.ico"
        }:
            self.errors.append(f"{message.text} {where}")

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.context.close()

    def get_overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth"
            " - document.documentElement.clientWidth"
        )

    def find_violations(self) -> list[str]:
        return [describe(found) for found in run_axe(self.page)]


def visit(browser, site_url, name, code="en", **options):
    options.setdefault("status", STATUSES.get(name, 200))
    return Visit(browser, f"{site_url}/{code}/{ADDRESSES[name]}", **options)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_page(browser, site_url, name, code):
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width, scheme in itertools.product(WIDTHS, ("light", "dark")):
        with visit(browser, site_url, name, code, width=width, scheme=scheme) as seen:
            label = f"{name}-{code}-{width}-{scheme}"
            assert seen.get_overflow() <= 0, label
            assert seen.errors == [], label
            root = seen.page.locator("html")
            assert root.get_attribute("lang") == code
            direction = "rtl" if code == "ar" else "ltr"
            assert root.get_attribute("dir") == direction
            assert seen.page.locator("h1").count() == 1
            seen.page.screenshot(path=str(PICTURES / f"{label}.png"), full_page=True)
            assert seen.find_violations() == [], label


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("code", ["en", "ar"])
def test_paper_has_no_navigation(browser, site_url, name, code):
    with visit(browser, site_url, name, code, width=800) as seen:
        seen.page.emulate_media(media="print")
        for selector in ("nav", ".rtop-tools", ".rtop-skip", ".rtop-actions"):
            for part in seen.page.locator(selector).all():
                assert not part.is_visible(), selector
        assert seen.page.locator("h1").is_visible()
        assert seen.get_overflow() <= 0
        seen.page.screenshot(
            path=str(PICTURES / f"{name}-{code}-print.png"), full_page=True
        )


def test_the_method_of_the_figures_is_on_paper(browser, site_url):
    with visit(browser, site_url, "answers") as seen:
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".rtop-method").is_visible()
        cell = seen.page.locator(".rtop-answers td").first
        assert cell.evaluate("c => parseFloat(getComputedStyle(c).paddingLeft)") > 4


def test_paper_names_links_and_where_it_came_from(browser, site_url):
    with visit(browser, site_url, "letter") as seen:
        seen.page.emulate_media(media="print")
        after = seen.page.locator('.rtop-text a[href^="http"]').first.evaluate(
            "link => getComputedStyle(link, '::after').content"
        )
        assert "https://www.un.org/en/ga/" in after or "attr" in after
        colophon = seen.page.locator(".rtop-colophon")
        assert colophon.is_visible()
        assert f"{site_url}/en/letters/dialogue/" in colophon.inner_text()


def test_the_first_stop_is_the_skip_link_and_it_skips(browser, site_url):
    with visit(browser, site_url, "letter") as seen:
        seen.page.keyboard.press("Tab")
        skip = seen.page.locator(".rtop-skip")
        assert skip.evaluate("link => link === document.activeElement")
        assert skip.bounding_box()["height"] > 20
        seen.page.keyboard.press("Enter")
        seen.page.keyboard.press("Tab")
        inside = "document.activeElement.closest('main') !== null"
        assert seen.page.evaluate(inside)


def test_focus_follows_the_order_of_the_page(browser, site_url):
    with visit(browser, site_url, "letter") as seen:
        found = []
        for _ in range(12):
            seen.page.keyboard.press("Tab")
            found.append(
                seen.page.evaluate(
                    "[...document.querySelectorAll('*')]"
                    ".indexOf(document.activeElement)"
                )
            )
        assert found == sorted(found)
        outline = seen.page.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle"
        )
        assert outline == "solid"


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_the_language_switch_leads_to_the_same_letter(browser, site_url, code):
    with visit(browser, site_url, "letter") as seen:
        seen.page.locator(f'.rtop-languages a[hreflang="{code}"]').click()
        assert seen.page.url == f"{site_url}/{code}/letters/dialogue/"
        assert seen.page.locator("html").get_attribute("lang") == code


def test_arabic_runs_from_right_to_left(browser, site_url):
    with visit(browser, site_url, "letter", "ar") as seen:
        brand = seen.page.locator(".rtop-brand").bounding_box()
        tools = seen.page.locator(".rtop-tools").bounding_box()
        assert brand["x"] > tools["x"]
    with visit(browser, site_url, "letter", "en") as seen:
        brand = seen.page.locator(".rtop-brand").bounding_box()
        tools = seen.page.locator(".rtop-tools").bounding_box()
        assert brand["x"] < tools["x"]


def test_print_appears_with_a_script_and_prints(browser, site_url):
    with visit(browser, site_url, "letter") as seen:
        seen.page.evaluate("window.print = () => { window.printed = true }")
        seen.page.locator("[data-rtop-print]").click()
        assert seen.page.evaluate("window.printed") is True


def test_without_a_script_nothing_dead_is_shown(browser, site_url):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_url}/en/letters/dialogue/")
    assert not page.locator("[data-rtop-print]").is_visible()
    assert page.locator(".rtop-actions a").get_attribute("href").startswith("mailto:?")
    context.close()


def test_a_reader_at_320_pixels_needs_no_sideways_scrolling(browser, site_url):
    for name in PAGES:
        with visit(browser, site_url, name, "fr", width=320) as seen:
            assert seen.get_overflow() <= 0, name


def test_no_word_is_too_long_for_a_telephone(browser, site_url):
    word = "x" * 200
    with visit(browser, site_url, "letters", width=390) as seen:
        seen.page.goto(f"{site_url}/en/letters/?q={word}")
        assert seen.page.locator(".rtop-chips").is_visible()
        assert seen.get_overflow() <= 0
    with visit(browser, site_url, "answers", "ar", width=390) as seen:
        name = seen.page.locator(".rtop-answers tbody th bdi").first
        name.evaluate("(node, word) => { node.textContent = word }", word)
        assert seen.get_overflow() <= 0


def test_axe_finds_what_is_wrong(browser, site_url):
    with visit(browser, site_url, "letter") as seen:
        seen.page.evaluate("document.documentElement.removeAttribute('lang')")
        found = seen.find_violations()
        assert any(line.startswith("html-has-lang") for line in found)
