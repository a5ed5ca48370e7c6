"""What the templates of a press release get to see."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils.dateparse import parse_datetime
from wagtail.models import Site

from wagtail_rtop.coalition.models import get_coalition
from wagtail_rtop.regions.models import Region
from wagtail_rtop.releases.freezing import build_frozen
from wagtail_rtop.releases.links import fetch_links
from wagtail_rtop.releases.models import ReleaseVersion
from wagtail_rtop.visibility.gate import get_gate


def build_context(page: Any, request: Any) -> dict[str, Any]:
    """Return the context of a release.

    Shape: ``release`` (what is printed), ``frozen`` (its boilerplate and
    contacts), ``embargo_until`` (the lift in the readers' time zone; in previews
    alone, for nobody else sees a release before), ``attachments``,
    ``corrections`` (newest first), ``versions`` (earlier texts, newest first),
    ``supersedes`` and ``superseded_by`` (lists of pages), ``regions``.
    Cost: seven queries at most, whatever the number of rows.
    """
    is_preview = getattr(request, "is_preview", False)
    attachments = list(page.attachments.all())
    prefetch_related_objects(attachments, "document")
    return {
        "release": page,
        "frozen": build_frozen(page) if is_preview else page.frozen,
        "embargo_until": get_embargo_until(page, request) if is_preview else None,
        "attachments": attachments,
        "corrections": get_corrections(page),
        "versions": fetch_versions(page),
        "regions": list(
            Region.objects.filter(pk__in=page.get_region_ids()).with_label(
                page.locale_id
            )
        ),
        **fetch_links(page, get_gate(request)),
    }


def get_embargo_until(page: Any, request: Any) -> datetime | None:
    """Return the lift in the audience's time zone, None without an embargo."""
    embargo = page.get_active_embargo()
    if embargo is None:
        return None
    coalition = get_coalition(Site.find_for_request(request), page.locale_id)
    zone = coalition.audience_time_zone if coalition else "UTC"
    return embargo.lift.astimezone(ZoneInfo(zone))


def get_corrections(page: Any) -> list[Any]:
    """Return the page's corrections, newest first."""
    return sorted(
        page.corrections.all(), key=lambda row: str(row.corrected_on), reverse=True
    )


def fetch_versions(page: Any) -> list[ReleaseVersion]:
    """Return the earlier texts of the release without their content, newest first."""
    versions = ReleaseVersion.objects.filter(page=_get_owner_id(page))
    return list(versions.defer("content").order_by("-number"))


def build_version_context(page: Any, number: int) -> dict[str, Any]:
    """Return the context of an earlier text: as build_context(), over the page's.

    Raises:
        Http404: if there is no such version.
    """
    found = ReleaseVersion.objects.filter(page=_get_owner_id(page), number=number)
    version = found.first()
    if version is None:
        raise Http404
    release = page.with_content_json(dict(version.content))
    return {
        "release": release,
        "frozen": version.content["frozen"],
        "version": version,
        "corrections": get_corrections(release),
        # Named, not linked: only what the present text names is served.
        "attachments": [],
        "published_at": parse_datetime(version.content["frozen"]["at"]),
    }


def _get_owner_id(page: Any) -> int:
    """Return the page whose earlier texts these are: the alias chain's end."""
    seen: set[int] = set()
    while page.alias_of_id and page.pk not in seen:
        seen.add(page.pk)
        page = page.alias_of
    return page.pk
