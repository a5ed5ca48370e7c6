"""The packaged organisations and countries, as the loader finds them. No database."""

import json
import re
from datetime import date
from importlib.resources import files
from itertools import pairwise

import pytest


LANGUAGES = ["ar", "en", "es", "fr", "pt", "ru", "sw", "zh-hans"]
LETTER_DAY = "2012-03-22"
LIST_DAY = "2026-11-01"

# Members on the day of the letter and on the day of the lists.
COUNTS = {
    "asean": (10, 11),
    "au": (54, 55),
    "caricom": (15, 15),
    "eu": (27, 27),
    "eac": (5, 8),
    "ecowas": (15, 12),
    "gcc": (6, 6),
    "igad": (8, 7),
    "icglr": (11, 12),
    "las": (22, 22),
    "oas": (35, 32),
    "osce": (56, 57),
    "oic": (57, 57),
    "sadc": (15, 16),
}

# In countries.json, but not members of the United Nations.
NOT_UN_MEMBERS = """
AI AQ AS AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HK HM IM IO
JE KY MF MO MP MQ MS NC NF NU PF PM PN PR PS RE SH SJ SX TC TF TK TW UM VA VG VI
WF XK YT
"""


def load(package, name):
    data = files(package) / "data" / name
    return json.loads(data.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def organisations():
    rows = load("wagtail_rtop.organisations", "organisations.json")
    return {o["key"]: o for o in rows}


@pytest.fixture(scope="module")
def countries():
    return load("wagtail_rtop.organisations", "countries.json")


def holds_on(row, start, end, day):
    # ISO dates sort as they read; the last day is exclusive.
    return (row[start] is None or row[start] <= day) and (
        row[end] is None or day < row[end]
    )


def get_members(organisation, day):
    return sorted(
        row["country"]
        for row in organisation["members"]
        if row["status"] in {"member", "suspended"}
        and holds_on(row, "start", "end", day)
    )


def get_status(organisation, country, day):
    return [
        row["status"]
        for row in organisation["members"]
        if row["country"] == country and holds_on(row, "start", "end", day)
    ]


def find_names(organisation, **wanted):
    return [
        row["name"]
        for row in organisation["names"]
        if all(row[key] == value for key, value in wanted.items())
    ]


def test_there_are_fourteen_with_slugs_of_their_english_names(organisations):
    assert list(organisations) == list(COUNTS)
    slugs = [o["slug"] for o in organisations.values()]
    assert len(set(slugs)) == 14
    for organisation in organisations.values():
        slug = re.sub("[^a-z0-9]+", "-", organisation["title"]["en"].lower())
        assert organisation["slug"] == slug
    assert organisations["au"]["slug"] == "african-union"


@pytest.mark.parametrize("key", COUNTS)
def test_members_on_the_day_of_the_letter_and_now(organisations, key):
    then = get_members(organisations[key], LETTER_DAY)
    now = get_members(organisations[key], LIST_DAY)

    assert (len(then), len(now)) == COUNTS[key]
    assert (len(set(then)), len(set(now))) == COUNTS[key]


@pytest.mark.parametrize("key", COUNTS)
def test_no_state_has_two_rows_for_one_day(organisations, key):
    rows = {}
    for row in organisations[key]["members"]:
        rows.setdefault(row["country"], []).append(row)

    for states in rows.values():
        assert states == sorted(states, key=lambda r: r["start"] or "")
        for row, following in pairwise(states):
            assert row["end"] is not None
            assert row["end"] <= following["start"]


def test_dates_are_days_and_end_after_they_start(organisations):
    for organisation in organisations.values():
        pairs = [(r["start"], r["end"]) for r in organisation["members"]]
        pairs += [(r["valid_from"], r["valid_to"]) for r in organisation["names"]]
        for pair in pairs:
            days = [date.fromisoformat(day) for day in pair if day]
            assert days == sorted(set(days))


def test_closed_sets_and_lengths(organisations):
    for organisation in organisations.values():
        for row in organisation["members"]:
            assert row["status"] in {"member", "suspended", "left"}
            assert row["confidence"] in {"high", "medium", "low"}
            # Room for the loader to add the confidence to the note.
            assert len(row["note"]) <= 450
            assert row["note"] or row["confidence"] != "low"
        for row in organisation["names"]:
            assert row["kind"] in {"official", "alias", "former", "acronym"}
            assert re.fullmatch(r"[a-z]{2,3}(-[a-z]+)?", row["language"])
            assert bool(row["name"]) == (row["kind"] != "acronym")
            assert row["name"] or row["acronym"]
            assert len(row["name"]) <= 255
            assert len(row["note"]) <= 500


def test_title_is_a_name_that_holds_in_each_of_eight_languages(organisations):
    for organisation in organisations.values():
        assert list(organisation["title"]) == LANGUAGES
        for language, title in organisation["title"].items():
            rows = [
                row
                for row in organisation["names"]
                if (row["language"], row["name"]) == (language, title)
                and row["kind"] in {"official", "alias"}
                and holds_on(row, "valid_from", "valid_to", LIST_DAY)
            ]
            assert len(rows) == 1


def test_one_official_name_a_language_at_a_time(organisations):
    for organisation in organisations.values():
        languages = [
            row["language"]
            for row in organisation["names"]
            if row["kind"] == "official"
            and holds_on(row, "valid_from", "valid_to", LIST_DAY)
        ]
        assert len(languages) == len(set(languages))
        # An official name is of a working language, or English: the name the
        # organisation is registered by at the United Nations.
        allowed = {"en", *organisation["working_languages"]}
        assert set(languages) <= allowed


def test_no_name_is_there_twice(organisations):
    for organisation in organisations.values():
        rows = [
            (row["language"], row["name"], row["acronym"], row["kind"])
            for row in organisation["names"]
        ]
        assert len(rows) == len(set(rows))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("igad", "Intergovernmental Authority for Development"),
        ("icglr", "International Conference of the Great Lakes Region"),
        ("gcc", "Gulf Cooperation Council"),
        ("oic", "Organization of Islamic Cooperation"),
        ("osce", "Organisation of Security and Cooperation in Europe"),
    ],
)
def test_names_as_written_in_the_letter_are_aliases(organisations, key, name):
    assert name in find_names(organisations[key], language="en", kind="alias")


