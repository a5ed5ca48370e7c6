"""The sentence that names the recipients, in each packaged language."""

import pytest
from django.utils import translation

from wagtail_rtop.letters.names import (
    SEPARATORS,
    Profile,
    Recipient,
    build_link,
    build_sentence,
    get_separators,
    split_list,
)


def join(items, language):
    return "".join(f"{before}{item}" for before, item in split_list(items, language))


def make(count):
    return [Recipient(None, f"N{number}") for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("language", "two", "three"),
    [
        ("ar", "N1 وN2", "N1 وN2 وN3"),
        ("en", "N1 and N2", "N1, N2 and N3"),
        ("en-us", "N1 and N2", "N1, N2, and N3"),
        ("es", "N1 y N2", "N1, N2 y N3"),
        ("fr", "N1 et N2", "N1, N2 et N3"),
        ("fr-ca", "N1 et N2", "N1, N2 et N3"),
        ("pt", "N1 e N2", "N1, N2 e N3"),
        ("pt-br", "N1 e N2", "N1, N2 e N3"),
        ("ru", "N1 и N2", "N1, N2 и N3"),
        ("sw", "N1 na N2", "N1, N2 na N3"),
        ("zh-hans", "N1和N2", "N1、N2和N3"),
        # Not packaged: no word of another language.
        ("tr", "N1, N2", "N1, N2, N3"),
    ],
)
def test_lists(language, two, three):
    names = ["N1", "N2", "N3"]
    assert join(names[:2], language) == two
    assert join(names, language) == three
    assert join(names[:1], language) == "N1"
    assert join([], language) == ""


def test_packaged_languages():
    for code in ("ar", "en", "es", "fr", "pt", "ru", "sw", "zh-hans"):
        assert get_separators(code) in SEPARATORS.values()


def test_the_packaged_table_is_that_of_cldr():
    babel = pytest.importorskip("babel")
    names = {"en": "en_GB", "en-us": "en_US", "zh": "zh_Hans"}
    for code, separators in SEPARATORS.items():
        patterns = babel.Locale.parse(names.get(code, code)).list_patterns["standard"]
        found = [
            patterns[key].replace("{0}", "").replace("{1}", "")
            for key in ("2", "middle", "end")
        ]
        assert [separators.two, separators.middle, separators.end] == found, code


@pytest.mark.parametrize("count", [1, 2, 14])
def test_the_sentence_names_everybody(count):
    with translation.override("en"):
        sentence = build_sentence(make(count), "en")

    assert sentence.count("<bdi>") == count
    noun = "recipient" if count == 1 else "recipients"
    assert sentence.startswith(f"This letter is addressed to {count} {noun}: ")
    assert sentence.endswith(".")
    assert (" and " in sentence) is (count > 1)


def test_nobody_makes_no_sentence():
    assert build_sentence([], "en") == ""


@pytest.mark.parametrize("code", ["fr", "ar"])
@pytest.mark.parametrize("count", [1, 2, 3, 14, 100])
def test_other_languages_keep_count_and_names(code, count):
    with translation.override(code):
        sentence = build_sentence(make(count), code)
    assert sentence.count("<bdi>") == count


def test_names_are_escaped_and_marked():
    profile = Profile("T", '/x"y/', "fr", {})
    link = build_link(Recipient(None, "<b>A & B</b>", "en", profile))

    assert (
        link == '<a href="/x&quot;y/" hreflang="fr">'
        '<bdi lang="en">&lt;b&gt;A &amp; B&lt;/b&gt;</bdi></a>'
    )


def test_braces_in_a_name_are_only_letters():
    with translation.override("en"):
        assert "{count}" in build_sentence([Recipient(None, "{count}")], "en")
