"""A region's page lists every kind of document, newest first, with true counts."""

import re

import html5lib
import pytest

from tests import builders


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site(shared_db):
    home = builders.make_home()
    africa = builders.make_region("Africa", m49="002")
    west = builders.make_region("Western Africa", m49="011", parent=africa)
    organisations = builders.make_organisation_index(home)
    body = builders.make_organisation(
        organisations, title="ECOWAS", slug="ecowas", regions=[west]
    )
    letters = builders.make_letter_index(home)
    letter = builders.make_letter(
        letters, title="A letter", recipients=[body, "Somebody"]
    )
    builders.make_response(letter, title="A response")
    builders.make_release(
        builders.make_release_index(home), title="A release", regions=[west, africa]
    )
    builders.make_report(home, title="A report", regions=[west])
    index = builders.make_region_index(home)
    return {"home": home, "index": index, "letter": letter, "west": west}


def parse(response):
    assert response.status_code == 200, response.status_code
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def get_links(tree, css_class):
    found = []
    for node in tree.iter():
        if css_class in (node.get("class") or "").split():
            found += list(node.iter("a"))
    return found


def text(node):
    return " ".join("".join(node.itertext()).split())


def test_lists_every_kind_newest_first(client, site):
    tree = parse(client.get("/en/regions/western-africa/"))
    titles = [text(a) for a in get_links(tree, "rtop-rows")]
    assert titles == ["A report", "A release", "A response", "A letter"]
    assert text(next(tree.iter("h1"))) == "Western Africa"
    assert [text(a) for a in get_links(tree, "rtop-profiles")] == ["ECOWAS"]
    assert "1 of 2 answered" in text(tree)
    [parent] = [a for a in tree.iter("a") if a.get("rel") == "up"]
    assert parent.get("href") == "/en/regions/africa/"


def test_every_facet_count_is_the_number_of_documents_behind_it(client, site):
    tree = parse(client.get("/en/regions/western-africa/"))
    checked = 0
    for facet in (n for n in tree.iter("li") if n.find("a") is not None):
        count = [n for n in facet if n.get("class") == "rtop-count"]
        link = facet.find("a").get("href")
        if not count or "?" not in link:
            continue
        number = int(re.search(r"\d+", text(count[0])).group())
        behind = parse(client.get(link))
        assert len(get_links(behind, "rtop-rows")) == number, link
        checked += 1
    assert checked >= 7


def test_a_region_that_is_there_for_its_parts_has_no_figure(client, site):
    from wagtail_rtop.models import Region

    world = builders.make_region("World")
    Region.objects.filter(name="Africa").update(parent=world)

    tree = parse(client.get("/en/regions/"))

    [nav] = [n for n in tree.iter("nav") if n.get("class") == "rtop-region-tree"]
    first, second = list(nav.iter("li"))[:2]
    assert text(first).startswith("World Africa (1)")
    assert text(second).startswith("Africa (1) Western Africa (4)")
    assert "(0)" not in text(tree)
