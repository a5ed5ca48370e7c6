"""The daily e-mail: asked for, once a day, of what one may see, to nobody else."""

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.users.models import UserProfile

from tests.correspondence.conftest import NOTE
from tests.correspondence.test_desk import get_text, record
from wagtail_rtop.models import Coalition, DigestSubscription
from wagtail_rtop.visibility.models import SchedulerRun
from wagtail_rtop.visibility.scheduler import REMINDING, hold_lock


ACCOUNT = "/admin/account/"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def due(clock, world):
    """``world`` with an overdue answer in each section; everybody wants the e-mail."""
    Coalition.objects.create(
        site=world.home.get_site(),
        locale=world.home.locale,
        name="We",
        overdue_days=5,
        weekend="none",
    )
    record(world.letter, 0, days=8, note=NOTE)
    record(world.letter, 1, days=3)
    record(world.other, 0, days=9)
    for user in (world.editor, world.stranger, world.reader):
        DigestSubscription.objects.create(user=user, wanted=True)
    return world


def run(*options):
    out = io.StringIO()
    call_command("rtop_remind", *options, stdout=out, stderr=out)
    return out.getvalue()


def get_recipients():
    return sorted(address for message in mail.outbox for address in message.to)


def test_each_gets_what_one_may_see(due):
    output = run()

    assert output == "Written to: editor\nWritten to: stranger\n2 e-mails.\n"
    mine, theirs = mail.outbox
    assert mine.to == ["editor@example.org"]
    assert mine.subject == "Answers to letters: 1 overdue, 1 due soon"
    for line in (
        "- African Union: To all (was due on May 1, 2026)",
        f"  http://testserver/admin/rtop/correspondence/letter/{due.letter.pk}/#recip",
        "- Gulf Council: To all (due on May 6, 2026)",
        "http://testserver/admin/rtop/correspondence/?due=waiting",
        f"http://testserver{ACCOUNT}",
    ):
        assert line in mine.body, mine.body
    assert "Third party" not in mine.body
    assert "Third party" in theirs.body
    assert "African Union" not in theirs.body
    assert not mine.alternatives
    assert NOTE not in mine.body
    assert "&" not in mine.body


def test_once_a_day(due, clock):
    run()
    assert run() == "0 e-mails.\n"
    assert len(mail.outbox) == 2
    clock.shift(timedelta(days=1))
    run()
    assert len(mail.outbox) == 4


def test_a_dry_run_sends_nothing_and_changes_nothing(due):
    output = run("--dry-run")

    assert output.startswith("Would be written to: editor\n")
    assert not mail.outbox
    assert not DigestSubscription.objects.exclude(sent_for=None).exists()
    run()
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("zone", "hour", "sent"),
    [
        ("UTC", 12, 2),
        ("UTC", 13, 0),
        ("Africa/Nairobi", 15, 2),
        ("America/New_York", 9, 0),
    ],
)
def test_from_the_digest_hour_of_the_readers_zone(due, zone, hour, sent):
    Coalition.objects.update(audience_time_zone=zone, digest_hour=hour)

    output = run()

    assert len(mail.outbox) == sent
    assert ("has not come yet" in output) == (not sent)


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"email": ""},
        {"groups": []},
    ],
)
def test_nobody_without_access_is_written_to(due, change):
    groups = change.pop("groups", None)
    if groups is not None:
        due.editor.groups.set(groups)
    for name, value in change.items():
        setattr(due.editor, name, value)
    due.editor.save()

    run()

    assert get_recipients() == ["stranger@example.org"]


def test_only_who_asked_for_it(due):
    DigestSubscription.objects.filter(user=due.editor).update(wanted=False)
    run()
    assert get_recipients() == ["stranger@example.org"]


def test_no_e_mail_on_a_day_with_nothing_due(due):
    record(due.other, 0, "answered")

    run()

    assert get_recipients() == ["editor@example.org"]


def test_in_the_language_of_the_users_admin(due):
    profile = UserProfile.get_for_user(due.editor)
    profile.preferred_language = "fr"
    profile.save()

    run()

    assert "mai 2026" in mail.outbox[0].body
    assert "April" in mail.outbox[1].body


def test_one_failure_stops_nobody_and_is_tried_again(due, monkeypatch):
    from wagtail_rtop.correspondence import digest

    real = digest.send_mail

    def fail(subject, text, addresses):
        if addresses == ["editor@example.org"]:
            raise OSError("refused")
        return real(subject, text, addresses)

    monkeypatch.setattr(digest, "send_mail", fail)
    with pytest.raises(CommandError, match="1 e-mails could not be sent"):
        run()
    assert get_recipients() == ["stranger@example.org"]

    monkeypatch.setattr(digest, "send_mail", real)
    run()

    assert get_recipients() == ["editor@example.org", "stranger@example.org"]


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="a server's lock lets its own connection in"
)
def test_two_runs_at_once_are_one(due):
    with hold_lock(*REMINDING):
        assert run() == "Another run is at work; nothing done.\n"
    # Publishing has a lock of its own.
    with hold_lock():
        assert run().endswith("2 e-mails.\n")
    assert not SchedulerRun.objects.exclude(runner="").exists()


def test_it_is_asked_for_in_the_account(world, client):
    client.force_login(world.editor)
    page = client.get(ACCOUNT)
    assert "Daily e-mail about overdue answers" in get_text(page)
    data = {
        "name_email-first_name": "E",
        "name_email-last_name": "D",
        "name_email-email": "editor@example.org",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
    }

    assert client.post(ACCOUNT, {**data, "rtop_digest-wanted": "on"}).status_code == 302
    assert DigestSubscription.objects.get().wanted
    assert client.post(ACCOUNT, data).status_code == 302
    assert not DigestSubscription.objects.get().wanted
    client.force_login(world.reader)
    assert "rtop_digest" not in client.get(ACCOUNT).content.decode()
