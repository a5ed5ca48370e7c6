"""Each list has one address; what is not there is not found."""

from datetime import date

import html5lib
import pytest
from django.test import override_settings

from tests import builders
from tests.browse.test_region_page import get_links, parse, text
from tests.search.committed import searches_uncommitted
from wagtail_rtop.models import RegionLabel


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site(shared_db):
    home = builders.make_home()
    west = builders.make_region("Western Africa", labels={"fr": "Afrique occidentale"})
    letters = builders.make_letter_index(home)
    for number in range(3):
        builders.make_letter(
            letters,
            title=f"Letter {number}",
            document_date=date(2010 + number, 1, 1),
            regions=[west],
        )
    index = builders.make_region_index(home)
    return {"home": home, "west": west, "letters": letters, "index": index}


@pytest.mark.parametrize(
    "path",
    [
        "/en/letters/?page=999",
        "/en/letters/?page=2",
        "/en/letters/?page=0",
        "/en/letters/?page=%00",
        "/en/letters/?page=99999999999999999999999",
        "/en/letters/?region=nowhere",
        "/en/letters/?region=%00",
        "/en/letters/?organisation=nobody",
        "/en/letters/?year=%00",
        "/en/letters/?year=99999999999",
        "/en/letters/?kind=a&kind=b",
        "/en/letters/?language=xx",
        "/en/regions/nowhere/",
        "/en/regions/" + "x" * 300 + "/",
        "/en/regions/%00/",
        "/en/regions/western-africa/?region=nowhere",
        "/en/regions/western-africa/further/",
    ],
)
def test_not_found(client, site, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/en/letters/?page=1", "/en/letters/"),
        ("/en/letters/?q=&kind=", "/en/letters/"),
        ("/en/letters/?year=2010&q=x", "/en/letters/?q=x&year=2010"),
        (
            "/en/letters/?region=western-africa&region=western-africa",
            "/en/letters/?region=western-africa",
        ),
        ("/en/regions/western-africa/?page=1", "/en/regions/western-africa/"),
    ],
)
def test_other_spellings_move_to_the_one_address(client, site, path, target):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, target)
    assert client.get(target).status_code == 200


def test_a_campaign_parameter_is_left_alone_and_not_canonical(client, site):
    response = client.get("/en/letters/?utm_source=x&year=2010")
    tree = parse(response)
    [link] = [n for n in tree.iter("link") if n.get("rel") == "canonical"]
    assert link.get("href") == "http://testserver/en/letters/?year=2010"


@pytest.mark.parametrize(
    "path",
    [
        "/en/letters/",
        "/en/letters/?year=2010",
        "/en/regions/",
        "/en/regions/western-africa/",
        "/en/regions/western-africa/?year=2010",
        "/en/regions/%D8%BA%D8%B1%D8%A8/",
    ],
)
@override_settings(ALLOWED_HOSTS=["testserver", "other.example"])
def test_no_address_follows_the_host_of_the_request(client, site, french, path):
    builders.make_region("West", slug="غرب")
    response = client.get(path, HTTP_HOST="other.example")
    tree = parse(response)
    [link] = [n for n in tree.iter("link") if n.get("rel") == "canonical"]
    assert link.get("href") == f"http://testserver{path}"
    assert "other.example" not in response.content.decode()


def test_a_former_slug_moves_to_todays(client, site):
    site["west"].slug = "west-africa"
    site["west"].save()
    response = client.get("/en/regions/western-africa/?year=2010")
    assert response.status_code == 301
    assert response["Location"] == "/en/regions/west-africa/?year=2010"
    assert client.get("/en/regions/western-africa/").status_code == 301


@override_settings(WAGTAIL_RTOP={"PAGE_SIZE": 2})
def test_pages_name_their_neighbours(client, site):
    first = parse(client.get("/en/letters/"))
    assert [text(a) for a in get_links(first, "rtop-rows")] == ["Letter 2", "Letter 1"]
    rels = {n.get("rel"): n.get("href") for n in first.iter("link")}
    assert rels["next"] == "/en/letters/?page=2"
    assert "prev" not in rels
    second = parse(client.get("/en/letters/?page=2"))
    assert [text(a) for a in get_links(second, "rtop-rows")] == ["Letter 0"]
    rels = {n.get("rel"): n.get("href") for n in second.iter("link")}
    assert rels["prev"] == "/en/letters/"
    assert rels["canonical"] == "http://testserver/en/letters/?page=2"
    assert client.get("/en/letters/?page=3").status_code == 404


