"""What ``rtop_publish_due`` does, and that one failure stops nothing else."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page, PageLogEntry
from wagtail.signals import page_published

from tests import builders
from tests.embargo.conftest import get_live, reload
from wagtail_rtop.register.sync import get_content_version
from wagtail_rtop.visibility.embargo import remove_embargo, set_embargo
from wagtail_rtop.visibility.lifting import lift_now
from wagtail_rtop.visibility.models import Embargo, SchedulerRun
from wagtail_rtop.visibility.retraction import retract


def run(**options):
    out, err = io.StringIO(), io.StringIO()
    call_command("rtop_publish_due", stdout=out, stderr=err, **options)
    return out.getvalue()


@pytest.fixture
def waiting(group, lift):
    """The group with English and French waiting for the lift, Arabic a draft."""
    builders.publish(group.release)
    set_embargo(reload(group.release), lift)
    builders.publish(group.fr)
    return group


def test_nothing_appears_before_the_lift(waiting, lift, clock):
    clock.move_to(lift - timedelta(seconds=1))

    assert run() == ""
    assert get_live(waiting.release, waiting.fr, waiting.alias) == []


def test_all_that_waited_appears_at_the_lift(waiting, lift, clock, client):
    clock.move_to(lift)

    out = run()

    assert f"Published: {waiting.release.pk} Release" in out
    assert get_live(waiting.release, waiting.fr, waiting.alias, waiting.ar) == [
        "release",
        "release",
        "alias",
    ]
    assert Embargo.objects.get().released_at == lift
    assert reload(waiting.release).go_live_at is None
    assert client.get("/en/press/release/").status_code == 200
    entry = PageLogEntry.objects.get(action="wagtail_rtop.lift_embargo")
    assert len(entry.data["published"]) == 2


def test_running_again_changes_nothing(waiting, lift, clock):
    clock.move_to(lift)
    run()
    revisions = reload(waiting.release).revisions.count()
    published = PageLogEntry.objects.filter(action__contains="publish").count()

    assert run() == ""

    assert reload(waiting.release).revisions.count() == revisions
    assert PageLogEntry.objects.filter(action__contains="publish").count() == published


def test_wagtails_own_command_may_come_first(waiting, lift, clock):
    clock.move_to(lift + timedelta(seconds=1))
    call_command("publish_scheduled")
    assert get_live(waiting.release, waiting.fr) == ["release", "release"]

    run()

    assert Embargo.objects.get().released_at


def test_a_cancelled_schedule_stays_cancelled(waiting, lift, clock):
    revision = reload(waiting.fr).scheduled_revision
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    clock.move_to(lift)

    run()

    assert get_live(waiting.release, waiting.fr) == ["release"]


def test_a_later_schedule_survives_the_lift(group, lift, clock):
    builders.publish(group.release)
    page = reload(group.release)
    later = page.go_live_at = lift + timedelta(days=1)
    page.subtitle = "Second text"
    page.save_revision().publish()
    set_embargo(reload(group.release), lift)

    clock.move_to(lift)
    run()
    assert reload(group.release).live
    assert reload(group.release).subtitle == ""
    clock.move_to(later)
    run()

    assert reload(group.release).subtitle == "Second text"


def test_one_failing_receiver_stops_no_other_group(db, clock, lift):
    index = builders.make_release_index(builders.make_home())
    pages = [builders.make_release(index, live=False) for _ in range(10)]
    for page in pages:
        set_embargo(page, lift)
        builders.publish(page)
    clock.move_to(lift)
    broken = {pages[0].pk, pages[4].pk}

    def fail(sender, instance, **kwargs):
        if instance.pk in broken:
            raise RuntimeError("webhook down")

    page_published.connect(fail)
    try:
        with pytest.raises(CommandError, match="2 of 10 failed"):
            run()
        assert len(get_live(*pages)) == 8
        # Nothing half done: what failed is as it was and is tried again.
        assert reload(pages[0]).scheduled_revision.approved_go_live_at == lift
        assert SchedulerRun.objects.get().failures == 2
        broken.clear()
        run()
    finally:
        page_published.disconnect(fail)
    assert len(get_live(*pages)) == 10


def test_plain_schedules_and_expiries_are_isolated_too(db, clock):
    index = builders.make_release_index(builders.make_home())
    soon = timezone.now() + timedelta(hours=1)
    scheduled = builders.make_release(index, live=False)
    scheduled.go_live_at = soon
    builders.publish(scheduled)
    expiring = builders.make_release(index, expire_at=soon)
    assert get_live(scheduled, expiring) == [expiring.slug]
    clock.move_to(soon)

    out = run()

    assert get_live(scheduled, expiring) == [scheduled.slug]
    assert reload(expiring).expired
    assert "Expired:" in out


def test_a_page_type_of_the_sites_own_is_left_to_wagtail(db, clock):
    home = builders.make_home()
    page = builders.make_page(home, live=False)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    builders.publish(page)
    clock.move_to(page.go_live_at)

    run()

    assert get_live(page) == []


def test_a_retracted_group_is_not_published_at_its_lift(waiting, lift, clock):
    retract(waiting.release, reason="Wrong")
    clock.move_to(lift)

    run()

    assert get_live(waiting.release, waiting.fr, waiting.alias) == []
    assert Embargo.objects.get().released_at


def test_lift_now_publishes_at_once(waiting, lift):
    published = lift_now(reload(waiting.fr))

    assert {page.pk for page in published} == {waiting.release.pk, waiting.fr.pk}
    assert len(get_live(waiting.release, waiting.fr, waiting.alias)) == 3


def test_removing_publishes_nothing(waiting, lift, clock):
    remove_embargo(reload(waiting.fr))
    clock.move_to(lift)

    run()

    assert get_live(waiting.release, waiting.fr, waiting.alias) == []
    builders.publish(waiting.release)
    assert get_live(waiting.release) == ["release"]


def test_the_content_version_moves_when_time_alone_changes_a_page(waiting, lift, clock):
    run()
    before = get_content_version()
    run()
    assert get_content_version() == before

    # Publishing bumps it as well: here nothing is left to be published.
    Embargo.objects.update(released_at=timezone.now())
    reload(waiting.release).revisions.update(approved_go_live_at=None)
    reload(waiting.fr).revisions.update(approved_go_live_at=None)
    clock.move_to(lift)
    run()

    assert get_content_version() > before


def test_dry_run_says_what_is_due_and_changes_nothing(waiting, lift, clock):
    clock.move_to(lift)

    out = run(dry_run=True)

    assert "Due: 1 embargoes, 2 scheduled pages, 0 expired pages." in out
    assert get_live(waiting.release) == []
    assert not SchedulerRun.objects.exists()


def test_stock_pages_are_off_line_until_released(waiting, lift, clock):
    clock.move_to(lift)
    assert not Page.objects.live().filter(pk=waiting.release.pk).exists()