def test_former_names_end_on_the_day_of_the_change(organisations):
    oic = find_names(
        organisations["oic"], language="en", kind="former", valid_to="2011-06-28"
    )
    oau = find_names(
        organisations["au"], language="fr", kind="former", valid_to="2002-07-09"
    )

    assert "Organization of the Islamic Conference" in oic
    assert oau == ["Organisation de l’unité africaine"]


def test_cedeao_is_ecowas_in_french_spanish_and_portuguese(organisations):
    languages = {
        row["language"]
        for row in organisations["ecowas"]["names"]
        if row["acronym"] == "CEDEAO"
    }

    assert languages == {"fr", "es", "pt"}


@pytest.mark.parametrize(
    ("key", "country", "before", "after"),
    [
        ("asean", "TL", "2025-10-25", "2025-10-26"),
        ("eu", "HR", "2013-06-30", "2013-07-01"),
        ("osce", "MN", "2012-11-20", "2012-11-21"),
        ("au", "MA", "2017-01-30", "2017-01-31"),
    ],
)
def test_joining(organisations, key, country, before, after):
    assert get_status(organisations[key], country, before) == []
    assert get_status(organisations[key], country, after) == ["member"]


@pytest.mark.parametrize(
    ("key", "country", "last", "first"),
    [
        ("eu", "GB", "2020-01-31", "2020-02-01"),
        ("ecowas", "BF", "2025-01-28", "2025-01-29"),
        ("ecowas", "ML", "2025-01-28", "2025-01-29"),
        ("ecowas", "NE", "2025-01-28", "2025-01-29"),
        ("oas", "NI", "2023-11-18", "2023-11-19"),
        ("igad", "ER", "2025-12-11", "2025-12-12"),
    ],
)
def test_leaving(organisations, key, country, last, first):
    assert get_status(organisations[key], country, last) == ["member"]
    assert get_status(organisations[key], country, first) == ["left"]


