"""The release view: now, at a moment, what goes out, and what was saved since."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from tests import builders
from tests.embargo.conftest import get_live, reload
from tests.embargo.test_admin import get_text, get_url, sign_in
from tests.embargo.test_paths import build_post
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.lifting import release_due
from wagtail_rtop.visibility.models import Embargo
from wagtail_rtop.visibility.retraction import retract


LATER = "2026-05-02 12:00"


def post(client, page, confirm=True, **data):
    """Post the form, and what it asks to confirm; return the last answer."""
    response = client.post(get_url(page), data)
    if not confirm or response.context is None:
        return response
    if not response.context.get("confirming"):
        return response
    data["confirmed"] = response.context["live_ids"]
    data["texts"] = response.context["texts"]
    return client.post(get_url(page), data)


def get_actions():
    found = PageLogEntry.objects.filter(action__startswith="wagtail_rtop.")
    return list(found.order_by("pk").values_list("action", flat=True))


def save_draft(page, **fields):
    draft = reload(page).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft.save_revision(clean=False)


@pytest.fixture
def desk(group, client):
    """An editor who may publish the English and the French section."""
    pages = [group.index, group.fr.get_parent()]
    return sign_in(client, pages=pages, actions=["add", "change", "publish"])


def test_it_lists_every_language(group, desk, client, clock):
    clock.shift(60)
    builders.publish(group.release)
    builders.make_locale("es")

    text = get_text(client.get(get_url(group.fr)))

    assert "English Release Public" in text
    assert "French Release Draft The source text was changed after" in text
    assert "Spanish No translation" in text


def test_now_publishes_the_languages_that_were_chosen(group, desk, client):
    asked = post(client, group.release, confirm=False, when="now", pages=group.fr.pk)
    text = get_text(asked)
    assert "The latest text goes out in French: Release" in text
    assert "Does not change: English: Draft Arabic: Draft" in text
    assert get_live(group.release, group.fr) == []

    post(client, group.release, when="now", pages=group.fr.pk)

    assert [p.pk for p in (group.release, group.fr) if reload(p).live] == [group.fr.pk]
    assert get_actions() == ["wagtail_rtop.release"]
    assert PageLogEntry.objects.get(action="wagtail_rtop.release").user == desk


def test_a_title_is_that_of_the_text_which_goes_out(group, desk, client):
    save_draft(group.fr, title="Nouveau titre")
    text = get_text(client.get(get_url(group.release)))
    assert "French Nouveau titre Draft" in text
    assert "French: Nouveau titre" in text

    asked = post(client, group.release, confirm=False, when="now", pages=group.fr.pk)

    assert "The latest text goes out in French: Nouveau titre" in get_text(asked)


def test_now_means_now_though_the_draft_asks_for_later(group, desk, client):
    save_draft(group.release, go_live_at=timezone.now() + timedelta(days=3))

    post(client, group.release, when="now", pages=group.release.pk)

    assert reload(group.release).live
    assert reload(group.release).go_live_at is None


def test_at_a_moment_what_is_public_stays(group, desk, client, clock):
    builders.publish(group.release)
    save_draft(group.release, subtitle="Second text")

    post(client, group.release, when="time", lift=LATER, pages=group.release.pk)

    page = reload(group.release)
    assert page.live
    assert page.subtitle == ""
    assert "wagtail_rtop.schedule_release" in get_actions()
    clock.move_to(page.scheduled_revision.approved_go_live_at)
    release_due()
    assert reload(page).subtitle == "Second text"


def test_an_embargo_lets_out_what_was_chosen(group, desk, client, clock):
    pages = [group.release.pk, group.fr.pk]
    asked = post(client, group.release, confirm=False, lift=LATER, pages=pages)
    assert "Does not change: Arabic: Draft" in get_text(asked)

    post(client, group.release, lift=LATER, pages=pages)

    lift = Embargo.objects.get().lift
    assert [
        reload(p).scheduled_revision.approved_go_live_at
        for p in (group.release, group.fr)
    ] == [lift, lift]
    text = get_text(client.get(get_url(group.release)))
    assert text.count("the text of") == 2
    clock.move_to(lift)
    release_due()
    assert len(get_live(group.release, group.fr, group.ar)) == 2


def test_a_text_saved_meanwhile_is_shown_first(group, desk, client):
    asked = post(client, group.release, confirm=False, when="now", pages=group.fr.pk)
    texts = asked.context["texts"]
    save_draft(group.fr, subtitle="Not yet")

    response = client.post(
        get_url(group.release),
        {"when": "now", "pages": group.fr.pk, "confirmed": "0", "texts": texts},
    )

    assert response.context["confirming"]
    assert not reload(group.fr).live


def test_a_newer_text_is_said_and_replaces_on_request(group, desk, client, lift):
    set_embargo(group.release, lift)
    builders.publish(group.release)
    data = build_post(client, group.release, subtitle="Corrected")

    edit = f"/admin/pages/{group.release.pk}/edit/"
    saved = client.post(edit, data, follow=True)

    assert "This text does not go out yet" in get_text(saved)
    text = get_text(client.get(get_url(group.release)))
    assert "A newer text was saved" in text
    before = reload(group.release).scheduled_revision
    client.post(get_url(group.release), {"action": "replace", "page": group.release.pk})
    after = reload(group.release).scheduled_revision
    assert after.pk != before.pk
    assert after.content["subtitle"] == "Corrected"
    assert after.approved_go_live_at == lift
    waiting = Revision.objects.filter(approved_go_live_at__isnull=False)
    assert waiting.count() == 1
    assert get_actions()[-1] == "wagtail_rtop.replace_scheduled"
    assert "A newer text" not in get_text(client.get(get_url(group.release)))


def test_an_autosave_says_nothing(group, desk, client, lift):
    set_embargo(group.release, lift)
    builders.publish(group.release)
    data = build_post(client, group.release, subtitle="Corrected")

    edit = f"/admin/pages/{group.release.pk}/edit/"
    client.post(edit, data, headers={"accept": "application/json"})

    assert "does not go out yet" not in get_text(client.get(edit))


def test_an_unfinished_text_lets_none_out(group, desk, client):
    save_draft(group.fr, document_date=None)
    pages = [group.release.pk, group.fr.pk]

    response = post(client, group.release, when="now", pages=pages)

    text = get_text(response)
    assert "“Release” (French) can't be published yet: date of the release" in text
    assert get_live(group.release, group.fr) == []
    assert get_actions() == []

    response = post(client, group.release, lift=LATER, pages=pages)
    assert "can't be published yet" in get_text(response)
    assert not Embargo.objects.exists()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"when": "now"}, "Choose at least one language."),
        ({"when": "time", "pages": "x", "lift": LATER}, "Select a valid choice."),
        ({"when": "time", "pages": "fr"}, "This field is required."),
        ({"when": "time", "pages": "fr", "lift": "2026-04-30 12:00"}, "has passed"),
        ({"when": "soon"}, "Select a valid choice."),
        # The Arabic section is somebody else's.
        ({"when": "now", "pages": "ar"}, "Select a valid choice."),
    ],
)
def test_bad_input_is_said_at_the_field(group, desk, client, data, error):
    pages = {"fr": group.fr.pk, "ar": group.ar.pk}
    data = {**data, "pages": pages.get(data.get("pages"), data.get("pages", ""))}

    response = post(client, group.release, **{k: v for k, v in data.items() if v})

    assert error in get_text(response)
    assert get_live(group.release, group.fr, group.ar) == []


def test_back_keeps_what_was_entered(group, desk, client):
    response = client.post(
        get_url(group.release),
        {"when": "time", "lift": LATER, "pages": group.fr.pk, "back": "1"},
    )

    assert not response.context.get("confirming")
    assert LATER in response.content.decode()


def test_under_an_embargo_or_a_retraction_nothing_goes_out(group, client, lift):
    sign_in(client, superuser=True)
    retract(reload(group.release), reason="Wrong")
    response = post(client, group.release, when="now", pages=group.fr.pk)
    assert "This document is retracted." in get_text(response)

    group.release.get_latest_revision()
    set_embargo(reload(group.release), lift)
    response = post(client, group.release, when="now", pages=group.fr.pk)
    assert "Select a valid choice." in get_text(response)
    response = post(
        client, group.release, when="time", lift="2026-05-01 09:00", pages=group.fr.pk
    )
    assert get_live(group.release, group.fr) == []


def test_who_may_edit_only_may_not_let_out(group, client):
    sign_in(client, pages=[group.index], actions=["add", "change"])

    post(client, group.release, when="now", pages=group.release.pk)
    client.post(get_url(group.release), {"action": "replace", "page": group.release.pk})

    assert get_live(group.release) == []
    assert get_actions() == []


def test_a_locked_page_is_not_let_out(group, desk, client):
    page = reload(group.fr)
    page.locked, page.locked_by = True, builders.make_user()
    page.save()

    post(client, group.release, when="now", pages=group.fr.pk)

    assert get_live(group.fr) == []


def test_a_schedule_does_not_hide_an_editors_lock(group, desk, client, lift):
    set_embargo(group.fr, lift)
    builders.publish(group.fr)
    page = reload(group.fr)
    assert page.get_lock() is None
    page.locked, page.locked_by = True, builders.make_user()
    page.save()

    assert reload(page).get_lock().for_user(desk)
    listed = type(page).objects.annotate_approved_schedule().get(pk=page.pk)
    assert listed.get_lock().for_user(desk)
    assert listed.approved_schedule


def test_its_queries_do_not_grow_with_the_languages(
    group, desk, client, django_assert_max_num_queries
):
    client.get(get_url(group.release))
    with django_assert_max_num_queries(110):
        client.get(get_url(group.release))
