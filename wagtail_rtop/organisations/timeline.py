"""Names and members over time: what contradicts itself, what is missing, what changed."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wagtail_rtop.organisations.countries import get_country_name
from wagtail_rtop.organisations.enums import MemberStatus, NameKind


# Days offered for a look back, newest first. Count.
DAYS = 20
DATES = ("valid_from", "valid_to")


@dataclass(frozen=True)
class Change:
    """Something that begins or ends on a day; None = before all that is recorded."""

    day: date | None
    text: str
    language: str = ""


def get_name_key(row: Any) -> Hashable | None:
    """Return what only one name row may hold at a time; None = any number."""
    if row.kind != NameKind.OFFICIAL or not row.language:
        return None
    return (row.language.lower(),)


def get_member_keys(row: Any) -> list[Hashable]:
    """Return what only one row of a state may hold at a time.

    A suspended state is a member meanwhile, so these two may overlap; a state
    that has left is neither.
    """
    if row.status == MemberStatus.LEFT:
        return [(row.country, status) for status in MemberStatus.values]
    return [(row.country, row.status)]


def overlaps(first: Any, second: Any) -> bool:
    """Return whether there is a day on which both rows hold."""
    return (
        first.valid_to is None
        or second.valid_from is None
        or second.valid_from < first.valid_to
    ) and (
        second.valid_to is None
        or first.valid_from is None
        or first.valid_from < second.valid_to
    )


def find_overlaps(rows: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """Yield (place, place of an earlier row) of rows that exclude each other.

    Each place is given once. Rows without dates hold always; of those of a state
    that has left, only dated ones say when.
    """
    by_key: dict[Hashable, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        keys = get_keys(row)
        clash = next(
            (
                other
                for key in keys
                for other in by_key[key]
                if overlaps(rows[other], row)
            ),
            None,
        )
        if clash is not None:
            yield place, clash
        for key in keys:
            by_key[key].append(place)


def find_contradictions(rows: Sequence[Any]) -> Iterator[str]:
    """Yield a sentence for each row that ends before it begins, or excludes another.

    Dates may still be text, as code may have given them; they are turned into dates.
    """
    sound = []
    for row in rows:
        others = {field.name for field in row._meta.fields} - set(DATES)
        try:
            row.clean_fields(exclude=others)
            row.clean()
        except ValidationError as error:
            for message in error.messages:
                yield f"{row}: {message}"
        else:
            sound.append(row)
    for place, other in find_overlaps(sound):
        yield f"{sound[place]}: {describe_overlap(sound[place], sound[other])}"


def get_keys(row: Any) -> list[Hashable]:
    if hasattr(row, "country"):
        if not row.country:
            # A draft's row that is still to be filled in.
            return []
        undated = row.valid_from is None and row.valid_to is None
        if row.status == MemberStatus.LEFT and undated:
            return []
        return get_member_keys(row)
    key = get_name_key(row)
    return [] if key is None else [key]


def describe_overlap(row: Any, other: Any) -> str:
    """Return the error for a row that holds at the same time as another one."""
    params = {"other": describe_period(other), "what": str(other)}
    if hasattr(row, "country"):
        return (
            _(
                "This overlaps with the row of the same country that holds %(other)s. "
                "End one on the day on which the other begins, or remove one."
            )
            % params
        )
    return (
        _(
            "This overlaps with “%(what)s”, official in the same language %(other)s. End "
            "one on the day on which the other begins, or choose another kind."
        )
        % params
    )


def describe_period(row: Any) -> str:
    """Return when a row holds, as a part of a sentence."""
    start = row.valid_from and date_format(row.valid_from, "DATE_FORMAT")
    end = row.valid_to and date_format(row.valid_to, "DATE_FORMAT")
    if start and end:
        return _("from %(start)s until %(end)s") % {"start": start, "end": end}
    if start:
        return _("from %(start)s on") % {"start": start}
    if end:
        return _("until %(end)s") % {"end": end}
    return _("always")


def find_gaps(rows: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield (row, next row) of official names of a language with days in between.

    Names alone: a state may leave and come back.
    """
    by_key: dict[Hashable, list[Any]] = defaultdict(list)
    for row in rows:
        key = get_name_key(row)
        dated_former = row.kind == NameKind.FORMER and row.valid_to
        if key is not None or dated_former:
            by_key[row.language.lower()].append(row)
    for found in by_key.values():
        found.sort(key=lambda row: row.valid_from or date.min)
        for row, following in pairwise(found):
            if (
                row.valid_to
                and following.valid_from
                and row.valid_to < following.valid_from
            ):
                yield row, following


