"""Compares the register with the pages and with the gate, and rebuilds it.

Both work in batches, each with facts of its own, in a transaction of its own:
editors can go on while it runs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.register.sync import (
    bump_content_version,
    get_registered_models,
    lock_entries,
)
from wagtail_rtop.register.writing import (
    ENTRY_COLUMNS,
    LISTS,
    Expected,
    build_expected,
    group_by_type,
    read_lists,
    write_rows,
)
from wagtail_rtop.visibility.facts import get_facts, split
from wagtail_rtop.visibility.gate import Gate


# Pages a transaction; the most that are held in memory.
BATCH = 200
# Takes how many pages are done, and of how many.
Progress = Callable[[int, int], None]


def say_nothing(done: int, total: int) -> None:
    """Tell nobody of the progress."""


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


class ViewerGate(Gate):
    """The gate of a visitor who need not exist: member of one group, or of none."""

    def __init__(self, user: Any) -> None:
        super().__init__()
        self._user = user

    @property
    def user(self) -> Any:
        return self._user


def verify(progress: Progress = say_nothing) -> Iterator[Difference]:
    """Yield every difference between the register and the pages or the gate.

    ``progress``: is told how many pages have been compared with both.
    """
    total, done = _count_pages(), 0
    for pages in _get_batches():
        # Expected rows may need an access set that is not there: nothing stays.
        with transaction.atomic():
            differences = list(_compare(pages))
            transaction.set_rollback(True)
        yield from differences
        done += len(pages)
        progress(done // 2, total)
    for pk in _find_orphans():
        yield Difference(pk, "its entry", "there", None)
    viewers = build_viewers()
    for pks in _get_entry_batches():
        yield from _compare_with_gate(pks, viewers)
        done += len(pks)
        progress(min(done // 2, total), total)


def rebuild(progress: Progress = say_nothing) -> tuple[int, int]:
    """Write every row anew that differs; return how many were read, and written.

    ``progress``: is told how many pages have been read.
    """
    total, read, written = _count_pages(), 0, 0
    for pages in _get_batches():
        with transaction.atomic():
            written += _rewrite(pages)
        read += len(pages)
        progress(read, total)
    orphans = _find_orphans()
    for chunk in split(orphans):
        Entry.objects.filter(pk__in=chunk).delete()
    # Also where no row differs: lists keep titles and addresses too, and a write
    # around the signals has not told them.
    bump_content_version()
    return read, written + len(orphans)


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


def _get_pages(models: Iterable[type] | None = None) -> Any:
    """Return the pages of these types as bare pages; None: of all with a row."""
    types = ContentType.objects.get_for_models(
        *(get_registered_models() if models is None else models),
        for_concrete_models=False,
    )
    pages: Any = get_page_model().objects.filter(content_type__in=types.values())
    return pages.order_by()


def _count_pages() -> int:
    count: int = _get_pages().count()
    return count


def _get_batches() -> Iterator[list[Any]]:
    """Yield specific registered pages, one type after the other.

    A letter counts its responses by their entries, those of other languages too: so
    it comes after all that may be one.
    """
    models: list[Any] = get_registered_models()
    for model in sorted(models, key=lambda model: model.counts_entries):
        last = 0
        while True:
            chosen = _get_pages([model]).filter(pk__gt=last).order_by("pk")
            pages = list(chosen[:BATCH].specific())
            if not pages:
                break
            last = pages[-1].pk
            yield pages


def _get_entry_batches() -> Iterator[list[int]]:
    """Yield the ids of all entries."""
    last = 0
    while True:
        entries = Entry.objects.filter(pk__gt=last).order_by("pk")
        pks = list(entries.values_list("pk", flat=True)[:BATCH])
        if not pks:
            return
        last = pks[-1]
        yield pks


def _compare(pages: Sequence[Any]) -> Iterator[Difference]:
    ids = [page.pk for page in pages]
    entries = Entry.objects.in_bulk(ids)
    lists = [read_lists(model, column, ids) for model, column in LISTS]
    expected = build_expected(pages, entries)
    for pk, wanted in expected.items():
        entry = entries.get(pk)
        if entry is None or wanted is None:
            if entry is not None or wanted is not None:
                yield Difference(pk, "its entry", entry, wanted and wanted.entry)
            continue
        for name in ENTRY_COLUMNS:
            before, after = getattr(entry, name), getattr(wanted.entry, name)
            if before != after:
                yield Difference(pk, name, before, after)
        for what, present, values in zip(
            ("regions", "organisations"), lists, wanted.get_lists(), strict=True
        ):
            rows = {value: row[1] for value, row in present.get(pk, {}).items()}
            after = dict.fromkeys(values, wanted.get_shared())
            if rows != after:
                yield Difference(pk, what, rows, after)
    yield from _compare_side(pages, expected)


def _compare_side(
    pages: Sequence[Any], expected: Mapping[int, Expected | None]
) -> Iterator[Difference]:
    for model, found in group_by_type(pages).items():
        side = {p.pk: row.side for p in found if (row := expected[p.pk])}
        for pk, names in model.find_side_differences(side).items():
            for what in names:
                yield Difference(pk, what, "something else", "as the page has it")


def _find_orphans() -> list[int]:
    """Return the ids of entries of pages that give the register no row."""
    others = Entry.objects.exclude(pk__in=_get_pages().values("pk"))
    return list(others.order_by("pk").values_list("pk", flat=True))


def _compare_with_gate(
    pks: Sequence[int], viewers: Sequence[tuple[str, Gate]]
) -> Iterator[Difference]:
    """Yield where a list would show a viewer another page than the gate lets through."""
    entries = Entry.objects.filter(pk__in=pks).order_by().values_list("pk", flat=True)
    facts = get_facts(pks)
    for name, gate in viewers:
        listed = set(entries.filter(build_visible_q(gate)))
        # Read at once what accepts() would read page by page.
        gate.get_refused({pk for found in facts.values() for pk in found.restrictions})
        seen = {pk for pk, found in facts.items() if gate.accepts(found)}
        for pk in sorted(listed ^ seen):
            yield Difference(pk, f"visible to {name}", pk in listed, pk in seen)


def _rewrite(pages: Sequence[Any]) -> int:
    # A page saved meanwhile waits, or is read as saved.
    lock_entries(page.pk for page in pages)
    wrong = {difference.page_id for difference in _compare(pages)}
    if wrong:
        write_rows([page for page in pages if page.pk in wrong])
        bump_content_version()
    return len(wrong)
