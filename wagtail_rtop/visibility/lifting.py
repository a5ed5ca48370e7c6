"""What becomes due: embargoes lifted, schedules met, pages expired.

Each group is a transaction of its own: a receiver that fails on one release
leaves it as it was, to be tried again, and stops no other.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision, get_page_models

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.groups import (
    approve,
    describe_member,
    fetch_members,
    fetch_schedule,
    get_own_moment,
)
from wagtail_rtop.visibility.incidents import record_failure, record_success
from wagtail_rtop.visibility.locks import lock_pages
from wagtail_rtop.visibility.models import Embargo, GuardedPageMixin, Retraction
from wagtail_rtop.visibility.releasing import check_text


logger = logging.getLogger("wagtail_rtop")


@dataclass
class LiftReport:
    """What one run did.

    Attributes:
        published: pages that went live.
        expired: pages taken off line because their time was over.
        failures: list of (what was tried, the error).
    """

    published: list[Any] = field(default_factory=list)
    expired: list[Any] = field(default_factory=list)
    failures: list[tuple[str, Exception]] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """One thing that is due: an embargo's group, a scheduled page, an expiry.

    Attributes:
        name: for logs and incidents, for example "embargo 3".
        work: does it; returns the pages that changed.
        done: the report's list for these.
        page_id: the page that speaks for it.
        due_at: when it should have happened.
    """

    name: str
    work: Callable[[], list[Any]]
    done: list[Any]
    page_id: int | None
    due_at: datetime


def release_due(before_each: Callable[[], None] = lambda: None) -> LiftReport:
    """Do everything that is due now, each group for itself.

    Args:
        before_each: called ahead of each group, to prolong the runner's lock.
    """
    report = LiftReport()
    for job in _fetch_jobs(report):
        before_each()
        try:
            changed = job.work()
        except Exception as error:  # a receiver may raise anything; the other groups must still be released
            logger.exception("Not released, will be tried again: %s", job.name)
            report.failures.append((job.name, error))
            _note(record_failure, job, error)
        else:
            job.done.extend(changed)
            if changed:
                _note(record_success, job)
    return report


def fetch_due_embargoes() -> list[int]:
    """Return ids of embargoes whose lift has come, soonest first."""
    return [pk for pk, _lift, _key in _find_due_embargoes()]


def fetch_due_pages() -> list[int]:
    """Return ids of guarded pages with a scheduled revision that is due."""
    return list(_find_due_pages())


def fetch_expired_pages() -> list[int]:
    """Return ids of guarded pages that are live past their expiry."""
    return [pk for pk, _expiry in _find_expired_pages()]


@transaction.atomic
def release_group(pk: int, *, user: Any = None) -> list[Any]:
    """Publish what waited for this embargo, in every language at one instant.

    Return the pages that went live: none if it was moved or released meanwhile.
    """
    found = Embargo.objects.filter(pk=pk)
    key = found.values_list("group_key", flat=True).first()
    # The pages first, everywhere: publishing locks its page before anything else.
    members = fetch_members(key, lock=True) if key else []
    embargo = found.select_for_update().first()
    if embargo is None or embargo.released_at or embargo.is_active():
        return []
    published = [
        member
        for member in members
        if not member.alias_of_id and _publish_due_revision(member, user)
    ]
    embargo.released_at = timezone.now()
    embargo.save()
    for member in published[:1]:
        log(
            instance=member,
            action="wagtail_rtop.lift_embargo",
            user=user,
            data={
                "lift": embargo.lift.isoformat(),
                "published": [describe_member(page) for page in published],
            },
        )
    return published


def lift_now(page: Any, *, user: Any = None) -> list[Any]:
    """End the embargo and publish what waited for it; return what went live."""
    with transaction.atomic():
        key = page.get_group_key()
        members = fetch_members(key, lock=True)
        embargo = Embargo.objects.select_for_update().filter(group_key=key).first()
        if embargo is None or not embargo.is_active():
            return []
        planned, embargo.lift = embargo.lift, timezone.now()
        embargo.save()
        for member in members:
            for revision in fetch_schedule(member):
                if is_held_back(revision, planned, embargo.lift):
                    approve(revision, embargo.lift)
        return release_group(embargo.pk, user=user)


def is_held_back(revision: Any, planned: datetime, now: datetime) -> bool:
    """Return whether only the embargo until ``planned`` keeps it from going out now.

    A later moment of its own stays.
    """
    own = get_own_moment(revision)
    return revision.approved_go_live_at == planned and not (own and own > now)


@transaction.atomic
def publish_scheduled(pk: int) -> list[Any]:
    """Publish one page's scheduled revision, if it still is due."""
    # Taken first: an embargo set meanwhile has moved the revision's moment.
    if not lock_pages(Q(pk=pk)):
        return []
    member = get_page_model().objects.get(pk=pk).specific
    group = Embargo.objects.filter(group_key=member.get_group_key())
    if group.filter(released_at=None).exists():
        # Every language goes live at one instant, with the group or not at all.
        return []
    return [member] if _publish_due_revision(member, None) else []


