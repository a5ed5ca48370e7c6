"""Compares the register with the pages and with the gate, and rebuilds it.

Both work in batches, each with facts of its own, in a transaction of its own:
editors can go on while it runs.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.register.models import Entry, EntryOrganisation, EntryRegion
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.register.sync import (
    GATE_COLUMNS,
    build_entry,
    bump_content_version,
    get_gate_columns,
    get_registered_models,
    is_source,
    lock_entries,
)
from wagtail_rtop.visibility.facts import FactsReader
from wagtail_rtop.visibility.gate import Gate


BATCH = 200
REPEATED = ("locale_id", "kind", "document_date", *GATE_COLUMNS)


@dataclass(frozen=True)
class Difference:
    """One thing the register says that is not so."""

    page_id: int
    what: str
    registered: Any
    expected: Any

    def __str__(self) -> str:
        return (
            f"Page {self.page_id}: {self.what} is {self.registered!r} in the "
            f"register, should be {self.expected!r}."
        )


@dataclass
class Expected:
    """What the register should hold about one page."""

    entry: Entry
    regions: set[int]
    organisations: set[uuid.UUID]
    is_source: bool


class ViewerGate(Gate):
    """The gate of a visitor who need not exist: member of one group, or of none."""

    def __init__(self, user: Any) -> None:
        super().__init__()
        self._user = user

    @property
    def user(self) -> Any:
        return self._user


def verify() -> Iterator[Difference]:
    """Yield every difference between the register and the pages or the gate."""
    for pages in _get_batches():
        # Expected rows may need an access set that is not there: nothing stays.
        with transaction.atomic():
            differences = list(_compare(pages))
            transaction.set_rollback(True)
        yield from differences
    yield from _find_orphans()
    for name, gate in build_viewers():
        yield from _compare_with_gate(name, gate)


def rebuild() -> Iterator[tuple[int, int]]:
    """Write every row anew that differs; yield (pages read, rows written) so far."""
    read = written = 0
    for pages in _get_batches():
        with transaction.atomic():
            written += _rewrite(pages)
        read += len(pages)
        yield read, written
    orphans = [difference.page_id for difference in _find_orphans()]
    if orphans:
        Entry.objects.filter(pk__in=orphans).delete()
        bump_content_version()
    yield read, written + len(orphans)


def build_viewers() -> list[tuple[str, Gate]]:
    """Return gates of an anonymous visitor, a member, and one member a group."""
    viewers: list[tuple[str, Gate]] = [
        ("an anonymous visitor", ViewerGate(AnonymousUser()))
    ]
    for name, groups in [
        ("a member of no group", Group.objects.none()),
        *(
            (f"a member of “{group}”", Group.objects.filter(pk=group.pk))
            for group in Group.objects.order_by("pk")
        ),
    ]:
        user = SimpleNamespace(is_authenticated=True, is_superuser=False, groups=groups)
        viewers.append((name, ViewerGate(user)))
    return viewers


def build_expected(
    pages: Sequence[Any], entries: Mapping[int, Entry]
) -> dict[int, Expected | None]:
    """Return what the register should hold of these specific pages, by id.

    ``entries``: what it holds, by id.
    """
    reader = FactsReader([page.pk for page in pages])
    facts = reader.read()
    expected: dict[int, Expected | None] = {}
    for page in pages:
        row = page.get_register_row() if page.pk in facts else None
        expected[page.pk] = row and Expected(
            build_entry(
                page,
                row,
                reader,
                get_gate_columns(facts[page.pk]),
                entries.get(page.pk),
            ),
            set(row.regions),
            set(row.organisations),
            is_source(page.pk, reader),
        )
    return expected


def _get_batches() -> Iterator[list[Any]]:
    """Yield specific registered pages, deepest first, one depth a batch.

    A letter counts its responses by their entries; they stand below it.
    """
    page_model = get_page_model()
    found: list[tuple[int, int]] = []
    for model in get_registered_models():
        pages: Any = model._default_manager  # type: ignore[attr-defined]  # a page model
        found += pages.order_by().values_list("depth", "pk")
    by_depth: dict[int, list[int]] = defaultdict(list)
    for depth, pk in found:
        by_depth[depth].append(pk)
    for depth in sorted(by_depth, reverse=True):
        ids = sorted(by_depth[depth])
        for start in range(0, len(ids), BATCH):
            chosen = page_model.objects.filter(pk__in=ids[start : start + BATCH])
            yield list(chosen.order_by("pk").specific())


def _compare(pages: Sequence[Any]) -> Iterator[Difference]:
    ids = [page.pk for page in pages]
    entries = Entry.objects.in_bulk(ids)
    regions = _read_rows(EntryRegion, "region_id", ids)
    organisations = _read_rows(EntryOrganisation, "organisation_key", ids)
    by_pk = {page.pk: page for page in pages}
    for pk, wanted in build_expected(pages, entries).items():
        entry = entries.get(pk)
        if entry is None or wanted is None:
            if entry is not None or wanted is not None:
                yield Difference(pk, "its entry", entry, wanted and wanted.entry)
            continue
        for field in Entry._meta.concrete_fields:
            name = field.attname
            before, after = getattr(entry, name), getattr(wanted.entry, name)
            if before != after:
                yield Difference(pk, name, before, after)
        shared = tuple(getattr(wanted.entry, name) for name in REPEATED)
        for what, rows, values in (
            ("regions", regions.get(pk, {}), wanted.regions),
            ("organisations", organisations.get(pk, {}), wanted.organisations),
        ):
            if rows != dict.fromkeys(values, shared):
                yield Difference(pk, what, rows, dict.fromkeys(values, shared))
        for what in by_pk[pk].find_side_differences(is_source=wanted.is_source):
            yield Difference(pk, what, "something else", "as the page has it")


def _read_rows(
    model: Any, column: str, ids: Sequence[int]
) -> dict[int, dict[Any, tuple[Any, ...]]]:
    """Return by page and value what the rows repeat of their entry."""
    found: dict[int, dict[Any, tuple[Any, ...]]] = {}
    rows = model.objects.filter(entry__in=ids).order_by()
    for page_id, value, *shared in rows.values_list("entry_id", column, *REPEATED):
        found.setdefault(page_id, {})[value] = tuple(shared)
    return found


def _find_orphans() -> Iterator[Difference]:
    """Yield entries of pages that give the register no row."""
    known: set[int] = set()
    for model in get_registered_models():
        known.update(model._default_manager.values_list("pk", flat=True))  # type: ignore[attr-defined]  # a page model
    for pk in Entry.objects.order_by("pk").values_list("pk", flat=True):
        if pk not in known:
            yield Difference(pk, "its entry", "there", None)


def _compare_with_gate(name: str, gate: Gate) -> Iterator[Difference]:
    entries = Entry.objects.order_by().values_list("pk", flat=True)
    listed = set(entries.filter(build_visible_q(gate)))
    facts = gate.reader.read(entries)
    seen = {pk for pk, found in facts.items() if gate.accepts(found)}
    for pk in sorted(listed ^ seen):
        yield Difference(pk, f"visible to {name}", pk in listed, pk in seen)


def _rewrite(pages: Sequence[Any]) -> int:
    ids = [page.pk for page in pages]
    # A page saved meanwhile waits, or is read as saved.
    lock_entries(ids)
    wrong = {difference.page_id for difference in _compare(pages)}
    if not wrong:
        return 0
    entries = Entry.objects.in_bulk(wrong)
    Entry.objects.filter(pk__in=wrong).delete()
    wanted = [page for page in pages if page.pk in wrong]
    expected = build_expected(wanted, entries)
    rows = [row for row in expected.values() if row]
    Entry.objects.bulk_create(row.entry for row in rows)
    EntryRegion.objects.bulk_create(
        EntryRegion(entry=row.entry, region_id=pk, **_get_shared(row.entry))
        for row in rows
        for pk in sorted(row.regions)
    )
    EntryOrganisation.objects.bulk_create(
        EntryOrganisation(
            entry=row.entry, organisation_key=key, **_get_shared(row.entry)
        )
        for row in rows
        for key in sorted(row.organisations, key=str)
    )
    for page in wanted:
        found = expected[page.pk]
        if found:
            page.write_side_rows(is_source=found.is_source)
    bump_content_version()
    return len(wrong)


def _get_shared(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in REPEATED}
