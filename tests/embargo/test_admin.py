"""The embargo's own view: button, modal, confirmation, refusals."""

import json
import uuid
from datetime import timedelta

import html5lib
import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, Site
from wagtail.users.models import UserProfile

from tests import builders
from tests.embargo.conftest import get_live, reload
from tests.embargo.test_paths import build_post
from wagtail_rtop.holds.plan import lacks_text
from wagtail_rtop.models import Coalition
from wagtail_rtop.pages.models import LetterPage, OrganisationPage
from wagtail_rtop.visibility.embargo import remove_embargo, set_embargo
from wagtail_rtop.visibility.models import Embargo
from wagtail_rtop.visibility.retraction import retract


AJAX = {"x-requested-with": "XMLHttpRequest"}


def get_url(page):
    return reverse("rtop_release", args=[page.pk])


def get_text(response):
    content = response.json()["html"] if "json" in response["Content-Type"] else None
    content = content or response.content.decode()
    return " ".join("".join(html5lib.parse(content).itertext()).split())


def sign_in(client, *, pages=(), actions=(), zone="", **fields):
    groups = [builders.make_group("desk", pages=pages, actions=actions)]
    user = builders.make_user(groups=groups if pages else (), **fields)
    UserProfile.objects.update_or_create(
        user=user, defaults={"current_time_zone": zone}
    )
    client.force_login(user)
    return user


def end(client, page, action):
    """Lift or remove the embargo as an editor does: look first, then confirm."""
    url = get_url(page)
    asked = client.post(url, {"action": action})
    data = {"action": action, "confirmed": asked.context["ending_key"]}
    return client.post(url, data)


@pytest.fixture
def live(group):
    for page in (group.release, group.fr):
        builders.publish(page)
    return group


def test_the_button_stands_in_the_editor_and_the_listing(group, client):
    sign_in(client, superuser=True)

    for name, page in (("edit", group.release), ("edit", group.fr)):
        content = client.get(
            reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        ).content.decode()
        assert f'href="{get_url(page)}"' in content
        assert 'data-rtop-hold="release"' in content
        assert "wagtail_rtop/holds.js" in content
    listing = client.get(reverse("wagtailadmin_explore", args=[group.index.pk]))
    assert get_url(group.release) in listing.content.decode()
    home = client.get(reverse("wagtailadmin_pages:edit", args=[group.home.pk]))
    assert "data-rtop-hold" not in home.content.decode()


def test_setting_it_asks_first_and_names_every_page(live, client):
    user = sign_in(client, superuser=True, zone="Africa/Nairobi")
    Coalition.objects.create(
        site=Site.objects.get(),
        locale=live.release.locale,
        name="Coalition",
        audience_time_zone="America/New_York",
    )

    asked = client.post(get_url(live.release), {"lift": "2026-05-02 12:00"})

    text = get_text(asked)
    for expected in (
        "Your time zone (Africa/Nairobi) May 2, 2026, 12:00",
        "Universal time (UTC) May 2, 2026, 09:00",
        "Your readers' time zone (America/New_York) May 2, 2026, 05:00",
    ):
        assert expected in text
    assert text.count("Release (English)") == 1
    assert "Release (English, alias)" in text
    assert "Release (French)" in text
    assert not Embargo.objects.exists()
    assert len(get_live(live.release, live.fr, live.alias)) == 3

    confirmed = ",".join(str(p.pk) for p in (live.release, live.fr, live.alias))
    done = client.post(
        get_url(live.release), {"lift": "2026-05-02 12:00", "confirmed": confirmed}
    )

    assert done.status_code == 302
    assert Embargo.objects.get().lift.isoformat() == "2026-05-02T09:00:00+00:00"
    assert get_live(live.release, live.fr, live.alias) == []
    entry = PageLogEntry.objects.get(action="wagtail_rtop.set_embargo")
    assert entry.user == user
    assert {page["id"] for page in entry.data["taken_off_line"]} == {
        live.release.pk,
        live.fr.pk,
        live.alias.pk,
    }


def test_a_page_that_went_live_meanwhile_is_shown_first(live, client):
    sign_in(client, superuser=True)

    asked = client.post(
        get_url(live.release),
        {"lift": "2026-05-02 12:00", "confirmed": str(live.release.pk)},
    )

    assert "Release (French)" in get_text(asked)
    assert not Embargo.objects.exists()


