"""What the history says of a release."""

from django.urls import reverse
from wagtail.log_actions import registry
from wagtail.models import PageLogEntry

from tests.embargo.conftest import reload
from tests.embargo.test_admin import get_text, sign_in
from wagtail_rtop.holds.log import FORMATTERS
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.releasing import include_in_lift, release_now
from wagtail_rtop.visibility.retraction import retract, withdraw_retraction


def test_it_says_when_and_what(group, lift, client):
    sign_in(client, superuser=True)
    set_embargo(group.release, lift)
    include_in_lift(group.release, [group.release])
    set_embargo(reload(group.release), lift.replace(hour=20))
    retract(reload(group.release), reason="Wrong figure")
    withdraw_retraction(reload(group.release))

    url = reverse("wagtailadmin_pages:history", args=[group.release.pk])
    text = get_text(client.get(url))

    for expected in (
        "Embargo set until May 1, 2026, 10:00",
        "Release scheduled for May 1, 2026, 10:00: Release (en)",
        "Embargo moved from May 1, 2026, 10:00 to May 1, 2026, 20:00",
        "Retracted: Wrong figure",
        "Retraction withdrawn",
    ):
        assert expected in text


def test_every_action_speaks_without_its_data_too(group):
    release_now(group.release, [group.release])
    entry = PageLogEntry.objects.get(action="wagtail_rtop.release")
    assert entry.message == "Released: Release (en)"
    for name, formatter in FORMATTERS.items():
        for data in ({}, {"moment": 3, "pages": "x", "published": None, "lift": "?"}):
            entry.action, entry.data = f"wagtail_rtop.{name}", data
            assert registry.get_formatter(entry).format_message(entry)
            assert "%(" not in registry.get_formatter(entry).format_message(entry)
        assert formatter.label
