"""Forms that were opened before a merge: saving them does not undo it."""

import json

import pytest
from django.core.management import call_command

from tests import builders
from tests.rows.editor import Editor
from wagtail_rtop.desk.organisations.merge import merge_organisations
from wagtail_rtop.desk.regions.merge import RegionMerge
from wagtail_rtop.models import RecipientGroup, RecipientGroupMember, Region
from wagtail_rtop.organisations.successors import fetch_successors
from wagtail_rtop.pages.models import LetterPage, OrganisationPage


@pytest.fixture(scope="module")
def world(shared_db):
    home = builders.make_home()
    index = builders.make_organisation_index(home)
    bodies = {
        name: builders.make_organisation(index, title=name)
        for name in ("Old", "New", "Newest")
    }
    letters = builders.make_letter_index(home)
    # No slug, of today or of former times, stands for its name.
    west = builders.make_region("Occident", slug="w")
    africa = builders.make_region("Africa")
    letter = builders.make_letter(
        letters,
        title="Open letter",
        recipients=[{"organisation": bodies["Old"], "name": "As written"}, "Somebody"],
        regions=[west],
    )
    return {"letter": letter, "west": west, "africa": africa, "index": index, **bodies}


@pytest.fixture
def browser(client, world):
    client.force_login(builders.make_user(superuser=True))
    return client


def merge(world, loser, winner):
    merge_organisations(
        OrganisationPage.objects.get(pk=world[loser].pk),
        OrganisationPage.objects.get(pk=world[winner].pk),
        user=None,
    )


def get_rows(letter, *, draft=False):
    letter = LetterPage.objects.get(pk=letter.pk)
    page = letter.get_latest_revision_as_object() if draft else letter
    return [(row.organisation_id, row.name) for row in page.recipients.all()]


def publish(editor):
    response = editor.post(**{"action-publish": "publish"})
    assert response.status_code == 302, response.context["form"].errors
    call_command("rtop_register", "verify")


def test_a_letter_follows_the_merge_of_its_recipient(browser, world):
    letter = world["letter"]
    editor = Editor(browser, letter)
    keys = list(letter.recipients.values_list("translation_key", flat=True))
    merge(world, "Old", "New")
    assert editor.data["recipients-0-organisation"] == str(world["Old"].pk)

    editor.set(title="Changed")
    publish(editor)

    assert get_rows(letter) == [(world["New"].pk, "As written"), (None, "Somebody")]
    letter.refresh_from_db()
    assert letter.title == "Changed"
    assert list(letter.recipients.values_list("translation_key", flat=True)) == keys


def test_so_does_a_background_save_and_a_row_that_is_new(browser, world):
    editor = Editor(browser, world["letter"])
    editor.add_row("recipients", kind="organ", organisation=str(world["Old"].pk))
    merge(world, "Old", "New")

    assert editor.autosave()["success"]

    new = world["New"].pk
    rows = get_rows(world["letter"], draft=True)
    # What is not written yet has the name that was chosen.
    assert rows == [(new, "As written"), (None, "Somebody"), (new, "Old")]


def test_merges_in_a_row_are_followed_to_the_last(browser, world):
    editor = Editor(browser, world["letter"])
    merge(world, "Old", "New")
    merge(world, "New", "Newest")

    publish(editor)

    assert get_rows(world["letter"])[0] == (world["Newest"].pk, "As written")


def test_a_profile_that_was_deleted_since_is_followed_too(browser, world):
    editor = Editor(browser, world["letter"])
    merge(world, "Old", "New")
    OrganisationPage.objects.get(pk=world["Old"].pk).delete()

    publish(editor)

    assert get_rows(world["letter"])[0] == (world["New"].pk, "As written")


def test_a_profile_that_was_brought_back_may_be_chosen(browser, world):
    merge(world, "Old", "New")
    builders.publish(OrganisationPage.objects.get(pk=world["Old"].pk))
    editor = Editor(browser, world["letter"])
    editor.set(**{"recipients-0-organisation": str(world["Old"].pk)})

    publish(editor)

    assert get_rows(world["letter"])[0] == (world["Old"].pk, "As written")


