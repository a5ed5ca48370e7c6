"""The profile page: names, members, documents, on any day and for any visitor."""

from datetime import date, timedelta

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from tests import builders
from tests.site_app.models import ReportPage
from wagtail_rtop.pages.models import OrganisationPage


pytestmark = pytest.mark.django_db

NAMES = [
    {
        "language": "en",
        "name": "African Union",
        "acronym": "AU",
        "valid_from": "2002-07-09",
    },
    {
        "language": "fr",
        "name": "Union africaine",
        "acronym": "UA",
        "valid_from": "2002-07-09",
    },
    {"language": "ar", "name": "الاتحاد الأفريقي", "valid_from": "2002-07-09"},
    {"language": "ru", "name": "Африканский союз", "kind": "alias"},
    {
        "language": "en",
        "name": "Organization of African Unity",
        "acronym": "OAU",
        "kind": "former",
        "valid_from": "1963-05-25",
        "valid_to": "2002-07-09",
        "note": "PRIVATE-NOTE",
    },
]
MEMBERS = [
    {"country": "KE"},
    {"country": "ML", "valid_from": "1963-05-25", "note": "PRIVATE-NOTE"},
    {
        "country": "ML",
        "status": "suspended",
        "valid_from": "2012-03-23",
        "valid_to": "2013-10-24",
    },
    {"country": "MA", "valid_from": "2017-01-30"},
    {"country": "SS", "valid_from": "2011-07-27", "valid_to": "2020-01-01"},
    {"country": "ZZ", "status": "left"},
]


@pytest.fixture(scope="module")
def home(shared_db):
    return builders.make_home()


@pytest.fixture(scope="module")
def index(home):
    return builders.make_organisation_index(home)


@pytest.fixture(scope="module")
def union(index):
    return builders.make_organisation(
        index,
        title="African Union",
        slug="african-union",
        names=NAMES,
        members=MEMBERS,
        seat="Addis Ababa, Ethiopia",
        working_languages="ar, en, fr",
        website="https://au.int",
        wikidata="Q7159",
        last_verified=date(2026, 11, 1),
        body="<p>Fifty-five states.</p>",
        regions=[builders.make_region("Africa", labels={"fr": "Afrique"})],
    )


def read(client, page, query=""):
    response = client.get(page.url + query)
    assert response.status_code == 200
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    return parser.parse(response.content.decode()), response.content.decode()


def get_texts(tree, path):
    return [
        " ".join("".join(found.itertext()).split()) for found in tree.iterfind(path)
    ]


def get_members(tree):
    return get_texts(tree, ".//ul[@class='rtop-member-list']/li")


def test_today_and_its_facts(client, union):
    tree, body = read(client, union)

    assert get_members(tree) == ["Kenya", "Mali", "Morocco"]
    assert "3 members" in body
    names = tree.find(".//section[@aria-labelledby='rtop-names']")
    marked = [
        (b.get("lang"), b.get("dir"), "".join(b.itertext())) for b in names.iter("bdi")
    ]
    assert marked == [
        ("en", "ltr", "African Union (AU)"),
        ("fr", "ltr", "Union africaine (UA)"),
        ("ar", "rtl", "الاتحاد الأفريقي"),
    ]
    assert "Organization of African Unity" in body
    assert "Африканский союз" in body
    for text in ("Addis Ababa, Ethiopia", "https://au.int", "Nov. 1, 2026", "Africa"):
        assert text in body
    assert 'href="https://www.wikidata.org/wiki/Q7159"' in body
    assert "Arabic" in body


@pytest.mark.parametrize(
    ("query", "kept"),
    [("", ""), ("?on=1990-01-01&x=y", "?on=1990-01-01"), ("?on=never", "")],
)
def test_another_language_shows_the_same_day(client, home, index, union, query, kept):
    french = builders.make_translated_home(home, "fr").locale
    builders.publish(index.copy_for_translation(french))
    builders.publish(union.copy_for_translation(french))

    response = client.get(union.url + query)
    links = [a.url for a in response.context["chrome"].alternates]
    assert links == [f"{union.url}{kept}", f"/fr/organisations/african-union/{kept}"]


def test_notes_are_never_public(client, union):
    for query in ("", "?on=1990-01-01", "?on=2012-03-24"):
        assert "PRIVATE-NOTE" not in read(client, union, query)[1]


