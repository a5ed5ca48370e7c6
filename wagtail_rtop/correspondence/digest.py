"""The daily e-mail: what it says, and to whom it goes once a day."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from wagtail.admin.mail import send_mail
from wagtail.admin.utils import get_admin_base_url
from wagtail.users.models import UserProfile

from wagtail_rtop.coalition.models import Coalition
from wagtail_rtop.coalition.subscriptions import DigestSubscription
from wagtail_rtop.correspondence.access import may_open_desk
from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.correspondence.links import get_index_url, get_ledger_url
from wagtail_rtop.correspondence.reminders import Reminders, fetch_reminders


logger = logging.getLogger(__name__)
TEMPLATE = "wagtail_rtop/admin/correspondence/digest.txt"
# Rows of each kind in one e-mail; the rest is behind the link.
SHOWN = 50


@dataclass
class DigestReport:
    """What a run did.

    Attributes:
        sent: users written to, or in a dry run those who would be.
        failures: (user, what went wrong); they are tried again at the next run.
        waiting: the hour has not come yet.
    """

    sent: list[Any] = field(default_factory=list)
    failures: list[tuple[Any, Exception]] = field(default_factory=list)
    waiting: bool = False


def send_digests(
    *, dry_run: bool = False, prolong: Callable[[], None] = lambda: None
) -> DigestReport:
    """Write to each user who wants it and was not written to today.

    Args:
        dry_run: change nothing, send nothing.
        prolong: called ahead of each e-mail.

    "Today" and the hour are those of the coalition of the default site.
    """
    report = DigestReport()
    with _use_coalitions_clock() as (now, hour):
        if now.hour < hour:
            report.waiting = True
            return report
        today, deadlines = now.date(), Deadlines()
        for subscription in _fetch_due(today):
            user = subscription.user
            if not may_receive(user):
                continue
            reminders = fetch_reminders(user, SHOWN, deadlines)
            if not reminders:
                continue
            if dry_run:
                report.sent.append(user)
                continue
            prolong()
            _send_once(subscription, reminders, today, report)
    return report


def may_receive(user: Any) -> bool:
    """Return whether the user may be written to: somebody with a desk in the admin."""
    return bool(
        user.is_active
        and user.email
        and user.has_perm("wagtailadmin.access_admin")
        and may_open_desk(user)
    )


def build_message(user: Any, reminders: Reminders) -> tuple[str, str]:
    """Return subject and text, plain, in the language of the user's admin."""
    with override(UserProfile.get_for_user(user).get_preferred_language()):
        # No name of a page: a subject is read on locked screens.
        subject = gettext("Answers to letters: %(overdue)s overdue, %(soon)s due soon")
        base = (get_admin_base_url() or "").rstrip("/")
        text = render_to_string(
            TEMPLATE,
            {
                "user": user,
                "reminders": reminders,
                "overdue": _build_lines(reminders.overdue, base),
                "soon": _build_lines(reminders.soon, base),
                "more": reminders.overdue_count + reminders.soon_count
                > len(reminders.overdue) + len(reminders.soon),
                "index_url": base + get_index_url(due="waiting"),
                "account_url": base + reverse("wagtailadmin_account"),
            },
        )
        counts = {"overdue": reminders.overdue_count, "soon": reminders.soon_count}
        return subject % counts, text


def _send_once(
    subscription: DigestSubscription,
    reminders: Reminders,
    today: date,
    report: DigestReport,
) -> None:
    """Take the day, then send: a run that is killed in between repeats nothing."""
    before = subscription.sent_for
    taken = DigestSubscription.objects.filter(
        _build_due_q(today), pk=subscription.pk
    ).update(sent_for=today)
    if not taken:
        return
    user = subscription.user
    try:
        subject, text = build_message(user, reminders)
        send_mail(subject, text, [user.email])
    except Exception as error:  # one address does not stop the others
        logger.exception("The daily e-mail to user %s failed.", user.pk)
        DigestSubscription.objects.filter(pk=subscription.pk).update(sent_for=before)
        report.failures.append((user, error))
    else:
        report.sent.append(user)


def _fetch_due(today: date) -> list[DigestSubscription]:
    found = DigestSubscription.objects.filter(_build_due_q(today), wanted=True)
    return list(found.select_related("user").order_by("pk"))


def _build_due_q(today: date) -> Q:
    # A day ahead of today was another time zone's; it ends too.
    ahead = Q(sent_for__gt=today + timedelta(days=1))
    return Q(sent_for=None) | Q(sent_for__lt=today) | ahead


def _build_lines(rows: list[Any], base: str) -> list[dict[str, Any]]:
    return [
        {
            # One line each, whatever an import has written.
            "name": " ".join(row.name.split()),
            "letter": " ".join(row.letter.title.split()),
            "due": row.due,
            "url": base + get_ledger_url(row.letter_id, row.recipient_key),
        }
        for row in rows
    ]


@contextmanager
def _use_coalitions_clock() -> Iterator[tuple[datetime, int]]:
    """Yield the coalition's time and its digest hour; its day is today meanwhile."""
    coalition = (
        Coalition.objects.exclude(site=None)
        .order_by("-site__is_default_site", "pk")
        .first()
    ) or Coalition()
    try:
        zone = ZoneInfo(coalition.audience_time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    with timezone.override(zone):
        yield timezone.localtime(), coalition.digest_hour
