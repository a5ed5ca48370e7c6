"""Undoing what was done to many pages: by the same user, if nothing changed since."""

import json
import uuid

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry, PageViewRestriction

from tests import builders
from tests.desk.test_bulk import (
    get_draft_regions,
    get_regions,
    get_url,
    log_of,
    take_away,
)
from wagtail_rtop.models import CorrespondenceEvent, Entry


@pytest.fixture
def french(site):
    return builders.publish(
        site.letter.copy_for_translation(site.french.locale, copy_parents=True)
    )


def do(client, action, *pages, **data):
    """Do it to the pages; return the form of the button that undoes it, or None."""
    done = client.post(get_url(action, *pages), data, follow=True)
    assert done.status_code == 200
    soup = BeautifulSoup(done.content, "html5lib")
    form = soup.select_one(".messages form")
    if form is None:
        return None
    assert form["method"] == "post"
    assert form.find("button").get_text() == "Undo"
    fields = {field["name"]: field["value"] for field in form.find_all("input")}
    assert fields["next"] == "/admin/pages/"
    return form["action"], fields


def undo(client, button):
    """Press the button; return what is said after it."""
    response = client.post(*button, follow=True)
    assert response.redirect_chain[0] == ("/admin/pages/", 302)
    call_command("rtop_register", "verify")
    soup = BeautifulSoup(response.content, "html5lib")
    found = soup.select(".messages ul[data-w-messages-target=container] > li")
    return [" ".join(line.get_text(" ").split()) for line in found]


UNDONE = "1 page is as it was before."
NONE = "0 pages are as they were before."
NO_EVENTS = "0 events are withdrawn."


def test_regions_of_every_language_and_draft_are_as_they_were(site, editor, french):
    # The draft has what the live row is to get; that stays.
    draft = type(site.letter).objects.get(pk=site.letter.pk)
    draft.regions.add(site.asia)
    draft.save_revision()
    button = do(editor, "regions", site.letter, add="Asia", remove="Africa")
    for page in (site.letter, french):
        assert get_regions(page) == get_draft_regions(page) == ["Asia"]

    assert undo(editor, button) == [UNDONE]

    assert get_regions(site.letter) == ["Africa"]
    assert get_draft_regions(site.letter) == ["Africa", "Asia"]
    assert get_regions(french) == get_draft_regions(french) == ["Africa"]
    names = Entry.objects.get(pk=site.letter.pk).regions.values_list("region__name")
    assert list(names) == [("Africa",)]
    first, second = log_of(site.letter, "wagtail_rtop.change_regions").order_by("pk")
    assert second.user == site.editor
    assert second.data["undone"] is True
    assert second.data["state"]["after"] == first.data["state"]["before"]


def test_translators_originals_are_as_they_were(site, editor):
    from wagtail_localize.models import TranslationSource

    source, _ = TranslationSource.get_or_create_from_instance(site.letter)
    before = json.loads(source.content_json)["rtop_region_items"]
    button = do(editor, "regions", site.letter, add="Asia", remove="Africa")

    undo(editor, button)

    source.refresh_from_db()
    after = json.loads(source.content_json)["rtop_region_items"]
    assert [row["tag"] for row in after] == [row["tag"] for row in before]


def test_it_can_not_be_undone_twice(site, editor):
    button = do(editor, "regions", site.letter, add="Asia")
    undo(editor, button)

    assert undo(editor, button) == [
        "“To both” is left as it is. It has changed since.",
        NONE,
    ]
    assert get_regions(site.letter) == ["Africa"]


@pytest.mark.parametrize("what", ["tag", "draft", "translation"])
def test_what_changed_since_is_left_as_it_is(site, editor, what):
    button = do(editor, "regions", site.letter, site.release, add="Asia")
    letter = type(site.letter).objects.get(pk=site.letter.pk)
    if what == "tag":
        letter.regions.add(builders.make_region("Europe"))
        letter.save()
    elif what == "draft":
        letter.title = "Rewritten"
        letter.save_revision()
    else:
        letter.copy_for_translation(site.french.locale, copy_parents=True)

    said = undo(editor, button)

    assert said == ["“To both” is left as it is. It has changed since.", UNDONE]
    assert "Asia" in get_regions(site.letter)
    assert get_regions(site.release) == ["Africa"]


def test_a_region_that_is_gone_is_said(site, editor):
    button = do(editor, "regions", site.other, remove="Asia")
    site.asia.rtop_items.all().delete()
    type(site.asia).objects.get(pk=site.asia.pk).delete()

    [reason, none] = undo(editor, button)

    assert none == NONE
    assert "A region that it had is no longer there." in reason


def test_a_page_that_is_gone_is_said(site, editor):
    button = do(editor, "privacy", site.release, kind="login")
    type(site.release).objects.get(pk=site.release.pk).delete()

    assert undo(editor, button)[0] == "“News” is left as it is. It is no longer there."


