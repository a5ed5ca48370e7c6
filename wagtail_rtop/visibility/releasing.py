"""Releasing texts by hand: now, at a moment, or with the embargo's lift.

Each is one transaction over all the languages that were chosen: a text that can't
be published lets none of them out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations
from wagtail.log_actions import log
from wagtail.models import COMMENTS_RELATION_NAME, Revision

from wagtail_rtop.visibility.embargo import check_lift
from wagtail_rtop.visibility.groups import (
    approve,
    build_revision,
    describe_member,
    fetch_members,
    fetch_schedule,
    get_own_moment,
)
from wagtail_rtop.visibility.models import Embargo, Retraction


def may_release(member: Any, user: Any) -> bool:
    """Return whether the user may publish this page now: no alias, not locked."""
    if member.alias_of_id or not member.permissions_for_user(user).can_publish():
        return False
    lock = member.get_lock()
    return not (lock and lock.for_user(user))


def fetch_text(member: Any, user: Any = None) -> Revision:
    """Return the page's latest revision; a page made by code gets one."""
    return member.get_latest_revision() or build_revision(member, user)


def check_text(revision: Revision) -> Any:
    """Return the page as of the revision if it may be published as it is.

    Raises:
        ValidationError: naming the page and what is wrong with it.
    """
    text = revision.as_object()
    problems = list(_find_problems(text))
    if problems:
        raise ValidationError(
            _("“%(title)s” (%(language)s) can't be published yet: %(problems)s"),
            code="incomplete",
            params={
                "title": text.title,
                "language": text.locale.get_display_name(),
                "problems": " ".join(problems),
            },
        )
    return text


@transaction.atomic
def release_now(page: Any, members: Sequence[Any], *, user: Any = None) -> list[Any]:
    """Publish the latest text of these members of the page's group; return them.

    Raises:
        ValidationError: the group is retracted or under embargo, or as
            check_text() says.
    """
    _lock_and_check(page)
    for member in members:
        revision = fetch_text(member, user)
        text = check_text(revision)
        if text.go_live_at:
            # The draft asks for a later moment; the editor has decided otherwise.
            text.go_live_at = None
            revision = text.save_revision(user=user, log_action=False, clean=False)
        revision.publish(user=user)
    _log_release(page, "wagtail_rtop.release", members, user)
    return list(members)


@transaction.atomic
def schedule_release(
    page: Any, members: Sequence[Any], moment: datetime, *, user: Any = None
) -> list[Any]:
    """Let the latest text of these members go live at a moment; return them.

    What is live stays so until then.

    Raises:
        ValidationError: as check_lift(), release_now() and check_text() say.
    """
    check_lift(moment)
    _lock_and_check(page, moment)
    for member in members:
        text = check_text(fetch_text(member, user))
        text.go_live_at = moment
        revision = text.save_revision(user=user, log_action=False, clean=False)
        revision.publish(user=user)
    _log_release(page, "wagtail_rtop.schedule_release", members, user, moment)
    return list(members)


@transaction.atomic
def include_in_lift(page: Any, members: Sequence[Any], *, user: Any = None) -> None:
    """Let the latest text of these members go live when the embargo is lifted.

    Raises:
        ValidationError: without an embargo, or as check_text() says.
    """
    embargo = page.get_active_embargo()
    if embargo is None:
        raise ValidationError(
            _("There is no embargo any more: nothing waits for its lift."),
            code="no_embargo",
        )
    for member in members:
        revision = fetch_text(member, user)
        check_text(revision)
        # Under an embargo publishing is scheduling, for the lift or later.
        revision.publish(user=user)
    if members:
        _log_release(page, "wagtail_rtop.schedule_release", members, user, embargo.lift)


@transaction.atomic
def replace_scheduled(member: Any, *, user: Any = None) -> datetime | None:
    """Let the latest text go out in place of the one that is scheduled.

    Return the moment; None if nothing is scheduled or nothing is newer.

    Raises:
        ValidationError: as check_text() says.
    """
    fetch_members(member.get_group_key(), lock=True)
    waiting = fetch_schedule(member)
    latest = member.get_latest_revision()
    if not waiting or not is_newer(latest, waiting[0]):
        return None
    check_text(latest)
    before, moment = waiting[0], waiting[0].approved_go_live_at
    own = get_own_moment(latest)
    moment = max(moment, own) if own else moment
    approve(before, None)
    approve(latest, moment)
    log(
        instance=member,
        action="wagtail_rtop.replace_scheduled",
        user=user,
        revision=latest,
        data={
            "moment": moment.isoformat(),
            "before": before.pk,
            "after": latest.pk,
        },
    )
    return moment


def is_newer(latest: Revision | None, scheduled: Revision) -> bool:
    """Return whether a text was saved after the one that is scheduled."""
    return bool(
        latest
        and latest.pk != scheduled.pk
        and latest.created_at >= scheduled.created_at
    )


def _lock_and_check(page: Any, moment: datetime | None = None) -> None:
    key = page.get_group_key()
    # The pages first, everywhere: publishing locks its page before anything else.
    fetch_members(key, lock=True)
    if Retraction.objects.filter(group_key=key).exists():
        raise ValidationError(
            _(
                "This document is retracted. Withdraw the retraction before you "
                "release it again."
            ),
            code="retracted",
        )
    embargo = Embargo.objects.filter(group_key=key).first()
    if embargo and embargo.is_active() and (moment or timezone.now()) < embargo.lift:
        raise ValidationError(
            _(
                "This document is under embargo until %(lift)s (UTC). Lift or move "
                "the embargo instead, or choose a later moment."
            ),
            code="embargo",
            params={"lift": f"{embargo.lift:%Y-%m-%d %H:%M}"},
        )


def _find_problems(text: Any) -> Iterable[str]:
    yield from _describe(text, ())
    for relation in get_all_child_relations(type(text)):
        # The page's own form does not show these either.
        skipped = (relation.field.name, "locale", "translation_key")
        # Editors' remarks to each other are no part of what is published.
        if relation.get_accessor_name() == COMMENTS_RELATION_NAME:
            continue
        for row in getattr(text, relation.get_accessor_name()).all():
            yield from _describe(row, skipped)


def _describe(instance: Any, exclude: Sequence[str]) -> Iterable[str]:
    try:
        instance.full_clean(exclude=exclude)
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            yield from error.messages
            return
        for name, found in error.message_dict.items():
            try:
                label = str(instance._meta.get_field(name).verbose_name)
            except FieldDoesNotExist:
                label = ""
            for message in found:
                yield f"{label}: {message}" if label else message


def _log_release(
    page: Any,
    action: str,
    members: Sequence[Any],
    user: Any,
    moment: datetime | None = None,
) -> None:
    log(
        instance=page,
        action=action,
        user=user,
        data={
            "moment": moment.isoformat() if moment else None,
            "pages": [describe_member(member) for member in members],
        },
    )
