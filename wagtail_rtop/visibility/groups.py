"""The members of a translation group, and how they are taken off line together."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Revision

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.facts import FactsReader
from wagtail_rtop.visibility.locks import lock_pages


def fetch_members(key: uuid.UUID, *, lock: bool = False) -> list[Any]:
    """Return the pages of a group: every language and every alias, by id.

    Args:
        key: the group's key, as GuardedPageMixin.get_group_key() returns it.
        lock: whether to lock the rows until the transaction ends.

    Shape: specific pages, their locales loaded. Cost: one query for each step of
    the alias chain, one for each page type, one more to lock.
    """
    pages = get_page_model().objects.order_by("pk")
    own = pages.filter(translation_key=key).values_list("pk", "alias_of_id")
    # A page of this key that follows a page of another group belongs there.
    found = {pk for pk, alias_of in own if alias_of is None}
    frontier = set(found)
    while frontier:
        aliases = pages.filter(alias_of__in=frontier).values_list("pk", flat=True)
        frontier = set(aliases) - found
        found |= frontier
    if lock:
        lock_pages(Q(pk__in=found))
    return list(pages.filter(pk__in=found).select_related("locale").specific())


def get_source_page(page: Any) -> Any:
    """Return the page that decides for the group: its source, else the page."""
    reader = FactsReader([page.pk])
    reader.read()
    node, seen = reader.by_pk[page.pk], set()
    while node.alias_of_id in reader.by_pk and node.pk not in seen:
        seen.add(node.pk)
        node = reader.by_pk[node.alias_of_id]
    source = reader.get_source(node) or node
    if source.pk == page.pk:
        return page
    return get_page_model().objects.get(pk=source.pk).specific


def take_off_line(member: Any, user: Any = None) -> Revision | None:
    """Unpublish one page; return the revision that was live, None for an alias.

    A live page without a revision, made by code, gets one: else nothing could
    bring its text back.
    """
    if not member.live:
        return None
    revision = None
    if not member.alias_of_id:
        revision = member.live_revision or build_revision(member, user)
    # Whoever may withhold the group may do so in languages that are not theirs.
    UnpublishPageAction(member, user=user).execute(skip_permission_checks=True)
    return revision


def get_own_moment(revision: Revision) -> datetime | None:
    """Return when the editor wanted this revision to go live, or None: at once."""
    written = revision.content.get("go_live_at")
    return parse_datetime(written) if written else None


def fetch_schedule(member: Any) -> list[Revision]:
    """Return the revisions of a page that are approved to go live, soonest first."""
    waiting = member.revisions.filter(approved_go_live_at__isnull=False)
    return list(waiting.order_by("approved_go_live_at", "pk"))


def approve(revision: Revision, moment: datetime | None) -> None:
    """Schedule a revision, or unschedule it with None."""
    # Not save(): Wagtail logs a cancellation there in the name of nobody.
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=moment)
    revision.approved_go_live_at = moment


def describe_member(member: Any) -> dict[str, Any]:
    """Return what the log keeps of a member: {"id", "title", "locale"}."""
    return {
        "id": member.pk,
        "title": member.title,
        "locale": member.locale.language_code,
    }


def build_revision(member: Any, user: Any) -> Revision:
    """Store the text of a page made by code as a revision; return it."""
    return Revision.objects.create(
        content_object=member,
        base_content_type=member.get_base_content_type(),
        # Behind what an editor may have drafted since: that stays the latest.
        created_at=member.last_published_at or timezone.now(),
        user=user,
        content=member.serializable_data(),
        object_str=str(member),
    )
