"""The admin's lists and choosers of snippets answer a search, sorted and filtered."""

import pytest
from django.urls import reverse

from tests import builders
from tests.search.committed import searches_uncommitted
from wagtail_rtop.models import Boilerplate, PressContact, RegionLabel


pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(builders.make_user(is_superuser=True))
    return client


@pytest.fixture
def snippets():
    english, french = builders.make_locale("en"), builders.make_locale("fr")
    region = builders.make_region("Part")
    region.labels.all().delete()
    for locale, name in ((english, "Okapi"), (french, "Okapi noir")):
        Boilerplate.objects.create(name=name, text="<p>a</p>", locale=locale)
        PressContact.objects.create(name=name, role="Quagga", locale=locale)
        RegionLabel.objects.create(region=region, label=name, locale=locale)


def search(client, address, **query):
    found = client.get(reverse(address), query)
    assert found.status_code == 200
    return {str(one) for one in found.context["object_list"]}


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("wagtail_rtop_boilerplate", "_updated_at"),
        ("wagtail_rtop_presscontact", "email"),
        ("wagtail_rtop_regionlabel", "region__name"),
    ],
)
def test_a_list_answers(editor, snippets, name, sort):
    address = f"wagtailsnippets_{name}:list"
    for order in ("", sort, f"-{sort}"):
        query = {"locale": "fr", **({"ordering": order} if order else {})}
        assert search(editor, address, q="kapi", **query) == {"Okapi noir"}
        assert search(editor, address, q="zebra", **query) == set()


def test_contacts_are_found_by_their_role(editor, snippets):
    address = "wagtailsnippets_wagtail_rtop_presscontact:list"
    assert search(editor, address, q="quag", locale="en") == {"Okapi"}


def choose(client, name):
    address = reverse(f"wagtailsnippetchoosers_{name}:choose_results")
    answer = client.get(address, {"q": "okapi", "locale": "fr"})
    assert answer.status_code == 200
    return {str(one) for one in answer.context["results"]}


NAMES = ["wagtail_rtop_boilerplate", "wagtail_rtop_presscontact"]


@searches_uncommitted
@pytest.mark.parametrize("name", NAMES)
def test_a_chooser_answers(editor, snippets, name):
    assert choose(editor, name) == {"Okapi noir"}
