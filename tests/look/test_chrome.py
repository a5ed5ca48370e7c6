"""What surrounds a page: for whom, in which languages, at what cost."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page

from tests import builders
from wagtail_rtop.chrome import get_chrome, get_description
from wagtail_rtop.languages import get_language, get_territory


pytestmark = pytest.mark.django_db

PRESS = {"show_in_menus": True}


@pytest.fixture(scope="module")
def tree(shared_db):
    """A release in English, with home and index in French, in the menus."""
    home = builders.make_home(title="Home")
    french = builders.make_translated_home(home, "fr")
    index = builders.make_release_index(home, **PRESS)
    french_index = builders.publish(
        index.copy_for_translation(builders.make_locale("fr"))
    )
    release = builders.make_release(index, title="A release", slug="release")
    return {
        "home": home,
        "french": french,
        "index": index,
        "french_index": french_index,
        "release": release,
    }


def translate(page, code, **fields):
    copy = page.copy_for_translation(builders.make_locale(code))
    for name, value in fields.items():
        setattr(copy, name, value)
    return builders.publish(copy)


def chrome_of(page, user=None, path=""):
    page = Page.objects.get(pk=page.pk).specific
    return get_chrome(builders.make_request(user, path or page.get_url()), page)


def get_codes(alternates):
    return [alternate.language.code for alternate in alternates]


def test_breadcrumbs_lead_from_the_home_page_to_the_parent(tree):
    links = chrome_of(tree["release"]).breadcrumbs
    assert [(link.title, link.url) for link in links] == [
        ("Home", "/en/"),
        ("Press", "/en/press/"),
    ]


def test_alternates_are_the_visible_languages(tree):
    translate(tree["release"], "fr", title="Un communiqué")
    chrome = chrome_of(tree["release"])
    assert [(a.language.code, a.url, a.is_current) for a in chrome.alternates] == [
        ("en", "/en/press/release/", True),
        ("fr", "/fr/press/release/", False),
    ]
    assert get_codes(chrome.hreflang) == ["en", "fr"]
    assert chrome.default_alternate.language.code == "en"
    assert chrome.canonical == "http://testserver/en/press/release/"


def test_a_page_in_one_language_has_no_hreflang(tree):
    chrome = chrome_of(tree["release"])
    assert chrome.hreflang == []
    assert chrome.default_alternate is None


def test_a_draft_translation_is_no_alternate(tree):
    copy = tree["release"].copy_for_translation(builders.make_locale("fr"))
    copy.title = "Brouillon"
    copy.save_revision()
    assert get_codes(chrome_of(tree["release"]).alternates) == ["en"]


def test_a_members_translation_is_a_link_for_members_and_for_no_machine(tree):
    translation = translate(tree["release"], "fr")
    builders.restrict(translation)
    assert get_codes(chrome_of(tree["release"]).alternates) == ["en"]
    chrome = chrome_of(tree["release"], builders.make_user())
    assert get_codes(chrome.alternates) == ["en", "fr"]
    assert chrome.hreflang == []


def test_an_alias_is_no_alternate_for_machines_and_names_its_original(tree):
    alias = tree["release"].copy_for_translation(
        Locale.objects.get(language_code="fr"), alias=True
    )
    alias = Page.objects.get(pk=alias.pk)
    alias.live = True
    alias.save()
    chrome = chrome_of(alias)
    assert chrome.canonical == "http://testserver/en/press/release/"
    assert get_codes(chrome.hreflang) == []
    assert (chrome.language.code, chrome.content_language.code) == ("fr", "en")
    assert chrome.fallback.missing.code == "fr"
    assert chrome.fallback.shown.code == "en"


def test_a_copy_in_the_same_language_is_no_alternate(tree):
    alias = tree["release"].create_alias(update_slug="copy")
    assert get_codes(chrome_of(tree["release"]).alternates) == ["en"]
    assert chrome_of(alias).canonical.endswith("/en/press/release/")


def test_navigation_has_what_is_in_menus_and_visible(tree):
    builders.make_letter_index(tree["home"])  # not in menus
    hidden = builders.make_organisation_index(tree["home"], **PRESS)
    builders.restrict(hidden)
    links = chrome_of(tree["release"]).navigation
    assert [(link.title, link.is_current) for link in links] == [("Press", True)]
    links = chrome_of(tree["release"], builders.make_user()).navigation
    assert [link.title for link in links] == ["Press", "Organisations"]


def test_a_page_leaves_the_menus_at_once(tree):
    assert chrome_of(tree["release"]).navigation
    index = tree["index"]
    index.show_in_menus = False
    builders.publish(index)
    assert not chrome_of(tree["release"]).navigation


def test_a_hidden_section_hides_its_navigation_from_its_translations(tree):
    builders.restrict(tree["index"])
    assert chrome_of(tree["french"]).navigation == []


def test_chrome_costs_the_version_beside_the_verdict(tree):
    translate(tree["release"], "fr")
    page = Page.objects.get(pk=tree["release"].pk).specific
    chrome_of(page)  # fills Wagtail's and the menu's caches
    request = builders.make_request(path=page.get_url())
    with CaptureQueriesContext(connection) as queries:
        get_chrome(request, page)
    # Site, the gate, and whether the coalition that is kept is still the one.
    assert len(queries) == 3, "\n".join(q["sql"][:200] for q in queries)


def test_chrome_is_built_once_a_request(tree):
    request = builders.make_request(path=tree["release"].get_url())
    first = get_chrome(request, tree["release"])
    assert get_chrome(request, tree["release"]) is first


def test_a_view_without_a_page_keeps_its_language(tree):
    chrome = get_chrome(builders.make_request(path="/en/sign-in/"))
    assert chrome.home_url == "/en/"
    assert chrome.canonical == ""
    assert [(a.language.code, a.url) for a in chrome.alternates] == [
        ("en", "/en/sign-in/"),
        ("fr", "/fr/sign-in/"),
    ]
    assert chrome.hreflang == []


def test_a_view_keeps_only_the_parameters_it_names(tree):
    request = builders.make_request(path="/en/sign-in/?next=/en/&a=b")
    bare = get_chrome(request)
    assert [a.url for a in bare.alternates] == ["/en/sign-in/", "/fr/sign-in/"]
    named = get_chrome(request, query="?next=/en/")
    assert [a.url for a in named.alternates] == [
        "/en/sign-in/?next=/en/",
        "/fr/sign-in/?next=/en/",
    ]


def test_the_subpath_is_part_of_every_address(tree):
    request = builders.make_request(path="/en/press/x/")
    chrome = get_chrome(request, tree["index"], subpath="x/")
    assert chrome.canonical == "http://testserver/en/press/x/"
    assert [a.url for a in chrome.alternates] == ["/en/press/x/", "/fr/press/x/"]


# What is not there in a language


def test_a_missing_translation_redirects_to_the_original(tree):
    response = Client().get("/fr/press/release/")
    assert response.status_code == 302
    assert response["Location"] == "/en/press/release/?not-in=fr"
    page = Client().get(response["Location"])
    assert "not available in <bdi>Français</bdi>" in page.content.decode()
    assert page.context["chrome"].canonical == "http://testserver/en/press/release/"


def test_what_exists_nowhere_is_not_found(tree):
    assert Client().get("/fr/press/nowhere/").status_code == 404
    assert Client().get("/en/press/nowhere/").status_code == 404


def test_an_original_that_the_visitor_may_not_see_is_not_found(tree):
    builders.restrict(tree["release"])
    assert Client().get("/fr/press/release/").status_code == 404


def test_a_draft_translation_redirects_as_an_absent_one_does(tree):
    absent = Client().get("/fr/press/release/")
    copy = tree["release"].copy_for_translation(builders.make_locale("fr"))
    copy.save_revision()
    hidden = Client().get("/fr/press/release/")
    assert (hidden.status_code, hidden["Location"]) == (
        absent.status_code,
        absent["Location"],
    )


def test_a_translation_for_another_group_redirects_as_an_absent_one_does(tree):
    translation = translate(tree["release"], "fr")
    builders.restrict(translation, "groups", groups=[builders.make_group("board")])
    client = Client()
    client.force_login(builders.make_user())
    response = client.get("/fr/press/release/")
    assert response.status_code == 302
    assert response["Location"] == "/en/press/release/?not-in=fr"


@pytest.mark.parametrize("value", ["xx", "", "fr'\"<b>", "\x00", "en", "f" * 5000])
def test_only_another_language_of_the_site_makes_a_notice(tree, value):
    page = Client().get("/en/press/release/", {"not-in": value})
    assert page.status_code == 200
    assert page.context["chrome"].fallback is None


# Words


def test_languages_have_names_of_their_own():
    assert (get_language("fr").name, get_language("fr").direction) == (
        "Français",
        "ltr",
    )
    assert get_language("ar").direction == "rtl"
    assert get_language("xx-unknown").name == "xx-unknown"


@pytest.mark.parametrize(
    ("code", "territory"),
    [("fr", "fr_FR"), ("ar", "ar_AR"), ("pt-br", "pt_BR"), ("zh-hans", "zh_CN")],
)
def test_open_graph_wants_a_territory(code, territory):
    assert get_territory(code) == territory


def test_a_description_is_plain_text_of_one_line(tree):
    letter = builders.make_letter(
        builders.make_letter_index(tree["home"]),
        cover_note=f"<p>One &amp; <b>two</b></p><p>{'word ' * 100}</p>",
    )
    description = get_description(letter)
    assert description.startswith("One & two word")
    assert len(description) <= 160
