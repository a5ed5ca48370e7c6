"""Who holds a page from before gets no 304 once the page is not theirs to see."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from tests import builders
from tests.leaks.oracle import LOCALES
from tests.leaks.registry import KINDS
from wagtail_rtop import middleware
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.lifting import lift_now
from wagtail_rtop.visibility.retraction import retract


EARLY = "wagtail_rtop.middleware.EarlyNotModifiedMiddleware"


@pytest.fixture(autouse=True)
def _early(settings):
    settings.MIDDLEWARE = [EARLY, *django_settings.MIDDLEWARE]
    settings.WAGTAIL_RTOP = {"EARLY_304_SECONDS": 86400}


def get_source(case):
    pages = type(case.page).objects.filter(translation_key=case.page.translation_key)
    return pages.get(locale__language_code="en")


def get_section(case):
    return get_source(case).get_parent().specific


def unpublish(case):
    type(case.page).objects.get(pk=case.page.pk).unpublish()


def unpublish_source(case):
    get_source(case).unpublish()


def unpublish_section(case):
    get_section(case).unpublish()


def restrict(case):
    builders.restrict(case.page)


def restrict_source(case):
    builders.restrict(get_source(case), "groups")


def restrict_section(case):
    builders.restrict(get_section(case), "password", password="secret")


def embargo(case):
    set_embargo(get_source(case), timezone.now() + timedelta(days=2))


def retract_group(case):
    retract(get_source(case), reason="It was wrong.")


def move_away(case):
    target = builders.make_page(get_section(case).get_parent().specific, live=False)
    Page.objects.get(pk=get_source(case).pk).move(target, pos="last-child")


def delete(case):
    type(case.page).objects.get(pk=case.page.pk).delete()


def delete_section(case):
    get_section(case).delete()


def edit(case):
    page = type(case.page).objects.get(pk=case.page.pk)
    page.title = "Another title"
    builders.publish(page)


CHANGES = [
    *(unpublish, unpublish_source, unpublish_section, restrict, restrict_source),
    *(restrict_section, embargo, retract_group, move_away, delete, delete_section),
    edit,
]


@pytest.fixture
def held(world):
    """The live pages of each kind in each language, with the tag of their answer."""
    found = []
    for case in world.cases:
        if case.state == "live":
            answer = Client().get(case.path)
            assert answer.status_code == 200
            found.append((case, case.path, answer["ETag"]))
    assert len(found) == len(KINDS) * len(LOCALES)
    return found


def ask(path, tag, client=None, method="get", **headers):
    return getattr(client or Client(), method)(
        path, headers={"If-None-Match": tag, **headers}
    )


def find_stale(held, change):
    """Return the pages that are answered with 304 after ``change`` was done to them."""
    stale = []
    for case, path, tag in held:
        with transaction.atomic():
            change(case)
            answer = ask(path, tag)
            if answer.status_code == 304:
                stale.append(str(case))
            transaction.set_rollback(True)
    return stale


def test_until_something_happens_it_is_304(held):
    for _case, path, tag in held:
        answer = ask(path, tag)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == tag
        assert ask(path, f'"other", {tag}', method="head").status_code == 304


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_it_is_not(held, change):
    assert find_stale(held, change) == []


def test_a_tag_without_the_version_would_be_caught(world, monkeypatch):
    monkeypatch.setattr(middleware, "get_content_version", lambda: 1)
    monkeypatch.setattr(middleware, "read_version", lambda gate: (1, None))
    held = [
        (case, case.path, Client().get(case.path)["ETag"])
        for case in world.cases
        if (case.state, case.locale) == ("live", "en")
    ]

    for change in CHANGES:
        assert find_stale(held, change)


@pytest.mark.parametrize("name", ["page", "section"])
def test_when_a_page_expires_its_tag_ends(world, name):
    case = next(c for c in world.cases if c.state == "live" and c.kind == "letter")
    page = get_section(case) if name == "section" else get_source(case)
    moment = timezone.now() + timedelta(hours=1)
    # By the editor's way; nothing runs when the moment comes.
    page.expire_at = moment
    builders.publish(page)
    path = page.get_url()
    tag = Client().get(path)["ETag"]

    with time_machine.travel(moment - timedelta(seconds=2)):
        assert ask(path, tag).status_code == 304
    with time_machine.travel(moment):
        assert ask(path, tag).status_code == 404
        assert ask(case.path, tag).status_code == 404


def test_when_another_page_of_a_list_expires_its_tag_ends(world):
    case = next(c for c in world.cases if c.state == "live" and c.kind == "letter")
    section, source = get_section(case), get_source(case)
    moment = timezone.now() + timedelta(hours=1)
    source.expire_at = moment
    builders.publish(source)
    path = section.get_url()
    answer = Client().get(path)
    assert source.title in answer.content.decode()

    with time_machine.travel(moment):
        answer = ask(path, answer["ETag"])
    assert answer.status_code == 200
    assert source.title not in answer.content.decode()


def test_when_an_embargo_is_lifted_the_tags_of_before_end(world):
    case = next(c for c in world.cases if c.state == "live" and c.kind == "release")
    source, index = get_source(case), get_section(case).get_url()
    set_embargo(source, timezone.now() + timedelta(hours=1))
    tag = Client().get(index)["ETag"]
    assert ask(index, tag).status_code == 304

    lift_now(source)

    answer = ask(index, tag)
    assert answer.status_code == 200
    assert source.title in answer.content.decode()


def test_nobody_who_is_somebody_is_answered_early(held, world):
    _case, path, tag = held[0]

    for viewer in ("member", "editor"):
        answer = ask(path, tag, world.clients[viewer])
        assert answer.status_code == 200
        assert "ETag" not in answer
        assert answer["Cache-Control"] == "private, no-store"
    for headers in ({"Authorization": "Basic eDp5"}, {"Cookie": "csrftoken=x"}):
        answer = ask(path, tag, **headers)
        assert answer.status_code == 200
        assert "ETag" not in answer
    assert ask(path, tag, Cookie="_pk_id=1; _ga_2=3").status_code == 304


def test_a_passed_password_is_private(world):
    case = next(c for c in world.cases if c.state == "password" and c.locale == "en")
    client = Client()
    asked = client.get(case.path)
    assert "ETag" not in asked
    restriction = PageViewRestriction.objects.get(page=get_source(case))
    session = client.session
    session[PageViewRestriction.passed_view_restrictions_session_key] = [restriction.pk]
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key

    answer = client.get(case.path)

    assert answer.status_code == 200
    assert "ETag" not in answer


def test_a_tag_holds_for_its_own_address_alone(held):
    _case, path, tag = held[0]

    for changed in (
        ask(held[1][1], tag),
        ask(f"{path}?page=1", tag),
        ask(path, tag, **{"Accept-Language": "fr"}),
        Client().get(path, headers={"If-None-Match": tag, "Host": "other.example"}),
        Client().get(path, secure=True, headers={"If-None-Match": tag}),
    ):
        assert changed.status_code != 304


@pytest.mark.parametrize(
    "tag",
    ["*", '"x"', 'W/"rtop."', 'W/"rtop.9999999999.0"', 'W/"rtop.x.y"', 'W/"rtop.'],
)
def test_a_tag_that_was_made_up_is_nothing(held, tag):
    assert ask(held[0][1], tag).status_code == 200


def test_what_is_no_page_of_ours_has_no_tag(world):
    for path in ("/en/nothing/", "/sign-in/", "/admin/login/"):
        assert "ETag" not in Client().get(path)


def test_the_time_and_the_deployment_end_it(held, settings):
    _case, path, tag = held[0]

    settings.WAGTAIL_RTOP = {"EARLY_304_SECONDS": 86400, "EARLY_304_KEY": "two"}
    assert ask(path, tag).status_code == 200

    settings.WAGTAIL_RTOP = {"EARLY_304_SECONDS": 60}
    tag = Client().get(path)["ETag"]
    now = timezone.now()
    with time_machine.travel(now + timedelta(seconds=50), tick=False):
        assert ask(path, tag).status_code == 304
    with time_machine.travel(now + timedelta(seconds=61), tick=False):
        assert ask(path, tag).status_code == 200


def test_it_costs_one_query(held, django_assert_num_queries):
    _case, path, tag = held[0]

    with django_assert_num_queries(1):
        assert ask(path, tag).status_code == 304


@pytest.mark.parametrize(
    ("others", "found"),
    [
        (["security.SecurityMiddleware", EARLY, "sessions"], []),
        ([EARLY, "sessions"], []),
        (["sessions", EARLY], ["SessionMiddleware"]),
        ([EARLY, "security.SecurityMiddleware"], ["SecurityMiddleware"]),
        (["sessions"], []),
    ],
)
def test_the_check_finds_a_wrong_order(settings, others, found):
    names = {
        "sessions": "django.contrib.sessions.middleware.SessionMiddleware",
        "security.SecurityMiddleware": "django.middleware.security.SecurityMiddleware",
    }
    settings.MIDDLEWARE = [names.get(name, name) for name in others]

    messages = middleware.check_early_middleware(None)

    assert [m.id for m in messages] == ["wagtail_rtop.W060"] * len(found)
    assert all(name in messages[0].msg for name in found)
