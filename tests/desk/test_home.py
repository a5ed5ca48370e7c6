"""The panels on the admin's home page: what each of several people finds there."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail_localize.models import Translation, TranslationSource

from tests import builders
from wagtail_rtop.desk.home import SHOWN
from wagtail_rtop.visibility.retraction import retract


def read(client, user, panel):
    """Return (titles, text) of a panel; None if it isn't there."""
    client.force_login(user)
    response = client.get("/admin/")
    assert response.status_code == 200
    found = BeautifulSoup(response.content, "html5lib").find(id=f"rtop_{panel}-section")
    if found is None:
        return None
    text = " ".join(found.get_text(" ").split())
    return [a.get_text() for a in found.select("tbody a")], text


def draft(page, user, title):
    page = type(page).objects.get(pk=page.pk)
    page.title = title
    page.save_revision(user=user)


def submit(page, locale):
    source, _ = TranslationSource.get_or_create_from_instance(page)
    translation = Translation.objects.create(source=source, target_locale=locale)
    translation.save_target(publish=False)
    return page.get_translation(locale)


def test_my_drafts_are_mine_and_are_not_live(site, client):
    draft(site.letter, site.editor, "Redrafted")
    draft(site.release, site.stranger, "Of another")
    draft(site.other, site.editor, "First draft")
    draft(site.home, site.editor, "No document")

    titles, _ = read(client, site.editor, "drafts")

    assert titles == ["First draft", "Redrafted"]
    assert read(client, site.stranger, "drafts")[0] == ["Of another"]
    builders.publish(type(site.letter).objects.get(pk=site.letter.pk))
    retract(site.other, reason="Wrong")
    titles, _ = read(client, site.editor, "drafts")
    assert "First draft" not in titles


def test_without_drafts_and_translations_it_says_so(site, client):
    assert "You have no drafts." in read(client, site.editor, "drafts")[1]
    assert (
        "No translation waits for you." in read(client, site.editor, "translations")[1]
    )


def test_a_draft_that_one_may_edit_no_longer_is_gone(site, client):
    draft(site.letter, site.stranger, "Once mine")

    assert read(client, site.stranger, "drafts")[0] == []


def test_translations_wait_while_drafts_and_when_the_original_changed(site, client):
    locale = site.french.locale
    french = submit(site.letter, locale)
    group = builders.make_group("French", pages=[site.french], actions=["change"])
    translator = builders.make_user("translator", groups=[group])

    assert read(client, translator, "translations")[0] == [french.title]
    # Not for those who work in another section.
    assert read(client, site.stranger, "translations")[0] == []

    french.title = "Aux deux"
    builders.publish(french)
    assert read(client, translator, "translations")[0] == []
    letter = type(site.letter).objects.get(pk=site.letter.pk)
    letter.title = "To all"
    builders.publish(letter)
    TranslationSource.objects.get().update_from_db()
    assert read(client, translator, "translations")[0] == ["Aux deux"]


def test_a_translation_of_what_is_retracted_waits_for_nobody(site, client):
    submit(site.letter, site.french.locale)
    retract(site.letter, reason="Wrong")

    assert read(client, site.editor, "translations")[0] == []


def test_who_works_on_no_pages_has_neither(site, client):
    from django.contrib.auth.models import Permission

    user = builders.make_user("librarian")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))

    assert read(client, user, "drafts") is None
    assert read(client, user, "translations") is None


def test_the_panels_cost_the_same_for_any_number_and_show_a_few(site, client):
    draft(site.letter, site.editor, "One")
    client.force_login(site.editor)
    client.get("/admin/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/")
    for number in range(SHOWN + 1):
        letter = builders.make_letter(site.letters, live=False)
        draft(letter, site.editor, f"Draft {number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/")

    def count(queries):
        # Ours alone: Wagtail's panel of recent edits has a query a row.
        return sum("rtop_retraction" in query["sql"] for query in queries)

    assert count(few) == count(many) == 2
    titles, text = read(client, site.editor, "drafts")
    assert len(titles) == SHOWN
    assert text.endswith("There are more.")


@pytest.fixture
def due(site):
    """One profile that was never verified, and one long ago; the editor's own."""
    never, old = site.bodies
    today = timezone.localdate()
    for body, day in ((never, None), (old, date(2012, 3, 22))):
        body.last_verified = day
        body.title = "Never" if day is None else "Old"
        builders.publish(body)
    builders.make_organisation(site.organisations, title="New", last_verified=today)
    return site


def test_profiles_to_verify_wait_for_who_may_edit_them(due, client):
    titles, text = read(client, due.editor, "verification")

    assert titles == ["Never", "Old"]
    assert "Profiles to verify" in text
    # The title, and the day.
    assert text.count("Never") == 2
    assert "/admin/rtop/organisations/verify/" in client.get("/admin/").content.decode()
    assert read(client, due.stranger, "verification") is None
    group = builders.make_group("Lock", pages=[due.organisations], actions=["lock"])
    guard = builders.make_user("guard", groups=[group])
    assert read(client, guard, "verification") is None


def test_without_profiles_to_verify_there_is_no_panel(site, client):
    for body in site.bodies:
        body.last_verified = timezone.localdate() - timedelta(days=1)
        builders.publish(body)

    assert read(client, site.editor, "verification") is None


def test_profiles_to_verify_cost_one_query_for_any_number(due, client):
    client.force_login(due.editor)
    client.get("/admin/")
    for number in range(SHOWN + 1):
        if number == 1:
            with CaptureQueriesContext(connection) as few:
                client.get("/admin/")
        builders.make_organisation(due.organisations, last_verified=None)
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/")

    def count(queries):
        return sum("last_verified" in query["sql"] for query in queries)

    assert count(few) == count(many) == 1
    titles, text = read(client, due.editor, "verification")
    assert len(titles) == SHOWN
    assert text.endswith("Show all")


def test_what_went_off_line_without_a_change_is_a_draft(site, client):
    pages = type(site.other).objects.filter(pk=site.other.pk)
    draft(site.other, site.editor, "Published")
    pages.get().get_latest_revision().publish()
    assert "Published" not in read(client, site.editor, "drafts")[0]

    pages.get().unpublish()
    pages.update(has_unpublished_changes=False)

    assert "Published" in read(client, site.editor, "drafts")[0]
