"""The documents that a filter selects for one visitor, and what there is to count.

Every figure comes from the condition that the list itself is made of, so that a
count is always the number of documents a reader finds behind it.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from wagtail_rtop.regions.models import build_name_key
from wagtail_rtop.register.models import Entry, EntryOrganisation, EntryRegion
from wagtail_rtop.register.query import (
    Tally,
    build_visible_q,
    get_recounted,
    get_root_paths,
)
from wagtail_rtop.visibility.gate import Gate


@dataclass(frozen=True)
class Counts:
    """How many documents stand behind each link of a list.

    Attributes:
        total: of the list itself.
        facets: for each of "kind", "year", "language", "region" and
            "organisation": a dict of value → number, as text: a kind, a year, a
            locale's id, a region's id, an organisation's key. Each leaves out its
            own narrowing, so that a reader may change it; regions add up instead.
        ids: entries of the rows that were asked for with the figures.
    """

    total: int
    facets: dict[str, dict[str, int]]
    ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Selection:
    """A filter with what its slugs stand for, in one locale.

    Attributes:
        gate: the visitor and the moment.
        locale_id: of the list.
        kinds: kinds of the register the list is of; empty = every kind.
        without: kinds that are not documents of this list.
        regions: ids; a document must be in all of them.
        organisation: key of a profile, or None.
        kind, year, answered: as in ListFilter.
        match: adds the condition of a text search to a queryset of entries,
            given the path to the entry's id; None = no search.
    """

    gate: Gate
    locale_id: int
    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    regions: tuple[int, ...] = ()
    organisation: uuid.UUID | None = None
    kind: str = ""
    year: int | None = None
    answered: str = ""
    match: Callable[[str], Q] | None = None

    def fetch_ids(self, start: int, stop: int) -> list[int]:
        """Return ids of entries in the list's order, newest first. One query."""
        rows = self._build_narrowed_rows()
        key = _get_entry_path(rows.model)
        rows = rows.order_by("-document_date", f"-{key}")
        return list(rows.values_list(key, flat=True)[start:stop])

    def fetch_ids_by_title(self, start: int, stop: int) -> list[int]:
        """Return ids of entries in the order of titles. One query.

        Reads all titles, because each database sorts letters with accents in a
        way of its own: for profiles, of which there are some hundreds.
        """
        rows = self._build_narrowed_rows()
        key = _get_entry_path(rows.model)
        title = "page__title" if rows.model is Entry else "entry__page__title"
        found = sorted(
            (build_name_key(text), pk)
            for pk, text in rows.order_by().values_list(key, title)
        )
        return [pk for _, pk in found[start:stop]]

    def _build_narrowed_rows(self) -> QuerySet[Any]:
        return self._narrow_rows(self._build_rows())

    def _narrow_rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = rows.filter(locale=self.locale_id)
        kinds = self._get_kinds()
        if kinds:
            # Equality where one kind is left: then an index has the order.
            lookup = {"kind": kinds[0]} if len(kinds) == 1 else {"kind__in": kinds}
            rows = rows.filter(**lookup)
        if self.year:
            rows = rows.filter(
                document_date__range=(date(self.year, 1, 1), date(self.year, 12, 31))
            )
        if self.organisation and rows.model is not EntryOrganisation:
            rows = rows.filter(self._is_with_organisation(rows.model))
        return rows

    def count(self, rows: tuple[int, int] | None = None) -> Counts:
        """Return the figures of the list and its facets. One query, two if large.

        Args:
            rows: start and stop of the rows to read with them, where a text
                search would otherwise be made twice.
        """
        connection = connections[Entry.objects.db]
        base = self._without_facets()._build_rows()
        key = _get_entry_path(base.model)
        with_organisation: Any = Value(True, output_field=BooleanField())
        if self.organisation:
            with_organisation = self._is_with_organisation(base.model)
        base = base.order_by().annotate(rtop_with=with_organisation)
        if self.kinds:
            base = base.filter(kind__in=self.kinds)
        base = base.values_list(
            F(key), "locale_id", "kind", "document_date", "rtop_with"
        )
        facets: dict[str, dict[str, int]] = {name: {} for name in _FACETS}
        page: list[tuple[str, int]] = []
        total = base_total = 0
        try:
            sql, parameters = base.query.sql_with_params()
        except EmptyResultSet:
            return Counts(total, facets)
        statement, more = _FacetStatement(self, connection).build(sql, rows)
        with connection.cursor() as cursor:
            cursor.execute(statement, [*parameters, *more])
            for name, value, number in cursor.fetchall():
                if name == "row":
                    page.append((str(value), int(number)))
                elif name == "total":
                    total = int(number)
                elif name == "base":
                    base_total = int(number)
                elif name == "organisation":
                    facets[name][str(uuid.UUID(str(value)))] = int(number)
                else:
                    facets[name][str(value)] = int(number)
        if base_total > ORGANISATION_LIMIT and self._is_plain():
            facets["organisation"] = self._count_organisations()
        return Counts(total, facets, tuple(pk for _, pk in sorted(page, reverse=True)))

    def _is_plain(self) -> bool:
        """Return whether all that narrows the list stands in EntryOrganisation."""
        narrowed = self.regions or self.answered or self.match
        return not narrowed and get_root_paths(self.gate) is None

    def _count_organisations(self) -> dict[str, int]:
        """Return the facet of a plain list, by one index from its end to the other.

        A fifth of the time that joining the list's documents takes.
        """
        rows = EntryOrganisation.objects.filter(build_visible_q(self.gate))
        if self.without:
            rows = rows.exclude(kind__in=self.without)
        counted = (
            self._narrow_rows(rows)
            .order_by()
            .values("organisation_key")
            .annotate(n=Count("*"))
        )
        return {str(key): n for key, n in counted.values_list("organisation_key", "n")}

    def _without_facets(self) -> "Selection":
        return replace(self, organisation=None, kind="", year=None)

    def _get_kinds(self) -> tuple[str, ...]:
        if not self.kind:
            return self.kinds
        # A kind the list is not of: nothing, and nothing said about it.
        return (self.kind,) if not self.kinds or self.kind in self.kinds else ("",)

    def _build_rows(self) -> QuerySet[Any]:
        """Return the narrowest table's rows, with what is no facet of its own."""
        rows: QuerySet[Any]
        if self.regions:
            rows = EntryRegion.objects.filter(region=self.regions[0])
        elif self.organisation:
            rows = EntryOrganisation.objects.filter(organisation_key=self.organisation)
        else:
            rows = Entry.objects.all()
        key = _get_entry_path(rows.model)
        rows = rows.filter(build_visible_q(self.gate, entry=_get_prefix(rows.model)))
        if self.without:
            rows = rows.exclude(kind__in=self.without)
        for region in self.regions[1:]:
            other = EntryRegion.objects.filter(region=region, entry=OuterRef(key))
            rows = rows.filter(Exists(other))
        if self.answered:
            rows = rows.filter(
                _build_answered_q(self.answered, rows.model, get_recounted(self.gate))
            )
        if self.match:
            rows = rows.filter(self.match(key))
        return rows

    def _is_with_organisation(self, model: type) -> Exists:
        assert self.organisation  # noqa: S101  # asked for only where there is one
        return Exists(
            EntryOrganisation.objects.filter(
                organisation_key=self.organisation,
                entry=OuterRef(_get_entry_path(model)),
            )
        )


