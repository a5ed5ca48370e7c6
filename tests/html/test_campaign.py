"""Many strings through the door; what comes out is judged as a browser reads it."""

import re
from unittest import mock

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.embeds.exceptions import EmbedException

from tests.html.grammar import build_strings
from tests.html.oracle import find_active, get_words
from wagtail_rtop import html
from wagtail_rtop.html import clean_html
from wagtail_rtop.letters.models import BODY_FEATURES


_MARKUP = re.compile(r"<(?!/?p\b)")
_WORD = re.compile(r"\bw\d+\b")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e]")

RAW_STARTS = ("<!", "<?", "</ ", "<-", "<template", "<svg", "<math") + tuple(
    f"<{name}"
    for name in ("script", "style", "iframe", "noembed", "noframes", "select")
    + ("title", "textarea", "xmp", "noscript")
)


@pytest.fixture
def fallbacks(monkeypatch):
    """The texts of which the markup was given up."""
    found = []

    def build(source):
        found.append(source)
        return original(source)

    original = html.build_paragraphs
    monkeypatch.setattr(html, "build_paragraphs", build)
    return found


@pytest.fixture
def no_videos():
    with mock.patch(
        "wagtail.embeds.embeds.get_embed", side_effect=EmbedException
    ) as get_embed:
        yield get_embed


def run_campaign(count, fallbacks, start=0):
    wide = ContentstateConverter(features=[*html.FEATURES, *html.REFERENCE_FEATURES])
    narrow = ContentstateConverter(features=BODY_FEATURES)
    marked = texts = 0
    for source in build_strings(count, start):
        cleaned = clean_html(source)
        assert list(find_active(cleaned)) == [], source
        assert not _FORBIDDEN.search(cleaned), source
        assert clean_html(cleaned) == cleaned, source
        texts += bool(cleaned)
        marked += bool(_MARKUP.search(cleaned))
        for converter in (wide, narrow):
            converter.from_database_format(cleaned)
    # The campaign proves nothing if little comes through, or without its markup.
    assert texts > 0.75 * count
    assert marked > 0.5 * count
    assert len(fallbacks) <= 0.002 * count, fallbacks[:3]


@pytest.mark.django_db
def test_nothing_active_comes_out(fallbacks, no_videos):
    run_campaign(2_000, fallbacks)


@pytest.mark.full
@pytest.mark.django_db
def test_nothing_active_comes_out_of_many(fallbacks, no_videos):
    run_campaign(20_000, fallbacks, start=2_000)


def test_oracle_finds_what_is_not_cleaned():
    strings = list(build_strings(1_000))
    assert sum(1 for s in strings if any(find_active(s))) > 300


def test_words_survive_the_fallback(monkeypatch):
    """What the door would keep with markup, it keeps without."""
    strings = list(build_strings(500))
    before = [_WORD.findall(" ".join(get_words(clean_html(s)))) for s in strings]

    def fail(source):
        raise TypeError

    monkeypatch.setattr(html, "_round_trip", fail)
    after = [_WORD.findall(" ".join(get_words(clean_html(s)))) for s in strings]
    assert after == before
    assert sum(map(len, before)) > 1_000


def test_words_that_a_browser_shows_survive():
    kept = 0
    for source in build_strings(2_000):
        # A browser shows what these hold as it stands, or hides it.
        if any(start in source.lower() for start in RAW_STARTS):
            continue
        shown = set(_WORD.findall(" ".join(get_words(source))))
        found = set(_WORD.findall(" ".join(get_words(clean_html(source)))))
        assert shown <= found, source
        kept += len(found)
    assert kept > 500
