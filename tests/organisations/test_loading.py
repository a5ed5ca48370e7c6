"""``rtop_load_organisations`` publishes what is missing and overwrites nothing."""

import copy
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from tests import builders
from wagtail_rtop.models import Entry, Region
from wagtail_rtop.organisations.loading import (
    apply_organisations,
    plan_organisations,
    read_organisations,
)
from wagtail_rtop.pages.models import Membership, OrganisationName, OrganisationPage
from wagtail_rtop.seeds import Outcome


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three(request, monkeypatch):
    """Load three of the fourteen, where the number does not matter."""
    if "fourteen" not in request.keywords:
        rows = [r for r in read_organisations() if r["key"] in {"au", "eu", "igad"}]
        name = "wagtail_rtop.management.commands.rtop_load_organisations"
        monkeypatch.setattr(f"{name}.read_organisations", lambda: rows)


@pytest.fixture
def index(db):
    builders.make_locale("fr")
    builders.make_locale("ar")
    for row in read_organisations():
        for slug in row["regions"]:
            if not Region.objects.filter(slug=slug).exists():
                builders.make_region(slug.replace("-", " "), slug=slug)
    return builders.make_organisation_index(builders.make_home())


def load(**options):
    out, err = StringIO(), StringIO()
    call_command("rtop_load_organisations", stdout=out, stderr=err, **options)
    return out.getvalue()


def get_state():
    return [
        list(model.objects.order_by("pk").values())
        for model in (OrganisationPage, OrganisationName, Membership, Entry)
    ]


@pytest.mark.fourteen
def test_the_fourteen_are_published_with_names_members_and_regions(index):
    out = load()

    assert "14 rows: 14 new, 0 updated, 0 skipped, 0 failed." in out
    pages = OrganisationPage.objects.child_of(index)
    assert pages.live().count() == 14
    assert Entry.objects.filter(kind="organisation", public=True).count() == 14
    union = pages.get(slug="african-union")
    assert union.title == "African Union"
    assert union.seat == "Addis Ababa, Ethiopia"
    assert union.get_working_languages()[:2] == ["ar", "en"]
    assert union.wikidata == "Q7159"
    assert [item.tag.slug for item in union.rtop_region_items.all()] == ["africa"]
    assert len(union.as_at(date(2012, 3, 22))["members"]) == 54
    assert len(union.as_at(date(2026, 11, 1))["members"]) == 55
    assert union.get_acronym("fr") == "UA"
    # Confidence stands with the rows, for editors.
    assert "Confidence: high." in union.names.first().note
    assert "Confidence: " in union.members.first().note


def test_a_loaded_profile_can_be_edited_and_published(index, client):
    load()
    page = OrganisationPage.objects.get(slug="european-union")
    client.force_login(builders.make_user(superuser=True))

    response = client.get(f"/admin/pages/{page.pk}/edit/")

    assert response.status_code == 200
    revision = page.get_latest_revision_as_object()
    assert revision.names.count() == page.names.count() > 0
    assert revision.members.count() == page.members.count() > 27


def test_running_again_changes_no_row(index):
    load()
    before = get_state()

    out = load()

    assert "3 rows: 0 new, 0 updated, 3 skipped, 0 failed." in out
    assert get_state() == before


def test_a_dry_run_reports_the_same_and_writes_nothing(index):
    out = load(dry_run=True)

    assert not OrganisationPage.objects.exists()
    assert out.splitlines()[:-1] == load().splitlines()[:-1]


def test_what_an_editor_changed_stays(index):
    load()
    page = OrganisationPage.objects.get(slug="african-union")
    page.title, page.slug = "The Union", "the-union"
    page.members.first().delete()
    builders.publish(page)
    OrganisationPage.objects.get(wikidata="Q458").delete()
    state = OrganisationPage.objects.get(pk=page.pk).members.count()

    out = load()

    page.refresh_from_db()
    assert page.title == "The Union"
    assert page.members.count() == state
    assert "1 new, 0 updated, 2 skipped" in out
    assert OrganisationPage.objects.count() == 3


