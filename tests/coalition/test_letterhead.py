"""The preview of the coalition's particulars, the letterhead, the default boilerplate."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site

from tests import builders
from wagtail_rtop.models import Boilerplate, Coalition
from wagtail_rtop.pages.models import PressReleasePage


pytestmark = pytest.mark.django_db

# Wagtail leaves the file in which it makes a rendition to the collector.
makes_renditions = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function SpooledTemporaryFile"
)

NAMES = "snippets/wagtail_rtop/coalition"


@pytest.fixture
def home():
    return builders.make_home()


@pytest.fixture
def boilerplate():
    """A boilerplate in English and French; its English row."""
    english = Boilerplate.objects.create(
        name="About us", text="<p>We are.</p>", locale=builders.make_locale("en")
    )
    french = english.copy_for_translation(builders.make_locale("fr"))
    french.text = "<p>Nous sommes.</p>"
    french.save()
    return english


def make_coalition(boilerplate=None, code="en", **fields):
    return Coalition.objects.create(
        site=Site.objects.get(is_default_site=True),
        locale=builders.make_locale(code),
        name="The coalition",
        default_boilerplate=boilerplate,
        **fields,
    )


def make_logo():
    return get_image_model().objects.create(title="Mark", file=get_test_image_file())


def post(client, url, **fields):
    site = Site.objects.get(is_default_site=True)
    data = {
        "site": site.pk,
        "name": "Renamed",
        "postal_address": "A street\nA city",
        "default_issuer": "The board",
        "overdue_days": "60",
        "audience_time_zone": "UTC",
        "digest_hour": "7",
        **fields,
    }
    answer = client.post(url, data)
    assert answer.json() == {"is_valid": True, "is_available": True}
    shown = client.get(url)
    assert shown.status_code == 200
    return BeautifulSoup(shown.content, "html5lib")


@makes_renditions
def test_the_preview_shows_what_is_being_edited(home, boilerplate, client):
    client.force_login(builders.make_user(superuser=True))
    coalition = make_coalition()
    url = f"/admin/{NAMES}/preview/{coalition.pk}/"

    shown = post(
        client,
        url,
        letterhead_logo=str(make_logo().pk),
        default_boilerplate=str(boilerplate.pk),
    )

    assert shown.h1.get_text() == "Renamed"
    assert shown.find("img")["src"]
    assert "We are." in shown.article.get_text()
    assert "A street" in shown.footer.get_text()
    coalition.refresh_from_db()
    assert coalition.name == "The coalition"


def test_the_preview_stands_in_its_language(home, client):
    client.force_login(builders.make_user(superuser=True))
    arabic = make_coalition(code="ar")

    new = post(client, f"/admin/{NAMES}/preview/?locale=ar")
    shown = post(client, f"/admin/{NAMES}/preview/{arabic.pk}/")

    assert (shown.html["lang"], shown.html["dir"]) == ("ar", "rtl")
    # Wagtail does not hand on the language of a new one.
    assert new.h1.get_text() == "Renamed"


@makes_renditions
def test_the_letterhead_stands_on_letters_with_a_logo_alone(home, client):
    letter = builders.make_letter(builders.make_letter_index(home))
    coalition = make_coalition()
    assert "<img" not in client.get(letter.url).content.decode()

    coalition.letterhead_logo = make_logo()
    coalition.save()

    soup = BeautifulSoup(client.get(letter.url).content, "html5lib")
    assert soup.article.img["alt"] == "The coalition"
    # Hidden on screen, by the rule of what is for paper.
    assert soup.article.img.parent["class"] == ["rtop-colophon"]


def get_new_form(client, index):
    name = PressReleasePage._meta.model_name
    url = reverse("wagtailadmin_pages:add", args=["wagtail_rtop_pages", name, index.pk])
    return client.get(url).context["form"]


def test_a_new_release_is_filled_with_the_boilerplate_of_its_language(
    home, boilerplate, client
):
    client.force_login(builders.make_user(superuser=True))
    make_coalition(boilerplate)
    english = builders.make_release_index(home)
    french = english.copy_for_translation(builders.make_locale("fr"), copy_parents=True)

    assert get_new_form(client, english).instance.boilerplate == boilerplate
    assert get_new_form(client, french).instance.boilerplate.text == (
        "<p>Nous sommes.</p>"
    )


def test_nothing_is_filled_in_on_publishing(home, boilerplate, client):
    make_coalition(boilerplate)

    release = builders.make_release(builders.make_release_index(home))

    assert release.boilerplate is None
    assert release.frozen["boilerplate"] is None


def test_a_coalition_without_one_fills_in_nothing(home, client):
    client.force_login(builders.make_user(superuser=True))
    index = builders.make_release_index(home)
    assert get_new_form(client, index).instance.boilerplate is None
    make_coalition()
    assert get_new_form(client, index).instance.boilerplate is None
