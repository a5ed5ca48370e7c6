"""One runner at a time, a heartbeat, and the check that misses it."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests import builders
from tests.embargo.conftest import get_live, reload
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.lifting import release_group
from wagtail_rtop.visibility.models import Embargo, SchedulerRun
from wagtail_rtop.visibility.scheduler import LEASE, Runner, check_heartbeat, hold_lock


def run():
    out = io.StringIO()
    call_command("rtop_publish_due", stdout=out)
    return out.getvalue()


def get_ids(databases=("default",)):
    return [m.id for m in check_heartbeat(None, databases=databases)]


def test_the_lease_is_held_prolonged_and_given_up(db, clock):
    first, second = Runner(), Runner()
    assert first.acquire()
    assert not second.acquire()
    clock.shift(LEASE - timedelta(seconds=1))
    first.prolong()
    clock.shift(LEASE - timedelta(seconds=1))
    assert not second.acquire()

    # A killed runner gives way.
    clock.shift(timedelta(seconds=2))
    assert second.acquire()
    first.release()
    assert not Runner().acquire()
    second.release()
    assert Runner().acquire()


def test_a_second_run_does_nothing(db):
    if connection.vendor != "sqlite":
        pytest.skip("the server's own lock is the connection's: see the race tests")
    with hold_lock():
        assert run() == "Another run is at work; nothing done.\n"
    assert SchedulerRun.objects.get().finished_at is None
    run()
    assert SchedulerRun.objects.get().finished_at is not None


def test_the_check_misses_the_heartbeat(group, lift, clock):
    # Nothing waits: a fresh site is not warned.
    assert get_ids() == []
    set_embargo(group.release, lift)
    assert get_ids() == ["wagtail_rtop.W030"]
    run()
    assert get_ids() == []
    clock.shift(timedelta(minutes=5, seconds=1))
    assert get_ids() == ["wagtail_rtop.W030"]
    assert get_ids(None) == []


def test_the_check_belongs_to_the_database(group, lift):
    set_embargo(group.release, lift)

    def get_found(**options):
        return [m.id for m in run_checks(**options) if m.id == "wagtail_rtop.W030"]

    assert get_found() == []
    assert get_found(tags=[Tags.database], databases=["default"])


def run_in_threads(*jobs):
    errors, barrier = [], threading.Barrier(len(jobs))

    def work(job):
        try:
            barrier.wait()
            job()
        except Exception as error:  # noqa: BLE001  # told in the main thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.fixture
    def page(self):
        from wagtail.models import Page

        if not Page.objects.filter(depth=1).exists():
            Page.add_root(title="Root", slug="root", locale=builders.make_locale("en"))
        index = builders.make_release_index(builders.make_home())
        return builders.make_release(index, live=False)

    def test_four_runners_publish_once(self, page):
        from wagtail.models import PageLogEntry

        set_embargo(page, timezone.now() + timedelta(hours=1))
        builders.publish(page)
        past = timezone.now() - timedelta(seconds=1)
        Embargo.objects.update(lift=past)
        page.revisions.update(approved_go_live_at=past)

        run_in_threads(*[run] * 4)

        assert get_live(page) == [page.slug]
        actions = PageLogEntry.objects.filter(action="wagtail.publish.scheduled")
        assert actions.count() == 1

    def test_groups_are_published_once_without_the_runners_lock(self, page):
        from wagtail.models import PageLogEntry

        set_embargo(page, timezone.now() + timedelta(hours=1))
        builders.publish(page)
        past = timezone.now() - timedelta(seconds=1)
        Embargo.objects.update(lift=past)
        page.revisions.update(approved_go_live_at=past)
        pk = Embargo.objects.get().pk

        run_in_threads(*[lambda: release_group(pk)] * 4)

        actions = PageLogEntry.objects.filter(action="wagtail_rtop.lift_embargo")
        assert actions.count() == 1

    def test_an_embargo_set_while_it_is_published_wins(self, page):
        for _ in range(10):
            Embargo.objects.all().delete()
            revision = reload(page).save_revision()
            lift = timezone.now() + timedelta(hours=1)

            run_in_threads(
                revision.publish, lambda lift=lift: set_embargo(reload(page), lift)
            )

            assert get_live(page) == []

    def test_moving_the_lift_while_it_is_lifted_is_one_or_the_other(self, page):
        for _ in range(10):
            Embargo.objects.all().delete()
            set_embargo(reload(page), timezone.now() + timedelta(hours=1))
            builders.publish(reload(page))
            past = timezone.now() - timedelta(seconds=1)
            Embargo.objects.update(lift=past)
            page.revisions.update(approved_go_live_at=past)
            lift = timezone.now() + timedelta(hours=1)

            run_in_threads(run, lambda lift=lift: set_embargo(reload(page), lift))

            assert Embargo.objects.get().lift == lift
            assert get_live(page) == []
