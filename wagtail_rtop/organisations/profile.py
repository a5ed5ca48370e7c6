"""What a profile page shows: names and members on a day, letters and responses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.organisations.countries import get_country_name
from wagtail_rtop.organisations.enums import MemberStatus, NameKind
from wagtail_rtop.regions.models import build_name_key
from wagtail_rtop.register.models import EntryOrganisation
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.visibility.gate import get_gate


# Letters, and responses, listed on the profile itself. Count.
LISTED = 10
STEP = 4  # characters of treebeard's path for one level


@dataclass(frozen=True)
class Language:
    """A language as a template needs it: tag, name in the active language, direction."""

    code: str
    label: str
    dir: str


@dataclass(frozen=True)
class NameLine:
    """One name as shown; ``name`` or ``acronym`` may be empty, not both."""

    language: Language
    name: str
    acronym: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class MemberLine:
    """One member state on the day, its name in the page's language."""

    country: str
    name: str
    suspended: bool
    since: date | None


@dataclass(frozen=True)
class DocumentLine:
    """A letter or a response that the visitor may see.

    Attributes:
        language: of the title if it is not the page's; else None.
    """

    title: str
    url: str
    document_date: date
    language: Language | None


@dataclass(frozen=True)
class DocumentList:
    """The newest documents of one kind, how many there are, where all are listed."""

    documents: list[DocumentLine]
    count: int
    all_url: str


@dataclass(frozen=True)
class Profile:
    """All that the template shows.

    Attributes:
        day: the day asked for, today without one.
        is_today: whether nobody asked for another day.
        message: what was wrong with the day asked for, or "".
        names: official names on the day, the page's language first.
        former: names that had ended by the day, newest first.
        aliases: what others write.
        members: on the day, in the order of their names.
    """

    day: date
    is_today: bool
    message: str
    names: list[NameLine]
    former: list[NameLine]
    aliases: list[NameLine]
    members: list[MemberLine]
    working_languages: list[Language]


def build_profile(page: Any, asked: str | None) -> Profile:
    """Return the profile as at the day asked for. Two queries.

    Args:
        page: a page with ``OrganisationMixin``.
        asked: the visitor's "YYYY-MM-DD"; anything else shows today and says so.
    """
    day, message = read_day(asked)
    language = page.locale.language_code
    rows = list(page.names.all())
    names = sorted(
        (row for row in rows if is_official_on(row, day)),
        key=lambda row: row.language != language,
    )
    former = sorted(
        (row for row in rows if is_former_on(row, day)),
        key=lambda row: row.valid_to or date.min,
        reverse=True,
    )
    aliases = [
        row
        for row in rows
        if row.kind in {NameKind.ALIAS, NameKind.ACRONYM} and row.holds_on(day)
    ]
    return Profile(
        day=day,
        is_today=not asked or bool(message),
        message=message,
        names=build_names(names),
        former=build_names(former),
        aliases=build_names(aliases),
        members=build_members(page.get_members_on(day), language),
        working_languages=[
            describe_language(code) for code in page.get_working_languages()
        ],
    )


def read_day(asked: str | None) -> tuple[date, str]:
    """Return the day asked for and ""; or today and what was wrong."""
    today = timezone.localdate()
    if not asked:
        return today, ""
    # fromisoformat() alone also takes "20120322" and week dates.
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", asked):
        try:
            return date.fromisoformat(asked), ""
        except ValueError:
            pass
    shown = "".join(c for c in asked[:40] if c.isprintable())
    return today, _(
        "“%(value)s” is not a date. Give year, month and day, for example "
        "2012-03-22. Shown below: today."
    ) % {"value": shown}


def is_official_on(row: Any, day: date) -> bool:
    """Return whether it was the organisation's own name for itself that day."""
    dated_former = row.kind == NameKind.FORMER and row.valid_to is not None
    return (row.kind == NameKind.OFFICIAL or dated_former) and row.holds_on(day)


def is_former_on(row: Any, day: date) -> bool:
    """Return whether it had been an official name, but no longer was that day."""
    if row.kind not in {NameKind.OFFICIAL, NameKind.FORMER}:
        return False
    if row.valid_to is None:
        return row.kind == NameKind.FORMER
    return row.valid_to <= day


def build_names(rows: Iterable[Any]) -> list[NameLine]:
    return [
        NameLine(
            language=describe_language(row.language),
            name=row.name,
            acronym=row.acronym,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
        if row.name or row.acronym
    ]


def build_members(rows: Iterable[Any], language: str) -> list[MemberLine]:
    """Return each country once; a row that says suspended goes first."""
    by_country: dict[str, Any] = {}
    for row in rows:
        known = by_country.get(row.country)
        if known is None or row.status == MemberStatus.SUSPENDED:
            by_country[row.country] = row
    lines = [
        MemberLine(
            country=row.country,
            name=get_country_name(row.country, language),
            suspended=row.status == MemberStatus.SUSPENDED,
            since=row.valid_from,
        )
        for row in by_country.values()
    ]
    return sorted(lines, key=lambda line: build_name_key(line.name))


def describe_language(code: str) -> Language:
    """Return the language of a tag; an unknown tag is its own label."""
    try:
        info = get_language_info(code)
    except KeyError:
        return Language(code, code, "ltr")
    direction = "rtl" if info["bidi"] else "ltr"
    return Language(code, str(info["name_translated"]), direction)


def fetch_documents(
    page: Any, request: Any, kinds: Iterable[str]
) -> dict[str, DocumentList]:
    """Return kind → what the visitor may see of it with this organisation.

    Cost: one query for the counts, one a kind that has any, one more if a list
    is cut short; the same for one document and for ten thousand.
    """
    rows = EntryOrganisation.objects.filter(
        build_visible_q(get_gate(request), entry="entry__"),
        organisation_key=page.get_organisation_key(),
        locale=page.locale_id,
        kind__in=list(kinds),
    )
    counts = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    found: dict[str, DocumentList] = {}
    for kind, count in sorted(counts.items()):
        newest = rows.filter(kind=kind).order_by("-document_date", "-entry")
        entries = [
            row.entry
            for row in newest.select_related("entry__page__alias_of__locale")[:LISTED]
        ]
        all_url = _build_all_url(page, request, entries) if count > LISTED else ""
        lines = [_build_line(entry, request) for entry in entries]
        found[kind] = DocumentList(lines, count, all_url)
    return found


def _build_line(entry: Any, request: Any) -> DocumentLine:
    page = entry.page
    source = page.alias_of
    return DocumentLine(
        title=page.title,
        url=page.get_url(request) or "",
        document_date=entry.document_date,
        language=describe_language(source.locale.language_code) if source else None,
    )


def _build_all_url(page: Any, request: Any, entries: list[Any]) -> str:
    """Return the address of the list that the documents stand in, filtered.

    Letters stand below their index; responses below a letter, two levels down.
    What stands above a visible page is visible.
    """
    paths = {entry.page.path[: -STEP * depth] for entry in entries for depth in (1, 2)}
    parents = get_page_model().objects.filter(path__in=paths).order_by("-depth")
    for parent in parents:
        if getattr(parent.specific_class, "listed_kinds", ()):
            return f"{parent.get_url(request) or ''}?organisation={page.slug}"
    return ""
