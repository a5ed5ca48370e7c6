"""Actions on many pages: what is confirmed, done, left out, refused and logged."""

import html
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.utils import timezone
from wagtail.models import GroupPagePermission, PageLogEntry, PageViewRestriction

from tests import builders
from wagtail_rtop.desk.bulk.base import DeskBulkAction
from wagtail_rtop.models import CorrespondenceEvent, Entry
from wagtail_rtop.register.verification import verify


def get_url(action, *pages):
    query = urlencode(
        [("id", page.pk) for page in pages] + [("next", "/admin/pages/")], doseq=True
    )
    return f"/admin/bulk/wagtailcore/page/rtop_{action}/?{query}"


def get_text(response):
    soup = BeautifulSoup(response.content, "html5lib")
    return " ".join(soup.find("main").get_text(" ").split())


def run(client, action, pages, **data):
    """Confirm and do it; return (text of the confirmation, messages after it)."""
    url = get_url(action, *pages)
    asked = client.get(url)
    assert asked.status_code == 200
    done = client.post(url, data)
    assert done.status_code == 302, done.context["form"].errors
    return get_text(asked), get_said(done)


def get_said(response):
    found = get_messages(response.wsgi_request)
    # Without the button that some of them have.
    texts = [str(message).split("<form")[0] for message in found]
    return [html.unescape(text).strip() for text in texts]


def get_regions(page):
    return sorted(page.rtop_region_items.values_list("tag__name", flat=True))


def get_draft_regions(page):
    draft = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    return sorted(item.tag.name for item in draft.rtop_region_items.all())


def is_sound():
    return not list(verify())


def take_away(group, *actions):
    GroupPagePermission.objects.filter(
        group__name=group, permission__codename__in=[f"{a}_page" for a in actions]
    ).delete()


def log_of(page, action):
    return PageLogEntry.objects.filter(page=page.pk, action=action)


def test_regions_are_written_to_the_live_row_and_the_latest_draft(site, editor):
    site.letter.title = "Redrafted"
    site.letter.save_revision()
    french = builders.publish(
        site.letter.copy_for_translation(site.french.locale, copy_parents=True)
    )

    asked, said = run(
        editor, "regions", [site.letter, site.other], add="Asia", remove="Africa"
    )

    for page in (site.letter, site.other, french):
        assert get_regions(page) == ["Asia"]
        assert get_draft_regions(page) == ["Asia"]
    site.letter.refresh_from_db()
    assert site.letter.title == "To both"
    assert site.letter.has_unpublished_changes
    assert "Redrafted (en) Africa" in asked
    # It was tagged with Asia already.
    assert "regions of 1 page have changed" in said[0] or "1 page has" in said[0]
    entry = log_of(site.letter, "wagtail_rtop.change_regions").get()
    assert entry.user == site.editor
    state = entry.data.pop("state")
    assert entry.data == {
        "before": ["Africa"],
        "added": ["Asia"],
        "removed": ["Africa"],
    }
    assert state["before"]["pages"][str(site.letter.pk)] == [site.africa.pk]
    assert state["after"]["pages"][str(french.pk)] == [site.asia.pk]
    names = Entry.objects.get(pk=site.letter.pk).regions.values_list("region__name")
    assert list(names) == [("Asia",)]
    assert is_sound()


def test_a_scheduled_translation_keeps_the_regions_when_it_goes_out(site, editor):
    french = site.other.copy_for_translation(site.french.locale, copy_parents=True)
    french.go_live_at = timezone.now() + timedelta(days=1)
    waiting = french.save_revision(approved_go_live_at=french.go_live_at)
    french.save_revision()

    run(editor, "regions", [site.other], add="Africa")

    waiting.refresh_from_db()
    items = waiting.as_object().rtop_region_items.all()
    assert sorted(item.tag.name for item in items) == ["Africa", "Asia"]
    # The original is asked, which does not wait.
    text = get_text(editor.get(get_url("regions", french)))
    assert "Change regions" in text