def test_a_draft_that_was_never_merged_is_left_alone(browser, world):
    draft = builders.make_organisation(world["index"], title="Draft", live=False)
    editor = Editor(browser, world["letter"])
    editor.set(**{"recipients-0-organisation": str(draft.pk)})

    publish(editor)

    assert get_rows(world["letter"])[0][0] == draft.pk


def test_the_other_fields_errors_leave_the_form_usable(browser, world):
    editor = Editor(browser, world["letter"])
    merge(world, "Old", "New")
    editor.set(title="")

    response = editor.post(**{"action-publish": "publish"})

    assert response.status_code == 200
    [formset] = [
        f
        for name, f in response.context["form"].formsets.items()
        if name == "recipients"
    ]
    assert formset.is_valid(), formset.errors
    assert formset.forms[0]["organisation"].value() == str(world["New"].pk)


def test_a_group_of_recipients_follows(browser, world):
    group = RecipientGroup.objects.create(name="The few")
    RecipientGroupMember.objects.create(group=group, organisation=world["Old"], name="")
    url = f"/admin/snippets/wagtail_rtop/recipientgroup/edit/{group.pk}/"
    form = browser.get(url).context["form"]
    data = {
        "name": "The few",
        "note": "",
        "members-TOTAL_FORMS": "1",
        "members-INITIAL_FORMS": "1",
        "members-MIN_NUM_FORMS": "0",
        "members-MAX_NUM_FORMS": "1000",
        "members-0-id": str(group.members.get().pk),
        "members-0-kind": "organisation",
        "members-0-organisation": str(world["Old"].pk),
        "members-0-name": "",
        "members-0-office": "",
        "members-0-ORDER": "1",
    }
    assert "members" in form.formsets
    merge(world, "Old", "New")

    assert browser.post(url, data).status_code == 302

    member = RecipientGroupMember.objects.get()
    assert (member.organisation_id, member.name) == (world["New"].pk, "Old")


def test_a_group_that_is_saved_from_an_open_letter_follows(browser, world):
    merge(world, "Old", "New")
    rows = [{"organisation": str(world["Old"].pk), "name": "As written"}]

    browser.post(
        "/admin/rtop/recipients/save/",
        {"name": "Kept", "rows": json.dumps(rows)},
    )

    member = RecipientGroupMember.objects.get()
    assert (member.organisation_id, member.name) == (world["New"].pk, "As written")


def test_a_letter_costs_no_more_unless_something_was_merged(
    world, django_assert_num_queries
):
    with django_assert_num_queries(0):
        assert fetch_successors([]) == {}
    with django_assert_num_queries(1):
        assert fetch_successors([world["New"].pk]) == {}


def get_regions(letter):
    letter = LetterPage.objects.get(pk=letter.pk)
    return sorted(item.tag.name for item in letter.rtop_region_items.all())


@pytest.mark.parametrize("typed", ["Occident", "Occident, Africa", "occident"])
def test_a_page_follows_the_merge_of_its_region(browser, world, typed):
    editor = Editor(browser, world["letter"])
    editor.set(regions=typed)
    RegionMerge(world["west"], world["africa"]).apply(user=None)

    publish(editor)

    assert get_regions(world["letter"]) == ["Africa"]


def test_regions_that_were_merged_in_a_row(browser, world):
    editor = Editor(browser, world["letter"])
    RegionMerge(world["west"], world["africa"]).apply(user=None)
    planet = builders.make_region("Planet")
    RegionMerge(Region.objects.get(name="Africa"), planet).apply(user=None)

    publish(editor)

    assert get_regions(world["letter"]) == ["Planet"]


def test_a_region_that_has_the_name_now_goes_first(browser, world):
    RegionMerge(world["west"], world["africa"]).apply(user=None)
    builders.make_region("Occident")
    editor = Editor(browser, world["letter"])
    editor.set(regions="Occident")

    publish(editor)

    assert get_regions(world["letter"]) == ["Occident"]
