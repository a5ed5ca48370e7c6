"""A translator goes on from what the demonstration has: with the stock editor."""

import json
from urllib.parse import urlencode

import pytest

from tests.demo.site import get_demo, get_text, select


LETTER = "letters/regional-organisations-2012-dialogue/"


@pytest.fixture(scope="module")
def demo():
    return get_demo()


def find_page(demo, code: str, slug: str) -> int:
    # Every language has the same slug; the explorer's own search is by title.
    output, error = demo.command(
        "shell",
        "--no-imports",
        "-c",
        "from wagtail.models import Page;"
        f"print(Page.objects.get(slug={slug!r}, locale__language_code={code!r}).pk)",
    )
    assert error == ""
    return int(output)


def read_editor(demo, page: int, user: str) -> dict:
    answer = demo.get(f"/admin/pages/{page}/edit/", user)
    assert answer.status == 200
    editor = select(answer.tree, css="js-translation-editor")
    assert len(editor) == 1, "This is not the translation editor."
    return json.loads(editor[0].get("data-props"))


def get_translations(props: dict) -> dict[int, str]:
    return {
        row["segment_id"]: row["data"] for row in props["initialStringTranslations"]
    }


@pytest.mark.parametrize(
    ("user", "code", "slug"),
    [
        ("translator-fr", "fr", "regional-organisations-2012-dialogue"),
        ("translator-fr", "fr", "gcc-response"),
        ("translator-fr", "fr", "african-union"),
        ("translator-fr", "fr", "gulf-cooperation-council-answers"),
        ("translator-ar", "ar", "regional-organisations-2012-dialogue"),
        ("translator-ar", "ar", "economic-community-of-west-african-states"),
    ],
)
def test_each_sentence_is_shown_as_translated(demo, user, code, slug):
    props = read_editor(demo, find_page(demo, code, slug), user)
    strings = [s for s in props["segments"] if s["type"] == "string"]
    assert len(strings) >= 3
    translated = get_translations(props)
    missing = [s["source"] for s in strings if s["id"] not in translated]
    assert missing == []
    assert not [s for s in strings if s["contentPath"] == "slug"]


def test_translator_changes_a_sentence_and_publishes(demo):
    page = find_page(demo, "fr", "regional-organisations-2012-dialogue")
    props = read_editor(demo, page, "translator-fr")
    segment = next(s for s in props["segments"] if s.get("contentPath") == "salutation")
    answer = demo.request(
        "PUT",
        segment["editUrl"],
        "translator-fr",
        data=urlencode({"value": "Excellence et cher Président,"}),
        type="application/x-www-form-urlencoded",
    )
    assert answer.status in {200, 201}
    assert "cher Président" not in demo.get(f"/fr/{LETTER}").text
    answer = demo.post(
        f"/admin/pages/{page}/edit/", {"action": "publish"}, "translator-fr"
    )
    assert answer.status == 302
    shown = demo.get(f"/fr/{LETTER}")
    salutation = select(shown.tree, css="rtop-salutation")[0]
    assert get_text(salutation) == "Excellence et cher Président,"
    # Nothing else has moved: the links, the tally, the other languages.
    assert "Réponses reçues : 1 sur 14" in get_text(shown.tree)
    assert "cher Président" not in demo.get(f"/en/{LETTER}").text
    assert "cher Président" not in demo.get(f"/ar/{LETTER}").text


@pytest.mark.parametrize(
    ("user", "code"),
    [("translator-fr", "ar"), ("translator-fr", "en"), ("translator-ar", "fr")],
)
def test_translator_keeps_to_one_language(demo, user, code):
    page = find_page(demo, code, "regional-organisations-2012-dialogue")
    answer = demo.get(f"/admin/pages/{page}/edit/", user)
    assert answer.status == 302
    assert answer.headers["Location"] == "/admin/"


def test_translator_translates_a_region(demo):
    """Region names are in the same editor; each language of them is there."""
    output, error = demo.command(
        "shell",
        "--no-imports",
        "-c",
        "from wagtail_rtop.models import RegionLabel as L;"
        "print(L.objects.get(region__slug='western-africa', "
        "locale__language_code='fr').pk)",
    )
    assert error == ""
    path = f"/admin/snippets/wagtail_rtop/regionlabel/edit/{int(output)}/"
    answer = demo.get(path, "translator-fr")
    assert answer.status == 200
    props = json.loads(
        select(answer.tree, css="js-translation-editor")[0].get("data-props")
    )
    assert list(get_translations(props).values()) == ["Afrique occidentale"]


def test_editor_writes_the_next_letter(demo):
    index = find_page(demo, "en", "letters")
    path = f"/admin/pages/add/wagtail_rtop_pages/letterpage/{index}/"
    form = demo.get(path, "editor")
    assert form.status == 200
    names = {e.get("name") for e in form.tree.iter() if e.get("name")}
    assert {"title", "document_date", "recipients-TOTAL_FORMS"} <= names


def test_member_has_no_way_into_the_admin(demo):
    answer = demo.get("/admin/", "member")
    assert answer.status == 302
    assert "/admin/login/" in answer.headers["Location"]