def test_in_the_modal(live, client):
    sign_in(client, superuser=True)

    opened = client.get(get_url(live.fr), headers=AJAX).json()
    asked = client.post(
        get_url(live.fr), {"lift": "2026-05-02 12:00"}, headers=AJAX
    ).json()
    done = client.post(
        get_url(live.fr),
        {
            "lift": "2026-05-02 12:00",
            "confirmed": f"{live.release.pk},{live.fr.pk},{live.alias.pk}",
        },
        headers=AJAX,
    ).json()

    assert opened["step"] == asked["step"] == "form"
    assert "go off line now" in asked["html"]
    assert done == {
        "step": "done",
        "url": reverse("wagtailadmin_pages:edit", args=[live.fr.pk]),
    }


def test_a_draft_group_is_confirmed_too(group, client):
    sign_in(client, superuser=True)

    asked = client.post(get_url(group.release), {"lift": "2026-05-02 12:00"})
    assert "No page of this document is public now." in get_text(asked)
    client.post(get_url(group.release), {"lift": "2026-05-02 12:00", "confirmed": "0"})

    assert Embargo.objects.get().set_by is not None


@pytest.mark.parametrize(
    ("lift", "zone", "error"),
    [
        ("", "", "This field is required."),
        ("soon", "", "Enter a valid date/time."),
        ("2026-05-01 07:59", "", "This moment has passed."),
        ("9999-12-31 23:59", "", "more than ten years ahead"),
        ("9999-12-31 23:59", "America/New_York", "more than ten years ahead"),
        ("0001-01-01 00:00", "Asia/Tokyo", "This moment has passed."),
        ("99999999999-05-02 12:00", "", "Enter a valid date/time."),
        # The clocks go back, forward: twice, never.
        ("2026-10-25 02:30", "Europe/Paris", "it may be ambiguous"),
        ("2027-03-28 02:30", "Europe/Paris", "or it may not exist"),
    ],
)
def test_bad_moments_are_said_at_the_field(group, client, lift, zone, error):
    sign_in(client, superuser=True, zone=zone)

    response = client.post(get_url(group.release), {"lift": lift, "confirmed": "0"})

    assert response.status_code == 200
    assert error in get_text(response)
    assert not Embargo.objects.exists()


def test_lift_now_and_remove(live, client):
    sign_in(client, superuser=True)
    set_embargo(reload(live.release), timezone.now() + timedelta(hours=1))
    assert "Under embargo until" in get_text(client.get(get_url(live.release)))

    end(client, live.release, "lift")
    assert len(get_live(live.release, live.fr, live.alias)) == 3

    set_embargo(reload(live.release), timezone.now() + timedelta(hours=1))
    end(client, live.release, "remove")
    assert not Embargo.objects.exists()
    assert get_live(live.release, live.fr, live.alias) == []
    response = client.post(get_url(live.release), {"action": "x"}, follow=True)
    assert response.status_code == 404


@pytest.mark.parametrize("action", ["lift", "remove"])
def test_an_end_of_the_embargo_is_shown_before(live, client, action):
    sign_in(client, superuser=True)
    url = get_url(live.release)
    set_embargo(reload(live.release), timezone.now() + timedelta(hours=1))

    asked = client.post(url, {"action": action}, headers=AJAX)

    assert Embargo.objects.get().is_active()
    fates = asked.context["outcome"]
    assert [v.locale.language_code for v in fates["waiting"]] == ["en", "fr"]
    # The way back; and what was shown for another moment is shown again.
    key = asked.context["ending_key"]
    back = client.post(url, {"action": action, "confirmed": key, "back": "1"})
    assert "Under embargo until" in get_text(back)
    set_embargo(reload(live.release), timezone.now() + timedelta(hours=2))
    again = client.post(url, {"action": action, "confirmed": key})
    assert again.context["confirming"]
    assert again.context["ending_key"] != key
    assert get_live(live.release, live.fr) == []
    assert Embargo.objects.get().is_active()

    remove_embargo(reload(live.release))
    gone = client.post(url, {"action": action, "confirmed": key})
    assert "There is no embargo now." in get_text(gone)


def test_a_lift_that_fails_says_why(live, client):
    sign_in(client, superuser=True)
    set_embargo(reload(live.release), timezone.now() + timedelta(hours=1))
    waiting = reload(live.fr).scheduled_revision
    waiting.content["document_date"] = None
    waiting.save(update_fields=["content"])

    response = end(client, live.release, "lift")

    assert "“Release” (French) can't be published yet" in get_text(response)
    assert get_live(live.release, live.fr) == []
    assert Embargo.objects.get().is_active()


def test_reading_changes_nothing(live, client):
    sign_in(client, superuser=True)

    client.get(get_url(live.release), {"lift": "2026-05-02 12:00", "confirmed": "0"})
    client.get(get_url(live.release), {"action": "lift"})

    assert not Embargo.objects.exists()
    assert PageLogEntry.objects.filter(action__startswith="wagtail_rtop").count() == 0