def test_events_are_withdrawn_and_stay_in_the_history(site, editor):
    button = do(
        editor,
        *("event", site.letter),
        kind="declined",
        happened_on="2012-04-01",
        is_public="on",
    )
    assert Entry.objects.get(pk=site.letter.pk).answered == 2

    assert undo(editor, button) == ["2 events are withdrawn."]

    events = CorrespondenceEvent.objects.all()
    assert len(events) == 2
    assert all(e.withdrawn_at and e.withdrawn_by == site.editor for e in events)
    # The one that has responded.
    assert Entry.objects.get(pk=site.letter.pk).answered == 1
    assert log_of(site.letter, "wagtail_rtop.withdraw_event").count() == 2
    assert undo(editor, button) == [
        "“To both” is left as it is. The event is withdrawn already.",
        NO_EVENTS,
    ]


def test_public_events_are_withdrawn_by_who_may_publish(site, editor):
    data = {"kind": "declined", "happened_on": "2012-04-01", "is_public": "on"}
    button = do(editor, "event", site.letter, **data)
    take_away("All pages", "publish")

    [reason, none] = undo(editor, button)

    assert none == NO_EVENTS
    assert "Readers' figures count the event, and you may not publish it." in reason
    assert not CorrespondenceEvent.objects.exclude(withdrawn_at=None).exists()


def get_own(page):
    found = PageViewRestriction.objects.filter(page=page.pk).first()
    if found is None:
        return None
    return found.restriction_type, [group.name for group in found.groups.all()]


def test_privacy_is_what_it_was(site, editor):
    readers = Group.objects.create(name="Readers")
    others = Group.objects.create(name="Others")
    first = do(editor, "privacy", site.letter, kind="groups", groups=[readers.pk])
    second = do(editor, "privacy", site.letter, kind="groups", groups=[others.pk])
    third = do(editor, "privacy", site.letter, kind="none")

    assert undo(editor, first)[0].endswith("It has changed since.")
    for button, wanted in (
        (third, ("groups", ["Others"])),
        (second, ("groups", ["Readers"])),
        (first, None),
    ):
        assert undo(editor, button) == [UNDONE]
        assert get_own(site.letter) == wanted
        assert Entry.objects.get(pk=site.letter.pk).public == (wanted is None)
    assert log_of(site.letter, "wagtail_rtop.set_privacy").count() == 6


def test_privacy_is_loosened_by_who_may_publish(site, editor):
    button = do(editor, "privacy", site.letter, kind="login")
    take_away("All pages", "publish")

    assert undo(editor, button)[0] == (
        "“To both” is left as it is. More people would read it, and you may not publish "
        "it."
    )
    assert get_own(site.letter) == ("login", [])


def test_a_password_is_not_kept_and_a_group_may_be_gone(site, editor):
    builders.restrict(site.letter, "password", password="secret")
    button = do(editor, "privacy", site.letter, kind="login")

    assert "It had a password, which nobody keeps." in undo(editor, button)[0]

    readers = Group.objects.create(name="Readers")
    do(editor, "privacy", site.letter, kind="groups", groups=[readers.pk])
    button = do(editor, "privacy", site.letter, kind="login")
    readers.delete()
    assert "A group that could read it is no longer there." in undo(editor, button)[0]
    assert "secret" not in json.dumps(list(PageLogEntry.objects.values_list("data")))


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("regions", {"add": "Asia"}),
        ("event", {"kind": "sent", "happened_on": "2012-03-22"}),
        ("privacy", {"kind": "login"}),
    ],
)
def test_who_may_not_edit_any_more_undoes_nothing(site, editor, action, data):
    button = do(editor, action, site.letter, **data)
    take_away("All pages", "change", "publish")
    before = PageLogEntry.objects.count()

    assert undo(editor, button)[-1] == (NO_EVENTS if action == "event" else NONE)

    assert PageLogEntry.objects.count() == before


def test_only_the_same_user_and_only_by_the_button(site, editor, client):
    url, fields = do(editor, "regions", site.letter, add="Asia")

    assert editor.get(url).status_code == 405
    refused = "There is nothing here that you can undo."
    assert undo(editor, (f"/admin/rtop/undo/{uuid.uuid4()}/", fields)) == [refused]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(site.editor)
    assert strict.post(url).status_code == 403
    admin = Client()
    admin.force_login(builders.make_user(superuser=True))
    assert undo(admin, (url, fields)) == [refused]
    assert Client().post(url, fields).status_code == 302
    assert get_regions(site.letter) == ["Africa", "Asia"]


def test_it_does_not_lead_to_another_site(site, editor):
    url, _fields = do(editor, "regions", site.letter, add="Asia")

    response = editor.post(url, {"next": "https://elsewhere.example/"})

    assert response["Location"] == "/admin/pages/"


def test_no_button_where_nothing_changed_or_nothing_can_be_undone(site, editor):
    assert do(editor, "regions", site.letter, add="Africa") is None
    assert do(editor, "privacy", site.letter, kind="none") is None
    locales = [site.french.locale.pk]
    assert do(editor, "translate", site.letter, locales=locales) is None


def test_a_page_more_costs_as_much_as_the_one_before(site, editor):
    def count(*pages):
        button = do(editor, "event", *pages, kind="sent", happened_on="2012-03-22")
        with CaptureQueriesContext(connection) as queries:
            editor.post(*button)
        return len(queries)

    others = [
        builders.make_letter(site.letters, recipients=site.bodies * number)
        for number in (1, 3)
    ]
    one, three = count(others[0]), count(others[1])

    # Two rows of the log and two of the ledger for each further pair of recipients.
    assert three - one <= 4 * 6