@pytest.mark.parametrize(
    ("day", "members", "name"),
    [
        ("1990-01-01", ["Kenya", "Mali"], "Organization of African Unity (OAU)"),
        ("2002-07-08", ["Kenya", "Mali"], "Organization of African Unity (OAU)"),
        ("2002-07-09", ["Kenya", "Mali"], "African Union (AU)"),
        ("2012-03-22", ["Kenya", "Mali", "South Sudan"], "African Union (AU)"),
        (
            "2012-03-23",
            ["Kenya", "Mali (suspended)", "South Sudan"],
            "African Union (AU)",
        ),
        (
            "2019-12-31",
            ["Kenya", "Mali", "Morocco", "South Sudan"],
            "African Union (AU)",
        ),
        ("2020-01-01", ["Kenya", "Mali", "Morocco"], "African Union (AU)"),
        ("0001-01-01", ["Kenya"], None),
        ("9999-12-31", ["Kenya", "Mali", "Morocco"], "African Union (AU)"),
    ],
)
def test_names_and_members_as_at_a_day(client, union, day, members, name):
    tree, _ = read(client, union, f"?on={day}")

    assert get_members(tree) == members
    names = get_texts(tree, ".//section[@aria-labelledby='rtop-names']//bdi")
    assert names[:1] == ([name] if name else [])
    assert tree.find(".//input[@name='on']").get("value") == day


@pytest.mark.parametrize(
    "asked",
    [
        "yesterday",
        "2012-02-30",
        "2012-3-2",
        "20120322",
        "2012-W12-4",
        "٢٠١٢-٠٣-٢٢",
        "0000-01-01",
        "99999-01-01",
        "2012-03-22%00",
        "%00",
        "9" * 5000,
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%FF%FE",
        "2012-03-22%0A",
    ],
)
def test_what_is_no_day_shows_today_and_says_so(client, union, asked):
    tree, body = read(client, union, f"?on={asked}")

    assert get_members(tree) == ["Kenya", "Mali", "Morocco"]
    notice = get_texts(tree, ".//p[@class='rtop-notice']")
    assert len(notice) == 1
    assert "is not a date. Give year, month and day" in notice[0]
    assert len(notice[0]) < 200
    assert "<script>alert" not in body


def test_an_empty_day_is_today(client, union):
    tree, _ = read(client, union, "?on=")

    assert not get_texts(tree, ".//p[@class='rtop-notice']")


@pytest.mark.parametrize(
    ("code", "members", "region"),
    [
        ("fr", ["Kenya", "Mali", "Maroc"], "Afrique"),
        ("ar", ["كينيا", "مالي", "المغرب"], "Africa"),
    ],
)
def test_countries_and_regions_are_in_the_pages_language(
    client, home, union, code, members, region
):
    home_copy = builders.make_translated_home(home, code)
    index = union.get_parent().specific.copy_for_translation(home_copy.locale)
    builders.publish(index)
    page = builders.publish(union.copy_for_translation(home_copy.locale))

    tree, body = read(client, page)

    assert set(get_members(tree)) == set(members)
    assert region in body
    first = get_texts(tree, ".//section[@aria-labelledby='rtop-names']//bdi")[0]
    assert first.startswith({"fr": "Union africaine", "ar": "الاتحاد"}[code])


def test_letters_and_responses_are_listed_for_those_who_may_see_them(
    client, home, union
):
    letters = builders.make_letter_index(home)
    shown = builders.make_letter(letters, title="Open letter", recipients=[union])
    builders.make_letter(letters, title="Letter to others", recipients=["Others"])
    builders.make_letter(letters, title="Draft letter", recipients=[union], live=False)
    secret = builders.make_letter(letters, title="Secret letter", recipients=[union])
    builders.restrict(secret)
    answer = builders.make_response(shown, title="Their answer")

    tree, body = read(client, union)

    sections = ".//section[@class='rtop-documents']"
    assert get_texts(tree, f"{sections}/h2") == [
        "1 letter to this organisation",
        "1 response from this organisation",
    ]
    assert [a.get("href") for a in tree.iterfind(f"{sections}//a")] == [
        shown.url,
        answer.url,
    ]
    for absent in ("Letter to others", "Draft letter", "Secret letter"):
        assert absent not in body

    client.force_login(builders.make_user())
    tree, body = read(client, union)
    assert get_texts(tree, f"{sections}/h2")[0] == "2 letters to this organisation"
    assert "Secret letter" in body