def test_an_empty_list_says_so(client, site):
    builders.make_release_index(site["home"])
    builders.make_region("Nowhere much")
    for path in ("/en/press/", "/en/regions/nowhere-much/"):
        body = client.get(path).content.decode()
        assert "There are no documents here yet." in body


def test_organisations_are_sorted_as_readers_sort_them(client, site):
    index = builders.make_organisation_index(site["home"])
    for title in ("Zeta", "Étoile", "alpha", "Eta"):
        builders.make_organisation(index, title=title)
    tree = parse(client.get("/en/organisations/"))
    titles = [text(a) for a in get_links(tree, "rtop-rows")]
    assert titles == ["alpha", "Eta", "Étoile", "Zeta"]


def test_facets_with_equal_counts_are_by_label_in_the_language(client, site, french):
    labels = [("Zeta", "Asie"), ("Eta", "Étrurie"), ("Alpha", "Zone"), ("Beta", "Eau")]
    regions = [builders.make_region(name, labels={"fr": fr}) for name, fr in labels]
    organisations = builders.make_organisation_index(site["home"])
    bodies = [
        builders.make_organisation(organisations, title=title)
        for title in ("Zeta", "Étoile", "alpha", "Eta")
    ]
    letter = builders.make_letter(site["letters"], recipients=bodies, regions=regions)
    letter.copy_for_translation(builders.make_locale("fr"), alias=True)
    builders.make_letter(site["letters"], recipients=bodies[:1], regions=regions[:1])

    def get_names(path, facet):
        links = get_links(parse(client.get(path)), f"rtop-facet-{facet}")
        return [text(link) for link in links]

    names = get_names("/en/letters/", "organisation")
    assert names == ["Zeta", "alpha", "Eta", "Étoile"]
    names = get_names("/en/letters/", "region")
    assert names == ["Western Africa", "Zeta", "Alpha", "Beta", "Eta"]
    names = get_names("/fr/letters/", "region")
    assert names == ["Asie", "Eau", "Étrurie", "Zone"]


def test_lists_of_another_language(client, site):
    builders.make_translated_home(site["home"], "fr")
    french = builders.make_locale("fr")
    for name in ("letters", "index"):
        builders.publish(site[name].copy_for_translation(french))
    letter = builders.make_letter(site["letters"], title="Both", regions=[site["west"]])
    letter.copy_for_translation(french, alias=True)
    tree = parse(client.get("/fr/regions/western-africa/"))
    assert text(next(tree.iter("h1"))) == "Afrique occidentale"
    [row] = get_links(tree, "rtop-rows")
    assert (text(row), row.get("lang"), row.get("dir")) == ("Both", "en", "ltr")
    # To the same list in the other language, which has four letters.
    [link] = get_links(tree, "rtop-facet-language")[:1]
    assert link.get("href") == "/en/regions/western-africa/"
    response = client.get("/fr/regions/western-africa/?language=en&year=2010")
    assert response["Location"] == "/en/regions/western-africa/?year=2010"


@pytest.fixture
def french(site):
    """The home page, the letters and the regions in French."""
    builders.make_translated_home(site["home"], "fr")
    locale = builders.make_locale("fr")
    for name in ("letters", "index"):
        builders.publish(site[name].copy_for_translation(locale))


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("letters/", "letters/"),
        ("letters/?page=2", "letters/"),
        pytest.param(
            "letters/?answered=none&page=2&q=letter&region=western-africa",
            "letters/?answered=none&q=letter&region=western-africa",
            marks=searches_uncommitted,
        ),
        ("letters/?utm_source=x&year=2010", "letters/?year=2010"),
        (
            "regions/western-africa/?kind=letter&year=2010",
            "regions/western-africa/?kind=letter&year=2010",
        ),
        # A question too long is none; the rest stays.
        ("letters/?year=2010&q=" + "x" * 201, "letters/?year=2010"),
    ],
)
@override_settings(WAGTAIL_RTOP={"PAGE_SIZE": 1})
def test_another_language_is_narrowed_alike(client, site, french, path, target):
    builders.make_letter(
        site["letters"],
        title="Letter 4",
        recipients=["Somebody"],
        regions=[site["west"]],
    )
    builders.make_letter(
        site["letters"],
        title="Letter 5",
        recipients=["Somebody"],
        regions=[site["west"]],
    )
    tree = parse(client.get(f"/en/{path}", follow=True))
    links = [a.get("href") for a in get_links(tree, "rtop-languages")]
    assert links == [f"/en/{target}", f"/fr/{target}"]
    assert client.get(links[1]).status_code == 200
    # Machines are told of the whole list alone.
    whole = target.partition("?")[0]
    hreflang = [n.get("href") for n in tree.iter("link") if n.get("hreflang")]
    assert hreflang == [
        f"http://testserver/{code}/{whole}" for code in ("en", "fr", "en")
    ]


