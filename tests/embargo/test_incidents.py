"""What failed or was late is kept, told once, and shown to those it concerns."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.signals import page_published

from tests import builders
from tests.embargo.conftest import get_live, reload
from tests.embargo.test_admin import get_text, sign_in
from tests.embargo.test_due import run, waiting  # noqa: F401  # a fixture
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.incidents import Incident, get_recipients
from wagtail_rtop.visibility.lifting import release_due


@pytest.fixture(autouse=True)
def _managers(settings):
    settings.MANAGERS = ["desk@example.org"]
    settings.WAGTAILADMIN_BASE_URL = "https://cms.example.org"


@pytest.fixture
def broken():
    """Ids of pages whose publishing fails, until the set is emptied."""
    ids = set()

    def fail(sender, instance, **kwargs):
        if instance.pk in ids:
            raise RuntimeError("webhook of the Gazette is down")

    page_published.connect(fail)
    yield ids
    page_published.disconnect(fail)


def test_a_failure_is_kept_told_and_solved(waiting, lift, clock, broken):  # noqa: F811
    broken.add(waiting.fr.pk)
    clock.move_to(lift)

    for _ in range(3):
        with pytest.raises(CommandError):
            run()
        clock.shift(60)

    incident = Incident.objects.get()
    assert (incident.tries, incident.page_id) == (3, waiting.release.pk)
    assert incident.error == "RuntimeError: webhook of the Gazette is down"
    assert get_live(waiting.release, waiting.fr) == []
    [message] = mail.outbox
    assert message.to == ["desk@example.org"]
    assert f"https://cms.example.org/admin/rtop/release/{waiting.release.pk}/" in (
        message.body
    )
    # Whoever reads the mail reads nothing of the text, nor what an error quotes.
    assert "Release" not in message.body
    assert "Gazette" not in message.body
    entry = PageLogEntry.objects.get(action="wagtail_rtop.fail_release")
    assert entry.message == "Release failed (RuntimeError) and will be tried again"

    clock.shift(3600)
    with pytest.raises(CommandError):
        run()
    assert len(mail.outbox) == 2
    broken.clear()
    run()
    run()
    assert Incident.objects.get().solved_at
    assert len(mail.outbox) == 2


def test_a_late_release_is_told_once(waiting, lift, clock):  # noqa: F811
    clock.move_to(lift + timedelta(minutes=5, seconds=1))

    run()
    run()

    assert Incident.objects.get().kind == "late"
    assert "Late: embargo" in mail.outbox[0].body
    assert len(mail.outbox) == 1


def test_a_release_on_time_is_no_incident(waiting, lift, clock):  # noqa: F811
    clock.move_to(lift + timedelta(minutes=1))

    run()

    assert not Incident.objects.exists()
    assert mail.outbox == []


def test_mail_that_fails_stops_nothing(waiting, lift, clock, monkeypatch):  # noqa: F811
    clock.move_to(lift + timedelta(minutes=6))

    def fail(self, messages):
        raise OSError("no route to host")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", fail)
        run()
    assert len(get_live(waiting.release, waiting.fr)) == 2
    run()

    assert len(mail.outbox) == 1


def test_who_is_told(settings):
    assert get_recipients() == ["desk@example.org"]
    settings.MANAGERS = [("Desk", "pair@example.org")]
    assert get_recipients() == ["pair@example.org"]
    settings.MANAGERS, settings.ADMINS = [], ["admin@example.org"]
    assert get_recipients() == ["admin@example.org"]
    settings.WAGTAIL_RTOP = {"ALERT_EMAILS": ["press@example.org"]}
    assert get_recipients() == ["press@example.org"]
    settings.WAGTAIL_RTOP = {"ALERT_EMAILS": []}
    assert get_recipients() == []


def test_every_tenth_receiver_fails_and_the_others_go_out(db, clock, lift, broken):
    index = builders.make_release_index(builders.make_home())
    pages = [builders.make_release(index, live=False) for _ in range(30)]
    for page in pages:
        set_embargo(page, lift)
        builders.publish(page)
    broken.update(page.pk for page in pages[::10])
    clock.move_to(lift)

    report = release_due()

    assert len(report.failures) == 3
    assert len(get_live(*pages)) == 27
    broken.clear()
    release_due()
    assert len(get_live(*pages)) == 30


def test_what_is_no_longer_complete_stays_off_line(waiting, lift, clock):  # noqa: F811
    revision = reload(waiting.fr).scheduled_revision
    revision.content["document_date"] = None
    revision.save()
    clock.move_to(lift)

    with pytest.raises(CommandError):
        run()

    assert get_live(waiting.release, waiting.fr, waiting.alias) == []
    assert "date of the release" in Incident.objects.get().error


def test_the_dashboard_tells_editors_what_is_theirs(
    waiting,  # noqa: F811
    lift,
    clock,
    client,
    broken,
):
    sign_in(client, pages=[waiting.index], actions=["change"])
    home = reverse("wagtailadmin_home")
    text = get_text(client.get(home))
    assert "the command rtop_publish_due has never run" in text
    run()
    text = get_text(client.get(home))
    assert "rtop_publish_due" not in text
    assert "Release May 1, 2026, 10:00 English" in text

    broken.add(waiting.release.pk)
    clock.move_to(lift)
    with pytest.raises(CommandError):
        run()
    assert "Not released: Release, due May 1, 2026, 10:00" in get_text(client.get(home))
    clock.shift(timedelta(minutes=6))
    assert "Nothing has been released since" in get_text(client.get(home))

    others = builders.make_group(
        "others", pages=[waiting.ar.get_parent()], actions=["change"]
    )
    client.force_login(builders.make_user(groups=[others]))
    text = get_text(client.get(home))
    assert "Not released" not in text
    assert "May 1, 2026, 10:00 English" not in text


def test_an_embargo_with_nothing_behind_it_says_so(group, lift, client):
    sign_in(client, superuser=True)
    set_embargo(group.release, lift)

    assert "Nothing is scheduled" in get_text(client.get(reverse("wagtailadmin_home")))


def test_the_panel_asks_no_more_for_twenty(group, lift, client):
    sign_in(client, superuser=True)
    home = reverse("wagtailadmin_home")

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(home)
        return len(queries)

    def add():
        page = builders.make_release(group.index, live=False)
        set_embargo(page, lift)
        builders.publish(page)
        Incident.objects.create(name="x", kind="failed", page_id=page.pk, due_at=lift)

    add()
    count()
    one = count()
    for _ in range(19):
        add()

    assert count() == one
    assert timezone.now() < lift