def test_profiles_are_translated_through_the_ordinary_editor(
    index, django_capture_on_commit_callbacks
):
    translate_object(index, [builders.make_locale("fr"), builders.make_locale("ar")])
    for page in index.get_translations():
        builders.publish(page)

    # wagtail-localize publishes when the transaction is through.
    with django_capture_on_commit_callbacks(execute=True):
        out = load(translate="fr,ar")

    assert "Translations: fr, ar." in out
    union = OrganisationPage.objects.get(
        locale__language_code="fr", slug="african-union"
    )
    assert union.title == "Union africaine"
    assert union.live
    assert union.seat == "Addis-Abeba, Éthiopie"
    assert union.members.count() > 50
    arabic = OrganisationPage.objects.filter(locale__language_code="ar")
    assert arabic.live().count() == 3
    assert Translation.objects.get(
        source__object_id=union.translation_key,
        target_locale__language_code="fr",
    ).get_progress() == (2, 2)
    string = StringTranslation.objects.get(
        locale__language_code="fr",
        context__object_id=union.translation_key,
        context__path="title",
    )
    assert string.tool_name == "wagtail-rtop"

    assert "3 skipped" in load(translate="fr,ar")


def test_translations_can_be_added_later(index):
    load()
    translate_object(index, [builders.make_locale("fr")])

    assert "0 new, 3 updated" in load(translate="fr")


def test_the_regions_must_be_there(db):
    builders.make_organisation_index(builders.make_home())

    with pytest.raises(CommandError, match="Run rtop_load_regions first"):
        load()
    assert not OrganisationPage.objects.exists()


@pytest.mark.parametrize("value", ["organisations", "/en/organisations/", "{pk}"])
def test_the_parent_is_found_by_id_or_path(index, value):
    load(parent=value.format(pk=index.pk))

    assert OrganisationPage.objects.child_of(index).count() == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parent": "nowhere"}, "There is no page “nowhere”"),
        ({"parent": "99999999999999999999"}, "There is no page"),
        ({"parent": "home"}, "Which page type"),
        ({"page_type": "nonsense"}, "“nonsense” is not an organisation page type"),
        ({"page_type": "auth.User"}, "“auth.User” is not an organisation page type"),
        ({"translate": "xx"}, "“xx” is not a locale of this site"),
        ({"translate": "fr"}, "has no translation into “fr”"),
    ],
)
def test_what_cannot_be_done_is_said(index, options, message):
    if options.get("parent") == "home":
        options = {"parent": str(Page.objects.get(pk=index.get_parent().pk).pk)}

    with pytest.raises(CommandError, match=message):
        load(**options)
    assert not OrganisationPage.objects.exists()


def test_two_indexes_are_not_chosen_from(index):
    builders.make_organisation_index(index.get_parent(), slug="bodies")

    with pytest.raises(CommandError, match="more than one organisation index"):
        load()


@pytest.mark.parametrize(
    "fields",
    [
        {"slug": "igad", "title": "IGAD", "wikidata": "Q7159"},
        {"slug": "african-union", "title": "Union"},
        {"slug": "union", "title": "African Union"},
    ],
)
def test_a_profile_of_the_site_is_recognised(index, fields):
    builders.make_organisation(index, **fields)

    assert "2 new, 0 updated, 1 skipped, 0 failed" in load()


def test_an_address_that_is_taken_fails_alone(index):
    builders.make_page(index, slug="african-union")

    with pytest.raises(CommandError, match="1 of 3 rows failed"):
        load()

    assert OrganisationPage.objects.live().count() == 2


def test_rows_that_overlap_fail_and_the_others_are_loaded(index, monkeypatch):
    rows = copy.deepcopy(
        [r for r in read_organisations() if r["key"] in {"au", "igad"}]
    )
    [wrong] = [r for r in rows if r["key"] == "igad"]
    wrong["members"].append({**wrong["members"][0], "end": None})
    name = "wagtail_rtop.management.commands.rtop_load_organisations"
    monkeypatch.setattr(f"{name}.read_organisations", lambda: rows)

    with pytest.raises(CommandError):
        load()

    [loaded] = OrganisationPage.objects.all()
    assert loaded.slug != wrong["slug"]
    steps = plan_organisations(rows, index, OrganisationPage)
    results = list(apply_organisations(steps, index, OrganisationPage))
    [failed] = [r for r in results if r.outcome == Outcome.FAILED]
    assert failed.key == wrong["slug"]
    assert "This overlaps with the row of the same country" in failed.detail