@transaction.atomic
def expire_page(pk: int) -> list[Any]:
    """Unpublish one page whose expiry has passed, if it still is live."""
    if not lock_pages(Q(pk=pk, live=True)):
        return []
    page = get_page_model().objects.get(pk=pk).specific
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return [page]


def _publish_due_revision(member: Any, user: Any) -> bool:
    now = timezone.now()
    waiting = list(
        member.revisions.filter(approved_go_live_at__isnull=False).order_by(
            "-approved_go_live_at", "-pk"
        )
    )
    due = [revision for revision in waiting if revision.approved_go_live_at <= now]
    if not due or Retraction.objects.filter(group_key=member.get_group_key()).exists():
        return False
    later: list[tuple[Revision, datetime]] = [
        (revision, revision.approved_go_live_at)
        for revision in waiting
        if revision.approved_go_live_at > now
    ]
    # What was complete when it was scheduled may not be so any more.
    check_text(due[0])
    due[0].publish(
        user=user, log_action="wagtail.publish.scheduled", skip_permission_checks=True
    )
    # Publishing unschedules every other revision; this one's turn is to come.
    for revision, moment in later:
        approve(revision, moment)
    return True


def _fetch_jobs(report: LiftReport) -> Iterator[Job]:
    """Yield what is due; each kind is looked for when the one before is done."""
    embargoes = list(_find_due_embargoes())
    pages = get_page_model().objects.filter(
        translation_key__in=[key for _pk, _lift, key in embargoes], alias_of=None
    )
    speakers = dict(pages.order_by("-pk").values_list("translation_key", "pk"))
    for pk, lift, key in embargoes:
        work = _bind(release_group, pk)
        yield Job(f"embargo {pk}", work, report.published, speakers.get(key), lift)
    for pk, moment in _find_due_pages().items():
        work = _bind(publish_scheduled, pk)
        yield Job(f"page {pk}", work, report.published, pk, moment)
    for pk, expiry in _find_expired_pages():
        work = _bind(expire_page, pk)
        yield Job(f"expiry {pk}", work, report.expired, pk, expiry)


def _find_due_embargoes() -> Iterable[tuple[int, datetime, Any]]:
    due = Embargo.objects.filter(released_at=None, lift__lte=timezone.now())
    return due.order_by("lift", "pk").values_list("pk", "lift", "group_key")


def _find_due_pages() -> dict[int, datetime]:
    due = Revision.objects.filter(
        approved_go_live_at__lte=timezone.now(), content_type__in=_get_guarded_types()
    ).order_by("-approved_go_live_at", "-pk")
    # The earliest moment of each page stays, and the soonest page comes first.
    found = {
        int(pk): moment
        for pk, moment in due.values_list("object_id", "approved_go_live_at")
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _find_expired_pages() -> Iterable[tuple[int, datetime]]:
    due = get_page_model().objects.filter(
        live=True, expire_at__lte=timezone.now(), content_type__in=_get_guarded_types()
    )
    return due.order_by("expire_at", "pk").values_list("pk", "expire_at")


def _note(record: Callable[..., None], job: Job, *args: Any) -> None:
    """Record what became of a job; that this fails stops nothing either."""
    try:
        with transaction.atomic():
            record(job.name, job.page_id, job.due_at, *args)
    except Exception:  # whatever it is, the next release is more important
        logger.exception("Could not record what became of %s.", job.name)


def _get_guarded_types() -> list[int]:
    models = [m for m in get_page_models() if issubclass(m, GuardedPageMixin)]
    return [t.pk for t in ContentType.objects.get_for_models(*models).values()]


def _bind(job: Callable[[int], list[Any]], pk: int) -> Callable[[], list[Any]]:
    return lambda: job(pk)
