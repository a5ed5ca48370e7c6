"""What is in use is not deleted, by whichever way an editor tries it."""

from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from wagtail.models import GroupPagePermission, Locale, Page, Site

from tests import builders
from wagtail_rtop.models import (
    Coalition,
    Entry,
    RecipientGroup,
    RecipientGroupMember,
    Region,
    TaggedRegion,
)
from wagtail_rtop.pages.models import LetterRecipient, OrganisationPage


pytestmark = pytest.mark.django_db

REGION = "/admin/snippets/wagtail_rtop/region/"


@pytest.fixture(scope="module")
def home(shared_db):
    return builders.make_home()


@pytest.fixture(scope="module")
def organisations(home):
    return builders.make_organisation_index(home)


@pytest.fixture(scope="module")
def letters(home):
    return builders.make_letter_index(home)


@pytest.fixture
def union(organisations):
    return builders.make_organisation(organisations, title="African Union")


@pytest.fixture
def letter(letters, union):
    return builders.make_letter(letters, title="Open letter", recipients=[union])


@pytest.fixture
def editor(client, home):
    """An editor of the whole site, no superuser."""
    group = builders.make_group(
        "Editors", pages=[home], actions=["add", "change", "publish", "bulk_delete"]
    )
    models = ["region", "regionlabel", "coalition", "site", "locale"]
    group.permissions.add(
        Permission.objects.get(codename="access_admin"),
        *Permission.objects.filter(content_type__model__in=models),
    )
    client.force_login(builders.make_user("editor", groups=[group]))
    return client


def count_all():
    return (
        Page.objects.count(),
        LetterRecipient.objects.exclude(organisation=None).count(),
        Region.objects.count(),
        TaggedRegion.objects.count(),
        Entry.objects.count(),
        Locale.objects.count(),
    )


def assert_refused(client, url, data, *, names):
    """GET asks nothing, POST deletes nothing; both name the uses."""
    before = count_all()
    for response, status in (
        (client.get(url), 200),
        (client.post(url, data), 409),
    ):
        assert response.status_code == status
        body = response.content.decode()
        for name in names:
            assert name in body
    assert count_all() == before


def test_an_organisation_that_was_written_to(editor, union, letter):
    assert_refused(
        editor,
        f"/admin/pages/{union.pk}/delete/",
        {},
        names=[
            "The organisation “African Union” can&#x27;t be deleted: it is used in 1 "
            "place.",
            "Open letter",
            f"/admin/pages/{letter.pk}/edit/",
        ],
    )


def test_an_organisation_in_a_group_of_recipients(editor, union):
    group = RecipientGroup.objects.create(name="The fourteen")
    RecipientGroupMember.objects.create(
        group=group, organisation=union, name="African Union"
    )

    assert_refused(
        editor, f"/admin/pages/{union.pk}/delete/", {}, names=["The fourteen"]
    )


def test_the_section_above_it(editor, organisations, union, letter):
    assert_refused(
        editor,
        f"/admin/pages/{organisations.pk}/delete/",
        {"wagtail_site_name": "Test coalition"},
        names=["African Union", "Open letter"],
    )


def test_a_section_that_holds_both_can_go(editor, client, home):
    section = builders.make_page(home)
    union = builders.make_organisation(builders.make_organisation_index(section))
    builders.make_letter(builders.make_letter_index(section), recipients=[union])
    client.force_login(builders.make_user(superuser=True))

    response = client.post(f"/admin/pages/{section.pk}/delete/", {})

    assert response.status_code == 302
    assert not OrganisationPage.objects.exists()


def test_a_bulk_deletion(editor, organisations, union, letter):
    other = builders.make_organisation(organisations)
    url = f"/admin/bulk/wagtailcore/page/delete/?id={union.pk}&id={other.pk}"
    before = count_all()

    response = editor.post(url, {})

    assert response.status_code == 409
    assert "African Union" in response.content.decode()
    assert count_all() == before


def test_a_bulk_deletion_of_what_nobody_uses(editor, organisations):
    other = builders.make_organisation(organisations)

    response = editor.post(f"/admin/bulk/wagtailcore/page/delete/?id={other.pk}", {})

    assert response.status_code == 302
    assert not OrganisationPage.objects.exists()


