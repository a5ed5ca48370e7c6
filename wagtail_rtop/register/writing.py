"""Computes the rows of a set of pages and writes those that differ.

However many pages a set has, a few statements: who has many takes them in chunks.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, router
from django.db.models import Case, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from wagtail_rtop.register.models import (
    AccessSet,
    Entry,
    EntryOrganisation,
    EntryRegion,
    RegisterRow,
)
from wagtail_rtop.visibility.facts import Facts, FactsReader, split


GATE_COLUMNS = ("public", "access_id", "lift", "expires")
# What the rows of regions and organisations repeat of their entry.
REPEATED = ("locale_id", "kind", "document_date", *GATE_COLUMNS)
ENTRY_COLUMNS = tuple(
    field.attname for field in Entry._meta.concrete_fields if not field.primary_key
)
# The tables of an entry's lists, with the column of what is listed.
LISTS = ((EntryRegion, "region_id"), (EntryOrganisation, "organisation_key"))


@dataclass(frozen=True)
class Expected:
    """What the register should hold about one page.

    Attributes:
        entry: its entry, unsaved.
        regions: ids of Region.
        organisations: translation keys of organisation profiles.
        side: what its kind derives beside, see build_side_rows().
    """

    entry: Entry
    regions: set[int]
    organisations: set[uuid.UUID]
    side: list[Any]

    def get_shared(self) -> tuple[Any, ...]:
        """Return the values of REPEATED."""
        return tuple(getattr(self.entry, name) for name in REPEATED)

    def get_lists(self) -> tuple[set[Any], ...]:
        """Return what is listed, in the order of LISTS."""
        return self.regions, self.organisations


@dataclass(frozen=True)
class Written:
    """What write_rows() found and left of one page's row.

    Attributes:
        before: the entry as it was; None if there was none.
        after: the entry as it is; None if the page has no row.
        lists_changed: whether it has other regions or organisations than before.
    """

    before: Entry | None
    after: Entry | None
    lists_changed: bool = False

    @property
    def has_changed(self) -> bool:
        if self.before is None or self.after is None:
            return self.before is not self.after
        return self.lists_changed or _differ(self.before, self.after)


def build_expected(
    pages: Sequence[Any], entries: Mapping[int, Entry]
) -> dict[int, Expected | None]:
    """Return what the register should hold of these specific pages, by id.

    ``entries``: what it holds, by id. Several pages are read together, a single one
    as it is: it may be the instance that somebody is working with.
    """
    reader = FactsReader([page.pk for page in pages])
    facts = reader.read()
    known = [page for page in pages if page.pk in facts]
    gate = build_gate_columns(facts)
    expected: dict[int, Expected | None] = {page.pk: None for page in pages}
    for page, row in build_rows(known, reader):
        if row is None:
            continue
        side = page.build_side_rows(is_source=is_source(page.pk, reader))
        expected[page.pk] = Expected(
            _build_entry(page, row, reader, gate[page.pk], entries.get(page.pk)),
            set(row.regions),
            set(row.organisations),
            side,
        )
    return expected


def build_rows(
    pages: Sequence[Any], reader: FactsReader
) -> Iterator[tuple[Any, RegisterRow | None]]:
    """Yield each of these specific pages with its row.

    ``reader``: has read their facts.
    """
    if len(pages) > 1:
        for model, found in group_by_type(pages).items():
            model.read_for_rows(found, reader)
    for page in pages:
        # Some rows follow from the page's translations, which were read with it.
        page._rtop_reader = reader
        row = page.get_register_row()
        del page._rtop_reader
        yield page, row


def group_by_type(pages: Iterable[Any]) -> dict[Any, list[Any]]:
    """Return the pages by their class, order kept."""
    by_type: dict[Any, list[Any]] = defaultdict(list)
    for page in pages:
        by_type[type(page)].append(page)
    return by_type


def write_rows(pages: Sequence[Any]) -> dict[int, Written]:
    """Write the rows of these specific pages that differ, their lists, what is beside.

    Shape: by page id, all that were passed. Lock the entries before.
    """
    entries = Entry.objects.in_bulk([page.pk for page in pages])
    expected = build_expected(pages, entries)
    gone = [pk for pk, wanted in expected.items() if not wanted and pk in entries]
    if gone:
        Entry.objects.filter(pk__in=gone).delete()
    wanted = {pk: found for pk, found in expected.items() if found}
    Entry.objects.bulk_create(
        found.entry for pk, found in wanted.items() if pk not in entries
    )
    update_rows(
        Entry,
        {
            pk: tuple(getattr(wanted[pk].entry, name) for name in ENTRY_COLUMNS)
            for pk in wanted.keys() & entries.keys()
        },
        {
            pk: tuple(getattr(entry, name) for name in ENTRY_COLUMNS)
            for pk, entry in entries.items()
        },
        ENTRY_COLUMNS,
    )
    changed = _write_lists(wanted)
    for model, found in group_by_type(pages).items():
        side = {page.pk: wanted[page.pk].side for page in found if page.pk in wanted}
        if side:
            model.write_side_rows(side)
    return {
        pk: Written(entries.get(pk), found.entry if found else None, pk in changed)
        for pk, found in expected.items()
    }


def read_lists(
    model: Any, column: str, ids: Iterable[int]
) -> dict[int, dict[Any, tuple[int, tuple[Any, ...]]]]:
    """Return what the register lists of these pages.

    Shape: page id → value of the column → (id of the row, values of REPEATED).
    """
    found: dict[int, dict[Any, tuple[int, tuple[Any, ...]]]] = {}
    rows = model.objects.filter(entry__in=list(ids)).order_by()
    for pk, page_id, value, *shared in rows.values_list(
        "pk", "entry_id", column, *REPEATED
    ):
        found.setdefault(page_id, {})[value] = (pk, tuple(shared))
    return found


def update_rows(
    model: Any,
    wanted: Mapping[int, tuple[Any, ...]],
    present: Mapping[int, tuple[Any, ...]],
    columns: Sequence[str],
    *,
    key: str = "pk",
) -> set[int]:
    """Write ``wanted`` where it is not ``present``; return the keys of what differs.

    Args:
        model: the table.
        wanted: by key, the values of ``columns``.
        present: the same, as it is; has every key of ``wanted``.
        columns: attribute names.
        key: what the keys are: ``pk``, or a foreign key.

    Cost: one statement a chunk, whatever the values; none if nothing differs.
    """
    changed = [pk for pk, values in wanted.items() if values != present[pk]]
    for chunk in split(changed):
        values: dict[str, Any] = {}
        for place, column in enumerate(columns):
            if all(wanted[pk][place] == present[pk][place] for pk in chunk):
                continue
            by_value: dict[Any, list[int]] = defaultdict(list)
            for pk in chunk:
                by_value[wanted[pk][place]].append(pk)
            values[column] = _choose(model, column, by_value, key)
        model.objects.filter(**{f"{key}__in": chunk}).update(**values)
    return set(changed)


def is_source(pk: int, reader: FactsReader) -> bool:
    """Return whether the page is no alias and no translation of another one."""
    node = reader.by_pk[pk]
    return not node.alias_of_id and reader.get_source(node) is None


def build_gate_columns(facts: Mapping[int, Facts]) -> dict[int, dict[str, Any]]:
    """Return the gate columns by page id; makes the access sets that are not there.

    Cost: a query if there are restrictions, and some for each new set of them.
    """
    keys = {pk: _get_access_key(found) for pk, found in facts.items()}
    access: dict[str, int | None] = {"": None}
    for chunk in split(set(keys.values()) - {""}):
        known = AccessSet.objects.filter(key__in=chunk)
        access.update(known.values_list("key", "pk"))
    for key in set(keys.values()) - access.keys():
        access[key] = AccessSet.objects.get_or_create(key=key)[0].pk
    return {
        pk: {
            "public": found.live and not found.restrictions,
            "access_id": access[keys[pk]],
            "lift": found.lift,
            "expires": found.expires,
        }
        for pk, found in facts.items()
    }


def _get_access_key(facts: Facts) -> str:
    """Return the key of the access set, empty for none."""
    if not facts.live:
        return ""
    return ",".join(str(pk) for pk in sorted(facts.restrictions))


def _build_entry(
    page: Any,
    row: RegisterRow,
    reader: FactsReader,
    gate: dict[str, Any],
    before: Entry | None,
) -> Entry:
    # Where the page stands is the database's to say: the instance may be older.
    node = reader.by_pk[page.pk]
    known = before.document_date if before else timezone.localdate()
    return Entry(
        page_id=page.pk,
        locale_id=node.locale_id,
        group_key=reader.get_group_key(node),
        translation_key=node.translation_key,
        kind=row.kind,
        document_date=row.document_date or known,
        path=node.path,
        recipients=row.recipients,
        answered=row.answered,
        is_alias=bool(node.alias_of_id),
        **gate,
    )


def _write_lists(wanted: Mapping[int, Expected]) -> set[int]:
    """Write the regions and organisations; return the ids of pages that have others."""
    changed: set[int] = set()
    if not wanted:
        return changed
    for place, (model, column) in enumerate(LISTS):
        table: Any = model
        present = read_lists(table, column, wanted)
        new, gone = [], []
        after: dict[int, tuple[Any, ...]] = {}
        before: dict[int, tuple[Any, ...]] = {}
        for pk, found in wanted.items():
            values, rows = found.get_lists()[place], present.get(pk, {})
            shared = found.get_shared()
            if rows.keys() != values:
                changed.add(pk)
            gone += [rows[value][0] for value in rows.keys() - values]
            for value in values & rows.keys():
                row_pk, before[row_pk] = rows[value]
                after[row_pk] = shared
            new += [
                table(
                    entry_id=pk,
                    **{column: value},
                    **dict(zip(REPEATED, shared, strict=True)),
                )
                for value in sorted(values - rows.keys(), key=str)
            ]
        for chunk in split(gone):
            table.objects.filter(pk__in=chunk).delete()
        update_rows(table, after, before, REPEATED)
        table.objects.bulk_create(new)
    return changed


def _choose(
    model: Any, column: str, by_value: Mapping[Any, list[int]], key: str
) -> Any:
    """Return the expression that gives each row of a chunk its value."""
    field = model._meta.get_field(column)
    if len(by_value) == 1:
        return Value(next(iter(by_value)), output_field=field)
    chosen: Any = Case(
        *(
            When(**{f"{key}__in": pks}, then=Value(value, output_field=field))
            for value, pks in by_value.items()
        ),
        output_field=field,
    )
    # PostgreSQL takes the values of a CASE for text.
    connection = connections[router.db_for_write(model)]
    if connection.features.requires_casted_case_in_updates:
        chosen = Cast(chosen, output_field=field)
    return chosen


def _differ(before: Entry, after: Entry) -> bool:
    return any(getattr(before, n) != getattr(after, n) for n in ENTRY_COLUMNS)
