"""Embargo: nothing of a translation group is readable before a moment.

Setting one is one function each: check, change, log. The side table binds the
group; see Embargo. What waits for a lift is approved on its revision, so that
Wagtail shows it as scheduled.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from wagtail_rtop.visibility.groups import (
    approve,
    describe_member,
    fetch_members,
    fetch_schedule,
    get_own_moment,
    get_source_page,
    take_off_line,
)
from wagtail_rtop.visibility.models import Embargo


# Nobody announces a text ten years ahead: a later year is a slip of the pen.
MAX_DAYS = 3653


def check_lift(lift: datetime) -> None:
    """Refuse a lift that makes no sense.

    Raises:
        ValidationError: without a time zone, in the past, or further ahead than
            ten years.
    """
    if timezone.is_naive(lift):
        raise ValidationError(
            _(
                "“%(lift)s” names no time zone, so nobody can tell when it is. Give "
                "the moment with its zone, for example 2026-05-01T09:00+00:00."
            ),
            code="naive",
            params={"lift": lift.isoformat()},
        )
    now = timezone.now()
    if lift <= now:
        raise ValidationError(
            _(
                "This moment has passed. An embargo needs a moment to come. To "
                "publish at once set none, or lift the one there is."
            ),
            code="past",
        )
    if lift > now + timedelta(days=MAX_DAYS):
        raise ValidationError(
            _(
                "This moment is more than ten years ahead. Check the year; to keep a "
                "page off line for good, unpublish it."
            ),
            code="too_far",
        )


def may_tighten(page: Any, user: Any) -> bool:
    """Return whether the user may set or prolong an embargo on the page's group.

    It binds every language, so the group's source decides: who may edit it, or
    publish it if the embargo takes anything off line.
    """
    permissions = get_source_page(page).permissions_for_user(user)
    if any(member.live for member in fetch_members(page.get_group_key())):
        return permissions.can_publish()
    return permissions.can_edit()


def may_loosen(page: Any, user: Any) -> bool:
    """Return whether the user may shorten or end it: publish every member."""
    return all(
        member.permissions_for_user(user).can_publish()
        for member in fetch_members(page.get_group_key())
        if not member.alias_of_id
    )


@transaction.atomic
def set_embargo(page: Any, lift: datetime, *, user: Any = None) -> list[Any]:
    """Put the page's group under embargo until ``lift``, or move the lift.

    What was live goes off line now and is scheduled for the lift; what was
    scheduled before goes live at the lift. Return the pages taken off line.

    Raises:
        ValidationError: as check_lift() says.
    """
    check_lift(lift)
    key = page.get_group_key()
    # The pages first, everywhere: publishing locks its page before anything else.
    members = fetch_members(key, lock=True)
    embargo, created = Embargo.objects.select_for_update().get_or_create(
        group_key=key, defaults={"lift": lift, "set_by": user}
    )
    before = None if created or not embargo.is_active() else embargo.lift
    embargo.lift, embargo.set_by, embargo.set_at = lift, user, timezone.now()
    embargo.released_at = None
    embargo.save()
    taken = [member for member in members if _reschedule(member, lift, user)]
    log(
        instance=page,
        action="wagtail_rtop.move_embargo" if before else "wagtail_rtop.set_embargo",
        user=user,
        data={
            "lift": lift.isoformat(),
            "before": before.isoformat() if before else None,
            "taken_off_line": [describe_member(member) for member in taken],
        },
    )
    return taken


@transaction.atomic
def remove_embargo(page: Any, *, user: Any = None) -> None:
    """End the embargo and publish nothing: what waited for it stays a draft.

    What the editor had scheduled for a moment still to come keeps it.
    """
    key = page.get_group_key()
    members = fetch_members(key, lock=True)
    embargo = Embargo.objects.select_for_update().filter(group_key=key).first()
    if embargo is None:
        return
    embargo.delete()
    for member in members:
        for revision in fetch_schedule(member):
            own = get_own_moment(revision)
            approve(revision, own if own and own > timezone.now() else None)
    log(
        instance=page,
        action="wagtail_rtop.remove_embargo",
        user=user,
        data={"lift": embargo.lift.isoformat()},
    )


def _reschedule(member: Any, lift: datetime, user: Any) -> bool:
    """Hold one page back until the lift. Return whether it was live."""
    moments = {
        revision: max(lift, get_own_moment(revision) or lift)
        for revision in fetch_schedule(member)
    }
    was_live = member.live
    revision = take_off_line(member, user)
    # Something newer that is due by the lift anyway takes its place.
    if revision and lift not in moments.values():
        moments.setdefault(revision, lift)
    # After the unpublishing, which unschedules everything.
    for waiting, moment in moments.items():
        approve(waiting, moment)
    return was_live
