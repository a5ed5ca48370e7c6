"""Regions in the admin: listing, renaming, and choosing them on a page."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from tests import builders
from wagtail_rtop.models import Region, RegionLabel, RegionSlug


pytestmark = pytest.mark.django_db

LIST = "/admin/snippets/wagtail_rtop/region/"
LABELS = "/admin/snippets/wagtail_rtop/regionlabel/"


@pytest.fixture
def editor(client):
    group = builders.make_group("Vocabulary")
    group.permissions.add(
        Permission.objects.get(codename="access_admin"),
        *Permission.objects.filter(
            content_type__app_label="wagtail_rtop",
            content_type__model__in=["region", "regionlabel"],
        ),
    )
    client.force_login(builders.make_user(groups=[group]))
    return client


def post_region(client, region, **fields):
    data = {
        "name": region.name,
        "slug": region.slug,
        "m49": region.m49 or "",
        "parent": region.parent_id or "",
        "areas": [],
        **fields,
    }
    return client.post(f"{LIST}edit/{region.pk}/", data)


def get_errors(response):
    return response.context["form"].errors


def test_the_list_shows_use_and_names_without_a_query_a_row(editor):
    builders.make_locale("fr")
    home = builders.make_home()
    africa = builders.make_region("Africa", labels={"fr": "Afrique"})
    builders.make_report(home, regions=[africa])
    builders.make_report(home, regions=[africa])
    editor.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        body = editor.get(LIST).content.decode()
    assert "2 of 2" in body
    assert "1 of 2" not in body

    for number in range(20):
        region = builders.make_region(f"Part {number}", parent=africa)
        builders.make_report(home, regions=[region])
    with CaptureQueriesContext(connection) as many:
        body = editor.get(LIST).content.decode()

    assert body.count("1 of 2, missing: fr") == 20
    assert len(many) == len(few)


@pytest.mark.parametrize(
    "order", ["name", "-page_count", "-entry_count", "label_count", "parent"]
)
def test_the_list_can_be_ordered(editor, order):
    builders.make_region("Africa")

    assert editor.get(LIST, {"ordering": order}).status_code == 200


def test_the_list_can_be_searched(editor):
    builders.make_region("Africa", m49="002")
    builders.make_region("Asia")

    found = editor.get(LIST, {"q": "002"}).context["object_list"]

    assert [region.name for region in found] == ["Africa"]


def test_one_menu_holds_them_all(editor):
    body = editor.get("/admin/").content.decode()

    assert '"rtop-coalition-group"' in body
    assert LIST in body


@pytest.mark.parametrize("name", ["AFRICA", "Ａfrica", "África", " Africa  "])
def test_renaming_to_an_existing_name_is_an_error_at_the_field(editor, name):
    builders.make_region("Africa")
    asia = builders.make_region("Asia")

    response = post_region(editor, asia, name=name)

    assert response.status_code == 200
    assert "There is already a region “Africa”." in get_errors(response)["name"][0]
    assert Region.objects.get(pk=asia.pk).name == "Asia"


def test_a_new_region_of_an_existing_name_is_an_error(editor):
    builders.make_region("Africa")

    response = editor.post(f"{LIST}add/", {"name": "áfrica", "slug": "other"})

    assert "There is already a region “Africa”." in get_errors(response)["name"][0]
    assert Region.objects.count() == 1


def test_an_m49_code_of_another_region_is_an_error(editor):
    builders.make_region("Africa", m49="002")
    asia = builders.make_region("Asia")

    assert "m49" in get_errors(post_region(editor, asia, m49="002"))
    assert "m49" in get_errors(post_region(editor, asia, m49="1234"))
    assert "m49" in get_errors(post_region(editor, asia, m49="٠٠٢"))


def test_a_region_that_is_part_of_itself_is_an_error(editor):
    world = builders.make_region("World")
    africa = builders.make_region("Africa", parent=world)
    western = builders.make_region("Western Africa", parent=africa)

    response = post_region(editor, world, parent=western.pk)

    assert get_errors(response)["parent"] == ["A region can't be part of itself."]


def test_a_region_can_be_renamed_and_its_old_slug_is_kept(editor):
    region = builders.make_region("Africa")

    response = post_region(editor, region, name="The Africas", slug="the-africas")

    assert response.status_code == 302
    assert RegionSlug.objects.get(slug="africa").region_id == region.pk


def test_a_second_name_in_one_language_is_an_error(editor):
    region = builders.make_region("Africa")

    response = editor.post(
        f"{LABELS}add/?locale=en", {"region": region.pk, "label": "Afrika"}
    )

    assert response.status_code == 200
    assert "has a name in this language" in get_errors(response)["region"][0]
    assert RegionLabel.objects.count() == 1


def test_a_name_in_another_language_is_added(editor):
    builders.make_locale("fr")
    region = builders.make_region("Africa")

    response = editor.post(
        f"{LABELS}add/?locale=fr", {"region": region.pk, "label": "Afrique"}
    )

    assert response.status_code == 302
    assert region.labels.get(locale__language_code="fr").label == "Afrique"


def post_report(client, page, regions):
    return client.post(
        f"/admin/pages/{page.pk}/edit/",
        nested_form_data(
            {
                "title": page.title,
                "slug": page.slug,
                "regions": regions,
                "comments": inline_formset([]),
                "action-publish": "1",
            }
        ),
    )


@pytest.fixture
def report(client):
    page = builders.make_report(builders.make_home())
    client.force_login(builders.make_user(superuser=True))
    return page


def test_an_unknown_region_is_an_error_that_names_the_nearest(client, report):
    builders.make_region("Western Africa")
    builders.make_region("Eastern Africa")
    builders.make_region("Polynesia")

    response = post_report(client, report, '"Westren Africa"')

    assert response.status_code == 200
    assert get_errors(response)["regions"] == [
        "“Westren Africa” is not a region. Did you mean “Western Africa” or “Eastern "
        "Africa”? New regions are added under Coalition, Regions."
    ]
    # What was typed stands in the form.
    assert "Westren Africa" in response.content.decode()
    assert report.rtop_region_items.count() == 0


def test_a_region_like_no_other_is_an_error_too(client, report):
    builders.make_region("Polynesia")

    response = post_report(client, report, '"Atlantis, sunken", Polynesia')

    assert get_errors(response)["regions"] == [
        "“Atlantis, sunken” is not a region, and no region has a similar name. New "
        "regions are added under Coalition, Regions."
    ]


@pytest.mark.parametrize(
    "typed",
    ['"Western Africa"', '"western áfrica"', "western-africa", '"Afrique occidentale"'],
)
def test_a_region_is_known_by_any_of_its_names(client, report, typed):
    region = builders.make_region(
        "Western Africa", labels={"fr": "Afrique occidentale"}
    )

    response = post_report(client, report, typed)

    assert response.status_code == 302, get_errors(response)
    assert [item.tag for item in report.rtop_region_items.all()] == [region]


def test_a_region_is_known_by_what_it_was_called(client, report):
    region = builders.make_region("West Africa")
    region.name, region.slug = "Western Africa", "western-africa"
    region.save()

    response = post_report(client, report, '"west africa"')

    assert response.status_code == 302, get_errors(response)
    assert [item.tag for item in report.rtop_region_items.all()] == [region]


def test_two_names_of_one_region_tag_once(client, report):
    builders.make_region("Western Africa", labels={"fr": "Afrique occidentale"})

    post_report(client, report, '"Western Africa", "Afrique occidentale"')

    assert report.rtop_region_items.count() == 1


@pytest.mark.parametrize("typed", ["\x00", "a" * 5000, '"' * 50, ",,,,", "‮"])
def test_hostile_text_is_an_error_or_nothing(client, report, typed):
    builders.make_region("Western Africa")

    response = post_report(client, report, typed)

    assert response.status_code in {200, 302}
    assert report.rtop_region_items.count() == 0
