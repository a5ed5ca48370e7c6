"""Questions to the register: lists, counts and facets for one visitor."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Q, QuerySet, Subquery, Sum, Value
from django.urls import get_script_prefix
from django.utils.translation import get_language

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.register.models import AccessSet, ContentVersion, Entry
from wagtail_rtop.register.writing import build_rows
from wagtail_rtop.visibility.facts import STEP, FactsReader, split
from wagtail_rtop.visibility.gate import Gate


# What was computed under a stamp that is gone is never asked for again; the
# cache forgets it after this time. Seconds.
CACHE_SECONDS = 3600


def build_visible_q(gate: Gate, prefix: str = "", entry: str | None = None) -> Q:
    """Return the condition for rows that the gate's visitor may see on this site.

    Args:
        gate: the visitor and the moment.
        prefix: path to the gate columns, for example "entry__".
        entry: path to the entry where the gate columns are not its own, as on
            EntryRegion; None = ``prefix``.

    Cost: none for an anonymous visitor, else one query for the access sets and
    one for the restrictions they name; on an installation of several sites one
    for the roots of this one. All once a gate.
    """
    # IN, because SQLite reads no index by a bare boolean column, which is what
    # Django writes for equality.
    seen = Q(**{f"{prefix}public__in": [True]})
    access = get_accepted_access(gate)
    if access:
        seen |= Q(**{f"{prefix}access__in": access})
    lifted = Q(**{f"{prefix}lift__isnull": True}) | Q(**{f"{prefix}lift__lte": gate.at})
    kept = Q(**{f"{prefix}expires__isnull": True}) | Q(
        **{f"{prefix}expires__gt": gate.at}
    )
    path = f"{prefix if entry is None else entry}path__startswith"
    roots = get_root_paths(gate)
    if roots is None:
        return seen & lifted & kept
    # A site of no root has no pages.
    here = reduce(or_, (Q(**{path: root}) for root in roots), Q(**{path: "-"}))
    return seen & lifted & kept & here


def get_root_paths(gate: Gate) -> tuple[str, ...] | None:
    """Return the tree paths of the site's roots; None where they don't matter."""
    urls = gate.get_site_paths()
    if urls is None:
        return None
    cached = getattr(gate, "_root_paths", None)
    if cached is None:
        pages = get_page_model().objects.filter(url_path__in=urls).order_by("path")
        cached = tuple(pages.values_list("path", flat=True))
        gate._root_paths = cached  # type: ignore[attr-defined]  # kept with the gate, one request long
    return cached


def get_accepted_access(gate: Gate) -> list[int]:
    """Return the ids of the access sets that let the gate's visitor pass."""
    if gate.is_anonymous:
        return []
    cached = getattr(gate, "_accepted_access", None)
    if cached is None:
        sets = {
            pk: [int(part) for part in key.split(",")]
            for pk, key in AccessSet.objects.values_list("pk", "key")
        }
        refused = {
            r.pk for r in gate.get_refused({x for s in sets.values() for x in s})
        }
        cached = [pk for pk, ids in sets.items() if not refused.intersection(ids)]
        gate._accepted_access = cached  # type: ignore[attr-defined]  # kept with the gate, one request long
    return cached


def get_visible_entries(gate: Gate, **conditions: Any) -> QuerySet[Entry]:
    """Return the entries the visitor may see, newest document first."""
    return Entry.objects.filter(build_visible_q(gate), **conditions).order_by(
        "-document_date", "-page"
    )


@dataclass(frozen=True)
class Stamp:
    """What everything computed from the register for one visitor depends on.

    Attributes:
        version: the content version.
        until: the next moment at which an embargo lifts or a page expires.
        access: ids of the access sets that let the visitor pass.
        roots: tree paths of the site's roots, or None where they don't matter.
    """

    version: int
    until: datetime | None
    access: tuple[int, ...]
    roots: tuple[str, ...] | None = None

    def get_key(self, *parts: Any) -> str:
        """Return a key for the site's cache; equal parts, equal key."""
        text = repr((self.version, self.until, self.access, self.roots, parts))
        return f"wagtail_rtop:{hashlib.sha256(text.encode()).hexdigest()}"


