"""Profiles that nobody has compared with their sources for long."""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import DateField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision, get_page_models

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.conf import get_setting
from wagtail_rtop.deletion.known import get_editable_pages
from wagtail_rtop.desk.merging import rewrite_translation_sources
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.register.sync import bump_content_version
from wagtail_rtop.visibility.groups import fetch_members, fetch_schedule


def iterate_models() -> Iterator[Any]:
    """Yield the page types with OrganisationMixin."""
    for model in get_page_models():
        if issubclass(model, OrganisationMixin):
            yield model


def get_limit(today: date | None = None) -> date:
    """Return the day before which a verification is too old."""
    today = today or timezone.localdate()
    months = today.year * 12 + today.month - 1 - int(get_setting("VERIFY_MONTHS"))
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(today.day, last))


def get_due_profiles(user: Any) -> Any:
    """Return the profiles the user may edit that are to be verified, as a queryset.

    Of a group only the oldest page that is no alias: the date is the same in every
    language. Each has ``last_verified``; those without one come first.
    """
    pages = get_page_model().objects
    condition = Q(pk__in=[])
    verified = []
    for model in iterate_models():
        rows = model.objects.order_by()
        condition |= Q(pk__in=rows.values("pk"))
        verified.append(
            Subquery(
                rows.filter(pk=OuterRef("pk")).values("last_verified")[:1],
                output_field=DateField(null=True),
            )
        )
    if not verified:
        return pages.none().annotate(last_verified=F("first_published_at"))
    older = pages.filter(
        translation_key=OuterRef("translation_key"),
        alias_of=None,
        pk__lt=OuterRef("pk"),
    )
    value = Coalesce(*verified) if len(verified) > 1 else verified[0]
    editable = get_editable_pages(user).order_by()
    return (
        pages.filter(condition, alias_of=None, pk__in=editable.values("pk"))
        .exclude(Exists(older))
        .annotate(last_verified=value)
        .filter(Q(last_verified=None) | Q(last_verified__lt=get_limit()))
        .select_related("locale")
        .order_by(F("last_verified").asc(nulls_first=True), "title", "pk")
    )


def may_verify(page: Any, user: Any) -> bool:
    """Return whether the user may change what the public reads of the profile."""
    return page.permissions_for_user(user).can_publish()


@transaction.atomic
def mark_verified(pages: Iterable[Any], day: date, *, user: Any) -> None:
    """Write the day into every language of these profiles, and log it.

    The live row and what is still to be published change; nothing is published.
    """

    def change(content: dict[str, Any]) -> bool:
        before = content.get("last_verified")
        content["last_verified"] = day.isoformat()
        return before != content["last_verified"]

    for page in pages:
        members = fetch_members(page.get_group_key(), lock=True)
        for member in members:
            member.last_verified = day
            member.save(update_fields=["last_verified"], clean=False)
            waiting = {member.latest_revision_id, member.live_revision_id}
            waiting |= {revision.pk for revision in fetch_schedule(member)}
            for revision in Revision.objects.filter(pk__in=waiting - {None}):
                if change(revision.content):
                    Revision.objects.filter(pk=revision.pk).update(
                        content=revision.content
                    )
        rewrite_translation_sources([member.pk for member in members], change)
        log(
            page,
            "wagtail_rtop.verify_organisation",
            user=user,
            data={"day": day.isoformat(), "pages": [m.pk for m in members]},
        )
    bump_content_version()
