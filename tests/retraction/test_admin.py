"""The retraction's own views."""

import pytest
from django.urls import reverse

from tests import builders
from tests.embargo.conftest import built, clock, get_live, group, reload  # noqa: F401  # fixtures
from tests.embargo.test_admin import get_text, sign_in
from wagtail_rtop.visibility.models import Retraction
from wagtail_rtop.visibility.retraction import retract


REASON = "A figure was wrong."


def get_url(page):
    return reverse("rtop_retraction", args=[page.pk])


@pytest.fixture
def live(group):  # noqa: F811
    for page in (group.release, group.fr):
        builders.publish(page)
    return group


def build_data(live, **changes):
    return {
        "reason": REASON,
        "reason_language": "en",
        "show_title": "on",
        "successor": "",
        **changes,
    }


def test_it_asks_first_then_retracts(live, client):
    user = sign_in(client, superuser=True)
    successor = builders.make_release(live.index)
    data = build_data(live, successor=successor.pk)
    assert client.get(get_url(live.release)).status_code == 200

    asked = client.post(get_url(live.release), data)

    text = get_text(asked)
    assert "Release (French)" in text
    assert "Release (English, alias)" in text
    assert REASON in text
    assert not Retraction.objects.exists()

    data["confirmed"] = ",".join(
        str(page.pk) for page in (live.release, live.fr, live.alias)
    )
    client.post(get_url(live.release), data)

    found = Retraction.objects.get()
    assert found.retracted_by == user
    assert found.successor_key == successor.translation_key
    assert get_live(live.release, live.fr, live.alias) == []
    # Opened again it shows what it says.
    assert REASON in client.get(get_url(live.fr)).content.decode()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": ""}, "This field is required."),
        ({"reason": "   "}, "This field is required."),
        ({"reason": "x" * 5001}, "at most 5000 characters"),
        ({"reason": "a\x00b"}, "Null characters are not allowed."),
        ({"reason_language": "xx"}, "Select a valid choice."),
        ({"successor": "999999"}, "Select a valid choice."),
        ({"successor": "9" * 40}, "Select a valid choice."),
        ({"successor": "x"}, "Select a valid choice."),
    ],
)
def test_bad_input_is_said_at_the_field(live, client, changes, error):
    sign_in(client, superuser=True)

    response = client.post(get_url(live.release), build_data(live, **changes))

    assert response.status_code == 200
    assert error in get_text(response)
    assert not Retraction.objects.exists()


def test_a_page_that_replaces_itself_is_refused(live, client):
    sign_in(client, superuser=True)

    response = client.post(
        get_url(live.release), build_data(live, successor=live.fr.pk)
    )

    # Said at the field.
    assert "replace itself" in get_text(response)


def test_who_may(live, client):
    sign_in(client, pages=[live.index], actions=["add", "change"])
    data = build_data(live, confirmed=f"{live.release.pk},{live.fr.pk},{live.alias.pk}")
    client.post(get_url(live.release), data)
    assert not Retraction.objects.exists()

    client.logout()
    translator = builders.make_group(
        "translators",
        pages=[live.fr.get_parent()],
        actions=["add", "change", "publish"],
    )
    client.force_login(builders.make_user(groups=[translator]))
    client.post(get_url(live.fr), data)
    assert not Retraction.objects.exists()


def test_withdrawing_is_a_post_by_who_may_publish_every_language(live, client):
    retract(reload(live.release), reason=REASON)
    url = reverse("rtop_retraction_withdraw", args=[live.release.pk])
    sign_in(client, pages=[live.index], actions=["add", "change", "publish"])
    client.post(url, {"republish": "on"})
    assert Retraction.objects.exists()

    client.force_login(builders.make_user(superuser=True))
    assert client.get(url).status_code == 405
    client.post(url, {"republish": "on"})

    assert not Retraction.objects.exists()
    assert len(get_live(live.release, live.fr, live.alias)) == 3


def test_publishing_a_retracted_page_says_why_nothing_appears(live, client):
    from tests.embargo.test_paths import build_post

    sign_in(client, superuser=True)
    retract(reload(live.release), reason=REASON)
    data = build_post(client, live.release, subtitle="Saved", **{"action-publish": "1"})

    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[live.release.pk]), data, follow=True
    )

    assert "stays off line in every language" in get_text(response)
    assert "has been published" not in get_text(response)
    assert get_live(live.release) == []
    assert reload(live.release).get_latest_revision_as_object().subtitle == "Saved"
