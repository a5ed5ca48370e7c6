"""Search finds texts, recipients and organisations by any of their names."""

import pytest

from tests import builders
from tests.search.committed import searches_uncommitted


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site(shared_db):
    home = builders.make_home()
    organisations = builders.make_organisation_index(home)
    ecowas = builders.make_organisation(
        organisations,
        title="Economic Community of West African States",
        names=[
            {"language": "en", "name": "Economic Community", "acronym": "ECOWAS"},
            {"language": "fr", "name": "Communauté économique", "acronym": "CEDEAO"},
        ],
    )
    letters = builders.make_letter_index(home)
    builders.make_letter(
        letters,
        title="To the community",
        body="<p>On the protection of civilians.</p>",
        recipients=[{"organisation": ecowas, "name": "The President"}],
    )
    builders.make_letter(
        letters,
        title="To somebody",
        body="<p>On the protection of archives.</p>",
        recipients=["Ms Unusualname"],
    )
    builders.make_region_index(home)
    return {"home": home, "ecowas": ecowas, "letters": letters}


def find(client, text, path="/en/regions/"):
    response = client.get(path, {"q": text}, follow=True)
    assert response.status_code == 200, response.status_code
    listing = response.context["listing"]
    assert listing["total"] == len(listing["rows"])
    return {row["title"] for row in listing["rows"]}


ECOWAS = "Economic Community of West African States"


@searches_uncommitted
@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("protection", {"To the community", "To somebody"}),
        ("civilians protection", {"To the community"}),
        ("civilians archives", set()),
        ("Unusualname", {"To somebody"}),
        ("CEDEAO", {ECOWAS, "To the community"}),
        ("cedeao protection", {"To the community"}),
        ("Communauté économique", {ECOWAS, "To the community"}),
        ("communaute economique archives", set()),
        ("CEDEAO !!!", {ECOWAS, "To the community"}),
        ("nowhere", set()),
        ("!!! ???", set()),
    ],
)
def test_finds(client, site, text, titles):
    assert find(client, text) == titles


@searches_uncommitted
def test_searches_within_the_list_and_its_filters(client, site):
    assert find(client, "CEDEAO", "/en/letters/") == {"To the community"}
    assert find(client, "CEDEAO", "/en/organisations/") == {ECOWAS}
    response = client.get("/en/letters/?q=protection&year=1999")
    assert response.context["listing"]["total"] == 0


def test_a_name_of_a_hidden_organisation_stands_for_nothing(client, site):
    site["ecowas"].unpublish()
    assert find(client, "CEDEAO") == set()
    builders.publish(site["ecowas"])
    builders.restrict(site["ecowas"])
    assert find(client, "CEDEAO") == set()


@pytest.mark.parametrize(
    "text",
    [
        'a"b',
        "a'b",
        "a\\b",
        "(a",
        "a:*",
        "a & b | !c",
        "NOT AND OR NEAR",
        "-",
        "%",
        "a\0b",
        "ب ا ب",
        "<->",
        "+a -b ~c *d @5",
        "\ufffe\U0001f600",
    ],
)
def test_signs_of_query_languages_are_no_errors(client, site, text):
    find(client, text)


def test_too_long_a_question_is_answered_by_a_message(client, site):
    response = client.get("/en/letters/", {"q": "x" * 500})
    assert response.status_code == 200
    assert "Ask with at most 200 characters." in response.content.decode()
