"""Before the lift no member of the group is live, whoever publishes it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from tests import builders
from tests.embargo.conftest import get_live, reload
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.models import Embargo


def test_publishing_schedules_for_the_lift(group, lift):
    set_embargo(group.release, lift)

    builders.publish(group.release)

    page = reload(group.release)
    assert not page.live
    assert page.scheduled_revision.approved_go_live_at == lift
    # Neither the row nor the revision keeps the lift: it may be moved.
    assert page.go_live_at is None
    assert page.scheduled_revision.content["go_live_at"] is None


def test_without_an_embargo_publishing_publishes(group):
    builders.publish(group.release)

    assert get_live(group.release, group.alias) == ["release", "alias"]


def test_aliases_and_translations_wait_as_well(group, lift):
    set_embargo(group.fr, lift)

    for page in (group.release, group.fr, group.ar):
        builders.publish(page)

    assert get_live(group.release, group.fr, group.ar, group.alias) == []


def test_a_live_group_goes_off_line_at_once(group, lift):
    for page in (group.release, group.fr):
        builders.publish(page)

    taken = set_embargo(reload(group.ar), lift)

    assert {page.pk for page in taken} == {
        group.release.pk,
        group.fr.pk,
        group.alias.pk,
    }
    assert get_live(group.release, group.fr, group.ar, group.alias) == []
    assert reload(group.fr).scheduled_revision.approved_go_live_at == lift
    assert reload(group.ar).scheduled_revision is None


def test_a_live_page_without_revision_goes_off_line_with_its_text(group, lift):
    page = reload(group.release)
    page.revisions.all().delete()
    page = reload(page)
    page.live, page.subtitle = True, "Written by code"
    page.save()

    set_embargo(page, lift)

    waiting = reload(page).scheduled_revision
    assert waiting.approved_go_live_at == lift
    assert waiting.content["subtitle"] == "Written by code"


def test_writing_a_row_as_live_by_code_is_refused(group, lift):
    set_embargo(group.release, lift)
    page = reload(group.release)

    page.live = True
    page.save()
    assert get_live(page) == []

    page.live = True
    page.save(update_fields=["live", "title"])
    assert get_live(page) == []


def test_a_later_translation_is_born_hidden(group, lift):
    builders.publish(group.release)
    set_embargo(reload(group.release), lift)
    builders.make_translated_home(group.home, "es")

    late = reload(group.release).copy_for_translation(
        builders.make_locale("es"), copy_parents=True
    )
    builders.publish(late)

    assert get_live(late) == []
    assert reload(late).scheduled_revision.approved_go_live_at == lift


def test_a_later_alias_is_born_hidden(group, lift):
    builders.publish(group.release)
    set_embargo(reload(group.release), lift)

    alias = reload(group.release).create_alias(parent=group.index, update_slug="late")

    assert get_live(alias) == []


def test_a_copy_is_a_document_of_its_own_and_a_draft(group, lift):
    builders.publish(group.release)

    copy = reload(group.release).copy(
        to=group.index, update_attrs={"slug": "copy"}, keep_live=True
    )

    assert get_live(copy) == []
    set_embargo(reload(group.release), lift)
    assert copy.get_active_embargo() is None


def test_the_later_of_schedule_and_lift_counts(group, lift):
    set_embargo(group.release, lift)
    for days, expected in ((0.01, lift), (2, timezone.now() + timedelta(days=2))):
        page = reload(group.release)
        page.go_live_at = timezone.now() + timedelta(days=days)
        builders.publish(page)
        assert reload(page).scheduled_revision.approved_go_live_at == expected


@pytest.mark.parametrize("hours", [-1, 5])
def test_moving_the_lift_moves_the_schedules(group, lift, hours):
    builders.publish(group.release)
    set_embargo(reload(group.release), lift)
    builders.publish(group.fr)

    moved = lift + timedelta(hours=hours)
    set_embargo(reload(group.fr), moved)

    for page in (group.release, group.fr):
        assert reload(page).scheduled_revision.approved_go_live_at == moved


def test_moving_the_lift_leaves_a_later_schedule_alone(group, lift):
    page = reload(group.release)
    later = page.go_live_at = timezone.now() + timedelta(days=3)
    builders.publish(page)

    set_embargo(reload(page), lift)
    set_embargo(reload(page), lift + timedelta(hours=1))

    assert reload(page).scheduled_revision.approved_go_live_at == later


def test_a_form_that_posts_the_lift_back_does_not_freeze_it(group, lift):
    set_embargo(group.release, lift + timedelta(seconds=30))
    builders.publish(group.release)
    page = reload(group.release).get_latest_revision_as_object()

    # What the editor's form shows and posts has no seconds.
    page.go_live_at = page.go_live_at.replace(second=0)
    page.save()
    revision = page.save_revision()

    assert revision.content["go_live_at"] is None
    assert reload(page).go_live_at is None


def test_stock_querysets_do_not_show_it_before_the_lift(group, lift, clock):
    set_embargo(group.release, lift)
    builders.publish(group.release)

    assert not Page.objects.live().filter(pk=group.release.pk).exists()
    assert Embargo.objects.get().is_active()