def test_an_organisation_that_nobody_uses(editor, organisations, letter):
    other = builders.make_organisation(organisations)

    assert editor.get(f"/admin/pages/{other.pk}/delete/").status_code == 200
    assert editor.post(f"/admin/pages/{other.pk}/delete/", {}).status_code == 302
    assert not OrganisationPage.objects.filter(pk=other.pk).exists()


def test_a_letter_that_is_a_draft_still(editor, letters, union):
    builders.make_letter(letters, title="Draft letter", recipients=[union], live=False)

    assert_refused(
        editor, f"/admin/pages/{union.pk}/delete/", {}, names=["Draft letter"]
    )


def test_a_recipient_in_the_draft_of_a_live_letter(editor, letters, union):
    letter = builders.make_letter(letters, title="Open letter", recipients=["Others"])
    letter.recipients.add(LetterRecipient(organisation=union, name="Union"))
    letter.save_revision()
    assert not LetterRecipient.objects.filter(organisation=union).exists()

    assert_refused(
        editor, f"/admin/pages/{union.pk}/delete/", {}, names=["Open letter"]
    )


def test_a_recipient_in_a_revision_that_is_scheduled(editor, letters, union):
    letter = builders.make_letter(letters, title="Open letter", recipients=["Others"])
    letter.recipients.add(LetterRecipient(organisation=union, name="Union"))
    revision = letter.save_revision()
    revision.approved_go_live_at = "2099-01-01T00:00:00Z"
    revision.save()
    letter.recipients.remove(letter.recipients.last())
    letter.save_revision()

    assert_refused(
        editor, f"/admin/pages/{union.pk}/delete/", {}, names=["Open letter"]
    )


def test_a_row_that_was_removed_does_not_count(editor, letter, union):
    letter.recipients.set([LetterRecipient(name="Others")])
    builders.publish(letter)

    response = editor.post(f"/admin/pages/{union.pk}/delete/", {})

    assert response.status_code == 302


def test_what_the_editor_may_not_see_is_counted_not_named(
    client, home, organisations, letters, union
):
    hidden = builders.make_page(home, title="Closed section")
    index = builders.make_letter_index(hidden)
    builders.make_letter(index, title="Secret draft", recipients=[union], live=False)
    private = builders.make_letter(index, title="Secret letter", recipients=[union])
    builders.restrict(private)
    shown = builders.make_letter(letters, title="Open letter", recipients=[union])
    group = builders.make_group(
        "Registrars",
        pages=[organisations],
        actions=["add", "change", "publish", "bulk_delete"],
    )
    client.force_login(builders.make_user(groups=[group]))

    response = client.post(f"/admin/pages/{union.pk}/delete/", {})

    body = response.content.decode()
    assert response.status_code == 409
    assert "it is used in 3 places" in body
    assert "Open letter" in body
    assert shown.url in body
    assert "2 pages that you do not have access to" in body
    assert "Secret" not in body


def test_many_uses_are_cut_to_twenty(
    editor, letters, union, django_assert_max_num_queries
):
    for number in range(23):
        builders.make_letter(letters, title=f"Nr {number:02}", recipients=[union])

    with django_assert_max_num_queries(80):
        body = editor.get(f"/admin/pages/{union.pk}/delete/").content.decode()

    assert "it is used in 23 places" in body
    assert body.count(">Nr ") == 20
    assert "and 3 more" in body


def test_a_region_in_use(editor, home):
    region = builders.make_region("Africa")
    builders.make_report(home, title="Annual report", regions=[region])

    assert_refused(
        editor,
        f"{REGION}delete/{region.pk}/",
        {},
        names=["The region “Africa” can&#x27;t be deleted", "Annual report"],
    )


def test_a_region_in_use_among_others_in_bulk(editor, home):
    region, other = builders.make_region("Africa"), builders.make_region("Asia")
    builders.make_report(home, title="Annual report", regions=[region])
    url = f"/admin/bulk/wagtail_rtop/region/delete/?id={region.pk}&id={other.pk}"

    assert_refused(editor, url, {}, names=["Africa", "Annual report"])


def test_a_region_in_a_draft(editor, home):
    region = builders.make_region("Africa")
    page = builders.make_report(home, title="Annual report")
    page.regions.add(region)
    page.save_revision()
    assert not TaggedRegion.objects.exists()

    assert_refused(editor, f"{REGION}delete/{region.pk}/", {}, names=["Annual report"])


