"""A moment is written so that nobody reads another day or another hour."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from wagtail_rtop.coalition.moments import format_moment


NINE_IN_THE_EVENING = datetime(2026, 12, 11, 21, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Dec. 11, 2026, 21:05"),
        ("fr", "11 décembre 2026 à 21:05"),
        ("es", "11 de diciembre de 2026, 21:05"),
        ("ar", "11 ديسمبر، 2026، 21:05"),
    ],
)
def test_the_month_is_a_word_and_the_hours_run_to_24(code, text, settings):
    settings.FORMAT_MODULE_PATH = None
    with translation.override(code):
        assert format_moment(NINE_IN_THE_EVENING) == text


def test_the_filter_shows_the_current_time_zone():
    source = Template("{% load wagtail_rtop_tags %}{{ moment|rtop_moment }}|")
    with timezone.override("America/New_York"):
        shown = source.render(Context({"moment": NINE_IN_THE_EVENING}))
    assert shown.endswith("16:05|")
    assert source.render(Context({"moment": None})) == "|"