@pytest.mark.parametrize(
    ("key", "country", "first", "last"),
    [
        ("ecowas", "ML", "2012-03-27", "2012-04-07"),
        ("las", "SY", "2011-11-16", "2023-05-06"),
        ("oic", "SY", "2012-08-16", "2025-03-06"),
        ("igad", "SD", "2024-01-20", "2026-02-08"),
    ],
)
def test_a_suspended_state_is_still_a_member(organisations, key, country, first, last):
    for day in (first, last):
        assert get_status(organisations[key], country, day) == ["suspended"]
        assert country in get_members(organisations[key], day)


def test_mali_was_not_yet_suspended_on_the_day_of_the_letter(organisations):
    assert get_status(organisations["ecowas"], "ML", LETTER_DAY) == ["member"]
    assert get_status(organisations["las"], "SY", LETTER_DAY) == ["suspended"]


def test_every_country_is_named_in_eight_languages(organisations, countries):
    used = {o["seat_country"] for o in organisations.values()}
    for organisation in organisations.values():
        used |= {row["country"] for row in organisation["members"]}

    assert used <= set(countries)
    for names in countries.values():
        assert list(names) == LANGUAGES
        assert all(n and n == n.strip() for n in names.values())


def test_countries_are_all_un_members_and_no_grouping(countries):
    assert list(countries) == sorted(countries)
    assert set(NOT_UN_MEMBERS.split()) < set(countries)
    assert len(set(countries) - set(NOT_UN_MEMBERS.split())) == 193
    assert not {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"} & set(countries)


def test_member_states_have_the_names_they_go_by(countries):
    assert countries["PS"]["en"] == "State of Palestine"
    assert countries["CD"]["fr"] == "République démocratique du Congo"
    assert countries["CG"]["ar"] == "الكونغو"
    assert countries["CI"]["ar"] == "كوت ديفوار"
    assert countries["VC"]["en"] == "Saint Vincent and the Grenadines"


def test_seat_names_city_and_country_in_eight_languages(organisations, countries):
    for organisation in organisations.values():
        assert list(organisation["seat"]) == LANGUAGES
        for language, seat in organisation["seat"].items():
            assert countries[organisation["seat_country"]][language] in seat
        assert "،" in organisation["seat"]["ar"]


def test_every_region_is_a_packaged_one(organisations):
    regions = {r["slug"] for r in load("wagtail_rtop.regions", "regions.json")}

    for organisation in organisations.values():
        assert organisation["regions"]
        assert set(organisation["regions"]) <= regions
    assert organisations["ecowas"]["regions"] == ["western-africa"]


def test_facts_have_the_form_of_the_profiles_fields(organisations):
    for organisation in organisations.values():
        assert organisation["website"].startswith("http")
        assert re.fullmatch(r"Q[1-9]\d*|", organisation["wikidata"])
        assert organisation["languages_confidence"] in {"high", "medium", "low"}
        assert organisation["working_languages"]
        assert len(", ".join(organisation["working_languages"])) <= 255
        assert "onfidence" in organisation["note"]
    assert organisations["au"]["wikidata"] == "Q7159"


def test_no_rows_of_a_packaged_profile_exclude_each_other(organisations):
    from types import SimpleNamespace

    from wagtail_rtop.organisations.timeline import find_overlaps

    def read(text):
        return date.fromisoformat(text) if text else None

    for key, organisation in organisations.items():
        names = [
            SimpleNamespace(
                **{
                    **row,
                    "valid_from": read(row["valid_from"]),
                    "valid_to": read(row["valid_to"]),
                }
            )
            for row in organisation["names"]
        ]
        members = [
            SimpleNamespace(
                **row, valid_from=read(row["start"]), valid_to=read(row["end"])
            )
            for row in organisation["members"]
        ]
        assert list(find_overlaps(names)) == [], key
        assert list(find_overlaps(members)) == [], key