def test_a_region_that_others_are_part_of_or_made_of(editor):
    world = builders.make_region("World")
    africa = builders.make_region("Africa", parent=world)
    belt = builders.make_region("Sahel belt")
    belt.areas.add(africa)

    assert_refused(editor, f"{REGION}delete/{world.pk}/", {}, names=["Africa"])
    assert_refused(editor, f"{REGION}delete/{africa.pk}/", {}, names=["Sahel belt"])
    # Together they can go.
    ids = "&".join(f"id={region.pk}" for region in (world, africa, belt))
    response = editor.post(f"/admin/bulk/wagtail_rtop/region/delete/?{ids}", {})
    assert response.status_code == 302
    assert not Region.objects.exists()


def test_a_region_that_nobody_uses(editor):
    region = builders.make_region("Africa")

    response = editor.post(f"{REGION}delete/{region.pk}/", {})

    assert response.status_code == 302
    assert not Region.objects.exists()


def test_a_region_that_is_tagged_meanwhile_is_asked_about_again(
    editor, home, monkeypatch
):
    region = builders.make_region("Africa")
    builders.make_report(home, regions=[region])
    # The check finds nothing, as if the page were tagged a moment later.
    with monkeypatch.context() as patched:
        patched.setattr("wagtail_rtop.deletion.hooks.check_regions", lambda *_: [])
        response = editor.post(f"{REGION}delete/{region.pk}/", {})

    assert response.status_code == 302
    assert response["Location"] == f"{REGION}delete/{region.pk}/"
    assert Region.objects.exists()


def test_a_locale_with_profiles_or_names(editor, union, letter):
    locale = union.locale
    builders.make_locale("fr")
    region = builders.make_region("Africa")
    assert region.labels.get().locale == locale
    before = count_all()

    for method in (editor.get, editor.post):
        response = method(f"/admin/locales/delete/{locale.pk}/")
        assert response.status_code == 200

    assert "because there are pages and/or other objects" in response.content.decode()
    assert count_all() == before


def test_a_site_takes_nothing_with_it(editor, home, union, letter):
    site = Site.objects.get(is_default_site=True)
    coalition = Coalition.objects.create(
        site=site, name="ICRtoP", locale=builders.make_locale("en")
    )
    builders.make_region("Africa")
    before = count_all()

    response = editor.post(f"/admin/sites/delete/{site.pk}/")

    assert response.status_code == 302
    assert not Site.objects.exists()
    assert count_all() == before
    coalition.refresh_from_db()
    assert (coalition.site, coalition.name) == (None, "ICRtoP")


def test_below_a_section_deleted_by_code_the_name_stays(organisations, letter):
    organisations.delete()

    row = LetterRecipient.objects.get()
    assert (row.organisation, row.name) == (None, "African Union")
    call_command("check", stdout=StringIO())


def test_who_may_not_delete_learns_nothing(client, home, union, letter):
    group = builders.make_group("Readers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(builders.make_user(groups=[group]))

    response = client.get(f"/admin/pages/{union.pk}/delete/")

    assert response.status_code == 302
    assert not GroupPagePermission.objects.filter(group=group).exists()


@pytest.fixture
def token(editor, settings):
    pytest.importorskip("wagtail.api.v3", reason="Wagtail 7.4 has no API v3")
    from django.contrib.auth import get_user_model
    from wagtail.models import APIToken

    settings.ROOT_URLCONF = "tests.deletion.urls"
    user = get_user_model().objects.get(username="editor")
    _token, key = APIToken.create_token(user=user, name="test")
    return {"HTTP_AUTHORIZATION": f"Bearer {key}"}


def test_api_v3_refuses_what_is_in_use(client, token, organisations, union, letter):
    before = count_all()

    for page in (union, organisations):
        for path in ("", "actions/delete/"):
            response = client.delete(f"/api/v3/pages/{page.pk}/{path}", **token)
            assert response.status_code == 422, response.content
            assert "“African Union” can't be deleted" in response.content.decode()

    assert count_all() == before


def test_api_v3_deletes_what_nobody_uses(client, token, organisations):
    other = builders.make_organisation(organisations)

    response = client.delete(f"/api/v3/pages/{other.pk}/", **token)

    assert response.status_code == 204
    assert not OrganisationPage.objects.exists()
