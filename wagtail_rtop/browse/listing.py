"""What a list page shows, as plain values for templates."""

import logging
import uuid
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from wagtail_rtop.browse.facets import FacetBuilder, get_answered_label
from wagtail_rtop.browse.filters import ANSWERED, MAX_TEXT, ListFilter
from wagtail_rtop.browse.regions import get_locale_codes
from wagtail_rtop.browse.search import SearchUnavailableError, build_match
from wagtail_rtop.browse.selection import Counts, Selection
from wagtail_rtop.browse.source import ListSource, Profile
from wagtail_rtop.conf import get_setting
from wagtail_rtop.regions.models import build_name_key
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import (
    build_visible_q,
    get_recounted,
    remember,
    remember_shown,
)
from wagtail_rtop.releases.marks import fetch_marks
from wagtail_rtop.visibility.gate import Gate


logger = logging.getLogger("wagtail_rtop")


def build_listing(source: ListSource, wanted: ListFilter) -> dict[str, Any]:
    """Return the context of a list.

    Shape: ``{"filter", "rows", "total", "facets", "chips", "pager", "errors",
    "canonical", "organisation", "unavailable"}``; see
    templates/wagtail_rtop/browse/_listing.html. ``unavailable`` is "" or, where the
    search failed, the address of the list without the question.

    Raises:
        Http404: an unknown region or organisation, or a page that there is not.

    Cost: after a change four queries, five with an organisation, one more for a large
    list, two more if there are releases among the rows; one while nothing changed,
    two more of them for a text search.
    """
    if wanted.errors:
        return _build_empty(source, wanted)
    size = get_page_size()
    start = (wanted.page - 1) * size
    try:
        selection, organisation = _resolve(source, wanted)
        counts, names, rows = _read(source, wanted, selection, start, start + size)
    except SearchUnavailableError:
        logger.exception("The search failed; its visitor was asked to come back.")
        return _build_unavailable(source, wanted)
    pages = max(1, -(-counts.total // size))
    if wanted.page > pages:
        raise Http404("There is no such page of the list.")
    builder = FacetBuilder(source, wanted, counts, names, organisation)
    return {
        **_build_form(source, wanted),
        "rows": rows,
        "total": counts.total,
        "first": start + 1 if rows else 0,
        "last": start + len(rows),
        "facets": builder.build(),
        "chips": builder.build_chips(),
        "pager": _build_pager(source, wanted, pages),
        "errors": (),
        "canonical": f"{source.url}{wanted.get_query()}",
        "organisation": organisation,
        "unavailable": "",
    }


def get_page_size() -> int:
    """Return how many documents one page of a list has: 1 to 100."""
    return max(1, min(100, int(get_setting("PAGE_SIZE"))))


def find_profile(gate: Gate, slug: str, locale_id: int) -> Profile | None:
    """Return the profile with this slug that the visitor may see. One query."""
    rows = Entry.objects.filter(
        build_visible_q(gate), kind="organisation", page__slug=slug
    )
    found = _choose(rows.select_related("page"), locale_id)
    return next(iter(found.values()), None)


def fetch_profiles(
    gate: Gate, keys: Iterable[uuid.UUID], locale_id: int
) -> dict[uuid.UUID, Profile]:
    """Return the profiles the visitor may see, in this language if there. One query."""
    keys = list(keys)
    if not keys:
        return {}
    rows = Entry.objects.filter(
        build_visible_q(gate), kind="organisation", translation_key__in=keys
    )
    return _choose(rows.select_related("page"), locale_id)


def fetch_region_profiles(
    gate: Gate, region_id: int, locale: Any, request: Any
) -> list[dict[str, Any]]:
    """Return the profiles tagged with the region, by title.

    Shape: ``[{"title", "url"}, …]``. At most one query.
    """

    def compute() -> list[dict[str, Any]]:
        rows = Entry.objects.filter(
            build_visible_q(gate),
            kind="organisation",
            locale=locale.pk,
            regions__region=region_id,
            # Said of both tables, and of every column of the index up to the kind:
            # else each document of the region is looked at.
            regions__locale=locale.pk,
            regions__public__in=(True, False),
            regions__kind="organisation",
        )
        pages = [entry.page for entry in rows.select_related("page")]
        for page in pages:
            page.locale = locale
        pages.sort(key=lambda page: (build_name_key(page.title), page.pk))
        return [{"title": page.title, "url": page.get_url(request)} for page in pages]

    return remember_shown(gate, ("profiles", region_id, locale.pk), compute)


def build_row(
    entry: Entry,
    locale: Any,
    codes: dict[int, str],
    request: Any,
    marks: Sequence[str] = (),
) -> Any:
    """Return one line of a list. No query if ``page__alias_of`` is loaded.

    Shape: ``{"title", "url", "kind", "kind_label", "date", "recipients",
    "answered", "marks", "lang", "dir", "pk"}``; ``marks`` as fetch_marks() gives
    them, ``lang`` is "" in the list's own language.
    """
    page = entry.page
    page.locale = locale
    language = ""
    if page.alias_of_id and page.alias_of.locale_id != locale.pk:
        language = codes.get(page.alias_of.locale_id, "")
    return {
        "pk": page.pk,
        "title": page.title,
        "url": page.get_url(request),
        "kind": entry.kind,
        "kind_label": get_row_label(entry.kind, page),
        "date": entry.document_date,
        "recipients": entry.recipients,
        "answered": entry.answered,
        "marks": marks,
        "lang": language,
        "dir": _get_direction(language) if language else "",
    }


def _key(wanted: ListFilter) -> tuple[Any, ...]:
    return tuple(wanted.at_page(1).get_pairs())


def _resolve(
    source: ListSource, wanted: ListFilter
) -> tuple[Selection, Profile | None]:
    """Return the selection, with ids in the place of slugs."""
    slugs = dict.fromkeys((*filter(None, [source.region]), *wanted.regions))
    try:
        regions = tuple(source.regions.by_slug[slug].pk for slug in slugs)
    except KeyError as error:
        raise Http404("There is no region of this name.") from error
    organisation = None
    if wanted.organisation:
        organisation = find_profile(source.gate, wanted.organisation, source.locale.pk)
        if organisation is None:
            raise Http404("There is no organisation of this name.")
    selection = Selection(
        gate=source.gate,
        locale_id=source.locale.pk,
        kinds=source.kinds,
        without=source.without,
        regions=regions,
        organisation=organisation.key if organisation else None,
        kind=wanted.kind,
        year=wanted.year,
        answered=wanted.answered,
        match=build_match(source.gate, wanted.text) if wanted.text else None,
    )
    return selection, organisation


def _read(
    source: ListSource, wanted: ListFilter, selection: Selection, start: int, stop: int
) -> tuple[Counts, dict[str, dict[Any, Any]], list[dict[str, Any]]]:
    """Return the figures, the names that go with them, and the rows.

    Raises:
        SearchUnavailableError: if the database can't read its text index.
    """
    if selection.match is None:
        return _read_rows(source, wanted, selection, start, stop)
    connection = connections[Entry.objects.db]
    # A failed statement would spoil the transaction of a site that has one a request.
    guard = transaction.atomic if connection.in_atomic_block else nullcontext
    try:
        with guard():
            return _read_rows(source, wanted, selection, start, stop)
    except DatabaseError as error:
        raise SearchUnavailableError("The text index can't be read.") from error


def _read_rows(
    source: ListSource, wanted: ListFilter, selection: Selection, start: int, stop: int
) -> tuple[Counts, dict[str, dict[Any, Any]], list[dict[str, Any]]]:
    fresh: list[Counts] = []
    by_title = source.by_title

    def compute() -> tuple[Counts, dict[str, dict[Any, Any]]]:
        with_rows = selection.match is not None and not by_title
        counts, names = _count(source, selection, (start, stop) if with_rows else None)
        fresh.extend([counts] if with_rows else [])
        return replace(counts, ids=()), names

    def build_rows() -> list[dict[str, Any]]:
        if fresh:
            return _build_rows(source, list(fresh[0].ids), names["locales"])
        fetch = selection.fetch_ids_by_title if by_title else selection.fetch_ids
        return _build_rows(source, fetch(start, stop), names["locales"])

    of_list = (source.locale.pk, source.kinds, source.without, source.region)
    parts = (*of_list, *_key(wanted))
    counts, names = remember(source.gate, ("list", *parts), compute)
    if counts.total <= start:
        return counts, names, []
    if selection.match:
        # There are too many questions to keep what each of them finds.
        return counts, names, build_rows()
    parts = (by_title, start, stop, *parts)
    return counts, names, remember_shown(source.gate, ("rows", *parts), build_rows)


def _count(
    source: ListSource, selection: Selection, rows: tuple[int, int] | None
) -> tuple[Counts, dict[str, dict[Any, Any]]]:
    """Return the figures, and the names that go with them."""
    counts = selection.count(rows)
    keys = [uuid.UUID(key) for key in counts.facets["organisation"]]
    profiles = fetch_profiles(source.gate, keys, source.locale.pk)
    names: dict[str, dict[Any, Any]] = {
        "locales": get_locale_codes(),
        "profiles": {str(key): (p.slug, p.title) for key, p in profiles.items()},
    }
    return counts, names


def _choose(rows: Iterable[Entry], locale_id: int) -> dict[uuid.UUID, Profile]:
    """Return one profile a key: that of the locale, else the oldest."""
    found: dict[uuid.UUID, Profile] = {}
    for entry in sorted(rows, key=lambda e: (e.locale_id != locale_id, e.pk)):
        page = entry.page
        found.setdefault(
            entry.translation_key,
            Profile(entry.translation_key, page.slug, page.title, page),
        )
    return found


def _build_rows(
    source: ListSource, ids: list[int], codes: dict[int, str]
) -> list[dict[str, Any]]:
    if not ids:
        return []
    entries = Entry.objects.select_related("page", "page__alias_of").in_bulk(ids)
    marks = fetch_marks(entries.values(), source.gate)
    for pk, tally in get_recounted(source.gate).items():
        if pk in entries:
            entries[pk].answered = tally.answered
    return [
        build_row(entries[pk], source.locale, codes, source.request, marks.get(pk, ()))
        for pk in ids
        if pk in entries
    ]


def get_row_label(kind: str, page: Any) -> str:
    """Return what one document is called; a site's own page by its type."""
    labels = {
        "letter": _("Letter"),
        "response": _("Response"),
        "release": _("Press release"),
        "organisation": _("Organisation"),
    }
    if kind in labels:
        return labels[kind]
    model = page.specific_class
    return str(capfirst(model._meta.verbose_name)) if model else capfirst(kind)


def _get_direction(code: str) -> str:
    try:
        return "rtl" if get_language_info(code)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def _build_pager(source: ListSource, wanted: ListFilter, pages: int) -> dict[str, Any]:
    """Return the pager: {"number", "count", "previous", "next", "first", "last"}."""

    def get_url(page: int) -> str:
        if not 1 <= page <= pages or page == wanted.page:
            return ""
        return f"{source.url}{wanted.at_page(page).get_query()}"

    return {
        "number": wanted.page,
        "count": pages,
        "previous": get_url(wanted.page - 1),
        "next": get_url(wanted.page + 1),
        "first": get_url(1),
        "last": get_url(pages),
    }


def _build_form(source: ListSource, wanted: ListFilter) -> dict[str, Any]:
    """Return what the search form needs; ``kept`` are its hidden parameters."""
    asks_answers = "letter" in source.kinds or not source.kinds
    own = {"q", "answered"} if asks_answers else {"q"}
    pairs = wanted.at_page(1).get_pairs()
    choices = [(value, get_answered_label(value)) for value in ANSWERED]
    return {
        "filter": wanted,
        "url": source.url,
        "kept": [pair for pair in pairs if pair[0] not in own],
        "answered_choices": choices if asks_answers else [],
        "max_text": MAX_TEXT,
    }


def _build_unavailable(source: ListSource, wanted: ListFilter) -> dict[str, Any]:
    """Return a list that says that the search failed, and the way to go on."""
    message = _("The search does not answer at the moment. Try again in a minute.")
    without = wanted.narrow(text="").get_query()
    return {
        **_build_empty(source, replace(wanted, errors=(message,))),
        "unavailable": f"{source.url}{without}",
    }


def _build_empty(source: ListSource, wanted: ListFilter) -> dict[str, Any]:
    return {
        **_build_form(source, wanted),
        "rows": [],
        "total": 0,
        "first": 0,
        "last": 0,
        "facets": [],
        "chips": [],
        "pager": _build_pager(source, wanted.at_page(1), 1),
        "errors": wanted.errors,
        "canonical": source.url,
        "organisation": None,
        "unavailable": "",
    }