def build_warnings(page: Any) -> list[str]:
    """Return what an editor should look at, as sentences."""
    return [
        _(
            "Between %(end)s and %(start)s there is no official name in “%(language)s”: "
            "“%(first)s” has ended, “%(second)s” has not begun."
        )
        % {
            "end": date_format(row.valid_to, "DATE_FORMAT"),
            "start": date_format(following.valid_from, "DATE_FORMAT"),
            "language": row.language,
            "first": row,
            "second": following,
        }
        for row, following in find_gaps(page.names.all())
    ]


def build_changes(page: Any, language: str) -> list[Change]:
    """Return what began and ended, oldest first; undated beginnings are left out."""
    changes = []
    for row in page.names.all():
        if row.kind in {NameKind.ALIAS, NameKind.ACRONYM}:
            continue
        if row.valid_from:
            text = _("“%(name)s” becomes the name") % {"name": row}
            changes.append(Change(row.valid_from, text, row.language))
        if row.valid_to:
            text = _("“%(name)s” is no longer the name") % {"name": row}
            changes.append(Change(row.valid_to, text, row.language))
    for row, day, text in find_member_changes(page.members.all()):
        country = get_country_name(row.country, language)
        changes.append(Change(day, text % {"country": country}))
    return sorted(changes, key=lambda change: (change.day or date.min, change.text))


def find_member_changes(rows: Iterable[Any]) -> Iterator[tuple[Any, date, str]]:
    """Yield (row, day, text) of what each row begins and ends.

    Where one row of a state ends on the day on which another begins, as when a
    member is suspended, only what changes is said: it has not stopped being a member.
    """
    rows = list(rows)
    begins, ends = defaultdict(set), defaultdict(set)
    for row in rows:
        begins[row.country, row.valid_from].add(row.status)
        ends[row.country, row.valid_to].add(row.status)
    for row in rows:
        began, ended = MEMBER_TEXTS[MemberStatus(row.status)]()
        before = ends[row.country, row.valid_from]
        after = begins[row.country, row.valid_to]
        is_member = row.status == MemberStatus.MEMBER
        # A state that had left is a member anew.
        stays = is_member and before & {MemberStatus.MEMBER, MemberStatus.SUSPENDED}
        if row.valid_from and not stays:
            yield row, row.valid_from, began
        followed = after if is_member else after & {MemberStatus.LEFT}
        if row.valid_to and ended and not followed:
            yield row, row.valid_to, ended


MEMBER_TEXTS = {
    MemberStatus.MEMBER: lambda: (
        _("%(country)s becomes a member"),
        _("%(country)s is no longer a member"),
    ),
    MemberStatus.SUSPENDED: lambda: (
        _("%(country)s is suspended"),
        _("%(country)s is no longer suspended"),
    ),
    MemberStatus.LEFT: lambda: (_("%(country)s leaves"), ""),
}


def get_days(page: Any) -> list[date]:
    """Return the latest days on which something changed, newest first."""
    days = {
        day
        for row in (*page.names.all(), *page.members.all())
        for day in (row.valid_from, row.valid_to)
        if day
    }
    return sorted(days, reverse=True)[:DAYS]
