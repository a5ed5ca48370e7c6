"""Search by a server: what is declared of our kinds is valid there, and found."""

from datetime import date

import pytest
from django.core.management import call_command
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from tests import builders
from tests.search.server import serve_search
from wagtail_rtop.pages.models import (
    LetterPage,
    OrganisationPage,
    PressReleasePage,
    ResponsePage,
)


pytestmark = pytest.mark.django_db
KINDS = (LetterPage, ResponsePage, PressReleasePage, OrganisationPage)
BODY = "<p>On the <b>protection</b> of civilians.</p>"


@pytest.fixture
def server():
    with serve_search() as server:
        yield server


@pytest.fixture
def pages(server):
    # The mappings; nothing is there yet to be put into them.
    call_command("update_index", verbosity=0)
    home = builders.make_home()
    builders.make_region_index(home)
    names = [{"language": "fr", "name": "Union africaine", "acronym": "UA"}]
    body = builders.make_organisation(
        builders.make_organisation_index(home),
        title="African Union",
        names=names,
        body="<p>Seated in Addis Ababa.</p>",
    )
    letter = builders.make_letter(
        builders.make_letter_index(home),
        title="Okapi",
        body=BODY,
        document_date=date(2012, 3, 22),
        recipients=[{"organisation": body, "name": "Ms Quagga", "office": "Chair"}],
    )
    response = builders.make_response(letter, title="Answer", signatory="Mr Zebra")
    release = builders.make_release(
        builders.make_release_index(home),
        title="Statement",
        notes_to_editors=BODY,
    )
    return {page._meta.model: page for page in (letter, response, release, body)}


def get_document(server, page):
    return server.documents["wagtailcore_page"][str(page.pk)]


def get_column(model, kind, name):
    """Return the name that the field of this kind has in the model's documents."""
    mapping = get_search_backend().mapping_class(model)
    [field] = [
        field
        for field in model.get_search_fields()
        if type(field).__name__ == kind and field.field_name == name
    ]
    return mapping.get_field_column_name(field)


@pytest.mark.parametrize("model", KINDS)
def test_each_kind_has_the_fields_that_lists_and_choosers_ask_for(server, model):
    properties = get_search_backend().mapping_class(model).get_mapping()["properties"]

    # Choosers ask while somebody types.
    assert properties[get_column(model, "AutocompleteField", "title")]["type"] == "text"
    for name in ("live", "locale", "path", "content_type", "translation_key"):
        assert properties[get_column(model, "FilterField", name)]
    if model is not OrganisationPage:
        column = get_column(model, "FilterField", "document_date")
        assert properties[column] == {"type": "date"}
    rows = {LetterPage: "recipients", OrganisationPage: "names"}.get(model)
    if rows:
        nested = properties[get_column(model, "RelatedFields", rows)]
        assert nested["type"] == "nested"
        assert len(nested["properties"]) == 2


def test_documents_hold_texts_without_markup_and_the_rows(server, pages):
    letter = get_document(server, pages[LetterPage])
    body = letter[get_column(LetterPage, "SearchField", "body")]
    assert body == ["On the protection of civilians."]
    [recipient] = letter[get_column(LetterPage, "RelatedFields", "recipients")]
    assert {*recipient.values()} == {"Ms Quagga", "Chair"}
    assert letter[get_column(LetterPage, "FilterField", "document_date")] == date(
        2012, 3, 22
    )
    profile = get_document(server, pages[OrganisationPage])
    [name] = profile[get_column(OrganisationPage, "RelatedFields", "names")]
    assert {*name.values()} == {"Union africaine", "UA"}


def test_filters_and_order_are_those_of_the_database(server, pages):
    for model, page in pages.items():
        queryset = model.objects.live().filter(locale=page.locale)
        queryset = queryset.descendant_of(Page.objects.get(depth=1))
        if model is not OrganisationPage:
            queryset = queryset.filter(
                document_date__range=(date(2000, 1, 1), date.max)
            )
            queryset = queryset.order_by("-document_date")
        word = page.title.split()[0]
        found = queryset.search(word, operator="and", order_by_relevance=False)
        assert [one.pk for one in found] == [page.pk]
        assert [one.pk for one in queryset.autocomplete(word, operator="and")] == [
            page.pk
        ]


def find(client, text, path="/en/regions/"):
    listing = client.get(path, {"q": text}).context["listing"]
    assert listing["total"] == len(listing["rows"])
    return {row["title"] for row in listing["rows"]}


def test_what_a_visitor_finds(client, pages):
    assert find(client, "protection") == {"Okapi", "Statement"}
    assert find(client, "civilians quagga") == {"Okapi"}
    assert find(client, "zebra") == {"Answer"}
    assert find(client, "Addis") == {"African Union"}
    assert find(client, "UA") >= {"African Union", "Okapi"}
    assert find(client, "protection", "/en/letters/") == {"Okapi"}
    assert find(client, "nowhere") == set()

    builders.restrict(pages[LetterPage])
    assert find(client, "protection") == {"Statement"}
    builders.publish(pages[PressReleasePage]).delete()
    assert find(client, "protection") == set()
