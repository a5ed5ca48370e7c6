"""The desk on a small window, and texts of one direction in an admin of the other."""

import io

import pytest
from PIL import Image

from tests.browser.admin import Admin


pytestmark = pytest.mark.browser

# Pixels of the narrowest telephones that are in use.
NARROW = {"width": 360, "height": 740}


@pytest.fixture
def press(request, browser, site_url):
    with Admin(browser, site_url, f"press-{request.param}") as press:
        yield press
        assert press.faults == []


@pytest.mark.parametrize("press", ["en", "ar"], indirect=True)
def test_names_are_not_broken_within_words_on_a_telephone(press):
    press.page.set_viewport_size(NARROW)
    for path in ("rtop/correspondence/", "reports/rtop-correspondence/"):
        press.open(path)
        titles = press.page.locator("td.title")
        assert titles.count()
        assert all(cell.bounding_box()["width"] > 150 for cell in titles.all())
        # The table scrolls; the page around it does not.
        assert press.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("press", ["ar"], indirect=True)
def test_a_field_runs_in_the_direction_of_its_text(press):
    """Where the comma of an English salutation stands says which way it runs."""
    press.open(f"pages/{press.find_page('dialogue')}/edit/")
    field = press.page.locator("#id_salutation")
    spots = {}
    for text in ("Your Excellency,", "صاحب المعالي،"):
        field.fill(text)
        field.scroll_into_view_if_needed()
        spots[text] = find_ink(field.screenshot())

    # The width of what is written starts at the side where it begins.
    english, arabic = spots.values()
    assert english[0] < arabic[0]
    assert english[1] < arabic[1]


def find_ink(png):
    """Return the first and the last column with dark pixels, without the frame."""
    image = Image.open(io.BytesIO(png)).convert("L")
    inner = image.crop((6, 6, image.width - 6, image.height - 6))
    box = inner.point(lambda value: 255 if value < 100 else 0).getbbox()
    assert box
    return box[0], box[2]