# With more documents than this organisations are not counted by joining the selected
# documents: a letter names many, so that it would take as long as all else many
# times over. Then a list that is narrowed by region, answers or text has no such
# facet.
ORGANISATION_LIMIT = 20_000

_FACETS = ("kind", "year", "language", "region", "organisation")


class _FacetStatement:
    """One statement that reads the selected rows once and counts them six ways.

    ``m`` is the selected rows, ``g`` their number by locale, kind and year.
    """

    def __init__(self, selection: Selection, connection: Any) -> None:
        self.selection = selection
        self.vendor = connection.vendor
        self.quote = connection.ops.quote_name
        self.text = connection.ops.cast_char_field_without_max_length
        self.parameters: list[Any] = []

    def build(self, sql: str, rows: tuple[int, int] | None) -> tuple[str, list[Any]]:
        # The year as the text of a date begins with it: functions that take dates
        # apart are slow on SQLite.
        year = f"SUBSTR({self._cast('m.dated')}, 1, 4)"
        branches = [
            self._count("total", "''", group=False),
            "SELECT 'base', '', COALESCE(SUM(documents), 0) FROM g",
            self._count("kind", "t.kind", leave="kind"),
            self._count("year", "t.dated_year", leave="year"),
            self._count("language", self._cast("t.locale_id"), leave="language"),
            self._count_related("region", EntryRegion, "region"),
            self._count_related(
                "organisation", EntryOrganisation, "organisation_key", "organisation"
            ),
        ]
        if rows:
            branches.append(self._read_rows(*rows))
        # All parts are column names and casts; values are parameters.
        selected = f"WITH m (entry_id, locale_id, kind, dated, is_with) AS ({sql})"
        grouped = (
            f"SELECT m.locale_id, m.kind, {year} AS dated_year, m.is_with, "  # noqa: S608  # see above
            "COUNT(*) AS documents FROM m "
            f"GROUP BY m.locale_id, m.kind, {year}, m.is_with"
        )
        statement = f"{selected}, g AS ({grouped}) {' UNION ALL '.join(branches)}"
        return statement, self.parameters

    def _read_rows(self, start: int, stop: int) -> str:
        """Return the branch that reads one page of the list: date and entry."""
        where = self._narrow("", f"SUBSTR({self._cast('t.dated')}, 1, 4)")
        self.parameters += [stop - start, start]
        return (
            f"SELECT 'row', {self._cast('x.dated')}, x.entry_id FROM "  # noqa: S608  # column names of our models
            f"(SELECT t.dated, t.entry_id FROM m t WHERE {where} "
            "ORDER BY t.dated DESC, t.entry_id DESC LIMIT %s OFFSET %s) x"
        )

    def _count(
        self, name: str, value: str, *, leave: str = "", group: bool = True
    ) -> str:
        where = self._narrow(leave, "t.dated_year")
        grouping = f" GROUP BY {value}" if group else ""
        return (
            f"SELECT '{name}', {value}, COALESCE(SUM(t.documents), 0) FROM g t "  # noqa: S608  # column names of our models
            f"WHERE {where}{grouping}"
        )

    def _count_related(self, name: str, model: Any, field: str, leave: str = "") -> str:
        table = self.quote(model._meta.db_table)
        entry = self.quote(model._meta.get_field("entry").column)
        column = f"r.{self.quote(model._meta.get_field(field).column)}"
        where = self._narrow(leave, f"SUBSTR({self._cast('t.dated')}, 1, 4)")
        join = "JOIN"
        if self.vendor == "postgresql":
            # It knows nothing of the rows of a CTE and takes any equality for one
            # of two hundred; so it would look up each row by itself.
            where = f"(CASE WHEN {where} THEN 1 END) IS NOT NULL"
        elif self.vendor == "sqlite":
            # There this is a join in the order as written; else SQLite may read
            # all rows of the other table for some selected ones.
            join = "CROSS JOIN"
        if model is EntryOrganisation:
            where += f" AND (SELECT SUM(documents) FROM g) <= {ORGANISATION_LIMIT}"  # noqa: S608  # a constant
        return (
            f"SELECT '{name}', {self._cast(column)}, COUNT(*) FROM m t "  # noqa: S608  # column names of our models
            f"{join} {table} r ON r.{entry} = t.entry_id WHERE {where} GROUP BY {column}"
        )

    def _narrow(self, leave: str, year: str) -> str:
        """Return the conditions of every facet but the one left out."""
        selection = self.selection
        conditions: dict[str, tuple[str, Sequence[Any]]] = {
            "language": ("t.locale_id = %s", [selection.locale_id])
        }
        if selection.kind:
            conditions["kind"] = ("t.kind = %s", [selection.kind])
        if selection.year:
            conditions["year"] = (f"{year} = %s", [f"{selection.year:04d}"])
        if selection.organisation:
            conditions["organisation"] = ("t.is_with", [])
        conditions.pop(leave, None)
        for _condition, values in conditions.values():
            self.parameters.extend(values)
        return " AND ".join(c for c, _ in conditions.values()) or "1 = 1"

    def _cast(self, expression: str) -> str:
        return f"CAST({expression} AS {self.text})" if self.text else expression


def _get_entry_path(model: type) -> str:
    return "page_id" if model is Entry else "entry_id"


def _get_prefix(model: type) -> str:
    return "" if model is Entry else "entry__"


def _build_answered_q(answered: str, model: type, recounted: Mapping[int, Tally]) -> Q:
    """Return the condition; ``recounted`` goes before the register's own count."""
    prefix = _get_prefix(model)
    column = f"{prefix}answered"
    condition = Q(**{f"{prefix}recipients__gt": 0}) & {
        "none": Q(**{column: 0}),
        "some": Q(**{f"{column}__gt": 0}),
        "all": Q(**{f"{column}__gte": F(f"{prefix}recipients")}),
    }.get(answered, Q(**{f"{column}__gt": 0}))
    if not recounted:
        return condition
    key = f"{_get_entry_path(model)}__in"
    chosen = [pk for pk, tally in recounted.items() if tally.is_(answered)]
    return (condition & ~Q(**{key: list(recounted)})) | Q(**{key: chosen})
