"""A site in one language: write, publish, list, serve. Run by test_plain.py."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Locale, Page, Site

from tests.plain.site.models import HomePage
from wagtail_rtop.models import Entry, Region
from wagtail_rtop.pages import models


pytestmark = pytest.mark.django_db


def add(parent, page):
    page.live = False
    parent.add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def home():
    page = HomePage(title="Home", slug="home-of-plain")
    Page.objects.get(depth=1).add_child(instance=page)
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "testserver", "root_page": page}
    )
    Site.clear_site_root_paths_cache()
    return page


@pytest.fixture
def letters(home):
    return add(home, models.LetterIndexPage(title="Letters", slug="letters"))


@pytest.fixture
def editor(client):
    client.force_login(
        get_user_model().objects.create_superuser("chief", "c@example.org", "x")
    )
    return client


def read_form(response):
    """Return what the page's main form would send, unchanged."""
    form = BeautifulSoup(response.content, "html.parser").find(id="page-edit-form")
    data = {}
    for field in form.find_all(["input", "select", "textarea"]):
        name = field.get("name")
        if not name or "__prefix__" in name or field.get("type") == "submit":
            continue
        if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True)
            data[name] = chosen.get("value", "") if chosen else ""
        elif field.name == "textarea":
            data[name] = field.get_text().removeprefix("\n")
        else:
            data[name] = field.get(
                "value", "on" if field.get("type") in ("checkbox", "radio") else ""
            )
    return data


def test_the_site_is_plain():
    assert not apps.is_installed("wagtail_localize")
    assert Locale.objects.count() == 1


def test_letter_from_the_form_to_the_reader(letters, editor, client):
    address = reverse(
        "wagtailadmin_pages:add",
        args=("wagtail_rtop_pages", "letterpage", letters.pk),
    )
    response = editor.get(address)
    assert response.status_code == 200
    data = {
        **read_form(response),
        "title": "To whom it may concern",
        "slug": "to-whom",
        "document_date": "2012-03-22",
        "action-publish": "action-publish",
    }

    response = editor.post(address, data, follow=True)

    letter = models.LetterPage.objects.get()
    assert letter.live, response.content.decode()[:5000]
    assert letter.document_date == date(2012, 3, 22)
    client.logout()
    text = client.get("/letters/to-whom/").content.decode()
    assert "To whom it may concern" in text
    assert "To whom it may concern" in client.get("/letters/").content.decode()


def test_edit_again_and_unpublish(letters, editor):
    letter = add(
        letters,
        models.LetterPage(
            title="First", slug="first", document_date=date(2012, 3, 22), issuer="We"
        ),
    )
    address = reverse("wagtailadmin_pages:edit", args=(letter.pk,))
    data = {
        **read_form(editor.get(address)),
        "title": "Second",
        "action-publish": "action-publish",
    }

    editor.post(address, data)

    letter.refresh_from_db()
    assert letter.title == "Second"
    assert Entry.objects.get(pk=letter.pk).public

    editor.post(reverse("wagtailadmin_pages:unpublish", args=(letter.pk,)))

    editor.logout()
    assert editor.get("/letters/first/").status_code == 404
    assert "Second" not in editor.get("/letters/").content.decode()


def test_every_kind_is_served(home, client):
    day = date(2012, 3, 22)
    letters = add(home, models.LetterIndexPage(title="Letters", slug="letters"))
    letter = add(
        letters, models.LetterPage(title="A letter", slug="a", document_date=day)
    )
    press = add(home, models.PressReleaseIndexPage(title="Press", slug="press"))
    bodies = add(home, models.OrganisationIndexPage(title="Bodies", slug="bodies"))
    pages = [
        letters,
        letter,
        press,
        bodies,
        add(
            letter,
            models.ResponsePage(title="An answer", slug="b", document_date=day),
        ),
        add(press, models.PressReleasePage(title="News", slug="c", document_date=day)),
        add(bodies, models.OrganisationPage(title="A union", slug="d")),
        add(home, models.RegionIndexPage(title="Regions", slug="regions")),
    ]

    for page in pages:
        response = client.get(page.url)
        assert response.status_code == 200, page
        text = response.content.decode()
        assert page.title in text
        assert "hreflang" not in text


def test_region_page(home, client):
    call_command("rtop_load_regions", verbosity=0)
    add(home, models.RegionIndexPage(title="Regions", slug="regions"))
    bodies = add(home, models.OrganisationIndexPage(title="Bodies", slug="bodies"))
    body = add(bodies, models.OrganisationPage(title="ECOWAS", slug="ecowas"))
    body.regions.set([Region.objects.get(slug="western-africa")])
    body.save_revision().publish()

    text = client.get("/regions/western-africa/").content.decode()

    assert "Western Africa" in text
    assert body.url in text


@pytest.mark.parametrize(
    "command",
    [["rtop_register", "rebuild"], ["rtop_register", "verify"], ["rtop_publish_due"]],
)
def test_commands_run(command, letters):
    call_command(*command, verbosity=0)


def test_organisations_load(home):
    call_command("rtop_load_regions", verbosity=0)
    add(home, models.OrganisationIndexPage(title="Bodies", slug="bodies"))

    call_command("rtop_load_organisations", verbosity=0)

    assert models.OrganisationPage.objects.live().count() == 14
