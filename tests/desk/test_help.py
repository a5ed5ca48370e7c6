"""What the editor says where somebody may hesitate, in the language of the admin."""

import pytest
from bs4 import BeautifulSoup
from wagtail.users.models import UserProfile

from tests import builders


pytestmark = pytest.mark.django_db

# The part of the editor → what it says there.
LETTER = {
    "#panel-child-recipients-recipients-section": "as written here",
    "#panel-child-responses-correspondence-section": "events marked public",
    "#panel-child-signatories_and_files-attachments-section": "published page",
}
RELEASE = {
    "#panel-child-content-about_the_release-section": "choose Release in the menu",
    "#panel-child-content-boilerplate-section": "on the day of publication",
    "#panel-child-content-contacts-section": "on the day of publication",
    "#panel-child-content-corrections-section": "can't be deleted",
}
ORGANISATION = {
    "#panel-child-profile-regions-section": "unless they name their own",
    "#panel-child-names-names-section": "the day on which the next one begins",
}
RESPONSE = {"#panel-child-content-regions-section": "those of the recipients"}


@pytest.fixture
def home():
    return builders.make_home()


@pytest.fixture
def pages(home):
    letter = builders.make_letter(
        builders.make_letter_index(home), recipients=["First", "Second"]
    )
    return {
        "letter": letter,
        "response": builders.make_response(letter, rows=[letter.recipients.first()]),
        "release": builders.make_release(builders.make_release_index(home)),
        "organisation": builders.make_organisation(
            builders.make_organisation_index(home)
        ),
    }


def open_editor(client, page, code="en"):
    user = builders.make_user(f"desk-{code}", superuser=True)
    UserProfile.objects.create(user=user, preferred_language=code)
    client.force_login(user)
    response = client.get(f"/admin/pages/{page.pk}/edit/")
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html5lib")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("letter", LETTER),
        ("response", RESPONSE),
        ("release", RELEASE),
        ("organisation", ORGANISATION),
    ],
)
def test_help_stands_where_it_is_needed(client, pages, name, expected):
    soup = open_editor(client, pages[name])

    for selector, text in expected.items():
        [part] = soup.select(selector)
        assert text in " ".join(part.get_text().split()), selector


def test_help_is_said_once_and_not_in_every_row(client, pages):
    soup = open_editor(client, pages["letter"])

    assert len(soup.select("#id_recipients-FORMS > [data-inline-panel-child]")) == 2
    assert soup.get_text().count("A name left empty is filled") == 1


def test_help_speaks_the_language_of_the_admin(client, pages):
    soup = open_editor(client, pages["release"], "fr")

    text = " ".join(soup.get_text().split())
    assert "choisissez « Publication » dans le menu" in text
    assert "choose Release" not in text
