"""Who has answered, in public: the page, the block, the tag."""

import html5lib
import pytest
from django.template import Context, Template

from tests import builders
from tests.correspondence.test_desk import get_text, record
from wagtail_rtop.correspondence.answers import fetch_answers
from wagtail_rtop.correspondence.blocks import AnswersBlock
from wagtail_rtop.letters.enums import ResponseKind


URL = "/en/answers/"


def get_table(response):
    """Return the rows of the page's table as lists of text."""
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    [table] = [t for t in tree.iter("table") if t.get("class") == "rtop-answers"]
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for row in table.find("tbody").iter("tr")
    ]


def ask(locale, user=None):
    return [
        (row.title, row.letters, row.answered)
        for row in fetch_answers(builders.make_request(user), locale)
    ]


def test_the_page_counts_by_organisation_and_says_how(world, client):
    builders.make_letter(
        world.section,
        recipients=[
            {"organisation": world.union, "name": "Its chair"},
            {"organisation": world.union, "name": "Its council"},
        ],
    )
    record(world.letter, 0, "answered", is_public=True)
    record(world.letter, 1, "answered", is_public=True)

    page = client.get(URL)

    # The Gulf Council and two others have no profile here.
    assert get_table(page) == [
        ["African Union", "2", "1"],
        ["Other recipients", "3", "1"],
    ]
    text = get_text(page)
    assert "an acknowledgement of receipt is not" in text
    assert "Answers that are not public are not counted." in text
    assert "overdue" not in text.lower()
    assert f'href="{world.union.get_url()}"' in page.content.decode()


def test_as_many_letters_are_by_title(world):
    profiles = world.union.get_parent()
    for title in ("Zeta", "Étoile", "alpha", "Eta"):
        body = builders.make_organisation(profiles, title=title)
        builders.make_letter(world.section, recipients=[body])
    titles = [title for title, _, _ in ask(world.home.locale)]
    assert titles == ["African Union", "alpha", "Eta", "Étoile", "Zeta", ""]


def test_what_the_desk_alone_knows_is_not_told(world, client):
    record(world.letter, 0, "answered")
    builders.make_response(world.letter, live=False)
    assert get_table(client.get(URL))[0] == ["African Union", "1", "0"]

    builders.make_response(world.letter, kind=ResponseKind.ACKNOWLEDGEMENT)
    assert get_table(client.get(URL))[0] == ["African Union", "1", "0"]
    builders.make_response(world.letter)
    assert get_table(client.get(URL))[0] == ["African Union", "1", "1"]


def test_a_hidden_letter_and_a_hidden_profile_are_not_told(world):
    locale = world.home.locale
    restriction = builders.restrict(world.letter)
    assert ask(locale) == [("", 1, 0)]
    assert ask(locale, world.reader)[0] == ("African Union", 1, 0)
    restriction.delete()
    world.union.unpublish()

    # The letter names it; the profile is not to be known of.
    assert ask(locale) == [("", 4, 0)]


def test_titles_in_the_readers_language(world, client):
    builders.make_translated_home(world.home, "fr")
    french = builders.make_locale("fr")
    copy = world.union.copy_for_translation(french, copy_parents=True)
    copy.title = "Union africaine"
    builders.publish(copy)

    assert ask(french)[0] == ("Union africaine", 1, 0)
    assert ask(builders.make_locale("ar"))[0] == ("African Union", 1, 0)
    [row, _others] = fetch_answers(None, builders.make_locale("ar"))
    assert row.language == "en"
    assert client.get("/fr/answers/").status_code == 200


def test_without_letters_it_says_so(world, client):
    for page in (world.letter, world.other):
        page.unpublish()

    assert "No letter is published." in get_text(client.get(URL))


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_read_only(world, client, method):
    assert getattr(client, method)(URL).status_code == 405


def test_block_and_tag_show_the_same(world):
    request = builders.make_request()
    block = AnswersBlock()
    html = block.render(
        block.to_python({"heading": "Replies"}),
        {"page": world.home, "request": request},
    )
    assert "Replies" in html
    assert "African Union" in html
    assert "How this is counted" in html
    template = Template(
        "{% load wagtail_rtop_tags %}{% rtop_answers as answers %}"
        "{% for row in answers %}{{ row.title }}:{{ row.letters }} {% endfor %}"
    )
    shown = template.render(Context({"request": request, "page": world.home}))
    assert shown == "African Union:1 :3 "


def test_it_costs_the_same_for_any_number_of_letters(world, django_assert_num_queries):
    profiles = world.union.get_parent()
    for number in range(4):
        body = builders.make_organisation(profiles)
        builders.make_letter(world.section, recipients=[body, f"Other {number}"])
    # The stamp, the figures, the profiles, the site.
    fetch_answers(builders.make_request(), world.home.locale)
    builders.publish(world.letter)

    with django_assert_num_queries(4):
        fetch_answers(builders.make_request(), world.home.locale)
    # Remembered until something changes.
    with django_assert_num_queries(3):
        fetch_answers(builders.make_request(), world.home.locale)