def test_what_is_live_is_tagged_by_who_may_publish_it(site, editor):
    take_away("All pages", "publish")

    asked, said = run(editor, "regions", [site.letter, site.other], add="Africa")

    assert "To both : It is live, and you may not publish it." in asked
    assert get_regions(site.other) == ["Africa", "Asia"]
    assert said[-1].endswith("1 page was left out.")


def test_pages_without_regions_and_locked_ones_are_left_out(site, editor):
    site.other.locked = True
    site.other.locked_by = site.stranger
    site.other.save()

    response = editor.get(get_url("regions", site.other, site.letters))

    assert "To nobody : It is locked, or waits to be published." in get_text(response)
    assert "Letters : It has no regions." in get_text(response)
    assert "Change regions" not in get_text(response)
    editor.post(get_url("regions", site.other), {"add": "Africa"})
    assert get_regions(site.other) == ["Asia"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"add": "Afirca"}, "Did you mean “Africa”"),
        ({}, "Name a region to add or to remove."),
        ({"add": "Asia", "remove": "Asia"}, "can't be both added and removed"),
    ],
)
def test_what_is_no_region_comes_back_with_the_form(site, editor, data, error):
    response = editor.post(get_url("regions", site.letter), data)

    assert response.status_code == 200
    assert error in get_text(response)
    assert get_regions(site.letter) == ["Africa"]


def test_an_event_is_recorded_for_every_recipient(site, editor):
    asked, said = run(
        editor,
        "event",
        [site.letter, site.other, site.release],
        kind="sent",
        happened_on="2012-03-22",
        is_public="on",
    )

    events = CorrespondenceEvent.objects.filter(letter_key=site.letter.translation_key)
    keys = {row.translation_key for row in site.letter.recipients.all()}
    assert {event.recipient_key for event in events} == keys
    assert all(e.is_public and e.recorded_by == site.editor for e in events)
    assert log_of(site.letter, "wagtail_rtop.record_event").count() == 2
    assert "2 recipients" in asked
    assert "To nobody : It is not published." in asked
    assert "News : It is no letter." in asked
    assert "recipients of 1 letter." in said[0]
    assert said[0].endswith("2 pages were left out.")


def test_a_letter_chosen_in_two_languages_is_recorded_once(site, editor):
    french = builders.publish(
        site.letter.copy_for_translation(site.french.locale, copy_parents=True)
    )

    asked, _said = run(
        editor,
        "event",
        [site.letter, french],
        kind="sent",
        happened_on="2012-03-22",
    )

    assert "It is chosen in another language already" in asked
    assert CorrespondenceEvent.objects.count() == site.letter.recipients.count()


def test_who_may_not_publish_tells_readers_nothing(site, editor):
    take_away("All pages", "publish")

    run(
        editor,
        "event",
        [site.letter],
        kind="sent",
        happened_on="2012-03-22",
        is_public="on",
    )

    assert set(CorrespondenceEvent.objects.values_list("is_public")) == {(False,)}


def test_an_event_to_come_is_refused(site, editor):
    day = timezone.localdate() + timedelta(days=1)
    response = editor.post(
        get_url("event", site.letter), {"kind": "sent", "happened_on": str(day)}
    )

    assert "is still to come" in get_text(response)
    assert not CorrespondenceEvent.objects.exists()


def test_privacy_is_tightened_by_who_may_edit_and_loosened_by_who_may_publish(
    site, editor
):
    members = Group.objects.create(name="Readers")
    take_away("All pages", "publish")

    run(editor, "privacy", [site.letter], kind="login")
    run(editor, "privacy", [site.letter], kind="groups", groups=[members.pk])
    _, said = run(editor, "privacy", [site.letter], kind="none")

    own = PageViewRestriction.objects.get(page=site.letter)
    assert (own.restriction_type, list(own.groups.all())) == ("groups", [members])
    assert "stays as it is" in said[0]
    assert log_of(site.letter, "wagtail.view_restriction.create").exists()
    assert log_of(site.letter, "wagtail.view_restriction.edit").exists()
    assert not Entry.objects.get(pk=site.letter.pk).public
    run(editor, "privacy", [site.letter], kind="login")
    own.refresh_from_db()
    assert own.restriction_type == "groups"

    editor.force_login(builders.make_user(superuser=True))
    run(editor, "privacy", [site.letter], kind="none")
    assert not PageViewRestriction.objects.exists()
    assert Entry.objects.get(pk=site.letter.pk).public
    assert is_sound()


