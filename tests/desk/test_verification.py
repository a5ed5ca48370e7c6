"""Profiles to verify: the report, and marking them in every language."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry

from tests import builders
from wagtail_rtop.desk.organisations.verification import get_limit
from wagtail_rtop.pages.models import OrganisationPage


REPORT = "/admin/rtop/organisations/verify/"
MARK = f"{REPORT}mark/"
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


@pytest.fixture(scope="module")
def world(shared_db):
    home = builders.make_home()
    index = builders.make_organisation_index(home)
    closed = builders.make_organisation_index(home, slug="closed")

    def make(title, verified, parent=index, **fields):
        return builders.make_organisation(
            parent, title=title, last_verified=verified, **fields
        )

    return {
        "home": home,
        "index": index,
        "never": make("Never", None),
        "old": make("Old", date(2025, 11, 24)),
        "new": make("New", date(2025, 11, 25)),
        "draft": make("Draft", None, live=False),
        "closed": make("Closed", None, closed),
    }


@pytest.fixture
def editor(client, world):
    group = builders.make_group(
        "Verifiers", pages=[world["index"]], actions=["change", "publish"]
    )
    client.force_login(builders.make_user(groups=[group]))
    return client


def get_titles(response):
    assert response.status_code == 200
    return [page.title for page in response.context["object_list"]]


def test_lists_the_longest_ago_first(editor, world):
    response = editor.get(REPORT)

    assert get_titles(response) == ["Draft", "Never", "Old"]
    body = response.content.decode()
    assert re.search(r"<td[^>]*>\s*Never\s*</td>", body)
    assert "Nov. 24, 2025" in body
    assert "for 12 months, or ever" in body
    with override_settings(WAGTAIL_RTOP={"VERIFY_MONTHS": 24}):
        assert get_titles(editor.get(REPORT)) == ["Draft", "Never"]


def test_a_translation_is_not_listed_beside_its_original(editor, world):
    builders.make_translated_home(world["home"], "fr")
    french = builders.make_locale("fr")
    index = builders.publish(world["index"].copy_for_translation(french))
    builders.publish(world["never"].copy_for_translation(french))
    assert index.locale == french

    assert get_titles(editor.get(REPORT)).count("Never") == 1


def test_marking_writes_every_language_and_what_waits(editor, world):
    builders.make_translated_home(world["home"], "fr")
    locale = builders.make_locale("fr")
    builders.publish(world["index"].copy_for_translation(locale))
    french = builders.publish(world["never"].copy_for_translation(locale))
    draft = world["never"]
    draft.title = "Drafted title"
    draft.save_revision()

    response = editor.post(MARK, {"page": [draft.pk, world["old"].pk]}, follow=True)

    # French stands in a section of its own that the editor may not publish in.
    assert "2 profiles are marked as verified today." in response.content.decode()
    assert get_titles(response) == ["Draft"]
    for pk in (draft.pk, french.pk, world["old"].pk):
        assert OrganisationPage.objects.get(pk=pk).last_verified == TODAY
    page = OrganisationPage.objects.get(pk=draft.pk)
    assert page.title == "Never"
    latest = page.get_latest_revision_as_object()
    assert (latest.title, latest.last_verified) == ("Drafted title", TODAY)
    assert page.has_unpublished_changes
    logged = PageLogEntry.objects.filter(action="wagtail_rtop.verify_organisation")
    assert logged.get(page=draft.pk).data["day"] == "2026-11-25"
    assert logged.count() == 2


def test_what_may_not_be_published_is_left_and_said(editor, world):
    response = editor.post(
        MARK, {"page": [world["old"].pk, world["closed"].pk]}, follow=True
    )

    body = response.content.decode()
    assert "1 profile is marked as verified today." in body
    assert "1 profile is not: you may not publish it." in body
    world["closed"].refresh_from_db()
    assert world["closed"].last_verified is None


@pytest.mark.parametrize("chosen", [[], ["x"], ["9" * 40], ["999999"], ["١"]])
def test_nothing_chosen_is_said(editor, world, chosen):
    response = editor.post(MARK, {"page": chosen}, follow=True)

    assert "Select at least one profile." in response.content.decode()


def test_looking_does_not_mark_and_others_are_refused(client, editor, world):
    assert editor.get(MARK).status_code == 405
    page = world["old"]
    group = builders.make_group("Writers", pages=[world["index"]], actions=["change"])
    client.force_login(builders.make_user(groups=[group]))
    assert client.get(REPORT).status_code == 200
    assert client.post(MARK, {"page": [page.pk]}).status_code == 302
    client.force_login(builders.make_user(groups=[builders.make_group("None")]))
    assert client.get(REPORT).status_code == 302
    page.refresh_from_db()
    assert page.last_verified == date(2025, 11, 24)


def test_costs_the_same_for_many_profiles(editor, world):
    costs = []
    for number in (0, 5):
        for _ in range(number):
            builders.make_organisation(world["index"])
        editor.get(REPORT)
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(REPORT).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_report_can_be_exported_and_is_in_the_menu(editor, world):
    body = b"".join(editor.get(REPORT, {"export": "csv"}).streaming_content).decode()
    assert "Old,2025-11-24" in body
    assert REPORT in editor.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("today", "months", "limit"),
    [
        (date(2026, 11, 25), 12, date(2025, 11, 25)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
    ],
)
def test_the_limit_is_a_day_that_exists(today, months, limit):
    with override_settings(WAGTAIL_RTOP={"VERIFY_MONTHS": months}):
        assert get_limit(today) == limit