def get_stamp(gate: Gate) -> Stamp:
    """Return the stamp of this gate's moment. One query, once a gate."""
    stamp = getattr(gate, "_register_stamp", None)
    if stamp is None:
        version, until = read_version(gate)
        access = tuple(sorted(get_accepted_access(gate)))
        stamp = gate._register_stamp = Stamp(  # type: ignore[attr-defined]  # kept with the gate, one request long
            version, until, access, get_root_paths(gate)
        )
    return stamp


def read_version(gate: Gate) -> tuple[int, datetime | None]:
    """Return the content version, and when a list next changes by itself.

    One query, once a gate: all that is computed through it is as new, or newer.
    """
    found = getattr(gate, "_register_version", None)
    if found is None:
        found = gate._register_version = _fetch_version(gate.at)  # type: ignore[attr-defined]  # kept with the gate, one request long
    return found


def remember(gate: Gate, parts: Sequence[Any], compute: Callable[[], Any]) -> Any:
    """Return ``compute()``, from the cache if it was computed under this stamp.

    Args:
        gate: the visitor and the moment.
        parts: what else the result depends on; their ``repr`` is the key.
        compute: makes a picklable value, never None.
    """
    stamp = get_stamp(gate)
    if not stamp.version:
        return compute()
    key = stamp.get_key(*parts)
    found = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, CACHE_SECONDS)
    return found


def remember_shown(gate: Gate, parts: Sequence[Any], compute: Callable[[], Any]) -> Any:
    """Return what ``remember()`` does, for a value with addresses or words in it.

    They depend on the language of the request, and on where the site is mounted.
    """
    return remember(gate, (*parts, get_language(), get_script_prefix()), compute)


class Tally(NamedTuple):
    """How many of those written to have answered in public."""

    answered: int
    recipients: int

    def is_(self, wanted: str) -> bool:
        """Return whether "all", "some" or "none" of them have."""
        if wanted == "all":
            return self.answered >= self.recipients > 0
        return self.recipients > 0 and (self.answered == 0) == (wanted == "none")


def get_recounted(gate: Gate) -> dict[int, Tally]:
    """Return how many have answered, where the register's count is out of date.

    Time alone hides a response that expires; the register counts it until
    ``rtop_publish_due`` takes it off line, a minute later as a rule.

    Shape: page id → tally; almost always empty. Cost: one query, some for each
    such page; kept under the stamp, which ends when anything expires.
    """
    recounted: dict[int, Tally] = remember(
        gate, ("recounted",), lambda: _recount(gate.at)
    )
    return recounted


def _recount(at: datetime) -> dict[int, Tally]:
    gone = Entry.objects.filter(expires__lte=at, public__in=[True]).order_by()
    above = {path[:-STEP] for path in gone.values_list("path", flat=True)}
    recounted = {}
    for chunk in split(above):
        # A letter counts what answers it in any language.
        keys = Entry.objects.filter(path__in=chunk).order_by().values("group_key")
        counted = Entry.objects.filter(group_key__in=keys, answered__gt=0)
        # Nobody is told about those that have expired themselves.
        ids = counted.exclude(expires__lte=at).order_by().values("pk")
        pages = list(get_page_model().objects.filter(pk__in=ids).specific())
        reader = FactsReader([page.pk for page in pages])
        reader.read()
        for page, row in build_rows(pages, reader):
            if row:
                recounted[page.pk] = Tally(row.answered, row.recipients)
    return recounted


def _fetch_version(at: datetime) -> tuple[int, datetime | None]:
    def get_next(column: str) -> Subquery:
        later = Entry.objects.filter(**{f"{column}__gt": at}).order_by(column)
        return Subquery(later.values(column)[:1])

    versions = ContentVersion.objects.order_by().annotate(one=Value(1)).values("one")
    row = (
        ContentVersion.objects.order_by("pk")
        .annotate(
            total=Subquery(versions.annotate(total=Sum("number")).values("total")),
            next_lift=get_next("lift"),
            next_expiry=get_next("expires"),
        )
        .values_list("total", "next_lift", "next_expiry")
        .first()
    )
    if row is None:
        return 0, None
    number, *moments = row
    return number, min(filter(None, moments), default=None)
