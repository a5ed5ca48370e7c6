import re
import threading

import pytest
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from tests import builders
from wagtail_rtop import html
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.html import (
    MAX_LENGTH,
    build_paragraphs,
    clean_html,
    strip_control_characters,
)
from wagtail_rtop.letters.models import BODY_FEATURES
from wagtail_rtop.markup import MAX_BLOCKS
from wagtail_rtop.register.audit import is_stable


_KEY = re.compile(r' data-block-key="[^"]*"')

STRUCTURE = {
    "paragraph": ("<p>a <b>b</b> c</p>", "<p>a <b>b</b> c</p>"),
    "blocks": ("<div>one</div><div>two</div>", "<p>one</p><p>two</p>"),
    "headings": ("<h1>a</h1>b<h5>c</h5>", "<h2>a</h2><p>b</p><h4>c</h4>"),
    "open heading": ("<h2>a<p>b", "<h2>a</h2><p>b</p>"),
    "open paragraphs": ("<p>a<p>b", "<p>a</p><p>b</p>"),
    "stray item": ("<p>a</p><li>b</li>", "<p>a</p><ul><li>b</li></ul>"),
    "text in list": ("<ol>a<li>b</ol>", "<ol><li>a</li><li>b</li></ol>"),
    "item of two": ("<ul><li><p>a</p><p>b</p></ul>", "<ul><li>a<br/>b</li></ul>"),
    "after inner list": (
        "<ul><li>a<ul><li>b</ul>c</ul>",
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    ),
    "table": ("<table><tr><td>a<td>b<tr><td>c</table>", "<p>a b</p><p>c</p>"),
    "break": ("<b>a<br>b</b>", "<p><b>a<br/>b</b></p>"),
    "misnested": ("<p><b>a<p>b</b>c", "<p><b>a</b></p><p><b>b</b>c</p>"),
    "blank format": ("a<b> </b>b", "<p>a b</p>"),
    "rules": ("<hr><hr>", "<p></p><hr/><p></p><hr/><p></p>"),
    "comment": ("a<!-- > b -->c", "<p>ac</p>"),
    "hidden": ("a<script>b</script><style>c</style>d", "<p>ad</p>"),
    "sign": ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
    "unclosed quote": ('<a href="b>a <b>c</b>', "<p>a <b>c</b></p>"),
    "unclosed tag": ("a <b", "<p>a &lt;b</p>"),
    "slash": ("<div/>a<div/>b", "<p>a</p><p>b</p>"),
    "arabic": ("<p dir=rtl>نص <b>عريض</b></p>", "<p>نص <b>عريض</b></p>"),
    "image as found": ("a<img src=b alt=c>d", "<p>ad</p>"),
    "nothing": (" <p>&nbsp;</p><div></div> ", ""),
}
REFERENCES = {
    "address": ("http://a/?b=1&copy=2", "http://a/?b=1&amp;copy=2"),
    "relative": ("/a#b", "/a#b"),
    "mail": ("mailto:a@b.example", "mailto:a@b.example"),
    "scheme": ("ftp://a", None),
    "scheme in disguise": (" f\tt\np:a", None),
    "scheme as reference": ("da&#116;a:b", None),
    "long": ("/" + "a" * 2_000, None),
    "empty": ("", None),
}


def clean(source):
    """Return the result without its keys, once it is known to be a fixed point."""
    cleaned = clean_html(source)
    assert clean_html(cleaned) == cleaned
    assert clean_html(source) == cleaned
    return _KEY.sub("", cleaned)


@pytest.mark.parametrize(("source", "expected"), STRUCTURE.values(), ids=STRUCTURE)
def test_structure(source, expected):
    assert clean(source) == expected


@pytest.mark.parametrize(("address", "kept"), REFERENCES.values(), ids=REFERENCES)
def test_address(address, kept):
    expected = f'<p><a href="{kept}">a</a></p>' if kept else "<p>a</p>"
    assert clean(f'<a href="{address}">a</a>') == expected


@pytest.mark.parametrize("kind", ["page", "document"])
@pytest.mark.parametrize("number", ["x", "", "0", "-1", "1.5", "9" * 19, "١"])
def test_link_to_no_number_is_text(kind, number):
    assert clean(f'<a linktype="{kind}" id="{number}" href="/b">a</a>') == "<p>a</p>"


def test_link_to_page_keeps_its_number():
    expected = '<p><a linktype="page" id="7">a</a></p>'
    assert clean('<a linktype="page" id="007">a</a>') in {
        expected,
        expected.replace(' linktype="page" id="7"', ' id="7" linktype="page"'),
    }


@pytest.mark.parametrize(
    "attributes",
    [
        'embedtype="image" id="x" format="left"',
        'embedtype="image" id="1"',
        'embedtype="media" url="/relative"',
        'embedtype="media" url="ftp://a"',
        'embedtype="other" id="1"',
        "",
    ],
)
def test_embed_that_would_not_open_is_dropped(attributes):
    assert clean(f"a<embed {attributes}>b") == "<p>ab</p>"


def test_nothing_is_looked_up():
    # No mark for the database: a query would fail here, and so would a request.
    source = (
        '<a linktype="page" id="1">a</a><a linktype="document" id="1">b</a>'
        '<embed embedtype="image" id="1" format="left" alt="c&quot;d">'
        '<embed embedtype="media" url="https://video.invalid/1">'
    )
    cleaned = clean(source)
    assert cleaned.count("<embed ") == 2
    assert 'alt="c&quot;d"' in cleaned
    assert 'url="https://video.invalid/1"' in cleaned


