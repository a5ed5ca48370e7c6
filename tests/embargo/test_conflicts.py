"""Two editors, one page: nobody overwrites what the other saved without seeing it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from tests import builders
from tests.embargo.conftest import reload
from tests.embargo.test_admin import get_text
from tests.embargo.test_paths import build_post
from wagtail_rtop.holds.conflicts import IN_FLIGHT
from wagtail_rtop.visibility.turns import LEASE, SaveTurn, fetch_base, take_turn


def get_edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def sign_in(name):
    client = Client()
    client.force_login(builders.make_user(name, superuser=True))
    return client


def get_latest(page):
    return reload(page).get_latest_revision_as_object()


def repeat(response):
    """Return what the conflict's form posts."""
    return {
        **dict(response.context["fields"]),
        response.context["overwrite_name"]: response.context["latest"],
    }


@pytest.fixture
def both(group):
    return sign_in("first"), sign_in("second")


@pytest.mark.parametrize("action", ["", "action-publish"])
def test_the_second_save_is_shown_what_it_would_overwrite(group, both, clock, action):
    first, second = both
    page, url = group.release, get_edit_url(group.release)
    extra = {action: "1"} if action else {}
    ours = build_post(first, page, subtitle="First")
    theirs = build_post(second, page, subtitle="Second", **extra)
    clock.shift(1)
    assert first.post(url, ours).status_code == 302

    refused = second.post(url, theirs)

    assert refused.status_code == 409
    assert "saved by first" in get_text(refused)
    assert get_latest(page).subtitle == "First"
    assert not reload(page).live
    # Nothing is lost: what was written is in the answer, and can be saved.
    assert ("subtitle", "Second") in refused.context["fields"]
    assert second.post(url, repeat(refused)).status_code == 302
    assert get_latest(page).subtitle == "Second"
    assert reload(page).live == bool(action)


def test_a_third_save_meanwhile_is_shown_again(group, both, clock):
    first, second = both
    page, url = group.release, get_edit_url(group.release)
    theirs = build_post(second, page, subtitle="Second")
    for text in ("One", "Two"):
        clock.shift(1)
        first.post(url, build_post(first, page, subtitle=text))
        refused = second.post(url, theirs)
        theirs = {**theirs, "rtop_overwrite": refused.context["latest"]}
    clock.shift(1)
    first.post(url, build_post(first, page, subtitle="Three"))

    assert second.post(url, theirs).status_code == 409
    assert get_latest(page).subtitle == "Three"


def test_a_form_with_a_mistake_is_sent_again_by_its_editor(group, both, clock):
    first, second = both
    page, url = group.release, get_edit_url(group.release)
    data = build_post(first, page, subtitle="First")
    assert first.post(url, {**data, "title": ""}).status_code == 200
    assert first.post(url, data).status_code == 302

    data = build_post(first, page, subtitle="Again")
    assert first.post(url, {**data, "title": ""}).status_code == 200
    other = build_post(second, page, subtitle="Second")
    assert second.post(url, other).status_code == 409
    clock.shift(LEASE + timedelta(seconds=1))
    assert second.post(url, other).status_code == 302


def test_an_autosave_is_refused_in_its_own_way(group, both, clock):
    first, second = both
    page, url = group.release, get_edit_url(group.release)
    accept = {"accept": "application/json"}
    theirs = build_post(second, page, subtitle="Second")
    clock.shift(1)
    saved = first.post(url, build_post(first, page, subtitle="First"), headers=accept)
    assert saved.json()["success"]

    refused = second.post(url, theirs, headers=accept)

    assert refused.status_code == 400
    assert refused.json()["error_code"] == "invalid_revision"
    # The first window goes on over its own revision.
    own = build_post(first, page, subtitle="First again")
    own["overwrite_revision_id"] = saved.json()["revision_id"]
    assert first.post(url, own, headers=accept).json()["success"]
    assert get_latest(page).subtitle == "First again"


def test_a_save_by_hand_does_not_wait_for_the_own_autosave(group, both, clock):
    first, _second = both
    page, url = group.release, get_edit_url(group.release)
    accept = {"accept": "application/json"}
    by_hand = build_post(first, page, subtitle="By hand")
    autosave = build_post(first, page, subtitle="By its")
    clock.shift(1)
    assert first.post(url, autosave, headers=accept).json()["success"]

    # The answer has not come yet: this form names the text before.
    clock.shift(1)
    assert first.post(url, by_hand).status_code == 302
    assert get_latest(page).subtitle == "By hand"

    # Another window of the same editor, some time later, is told.
    clock.shift(IN_FLIGHT + timedelta(seconds=1))
    refused = first.post(url, autosave)
    assert refused.status_code == 409
    assert "The latest text is yours" in get_text(refused)


def test_a_window_two_texts_behind_is_told_at_once(group, both, clock):
    first, _second = both
    page, url = group.release, get_edit_url(group.release)
    old = build_post(first, page, subtitle="Old")
    for text in ("One", "Two"):
        clock.shift(1)
        assert (
            first.post(url, build_post(first, page, subtitle=text)).status_code == 302
        )

    assert first.post(url, old).status_code == 409


def test_a_turn_is_one_editors(group):
    first, second = (builders.make_user() for _ in range(2))
    pk, base = group.release.pk, fetch_base(group.release.pk)

    assert take_turn(pk, base, first)
    assert take_turn(pk, base, first)
    assert not take_turn(pk, base, second)
    assert take_turn(pk, base, second, force=True)
    reload(group.release).save_revision()
    assert not take_turn(pk, base, second, force=True)
    assert SaveTurn.objects.count() == 1


def post_at_once(pairs, url):
    """Post all at one moment; return the statuses."""
    barrier, statuses = threading.Barrier(len(pairs)), []

    def work(client, data):
        try:
            barrier.wait()
            statuses.append(client.post(url, data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(statuses)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.fixture
    def clients(self):
        if not Page.objects.filter(depth=1).exists():
            Page.add_root(title="Root", slug="root", locale=builders.make_locale("en"))
        return sign_in("first"), sign_in("second")

    def race(self, clients, page, rounds, **fields):
        """Return in how many rounds both saved over the same text."""
        url, both = get_edit_url(page), 0
        for number in range(rounds):
            form = build_post(clients[0], page)
            pairs = [
                (client, {**form, **{k: f"{v} {number}" for k, v in fields.items()}})
                for client in clients
            ]
            both += post_at_once(pairs, url).count(302) > 1
        return both

    def test_two_hundred_rounds(self, clients):
        index = builders.make_release_index(builders.make_home())
        page = builders.make_release(index, live=False)

        assert self.race(clients, page, 200, subtitle="Text") == 0
        assert reload(page).revisions.count() >= 200

    def test_the_race_is_one(self, clients):
        # A page type of the site's own is left to Wagtail: there both save.
        home = builders.make_home()
        page = builders.make_page(home, live=False)

        assert self.race(clients, page, 10, title="Text") > 0
