"""Retraction: a translation group that is withdrawn and says so for ever."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Revision

from wagtail_rtop.visibility.groups import (
    approve,
    describe_member,
    fetch_members,
    fetch_schedule,
    get_source_page,
    take_off_line,
)
from wagtail_rtop.visibility.models import GuardedPageMixin, Retraction


def may_retract(page: Any, user: Any) -> bool:
    """Return whether the user may retract the page's group: publish its source."""
    return get_source_page(page).permissions_for_user(user).can_publish()


def may_withdraw(page: Any, user: Any) -> bool:
    """Return whether the user may take a retraction back: publish every member."""
    return all(
        member.permissions_for_user(user).can_publish()
        for member in fetch_members(page.get_group_key())
        if not member.alias_of_id
    )


def check_successor(page: Any, successor: Any) -> None:
    """Refuse a successor that leads nowhere.

    Raises:
        ValidationError: not a page of the package's kinds, of the same group,
            retracted itself, or replaced by the page in turn.
    """
    if successor is None:
        return
    if not isinstance(successor, GuardedPageMixin):
        raise ValidationError(
            _("“%(title)s” is neither a letter, a response nor a press release."),
            code="kind",
            params={"title": successor.title},
        )
    own, key = page.get_group_key(), successor.get_group_key()
    if own == key:
        raise ValidationError(
            _("A page can't replace itself. Choose another page, or none."),
            code="itself",
        )
    if Retraction.objects.filter(group_key=key).exists():
        raise ValidationError(
            _(
                "“%(title)s” is retracted itself. Choose the page that replaces "
                "both, or none."
            ),
            code="retracted",
            params={"title": successor.title},
        )


@transaction.atomic
def retract(
    page: Any,
    *,
    reason: str,
    reason_language: str = "",
    show_title: bool = True,
    successor: Any = None,
    user: Any = None,
) -> Retraction:
    """Withdraw the page's group in every language, at once. Return the retraction.

    Raises:
        ValidationError: without a reason, or as check_successor() says.
    """
    if not reason.strip():
        raise ValidationError(
            _("Say why the text is withdrawn: readers will find this in its place."),
            code="reason",
        )
    check_successor(page, successor)
    key = page.get_group_key()
    # The pages first, everywhere: publishing locks its page before anything else.
    members = fetch_members(key, lock=True)
    retraction, created = Retraction.objects.select_for_update().get_or_create(
        group_key=key,
        defaults={"reason_language": reason_language or page.locale.language_code},
    )
    retraction.reason = reason.strip()
    retraction.reason_language = reason_language or retraction.reason_language
    retraction.show_title = show_title
    retraction.successor_key = successor.get_group_key() if successor else None
    if created:
        retraction.retracted_by = user
    taken = [member for member in members if member.live]
    for member in members:
        revision = take_off_line(member, user)
        if revision:
            retraction.taken_down.append(revision.pk)
        for waiting in fetch_schedule(member):
            approve(waiting, None)
    retraction.save()
    log(
        instance=page,
        action="wagtail_rtop.retract" if created else "wagtail_rtop.change_retraction",
        user=user,
        data={
            "reason": retraction.reason,
            "taken_off_line": [describe_member(member) for member in taken],
        },
    )
    return retraction


@transaction.atomic
def withdraw_retraction(
    page: Any, *, republish: bool = False, user: Any = None
) -> list[Any]:
    """Take the retraction back; return the pages that went live again.

    Args:
        page: any page of the group.
        republish: whether what the retraction took off line is published again.
        user: who does it.
    """
    key = page.get_group_key()
    fetch_members(key, lock=True)
    found = Retraction.objects.select_for_update().filter(group_key=key).first()
    if found is None:
        return []
    found.delete()
    published = []
    if republish:
        for revision in Revision.objects.filter(pk__in=found.taken_down).order_by("pk"):
            revision.publish(user=user, skip_permission_checks=True)
            published.append(revision.content_object)
    log(
        instance=page,
        action="wagtail_rtop.withdraw_retraction",
        user=user,
        data={
            "reason": found.reason,
            "published": [describe_member(p) for p in published],
        },
    )
    return published
