"""Choosing an organisation by any of its names, and making a profile on the way."""

import json

import pytest
from bs4 import BeautifulSoup
from wagtail.models import PageLogEntry

from tests import builders
from wagtail_rtop.organisations.directory import fetch_directory
from wagtail_rtop.pages.models import OrganisationPage


pytestmark = pytest.mark.django_db

CHOOSER = "/admin/rtop/organisation-chooser/"
ECOWAS = [
    {"language": "en", "name": "Economic Community of West African States"},
    {"language": "en", "name": "", "acronym": "ECOWAS", "kind": "acronym"},
    {"language": "fr", "name": "Communauté économique", "acronym": "CEDEAO"},
    {"language": "ar", "name": "الجماعة الاقتصادية لدول غرب أفريقيا", "kind": "alias"},
    {"language": "en", "name": "Old Community", "kind": "former"},
]


@pytest.fixture
def home():
    return builders.make_home()


@pytest.fixture
def index(home):
    return builders.make_organisation_index(home)


@pytest.fixture
def ecowas(index):
    return builders.make_organisation(
        index, title="Economic Community of West African States", names=ECOWAS
    )


@pytest.fixture
def other(index):
    names = [{"language": "en", "name": "African Union", "acronym": "AU"}]
    return builders.make_organisation(index, title="African Union", names=names)


def log_in(client, home, *actions):
    group = builders.make_group("Desk", pages=[home], actions=actions)
    client.force_login(builders.make_user(groups=[group]))
    return client


def find(client, text):
    html = client.get(CHOOSER + "results/", {"q": text}).content
    soup = BeautifulSoup(html, "html5lib")
    return [a.get_text(strip=True) for a in soup.select("[data-chooser-modal-choice]")]


@pytest.mark.parametrize(
    "typed",
    ["CEDEAO", "cedeao", "ecowas", "économique", "economique", "غرب", "Old Comm"],
)
def test_found_by_any_name(client, home, ecowas, other, typed):
    log_in(client, home, "change")
    assert find(client, typed) == [ecowas.title]


def test_every_organisation_once_in_its_source_language(client, home, ecowas, other):
    french = builders.make_translated_home(home, "fr")
    ecowas.get_parent().copy_for_translation(french.locale)
    copy = ecowas.copy_for_translation(french.locale)
    copy.title = "CEDEAO en français"
    builders.publish(copy)
    log_in(client, home, "change")

    assert find(client, "") == [other.title, ecowas.title]
    assert find(client, "CEDEAO en fran") == [ecowas.title]
    assert fetch_directory().get(copy.pk).pk == ecowas.pk


def test_shows_the_name_that_was_sought(client, home, ecowas):
    log_in(client, home, "change")
    response = client.get(CHOOSER + "results/", {"q": "CEDEAO"})
    html = BeautifulSoup(response.content.decode(), "html5lib").get_text(
        " ", strip=True
    )
    assert "CEDEAO · ECOWAS · " in html


def test_choosing_a_translation_chooses_the_source(client, home, ecowas):
    french = builders.make_translated_home(home, "fr")
    ecowas.get_parent().copy_for_translation(french.locale)
    copy = ecowas.copy_for_translation(french.locale)
    log_in(client, home, "change")

    data = json.loads(client.get(f"{CHOOSER}chosen/{copy.pk}/").content)

    assert data["result"]["id"] == str(ecowas.pk)
    assert data["result"]["title"] == ecowas.title


@pytest.mark.parametrize("pk", ["0", "999999", "x", "9" * 40])
def test_what_is_no_organisation_is_not_found(client, home, ecowas, pk):
    log_in(client, home, "change")
    assert client.get(f"{CHOOSER}chosen/{pk}/", follow=True).status_code == 404
    response = client.get(f"{CHOOSER}chosen/{home.pk}/", follow=True)
    assert response.status_code == 404


def test_nobody_from_outside_gets_in(client, home, ecowas):
    assert client.get(CHOOSER).status_code == 302
    client.force_login(builders.make_user())
    assert client.get(CHOOSER).status_code == 302


def test_a_profile_is_made_as_a_draft_and_logged(client, home, index):
    log_in(client, home, "add", "change")
    form = json.loads(client.get(CHOOSER).content)["html"]
    assert 'name="organisation-name"' in form

    response = client.post(
        CHOOSER + "create/",
        {
            "organisation-name": "Pacific Islands Forum",
            "organisation-acronym": "PIF",
            "organisation-parent": index.pk,
        },
    )

    page = OrganisationPage.objects.get(title="Pacific Islands Forum")
    assert json.loads(response.content)["result"]["id"] == str(page.pk)
    assert not page.live
    assert page.get_parent().pk == index.pk
    assert page.names.get().acronym == "PIF"
    assert page.get_latest_revision_as_object().names.get().language == "en"
    entry = PageLogEntry.objects.get(page=page.pk, action="wagtail.create")
    assert entry.user == page.owner
    assert find(client, "pif") == ["Pacific Islands Forum"]


def test_a_profile_that_exists_is_not_made_twice(client, home, index, ecowas):
    log_in(client, home, "add", "change")
    response = client.post(
        CHOOSER + "create/",
        {"organisation-name": "old community", "organisation-parent": index.pk},
    )
    data = json.loads(response.content)
    assert data["step"] == "reshow_creation_form"
    assert "There is a profile with this name already" in data["htmlFragment"]
    assert OrganisationPage.objects.count() == 1


def test_who_may_add_no_profile_sees_and_posts_no_form(client, home, index):
    log_in(client, home, "change")
    form = json.loads(client.get(CHOOSER).content)["html"]
    assert "organisation-name" not in form

    response = client.post(
        CHOOSER + "create/",
        {"organisation-name": "Forum", "organisation-parent": index.pk},
    )

    assert response.status_code == 302
    assert not OrganisationPage.objects.exists()


def test_no_profile_in_a_section_of_others(client, home, index):
    elsewhere = builders.make_organisation_index(
        builders.make_page(home), title="Elsewhere"
    )
    log_in(client, elsewhere, "add")
    response = client.post(
        CHOOSER + "create/",
        {"organisation-name": "Forum", "organisation-parent": index.pk},
    )
    assert json.loads(response.content)["step"] == "reshow_creation_form"
    assert not OrganisationPage.objects.exists()


def test_the_number_of_organisations_costs_no_query(
    client, home, index, django_assert_max_num_queries
):
    log_in(client, home, "change")
    client.get(CHOOSER + "results/")
    for number in range(12):
        builders.make_organisation(index, title=f"Body {number}", names=ECOWAS)
    with django_assert_max_num_queries(12):
        client.get(CHOOSER + "results/", {"q": "CEDEAO"})