def test_another_language_knows_the_organisation(client, site, french):
    index = builders.make_organisation_index(site["home"])
    body = builders.make_organisation(index, title="ECOWAS", slug="ecowas")
    builders.make_letter(site["letters"], title="To them", recipients=[body])
    tree = parse(client.get("/en/letters/?organisation=ecowas"))
    links = [a.get("href") for a in get_links(tree, "rtop-languages")]
    assert links[1] == "/fr/letters/?organisation=ecowas"
    assert client.get(links[1]).status_code == 200


@searches_uncommitted
def test_quotation_marks_and_names_of_languages(client, site, french):
    letter = builders.make_letter(site["letters"], title="Zeta")
    letter.copy_for_translation(builders.make_locale("fr"), alias=True)
    tree = parse(client.get("/fr/letters/?q=zeta"))
    [chip] = get_links(tree, "rtop-chips")
    assert text(chip.find("bdi")) == "« zeta »"
    names = {text(a) for a in get_links(tree, "rtop-facet-language")}
    assert names == {"English", "Français"}


@pytest.mark.parametrize("path", ["letters/", "regions/", "regions/western-africa/"])
def test_a_foreign_name_does_not_turn_its_count(client, site, path):
    part = builders.make_region("Sahel", parent=site["west"])
    builders.make_letter(site["letters"], regions=[part])
    tree = parse(client.get(f"/en/{path}"))
    counted = [
        (link, link.find("bdi"))
        for node in tree.iter()
        if any(child.get("class") == "rtop-count" for child in node)
        for link in ([node] if node.tag == "a" else node.findall("a"))
    ]
    assert counted
    assert [text(link) for link, bdi in counted if bdi is None] == []


def test_regions_are_sorted_as_readers_sort_them(client, site):
    names = ("Zone", "Étrurie", "alpha", "Eta")
    regions = [builders.make_region(name, parent=site["west"]) for name in names]
    letter = builders.make_letter(site["letters"], regions=regions)
    wanted = ["alpha", "Eta", "Étrurie", "Zone"]
    parts = get_links(
        parse(client.get("/en/regions/western-africa/")), "rtop-relatives"
    )
    assert [text(link) for link in parts] == wanted
    links = get_links(parse(client.get(letter.url)), "rtop-regions")
    assert [text(link) for link in links] == wanted


def test_the_menu_of_regions_is_cheap_and_true(client, site, django_assert_num_queries):
    from wagtail_rtop.browse.regions import get_region_menu

    locale = site["home"].locale
    wanted = [
        {
            "slug": "western-africa",
            "label": "Western Africa",
            "url": "/en/regions/western-africa/",
            "count": 3,
        }
    ]
    builders.make_region("Empty")
    assert get_region_menu(builders.make_request(), locale) == wanted
    with django_assert_num_queries(1):
        assert get_region_menu(builders.make_request(), locale) == wanted
    RegionLabel.objects.filter(locale=locale, region=site["west"]).update(label="Old")
    label = RegionLabel.objects.get(locale=locale, region=site["west"])
    label.label = "West Africa"
    label.save()
    [item] = get_region_menu(builders.make_request(), locale)
    assert item["label"] == "West Africa"
    site["index"].unpublish()
    assert get_region_menu(builders.make_request(), locale) == []


def test_the_block_lists_regions(client, site):
    from wagtail_rtop.browse.blocks import BrowseRegionsBlock

    block = BrowseRegionsBlock()
    context = {"request": builders.make_request(), "page": site["home"]}
    html = block.render(block.to_python({"heading": "Around"}), context=context)
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert [a.get("href") for a in tree.iter("a")] == ["/en/regions/western-africa/"]
    assert text(next(tree.iter("h2"))) == "Around"
