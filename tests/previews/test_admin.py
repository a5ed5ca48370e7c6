"""Where links are given and revoked."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests import builders
from tests.embargo.conftest import reload
from tests.embargo.test_admin import get_text, sign_in
from wagtail_rtop.coalition.moments import format_moment
from wagtail_rtop.previews.access import give_link
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.previews import PreviewLink


def get_url(page):
    return reverse("rtop_previews", args=[page.pk])


@pytest.fixture
def desk(group, client):
    return sign_in(client, pages=[group.index], actions=["add", "change", "publish"])


def test_a_link_is_shown_once(group, desk, client, lift):
    set_embargo(group.release, lift)
    asked = client.get(get_url(group.release))
    assert asked.context["form"].initial["expires_at"] == lift

    given = client.post(
        get_url(group.release),
        {"recipient": "A. Reporter", "expires_at": "2026-05-01 10:00", "text": "draft"},
    )

    link = PreviewLink.objects.get()
    url = given.context["given_url"]
    content = given.content.decode()
    assert f'value="{url}"' in content
    assert 'data-action="w-clipboard#copy"' in content
    assert "no-store" in given["Cache-Control"]
    assert link.created_by == desk
    client.logout()
    assert "Release" in get_text(client.get(url))
    client.force_login(desk)
    listed = client.get(get_url(group.release))
    assert url not in listed.content.decode()
    assert "A. Reporter The latest draft" in get_text(listed)
    assert "1 time, last" in get_text(listed)
    actions = PageLogEntry.objects.filter(action__contains="preview")
    assert sorted(actions.values_list("action", flat=True)) == [
        "wagtail_rtop.give_preview",
        "wagtail_rtop.open_preview",
    ]


def test_revoking(group, desk, client, lift):
    link, _ = give_link(group.release, "A. Reporter", lift, user=desk)
    listed = BeautifulSoup(client.get(get_url(group.release)).content, "html5lib")
    url = reverse("rtop_preview_revoke", args=[group.release.pk, link.pk])
    # One press of the button asks, and changes nothing.
    assert listed.select_one(f"a[href='{url}']").get_text().startswith("Revoke")

    asked = client.get(url)

    moment = format_moment(timezone.localtime(lift))
    question = f"Revoke link #{link.pk}, given to A. Reporter and valid until {moment}?"
    assert question in get_text(asked)
    link.refresh_from_db()
    assert link.revoked_at is None
    form = BeautifulSoup(asked.content, "html5lib").select_one(f"form[action='{url}']")
    assert form["method"] == "post"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk)
    assert strict.post(url).status_code == 403
    for _ in range(2):
        client.post(url)

    link.refresh_from_db()
    assert link.revoked_at == timezone.now()
    revoked = PageLogEntry.objects.get(action="wagtail_rtop.revoke_preview")
    assert revoked.user == desk
    assert "Revoked" in get_text(client.get(get_url(group.release)))
    # Opened again from an old list: there is nothing to ask.
    late = client.get(url, follow=True)
    assert late.redirect_chain == [(get_url(group.release), 302)]
    assert "The link opens nothing any more." in get_text(late)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"recipient": ""}, "This field is required."),
        ({"expires_at": ""}, "This field is required."),
        ({"expires_at": "2026-04-01 10:00"}, "This moment has passed."),
        ({"expires_at": "2026-07-01 10:00"}, "lasts 30 days at most"),
        ({"text": "other"}, "Select a valid choice."),
        ({"recipient": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_bad_input_is_said_at_the_field(group, desk, client, changes, error):
    data = {"recipient": "X", "expires_at": "2026-05-01 10:00", "text": "draft"}

    response = client.post(get_url(group.release), {**data, **changes})

    assert error in get_text(response)
    assert not PreviewLink.objects.exists()


def test_who_may_not_publish_gives_none(group, client, lift):
    user = builders.make_user(superuser=True)
    link, _ = give_link(group.release, "X", lift, user=user)
    sign_in(client, pages=[group.index], actions=["add", "change"])
    data = {"recipient": "X", "expires_at": "2026-05-01 10:00", "text": "draft"}

    client.post(get_url(group.release), data)
    url = reverse("rtop_preview_revoke", args=[group.release.pk, link.pk])
    assert client.get(url).status_code == 302
    client.post(url)

    assert PreviewLink.objects.get().revoked_at is None
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[group.release.pk]))
    assert get_url(group.release) not in edit.content.decode()


def test_a_link_of_another_page_is_none_of_this_one(group, desk, client, lift):
    other = builders.make_release(group.index)
    link, _ = give_link(other, "X", lift, user=desk)

    url = reverse("rtop_preview_revoke", args=[group.release.pk, link.pk])

    assert client.post(url, follow=True).status_code == 404
    assert client.get("/admin/rtop/previews/999999/", follow=True).status_code == 404
    home = client.get(get_url(group.home), follow=True)
    assert home.status_code == 404
    # An alias shows its source's text: links are given there.
    assert client.get(get_url(reload(group.alias))).status_code == 302


def test_its_queries_do_not_grow_with_the_links(group, desk, client, lift):
    give_link(group.release, "X", lift, user=desk)
    client.get(get_url(group.release))
    with CaptureQueriesContext(connection) as one:
        client.get(get_url(group.release))
    for _ in range(20):
        give_link(group.release, "X", lift, user=desk)
    with CaptureQueriesContext(connection) as many:
        client.get(get_url(group.release))

    assert len(many) == len(one)