def test_only_a_bare_abbreviation_is_sic():
    source = '<abbr title="World Health Organization">WHO</abbr> <abbr>teh</abbr>'
    assert clean(source) == "<p>WHO <abbr>teh</abbr></p>"


@pytest.mark.parametrize(
    "character", ["\x00", "\x08", "\x1f", "\x9b", "\u202e", "\ufffe", "\ud800"]
)
def test_unwanted_characters_go(character):
    assert strip_control_characters(f"a{character}b") == "ab"
    assert clean(f"a{character}b") == "<p>ab</p>"
    assert clean(f'<a href="/a{character}b">c</a>') == '<p><a href="/ab">c</a></p>'


@pytest.mark.parametrize("reference", ["&#8;", "&#x202e;", "&#x1f"])
def test_unwanted_characters_go_as_references_too(reference):
    assert clean(f"a{reference} b") == "<p>a b</p>"


def test_marks_of_direction_stay():
    assert clean("a\u200fb\u2067c\u2069") == "<p>a\u200fb\u2067c\u2069</p>"


def test_reference_with_thousands_of_digits():
    assert clean(f"a&#{'9' * 5_000};b") == "<p>a\ufffdb</p>"


def test_keys_of_the_editor_stay_once():
    source = '<p data-block-key="ab1">a</p><p data-block-key="ab1">b</p>'
    cleaned = clean_html(source)
    assert cleaned.startswith('<p data-block-key="ab1">a</p>')
    assert cleaned.count("ab1") == 1
    empty = '<p data-block-key="ab1"></p>'
    assert clean_html(empty) == empty


@pytest.mark.parametrize(
    "body",
    [
        '<p data-block-key="a1">a <b>b</b></p><p data-block-key="a2"></p>',
        '<p data-block-key="a1"><b>a<br/>b</b> <b><i>c</i></b></p>',
        '<h2 data-block-key="a1">a</h2><ul><li data-block-key="a2">b<ul>'
        '<li data-block-key="a3">c</li></ul></li></ul>',
        '<p data-block-key="a1"><a href="/a">b<b>c</b> d</a></p>',
        '<p data-block-key="a1"></p><hr/><p data-block-key="a2">a</p>',
        '<p data-block-key="a1">a<b> b</b></p>',
    ],
)
def test_what_the_editor_stores_is_left_alone(body):
    assert clean_html(body) == body
    assert is_stable(body)


def test_too_long():
    with pytest.raises(WagtailRtopError) as caught:
        clean_html("a" * (MAX_LENGTH + 1))
    assert str(caught.value) == (
        "The text has 2000001 characters, at most 2000000 are accepted. Split it "
        "into several pages or attach it as a document."
    )
    assert not is_stable("a" * (MAX_LENGTH + 1))


def test_too_many_blocks():
    assert clean_html("<p>a" * MAX_BLOCKS).count("<p ") == MAX_BLOCKS
    with pytest.raises(WagtailRtopError) as caught:
        clean_html("<p>a" * (MAX_BLOCKS + 1))
    assert str(caught.value) == (
        "The text has more than 5000 paragraphs, headings and list items; no more "
        "are accepted. Split it into several pages or attach it as a document."
    )
    assert not is_stable("<p>a" * (MAX_BLOCKS + 1))


def test_text_survives_when_the_converter_fails(monkeypatch):
    def fail(self, source):
        raise TypeError

    monkeypatch.setattr(ContentstateConverter, "from_database_format", fail)
    source = "<h2>a</h2><ul><li>b <b>c</b><li>d<br>e</ul>"
    assert clean(source) == "<p>a</p><p>b c</p><p>d<br/>e</p>"


def test_text_survives_when_nothing_settles(monkeypatch):
    monkeypatch.setattr(html, "_round_trip", lambda source: source + "<p>again</p>")
    assert _KEY.sub("", clean_html("<h2>a</h2>")) == "<p>a</p>"


def test_paragraphs_are_as_the_editor_stores_them():
    plain = build_paragraphs("<b> a  b</b><br> c &amp; &lt;i&gt;<hr>d\n e")
    assert _KEY.sub("", plain) == "<p>a b<br/>c &amp; &lt;i&gt;</p><p>d e</p>"
    assert clean_html(plain) == plain


def test_threads_do_not_share_a_converter():
    sources = [f"<p>{c * 20}</p>" * 200 for c in "abcd"]
    expected = [clean_html(source) for source in sources]
    found = [""] * len(sources)

    def run(index):
        found[index] = clean_html(sources[index])

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(sources))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


@pytest.mark.django_db
@pytest.mark.parametrize("source", [s for s, _ in STRUCTURE.values()])
def test_widget_shows_it(source):
    widget = get_rich_text_editor_widget("default", features=BODY_FEATURES)
    assert "data-draftail-input" in widget.render("body", clean_html(source))


def test_form_of_the_editor_opens(admin_client):
    home = builders.make_home()
    letter = builders.make_letter(builders.make_letter_index(home))
    letter.body = clean_html("".join(source for source, _ in STRUCTURE.values()))
    letter.save_revision().publish()
    response = admin_client.get(f"/admin/pages/{letter.pk}/edit/")
    assert response.status_code == 200
