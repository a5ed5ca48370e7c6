"""A site may replace every block of every page template, and every include.

A folder of templates is written that extends each template of the package by its
own name and puts a mark into each block, as docs/how-to/override-templates.md
says. Then each kind of page is read, and every mark looked for.
"""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.template import engines
from django.utils import timezone

from tests import builders
from wagtail_rtop.pages.models import (
    LetterAttachment,
    LetterSignatory,
    ReleaseAttachment,
    ReleaseCorrection,
)
from wagtail_rtop.previews.access import give_link


pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).resolve().parents[2] / "wagtail_rtop" / "templates"
# Folders of templates that editors see, not readers.
IN_ADMIN = {"admin", "desk"}
BLOCK = re.compile(r"{% block (\w+) %}")
EMPTY = re.compile(r"{% block (\w+) %}{% endblock %}")
DAY = date(2012, 3, 22)


def get_pages():
    """Return name → text of the templates that readers see as a page."""
    found = {}
    for path in sorted((TEMPLATES / "wagtail_rtop").rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        text = path.read_text(encoding="utf-8")
        if not IN_ADMIN & set(path.parts) and BLOCK.search(text):
            found[name] = text
    return found


def get_includes():
    return sorted(
        path.relative_to(TEMPLATES).as_posix()
        for path in (TEMPLATES / "wagtail_rtop").rglob("_*.html")
        if not IN_ADMIN & set(path.parts)
    )


def get_mark(template, block=""):
    return f"[[{template} {block}]]"


@pytest.fixture
def override(tmp_path, settings):
    """Put these templates ahead of the package's: name → source."""

    def put(templates):
        for name, source in templates.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        (engine,) = settings.TEMPLATES
        settings.TEMPLATES = [{**engine, "DIRS": [tmp_path]}]
        for loader in engines["django"].engine.template_loaders:
            loader.reset()

    return put


@pytest.fixture
def addresses(client, settings):
    """The addresses of a site that fills every block."""
    settings.WAGTAIL_RTOP = {"PAGE_SIZE": 1}
    home = builders.make_home()
    client.force_login(builders.make_user("reader"))
    world = builders.make_region("World", m49="001")
    region = builders.make_region("Africa", m49="002", parent=world)
    builders.make_region("Western Africa", m49="011", parent=region)
    regions = builders.make_region_index(home, title="Regions", slug="regions")
    letters = builders.make_letter_index(home)
    press = builders.make_release_index(home)
    bodies = builders.make_organisation_index(home)
    body = builders.make_organisation(
        bodies,
        names=[
            {"name": "The Union", "language": "en", "valid_from": date(2002, 7, 9)},
            {"name": "The League", "language": "en", "valid_to": date(2002, 7, 8)},
        ],
        members=[{"country": "GH"}],
        regions=[region],
        seat="Addis Ababa",
        body="<p>About it.</p>",
    )
    letter = make_letter(letters, body, region)
    response = builders.make_response(
        letter, summary="In short.", body="<p>At length.</p>"
    )
    release = make_release(press, region)
    withdrawn = builders.make_release(press, title="Withdrawn")
    retract(withdrawn)
    builders.make_letter(letters, regions=[region])
    pages = [
        regions,
        letters,
        press,
        bodies,
        body,
        letter,
        response,
        release,
        withdrawn,
    ]
    return [
        *(page.url for page in pages),
        f"{letters.url}?page=2",
        f"{letters.url}?q=letter&region=africa",
        f"{regions.url}africa/",
        f"{release.url}versions/1/",
        "/en/sign-in/",
        "/en/retractions/",
        "/en/answers/",
        give_preview(release),
        "/en/preview/nothing/",
    ]


def make_letter(letters, body, region):
    document = builders.make_document()
    letter = builders.make_letter(
        letters,
        recipients=[body, "Somebody"],
        regions=[region],
        live=False,
        cover_note="<p>A note.</p>",
        is_excerpt=True,
        full_text=document,
        salutation="Excellencies,",
        closing="Yours,",
        copied_to="An observer",
        occasion="A dialogue",
        occasion_date=DAY,
        reference="R/1",
    )
    letter.signatories = [LetterSignatory(name="A person", sort_order=0)]
    letter.attachments = [LetterAttachment(document=document, caption="Annex")]
    return builders.publish(letter)


def make_release(press, region):
    release = builders.make_release(press, regions=[region], live=False)
    release.attachments = [ReleaseAttachment(document=builders.make_document())]
    release.supersedes = builders.make_release(press)
    release = builders.publish(release)
    release.corrections = [ReleaseCorrection(note="A number was wrong.")]
    return builders.publish(release)


def retract(page):
    from wagtail_rtop.visibility import retraction

    retraction.retract(page, reason="It was wrong.", show_title=True)


def give_preview(page):
    until = timezone.now() + timedelta(days=1)
    user = builders.make_user(superuser=True)
    _, token = give_link(page, "Somebody", until, user=user)
    return f"/en/preview/{token}/"


def read_all(client, addresses):
    texts = []
    for address in addresses:
        response = client.get(address)
        assert response.status_code in (200, 404, 410), address
        texts.append(response.content.decode())
    client.logout()
    texts.append(client.get("/en/sign-in/").content.decode())
    return "\n".join(texts)


def test_every_block_can_be_replaced(override, addresses, client):
    pages = get_pages()
    marks = {
        get_mark(name, block)
        for name, text in pages.items()
        for block in BLOCK.findall(text)
    }
    plain = read_all(client, addresses)
    assert not [mark for mark in marks if mark in plain]
    client.force_login(builders.make_user("second"))
    override(
        {
            name: f'{{% extends "{name}" %}}'
            + "".join(
                f"{{% block {block} %}}{get_mark(name, block)}"
                "{{ block.super }}{% endblock %}"
                for block in BLOCK.findall(text)
            )
            for name, text in pages.items()
        }
    )

    marked = read_all(client, addresses)

    # An empty block is there to be filled: a template that extends this one may.
    empty = {
        get_mark(name, block)
        for name, text in pages.items()
        for block in EMPTY.findall(text)
    }
    assert sorted(mark for mark in marks - empty if mark not in marked) == []
    for block in {block for text in pages.values() for block in BLOCK.findall(text)}:
        assert f" {block}]]" in marked, block


def test_every_include_can_be_replaced(override, addresses, client):
    # Replaced, an include shows none of those it includes: one at a time would
    # take minutes, so each mark precedes the original.
    sources = {
        name: (TEMPLATES / name).read_text(encoding="utf-8") for name in get_includes()
    }
    override({name: get_mark(name) + text for name, text in sources.items()})

    marked = read_all(client, addresses)

    assert sorted(name for name in sources if get_mark(name) not in marked) == []


def test_base_template_of_the_sites_own(override, addresses, client, settings):
    settings.WAGTAIL_RTOP = {**settings.WAGTAIL_RTOP, "BASE_TEMPLATE": "own_base.html"}
    override(
        {"own_base.html": "<body>MY FRAME {% block content %}{% endblock %}</body>"}
    )

    for address in addresses:
        assert "MY FRAME" in client.get(address).content.decode(), address


def test_template_of_a_page_type_comes_first(override, addresses, client):
    override({"wagtail_rtop_pages/letter_page.html": "MY LETTER {{ page.title }}"})

    texts = [client.get(address).content.decode() for address in addresses]

    assert len([text for text in texts if text.startswith("MY LETTER")]) == 1
