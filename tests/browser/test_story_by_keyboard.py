"""The same work with the keyboard alone: Tab, arrows, Enter, Space, Escape."""

import pytest

from tests.browser.chapters import run_letter, run_release
from tests.browser.hands import Keyboard


pytestmark = pytest.mark.browser


@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_letter_its_answers_and_the_report(browser, site_url, code):
    run_letter(browser, site_url, code, Keyboard)


@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_release_its_correction_and_a_retraction(browser, site_url, code):
    run_release(browser, site_url, code, Keyboard)
