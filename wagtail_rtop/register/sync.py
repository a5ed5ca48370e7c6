"""Keeps the register true, in the transaction of the change that touched it."""

import secrets
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Q, Sum

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.register.models import (
    ContentVersion,
    Entry,
    EntryOrganisation,
    RegisteredMixin,
)
from wagtail_rtop.register.writing import (
    GATE_COLUMNS,
    LISTS,
    build_gate_columns,
    update_rows,
    write_rows,
)
from wagtail_rtop.visibility.facts import (
    STEP,
    FactsReader,
    get_ancestor_paths,
    split,
)
from wagtail_rtop.visibility.locks import lock_rows


# What refresh_gate() keeps: all that depends on other pages, but for the row itself.
KEPT_COLUMNS = (*GATE_COLUMNS, "path", "group_key", "is_alias")
PATH = KEPT_COLUMNS.index("path")
# The largest step of the content version; a thousand million of them fit its column.
VERSION_STEP = 2**32
# As many rows of the content version are there, or some more, before they are merged.
VERSION_ROWS = 50


@transaction.atomic
def sync_page(page: Any, *, follow: bool = True) -> None:
    """Write the page's row, its regions and organisations, and what depends on it.

    ``follow``: False if nothing has changed that the gate asks about.
    """
    pages = get_page_model().objects.filter(path__in=get_ancestor_paths(page.path)[1:])
    # Those above too: whoever changes what hides this page, or counts it, waits
    # here, or is waited for and then seen. All at once: a second lock, taken under
    # the first, would be another's first.
    lock_entries(
        {
            *pages.order_by().values_list("pk", flat=True),
            *_get_entries_around(page.path),
            *get_entries_naming([page.translation_key]),
            *(get_dependants([page.pk]) if follow else ()),
        }
    )
    written = write_rows([page])[page.pk]
    if written.has_changed or (page.live and written.after):
        bump_content_version()
    before, after = written.before, written.after
    if after is None:
        return
    if before is None or _get_gate(before) != _get_gate(after):
        refresh_gate(get_dependants([page.pk]) - {page.pk})
        check_after_commit([page.pk])
    related = set(_get_entries_around(after.path))
    if written.lists_changed and before is not None:
        related.update(get_entries_naming([after.translation_key]))
    sync_rows(related - {page.pk})


@transaction.atomic
def sync_rows(pks: Iterable[int]) -> None:
    """Write the rows of these pages that are registered; follow nothing.

    Cost: some queries for 500 pages of a type, not for each.
    """
    has_changed = False
    for chunk in split(lock_entries(pks)):
        found = get_page_model().objects.filter(pk__in=chunk).specific()
        pages: list[Any] = [p for p in found if isinstance(p, RegisteredMixin)]
        written = write_rows(pages)
        # What stays the same in the register may have another title.
        has_changed |= any(
            written[page.pk].has_changed or (page.live and written[page.pk].after)
            for page in pages
        )
    if has_changed:
        bump_content_version()


def lock_entries(pks: Iterable[int]) -> list[int]:
    """Lock the rows of these pages until commit; return the ids that have one.

    By path, parents first, so that two transactions never wait for each other in
    turn. Read what the rows are computed from after this, not before: the pages
    and restrictions of a transaction that was waited for are visible then.
    """
    found = set(
        _in_chunks(Entry.objects.order_by(), "pk__in", set(pks), ("path", "pk"))
    )
    ordered = [pk for _path, pk in sorted(found)]
    for chunk in split(ordered):
        rows = lock_rows(Entry.objects.filter(pk__in=chunk))
        list(rows.order_by("path").values_list("pk"))
    return ordered


def get_entries_naming(keys: Iterable[uuid.UUID]) -> list[int]:
    """Return the ids of entries whose rows name these organisations."""
    rows = EntryOrganisation.objects.order_by()
    found = _in_chunks(rows, "organisation_key__in", set(keys), ("entry",))
    return [pk for (pk,) in found]


def get_dependants(pks: Iterable[int]) -> set[int]:
    """Return the registered pages whose facts may depend on these pages.

    Shape: page ids: descendants, members of the groups, aliases, and theirs.
    """
    page_model = get_page_model()
    found: set[int] = set()
    expanded: set[str] = set()
    frontier = set(pks)
    while frontier:
        following: set[int] = set()
        for chunk in split(frontier):
            rows = list(
                page_model.objects.filter(pk__in=chunk)
                .order_by("path")
                .values_list("path", "translation_key")
            )
            condition = Q(alias_of__in=chunk) | Q(
                translation_key__in=[key for _, key in rows]
            )
            # Not by numchild: a page saved from an old copy of its row breaks it.
            for path, _key in rows:
                if expanded.isdisjoint(get_ancestor_paths(path)):
                    expanded.add(path)
                    condition |= Q(path__startswith=path)
            pages = page_model.objects.filter(condition).order_by()
            following |= set(pages.values_list("pk", flat=True))
        frontier = following - found
        found |= following
    return found


