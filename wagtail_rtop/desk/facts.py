"""What an editors' list shows beside each page, read for all rows at once."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.coreutils import get_locales_display_names

from wagtail_rtop.languages import get_active_language
from wagtail_rtop.regions.models import RegionLabel
from wagtail_rtop.register.models import Entry, EntryRegion
from wagtail_rtop.visibility.models import Embargo, Retraction


# Where a page keeps its facts.
ATTRIBUTE = "rtop_desk"


@dataclass(frozen=True)
class Version:
    """One language of a document."""

    code: str
    is_live: bool


@dataclass(frozen=True)
class Facts:
    """What is known of one page.

    Attributes:
        recipients: how many were written to.
        answered: how many of them have answered, as the public may know it.
        regions: names, in the editor's language.
        versions: the languages it is written in, its own first; an alias, which
            repeats another language's text, is none.
        lift: the moment at which an embargo that holds today ends.
        is_retracted: whether it is withdrawn.
        missing_locales: how many of the site's languages it has no text in.
        source: id of wagtail-localize's source whose translations follow it, or
            None.
    """

    recipients: int = 0
    answered: int = 0
    regions: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    lift: datetime | None = None
    is_retracted: bool = False
    missing_locales: int = 0
    source: int | None = None


@dataclass
class _Reading:
    """What the queries found, by page id, group key or source key."""

    entries: dict[int, Any] = field(default_factory=dict)
    groups: dict[uuid.UUID, list[Any]] = field(default_factory=dict)
    regions: dict[int, list[str]] = field(default_factory=dict)
    sources: dict[tuple[uuid.UUID, int], int] = field(default_factory=dict)
    locales: int = 0


def attach_facts(pages: Iterable[Any]) -> None:
    """Give each page its Facts as ``rtop_desk``.

    Cost: three queries for any number of pages; two without wagtail-localize.
    """
    pages = list(pages)
    reading = _read(pages)
    for page in pages:
        setattr(page, ATTRIBUTE, _build_facts(page, reading))


def get_facts(page: Any) -> Facts:
    """Return what is attached to the page; empty facts if nothing is."""
    return getattr(page, ATTRIBUTE, None) or Facts()


def _read(pages: Sequence[Any]) -> _Reading:
    if not pages:
        return _Reading()
    ids = [page.pk for page in pages]
    reading = _Reading(
        regions=_fetch_regions(ids),
        sources=_fetch_sources(pages),
        # Kept by Wagtail from one request to the next.
        locales=len(get_locales_display_names()),
    )
    for entry in _fetch_entries(ids):
        reading.entries[entry.pk] = entry
        reading.groups.setdefault(entry.group_key, []).append(entry)
    return reading


def _fetch_entries(ids: Sequence[int]) -> QuerySet[Any]:
    """Return a row for each page and for its other languages."""
    embargo = Embargo.objects.filter(
        group_key=OuterRef("group_key"), lift__gt=timezone.now()
    )
    retraction = Retraction.objects.filter(group_key=OuterRef("group_key"))
    groups = Entry.objects.filter(pk__in=ids).values("group_key")
    return (
        Entry.objects.filter(group_key__in=groups)
        .annotate(
            embargo=Subquery(embargo.values("lift")[:1]),
            retracted=Exists(retraction),
        )
        .order_by("locale__language_code", "pk")
        .values_list(
            *("pk", "group_key", "is_alias", "recipients", "answered", "embargo"),
            *("retracted", "locale_id", "locale__language_code", "page__live"),
            named=True,
        )
    )


def _fetch_regions(ids: Sequence[int]) -> dict[int, list[str]]:
    labels = RegionLabel.objects.filter(
        region=OuterRef("region"), locale__language_code=get_active_language()
    )
    rows = (
        EntryRegion.objects.filter(entry__in=ids)
        .annotate(
            name=Coalesce(Subquery(labels.values("label")[:1]), F("region__name"))
        )
        .order_by("name")
        .values_list("entry_id", "name")
    )
    found: dict[int, list[str]] = {}
    for pk, name in rows:
        found.setdefault(pk, []).append(name)
    return found


def _fetch_sources(pages: Sequence[Any]) -> dict[tuple[uuid.UUID, int], int]:
    """Return the ids of sources with enabled translations, by key and locale."""
    if not apps.is_installed("wagtail_localize"):
        return {}
    # Imported here: the app may be absent.
    from wagtail_localize.models import Translation

    keys = [page.translation_key for page in pages]
    found = Translation.objects.filter(enabled=True, source__object__in=keys)
    rows = found.values_list("source__object", "source__locale", "source")
    return {(key, locale): source for key, locale, source in rows.distinct()}


def _build_facts(page: Any, reading: _Reading) -> Facts:
    source = reading.sources.get((page.translation_key, page.locale_id))
    entry = reading.entries.get(page.pk)
    if entry is None:
        # No document of the register.
        return Facts(source=source)
    written = [e for e in reading.groups[entry.group_key] if not e.is_alias]
    # Its own language first; the sort keeps the others' order.
    written.sort(key=lambda e: e.pk != page.pk)
    return Facts(
        recipients=entry.recipients,
        answered=entry.answered,
        regions=tuple(reading.regions.get(page.pk, ())),
        versions=tuple(Version(e.locale__language_code, e.page__live) for e in written),
        lift=entry.embargo,
        is_retracted=entry.retracted,
        missing_locales=reading.locales - len({e.locale_id for e in written}),
        source=source,
    )
