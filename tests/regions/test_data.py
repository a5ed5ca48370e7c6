"""The packaged regions, as the loader finds them. No database."""

import json
import runpy
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "build_regions.py"
LANGUAGES = ["ar", "en", "es", "fr", "pt", "ru", "sw", "zh-hans"]

# M49: each area's parts.
PARTS = {
    "001": {"002", "009", "019", "142", "150"},
    "002": {"015", "202"},
    "009": {"053", "054", "057", "061"},
    "019": {"021", "419"},
    "142": {"030", "034", "035", "143", "145"},
    "150": {"039", "151", "154", "155"},
    "202": {"011", "014", "017", "018"},
    "419": {"005", "013", "029"},
}


@pytest.fixture(scope="module")
def regions():
    data = files("wagtail_rtop.regions") / "data" / "regions.json"
    return json.loads(data.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def by_code(regions):
    return {r["code"]: r for r in regions if r["code"]}


@pytest.fixture(scope="module")
def by_slug(regions):
    return {r["slug"]: r for r in regions}


def test_codes_and_slugs_are_unique(regions):
    codes = [r["code"] for r in regions if r["code"]]
    slugs = [r["slug"] for r in regions]

    assert len(codes) == len(set(codes)) == 30
    assert len(slugs) == len(set(slugs)) == 32
    assert all(len(code) == 3 and code.isdigit() for code in codes)
    assert all(s.isascii() and s == s.lower() and " " not in s for s in slugs)


def test_hierarchy_is_that_of_m49(by_code):
    found = {}
    for code, region in by_code.items():
        if region["parent"]:
            found.setdefault(region["parent"], set()).add(code)

    assert found == PARTS
    assert by_code["001"]["parent"] is None


def test_every_parent_comes_before_its_parts(regions):
    """So that a loader needs one pass, and there is no loop."""
    seen = {None}
    for region in regions:
        assert region["parent"] in seen
        seen.add(region["code"])


def test_names_and_their_sources_are_in_eight_languages(regions):
    for region in regions:
        assert list(region["names"]) == LANGUAGES
        assert list(region["source"]) == LANGUAGES
        assert all(n and n == n.strip() for n in region["names"].values())
        assert set(region["source"].values()) <= {"cldr", "un", "project"}
        # As long as a region's name may be.
        assert all(len(n) <= 100 for n in region["names"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_regions_have_the_same_name(regions, language):
    names = [r["names"][language].casefold() for r in regions]

    assert len(names) == len(set(names))


def test_only_regions_that_m49_lacks_are_sets_of_areas(regions, by_code):
    sets = {r["slug"]: r["areas"] for r in regions if "areas" in r}

    assert set(sets) == {"middle-east", "asia-pacific"}
    assert {r["slug"] for r in regions if r["code"] is None} == set(sets)
    for areas in sets.values():
        assert areas
        assert set(areas) <= set(by_code)


def test_english_names_and_slugs_are_the_uns(by_code):
    expected = {
        "011": ("Western Africa", "western-africa"),
        "017": ("Middle Africa", "middle-africa"),
        "035": ("South-eastern Asia", "south-eastern-asia"),
        "053": ("Australia and New Zealand", "australia-and-new-zealand"),
        "202": ("Sub-Saharan Africa", "sub-saharan-africa"),
        "419": (
            "Latin America and the Caribbean",
            "latin-america-and-the-caribbean",
        ),
    }

    found = {c: (by_code[c]["names"]["en"], by_code[c]["slug"]) for c in expected}
    assert found == expected


def test_latin_america_has_the_uns_name_in_its_six_languages(by_code):
    region = by_code["419"]

    assert region["names"] == {
        "ar": "أمريكا اللاتينية ومنطقة البحر الكاريبي",
        "en": "Latin America and the Caribbean",
        "es": "América Latina y el Caribe",
        "fr": "Amérique latine et Caraïbes",
        "pt": "América Latina e Caraíbas",
        "ru": "Латинская Америка и Карибский бассейн",
        "sw": "Amerika ya Kilatini na Karibiani",
        "zh-hans": "拉丁美洲和加勒比",
    }
    by_un = {lang for lang, source in region["source"].items() if source == "un"}
    assert by_un == {"ar", "en", "es", "fr", "ru", "zh-hans"}


def test_middle_east_has_a_name_of_its_own_in_each_language(by_slug):
    names = by_slug["middle-east"]["names"]

    assert (names["fr"], names["ar"]) == ("Moyen-Orient", "الشرق الأوسط")
    assert (names["ru"], names["zh-hans"]) == ("Ближний Восток", "中东")


def test_committed_data_are_those_of_the_script():
    pytest.importorskip("babel")

    result = subprocess.run(
        [sys.executable, SCRIPT, "--check"], capture_output=True, text=True
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_check_fails_for_a_file_that_differs(tmp_path, capsys):
    pytest.importorskip("babel")
    check_files = runpy.run_path(str(SCRIPT))["check_files"]
    same, other, missing = (tmp_path / name for name in ("same", "other", "missing"))
    same.write_text("text", encoding="utf-8")
    other.write_text("edited by hand", encoding="utf-8")

    assert check_files({same: "text"}) == 0
    assert check_files({same: "text", other: "text", missing: "text"}) == 1
    assert [
        line.split(" differs ")[0] for line in capsys.readouterr().err.splitlines()
    ] == [str(other), str(missing)]


def test_another_release_of_cldr_is_compared_by_what_is_ours():
    pytest.importorskip("babel")
    script = runpy.run_path(str(SCRIPT))
    text = script["REGIONS"].read_text(encoding="utf-8")
    regions = json.loads(text)
    read_own = script["read_own"]

    regions[0]["names"]["sw"] += "?"
    assert regions[0]["source"]["sw"] == "cldr"
    assert read_own(json.dumps(regions)) == read_own(text)

    regions[0]["code"] = "999"
    assert read_own(json.dumps(regions)) != read_own(text)

    text = script["COUNTRIES"].read_text(encoding="utf-8")
    countries = json.loads(text)
    countries["AD"]["en"] += "?"
    assert read_own(json.dumps(countries)) == read_own(text)
    countries["MM"]["en"] += "?"
    assert read_own(json.dumps(countries)) != read_own(text)