def test_a_long_list_is_cut_and_leads_to_all(client, home, union):
    letters = builders.make_letter_index(home)
    for number in range(12):
        builders.make_letter(
            letters,
            title=f"Letter of day {number:02}",
            recipients=[union],
            document_date=date(2012, 1, 1) + timedelta(days=number),
        )

    tree, body = read(client, union)

    shown = get_texts(tree, ".//ul[@class='rtop-list']/li/a")
    assert shown == [f"Letter of day {number:02}" for number in range(11, 1, -1)]
    assert "12 letters to this organisation" in body
    assert f'{letters.url}?organisation=african-union"' in body


def count_queries(client, page):
    client.get(page.url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page.url).status_code == 200
    return len(queries)


def test_the_page_costs_the_same_with_one_row_and_with_fifty(
    client, home, index, monkeypatch
):
    letters = builders.make_letter_index(home)
    region = builders.make_region("Here")
    small = builders.make_organisation(
        index, names=NAMES[:1], members=[{"country": "KE"}], regions=[region]
    )
    builders.make_response(builders.make_letter(letters, recipients=[small]))
    codes = "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KM LR LS"
    big = builders.make_organisation(
        index,
        names=[{**row, "kind": "alias"} for row in NAMES * 10],
        members=[
            {"country": code, "status": status}
            for code in codes.split()
            for status in ("member", "suspended")
        ],
        regions=[region, builders.make_region("Asia"), builders.make_region("World")],
    )
    for _ in range(10):
        builders.make_response(builders.make_letter(letters, recipients=[big]))

    few, many = count_queries(client, small), count_queries(client, big)

    assert many == few
    # The gate's three, names, members, tags, regions, locale, counts, two lists.
    bare = builders.make_page(index, ReportPage)
    monkeypatch.setattr(ReportPage, "template", "wagtail_rtop/base.html")
    assert few - count_queries(client, bare) <= 11


def post(client, page, members, **fields):
    rows = [
        {"status": "member", "valid_from": "", "valid_to": "", "note": "", **row}
        for row in members
    ]
    return client.post(
        f"/admin/pages/{page.pk}/edit/",
        nested_form_data(
            {
                "title": page.title,
                "slug": page.slug,
                "body": rich_text(""),
                "regions": "",
                "seat": "",
                "seat_country": "",
                "working_languages": "",
                "website": "",
                "wikidata": "",
                "names": inline_formset([]),
                "members": inline_formset(rows),
                "comments": inline_formset([]),
                **fields,
            }
        ),
    )


@pytest.fixture
def profile(client, index):
    client.force_login(builders.make_user(superuser=True))
    return builders.make_organisation(index)


def get_row_errors(response):
    formset = response.context["form"].formsets["members"]
    return formset.errors


@pytest.mark.parametrize("end", ["2012-03-21", "2012-03-22"])
def test_a_membership_that_ends_before_it_starts_is_an_error_at_the_field(
    client, profile, end
):
    response = post(
        client,
        profile,
        [{"country": "KE", "valid_from": "2012-03-22", "valid_to": end}],
    )

    assert response.status_code == 200
    assert (
        "before or on the day it starts" in get_row_errors(response)[0]["valid_to"][0]
    )
    assert OrganisationPage.objects.get(pk=profile.pk).members.count() == 0


def test_a_country_that_is_none_is_an_error_that_names_the_form(client, profile):
    response = post(client, profile, [{"country": "UK"}], seat_country="XX")

    assert "“UK” is not a country code." in get_row_errors(response)[0]["country"][0]
    assert (
        "“XX” is not a country code."
        in response.context["form"].errors["seat_country"][0]
    )


def test_small_letters_are_taken_for_capitals(client, profile):
    response = post(client, profile, [{"country": " gm "}], **{"action-publish": "1"})

    assert response.status_code == 302
    assert OrganisationPage.objects.get(pk=profile.pk).members.get().country == "GM"


def test_the_form_suggests_countries_once(client, profile):
    body = client.get(f"/admin/pages/{profile.pk}/edit/").content.decode()

    assert body.count('<datalist id="rtop-countries">') == 1
    assert '<option value="GM">Gambia' in body
    assert 'list="rtop-countries"' in body