@transaction.atomic
def refresh_gate(pks: Iterable[int]) -> int:
    """Rewrite the gate columns of these pages' rows. Return how many changed."""
    wanted = set(pks)
    # A letter counts the answers that the public may read, in whatever language.
    rows = _in_chunks(Entry.objects.order_by(), "pk__in", wanted, ("path",))
    wanted.intersection_update(
        lock_entries(wanted | get_entries_above(path for (path,) in rows))
    )
    if not wanted:
        return 0
    current = {
        row[0]: row[1:]
        for row in _in_chunks(
            Entry.objects.order_by(), "pk__in", wanted, ("pk", *KEPT_COLUMNS)
        )
    }
    reader = FactsReader(wanted)
    facts = reader.read()
    gate = build_gate_columns(facts)
    new: dict[int, tuple[Any, ...]] = {}
    for pk in facts:
        node = reader.by_pk[pk]
        new[pk] = (
            *(gate[pk][column] for column in GATE_COLUMNS),
            *(node.path, reader.get_group_key(node), bool(node.alias_of_id)),
        )
    changed = update_rows(Entry, new, current, KEPT_COLUMNS)
    gates = {pk: new[pk][: len(GATE_COLUMNS)] for pk in changed}
    before = {pk: current[pk][: len(GATE_COLUMNS)] for pk in changed}
    for model, _column in LISTS:
        update_rows(model, gates, before, GATE_COLUMNS, key="entry")
    if changed:
        sync_rows(get_entries_above(new[pk][PATH] for pk in changed))
        bump_content_version()
    return len(changed)


def refresh_gate_below(pks: Iterable[int]) -> int:
    """Rewrite the gate columns of all that depends on these pages, themselves too."""
    pks = set(pks)
    changed = refresh_gate(pks | get_dependants(pks))
    check_after_commit(pks)
    return changed


def check_after_commit(pks: Iterable[int]) -> None:
    """Compute what depends on these pages once more when the transaction is over.

    Nobody can lock a row that is not there yet. Of two transactions, one that
    hides a section and one that adds to it, neither sees what the other did; the
    one that commits last sees both. No query now.
    """
    connection = connections[router.db_for_write(Entry)]
    if not connection.features.has_select_for_update or not connection.in_atomic_block:
        # One writer at a time, or committed before it was read: no meanwhile.
        return
    waiting: set[int] = connection.__dict__.setdefault("_rtop_unchecked", set())
    waiting.update(pks)

    def check() -> None:
        # The first call takes all, however many the transaction has made.
        pks = set(waiting)
        waiting.clear()
        if pks:
            refresh_gate(pks | get_dependants(pks))

    transaction.on_commit(check, using=connection.alias, robust=True)


def bump_content_version() -> None:
    """Tell caches that something a public surface shows may have changed.

    A row more, in the transaction of the change; the version is the sum of all
    rows. Not one row counted up: transactions of two editors would wait for each
    other there until commit, or deadlock. Not after the commit either: a process
    that is killed in between would leave counts of what is hidden in the cache.
    So a reader sees the new version exactly when it can see the new state. It
    reads the version first: what it computes is as new as its key, or newer, and
    never old under a new key.

    By a random step, not by one: a transaction that is rolled back may have left in
    the cache what only it has seen. The next one must not come to the same version,
    nor a database that is restored from a copy.
    """
    step = 1 + secrets.randbelow(VERSION_STEP)
    version = ContentVersion.objects.create(number=step)
    if version.pk % VERSION_ROWS == 0:
        transaction.on_commit(merge_content_versions, robust=True)


@transaction.atomic
def merge_content_versions() -> None:
    """Make one row of many, the sum unchanged. Rows at work elsewhere are left."""
    skip = connections[router.db_for_write(ContentVersion)].features
    rows = list(
        ContentVersion.objects.select_for_update(
            skip_locked=skip.has_select_for_update_skip_locked
        ).order_by("pk")
    )
    if len(rows) < 2:
        return
    kept, *merged = rows
    ContentVersion.objects.filter(pk=kept.pk).update(
        number=sum(row.number for row in rows)
    )
    for chunk in split(row.pk for row in merged):
        ContentVersion.objects.filter(pk__in=chunk).delete()


def get_content_version() -> int:
    """Return the current content version. One query."""
    return ContentVersion.objects.aggregate(total=Sum("number"))["total"] or 0


def get_registered_models() -> list[type]:
    """Return the concrete page types that give the register a row."""
    from wagtail.models import get_page_models

    return [m for m in get_page_models() if issubclass(m, RegisteredMixin)]


def _get_gate(entry: Entry) -> tuple[Any, ...]:
    """Return all of an entry that other pages' facts may follow from."""
    return (
        *(getattr(entry, column) for column in KEPT_COLUMNS),
        *(entry.translation_key, entry.locale_id),
    )


def _get_entries_around(path: str) -> Iterable[int]:
    """Return the ids of the entries below a page, of its parent's and that one's group.

    One query: see get_entries_above().
    """
    entries = Entry.objects.order_by()
    keys = entries.filter(path=path[:-STEP]).values("group_key")
    below = entries.filter(path__startswith=path).exclude(path=path)
    # No OR: none of the databases takes both indexes then.
    found = below.values_list("pk").union(
        entries.filter(group_key__in=keys).values_list("pk")
    )
    return [pk for (pk,) in found]


def get_entries_above(paths: Iterable[str]) -> set[int]:
    """Return the ids of entries right above these tree paths, and of their groups.

    A letter counts the responses below its translations, too.
    """
    parents = {path[:-STEP] for path in paths}
    entries = Entry.objects.order_by()
    keys = {key for (key,) in _in_chunks(entries, "path__in", parents, ("group_key",))}
    return {pk for (pk,) in _in_chunks(entries, "group_key__in", keys, ("pk",))}


def _in_chunks(
    queryset: Any, lookup: str, values: Iterable[Any], columns: tuple[str, ...]
) -> Iterable[tuple[Any, ...]]:
    for chunk in split(values):
        yield from queryset.filter(**{lookup: chunk}).values_list(*columns)
