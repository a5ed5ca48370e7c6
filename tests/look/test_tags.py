"""The template tags, alone and inside a foreign base template."""

import re
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from django.template import Context, Template, engines
from django.test import Client, override_settings
from django.utils import translation

from tests import builders
from wagtail_rtop.templatetags import wagtail_rtop_tags as tags


def render(source, **context):
    return Template("{% load wagtail_rtop_tags %}" + source).render(Context(context))


def parse(response):
    """Return the document; html5lib raises on what is not HTML."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    return parser.parse(response.content.decode())


@pytest.fixture(scope="module")
def release(shared_db):
    home = builders.make_home(title="Home")
    index = builders.make_release_index(home, show_in_menus=True)
    builders.make_region_index(home)
    return builders.make_release(
        index,
        title='A "release" & more',
        slug="release",
        regions=[builders.make_region("Africa")],
    )


def test_a_language_goes_by_its_own_name():
    assert render('{{ "ar"|rtop_language }} {{ "ar"|rtop_dir }}') == "العربيّة rtl"


@pytest.mark.parametrize(
    ("code", "text"),
    [("en", "March 22, 2012"), ("fr", "22 mars 2012"), ("ar", "22 مارس، 2012")],
)
def test_a_date_is_written_in_the_language_with_european_digits(code, text):
    with translation.override(code):
        assert render("{% rtop_date day %}", day=date(2012, 3, 22)) == (
            f'<time class="rtop-date" datetime="2012-03-22">{text}</time>'
        )


def test_no_date_is_no_text():
    assert render("{% rtop_date day %}", day=None) == ""


def test_a_moment_is_shown_in_the_current_zone():
    moment = datetime(2012, 3, 22, 23, 30, tzinfo=UTC)
    with override_settings(TIME_ZONE="Africa/Nairobi"):
        assert "March 23, 2012" in render("{% rtop_date day %}", day=moment)


def test_sharing_takes_title_and_address_and_no_plus(release):
    request = builders.make_request(path=release.get_url())
    url = tags.rtop_share_url(Context({"request": request, "page": release}))
    assert url.startswith("mailto:?subject=A%20%22release%22%20%26%20more&body=")
    assert "+" not in url
    body = parse_qs(urlsplit(url).query)["body"][0]
    assert body.endswith("\r\n\r\nhttp://testserver/en/press/release/")


def test_a_title_in_a_long_script_stays_within_an_address(release):
    release.title = "رسالة " * 40
    request = builders.make_request(path=release.get_url())
    url = tags.rtop_share_url(Context({"request": request, "page": release}))
    assert len(url) <= tags.MAILTO_LENGTH
    assert url.endswith("release%2F")


def test_signing_in_comes_back(release):
    request = builders.make_request(path="/en/press/release/?a=1&b=2")
    url = tags.rtop_sign_in_url(Context({"request": request, "page": release}))
    assert parse_qs(urlsplit(url).query) == {"next": ["/en/press/release/?a=1&b=2"]}


def test_the_page_is_html_without_inline_code(release):
    document = parse(Client().get(release.get_url()))
    assert document.tag == "html"
    for script in document.iter("script"):
        assert script.get("src")
        assert not (script.text or "").strip()
    assert not list(document.iter("style"))
    for element in document.iter():
        assert not {a for a in element.attrib if a == "style" or a.startswith("on")}
    ids = [e.get("id") for e in document.iter() if e.get("id")]
    assert len(ids) == len(set(ids))


def test_the_head_says_what_the_page_is(release):
    document = parse(Client().get(release.get_url()))
    metas = {m.get("property") or m.get("name"): m for m in document.iter("meta")}
    assert metas["og:title"].get("content") == 'A "release" & more'
    assert metas["og:url"].get("content") == "http://testserver/en/press/release/"
    rels = {link.get("rel"): link.get("href") for link in document.iter("link")}
    assert rels["canonical"] == "http://testserver/en/press/release/"


def test_regions_are_browsed_once_on_a_page(release):
    html = Client().get(release.get_url()).content.decode()
    assert html.count('id="rtop-browse"') == 1
    assert 'href="/en/regions/africa/"' in html


@pytest.mark.django_db
def test_a_foreign_base_needs_content_alone(release):
    base = "<!doctype html><title>x</title><body>{% block content %}{% endblock %}"
    loaders = [
        ("django.template.loaders.locmem.Loader", {"theirs.html": base}),
        "django.template.loaders.app_directories.Loader",
    ]
    options = engines["django"].engine
    templates = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": loaders,
                "context_processors": [
                    f"{f.__module__}.{f.__name__}"
                    for f in options.template_context_processors
                    if f.__name__ != "csrf"
                ],
            },
        }
    ]
    with override_settings(
        TEMPLATES=templates, WAGTAIL_RTOP={"BASE_TEMPLATE": "theirs.html"}
    ):
        html = Client().get(release.get_url()).content.decode()
    assert html.startswith("<!doctype html><title>x</title>")
    assert "rtop-site-header" not in html
    assert re.search(r"<h1>\s*A &quot;release&quot; &amp; more\s*</h1>", html)