def test_a_translator_may_not_bind_the_other_languages(live, client):
    sign_in(
        client,
        pages=[live.fr.get_parent()],
        actions=["add", "change", "publish"],
    )

    response = client.post(
        get_url(live.fr),
        {"lift": "2026-05-02 12:00", "confirmed": f"{live.release.pk},{live.fr.pk}"},
    )

    assert response.status_code == 302  # Wagtail's way to refuse
    assert not Embargo.objects.exists()
    assert "not change it" in get_text(client.get(get_url(live.fr)))


def test_an_editor_without_publish_right_may_hold_a_draft_only(group, client):
    sign_in(client, pages=[group.index], actions=["add", "change"])
    data = {"lift": "2026-05-02 12:00", "confirmed": f"0,{group.release.pk}"}

    client.post(get_url(group.release), data)
    assert Embargo.objects.exists()

    Embargo.objects.all().delete()
    builders.publish(group.release)
    data["confirmed"] += f",{group.alias.pk}"
    client.post(get_url(group.release), data)
    assert not Embargo.objects.exists()


def test_loosening_needs_the_right_to_publish_every_language(live, client):
    lift = timezone.now() + timedelta(hours=24)
    set_embargo(reload(live.release), lift)
    sign_in(client, pages=[live.index], actions=["add", "change", "publish"])

    for data in ({"action": "lift"}, {"action": "remove"}):
        client.post(get_url(live.release), data)
        assert Embargo.objects.get().lift == lift
    response = client.post(
        get_url(live.release), {"lift": "2026-05-01 12:00", "confirmed": "0"}
    )
    assert "An earlier lift needs the right to publish" in get_text(response)
    assert Embargo.objects.get().lift == lift
    client.post(get_url(live.release), {"lift": "2026-05-03 12:00", "confirmed": "0"})
    assert Embargo.objects.get().lift > lift


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40])
def test_unknown_pages_are_404(group, client, pk):
    sign_in(client, superuser=True)

    # Without follow, LocaleMiddleware sends an unprefixed 404 to /en/ first.
    for kind in ("release", "retraction"):
        url = f"/admin/rtop/{kind}/{pk}/"
        assert client.get(url, follow=True).status_code == 404


def test_pages_of_the_sites_own_are_404_and_strangers_are_refused(group, client):
    assert client.get(get_url(group.release)).status_code == 302
    sign_in(client)
    assert client.post(get_url(group.release), {"lift": "2026-05-02"}).status_code in (
        302,
        403,
    )
    sign_in(client, superuser=True)
    assert client.get(get_url(group.home), follow=True).status_code == 404


def test_the_editor_says_that_a_page_is_held(live, client, lift):
    sign_in(client, superuser=True)
    edit = reverse("wagtailadmin_pages:edit", args=[live.fr.pk])
    assert "Under embargo until" not in get_text(client.get(edit))

    set_embargo(reload(live.release), lift)
    assert "Under embargo until May 1, 2026, 10:00, in every" in get_text(
        client.get(edit)
    )
    remove_embargo(reload(live.release))

    retract(reload(live.release), reason="Wrong")
    assert "This document is retracted: it is off line" in get_text(client.get(edit))


def test_a_text_without_words_is_said_before_and_after(group, client):
    sign_in(client, superuser=True)
    data = {"when": "now", "pages": group.release.pk}
    assert "It has no text." in get_text(client.post(get_url(group.release), data))
    edit = reverse("wagtailadmin_pages:edit", args=[group.release.pk])
    form = build_post(client, group.release, **{"action-publish": "1"})
    published = client.post(edit, form, follow=True)
    assert "“Release” has no text, and no file" in get_text(published)

    words = [{"type": "paragraph", "value": "<p>Words</p>", "id": str(uuid.uuid4())}]
    release = reload(group.fr)
    release.body = json.dumps(words)
    release.save_revision()
    data = {"when": "now", "pages": group.fr.pk}
    assert (
        "It has no text."
        not in get_text(client.post(get_url(group.release), data))
        .split("goes out in")[1]
        .split("Does not change")[0]
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "lacks"),
    [
        ({}, True),
        ({"body": "", "full_text": None, "attachments": []}, True),
        ({"body": '<p data-block-key="x1"></p>'}, True),
        ({"body": "[]"}, True),
        ({"body": "<p>Words</p>"}, False),
        ({"body": '<embed embedtype="image" id="1"/>'}, False),
        ({"full_text": 3}, False),
        ({"attachments": [{"pk": None}]}, False),
    ],
)
def test_what_counts_as_a_text(content, lacks):
    assert lacks_text(LetterPage(), content) is lacks
    # A profile has none of its own.
    assert not lacks_text(OrganisationPage(), content)