def test_privacy_says_what_holds_whatever_is_set(site, editor):
    builders.restrict(site.letters, "login")
    french = site.letter.copy_for_translation(site.french.locale, copy_parents=True)

    text = get_text(editor.get(get_url("privacy", site.letter, french)))

    assert text.count("A restriction on “Letters” holds for it") == 2


def test_a_group_is_needed_for_groups(site, editor):
    response = editor.post(get_url("privacy", site.letter), {"kind": "groups"})

    assert "Choose at least one group." in get_text(response)
    assert not PageViewRestriction.objects.exists()


def test_pages_are_submitted_in_the_languages_they_lack(site, editor):
    locales = [site.french.locale.pk, site.home.locale.pk]

    asked, said = run(editor, "translate", [site.letter, site.release], locales=locales)

    for page in (site.letter, site.release):
        translation = page.get_translation(site.french.locale)
        assert not translation.live
        entry = log_of(page, "wagtail_rtop.submit_translation").get()
        assert entry.data == {"locales": ["fr"]}
    assert "Written in en." in asked
    assert said == ["2 pages were submitted for translation."]
    french = site.letter.get_translation(site.french.locale)
    text = get_text(editor.get(get_url("translate", french)))
    assert "It is a translation itself." in text


def test_who_may_not_work_in_a_language_does_not_submit_in_it(site, editor):
    GroupPagePermission.objects.filter(page=site.french).delete()

    _, said = run(editor, "translate", [site.letter], locales=[site.french.locale.pk])

    assert not site.letter.has_translation(site.french.locale)
    assert said == ["0 pages were submitted for translation."]


@pytest.mark.parametrize("action", ["regions", "event", "privacy", "translate"])
def test_a_stranger_changes_nothing(site, client, action):
    client.force_login(site.stranger)
    data = {
        "add": "Asia",
        "kind": "sent" if action == "event" else "login",
        "happened_on": "2012-03-22",
        "locales": [site.french.locale.pk],
    }
    url = get_url(action, site.letter)

    text = get_text(client.get(url))
    client.post(url, data)

    assert "Left out" in text
    assert get_regions(site.letter) == ["Africa"]
    assert not CorrespondenceEvent.objects.exists()
    assert not PageViewRestriction.objects.exists()
    assert not site.letter.has_translation(site.french.locale)
    client.logout()
    assert client.post(url, data).status_code == 302
    assert get_regions(site.letter) == ["Africa"]


def test_too_many_are_refused_before_anything_is_read(site, editor, monkeypatch):
    monkeypatch.setattr(DeskBulkAction, "most", 1)
    url = get_url("regions", site.letter, site.other)

    done = editor.post(url, {"add": "Asia"})

    assert done.status_code == 302
    assert "Narrow the list" in get_said(done)[0]
    assert get_regions(site.letter) == ["Africa"]


@pytest.mark.parametrize("query", ["id=x", "id=", "id=" + "9" * 40, "id=all&childOf=x"])
def test_ids_that_are_none_are_not_found(site, editor, query):
    url = f"/admin/bulk/wagtailcore/page/rtop_regions/?{query}"

    assert editor.get(url).status_code in (200, 302, 404)


def test_the_actions_stand_below_the_list(site, editor):
    from django.urls import reverse

    response = editor.get(reverse("wagtailadmin_explore", args=[site.letters.pk]))

    for action in ("regions", "event", "privacy", "translate"):
        assert f"/admin/bulk/wagtailcore/page/rtop_{action}/" in (
            response.content.decode()
        )
