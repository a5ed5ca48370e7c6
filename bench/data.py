"""An archive of any size in some seconds, without the editor's way of saving.

One letter is written as the editor would write it. All others are made of its
rows in SQL: page, letter, recipients, region tags, register rows, search rows.
``python -m bench.data COUNT`` fills the database of the settings.
"""

import random
import sys
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection, models, transaction

from bench.databases import Database


ORGANISATIONS = 60
RECIPIENTS = 14
# Of the archive, and enough for 500 pages at 100,000 documents.
REGION_SHARES = {"five-percent": (20, 0), "one-eighth": (8, 1)}
OTHER_REGIONS = 20
# Distinct texts; as many letters share one as the archive is large.
BODIES = 500
# In four of five bodies; "rarely" in one of 500.
COMMON, RARE = "protection", "rarely"
TABLE = "bench_numbers"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def use_archive(database: Database, count: int) -> None:
    """Point the database at an archive of ``count`` letters; build it if need be."""
    database.use(f"archive{count}", lambda: build_archive(count))


def build_archive(count: int) -> None:
    """Fill an empty, migrated database with ``count`` English letters."""
    from tests import builders

    home = builders.make_home()
    builders.make_translated_home(home, "fr")
    regions = [builders.make_region(_name(slug), slug=slug) for slug in get_regions()]
    index = builders.make_organisation_index(home)
    organisations = [
        builders.make_organisation(
            index,
            title=f"Organisation {number}",
            slug=f"organisation-{number}",
            names=[
                {"language": "fr", "name": f"Sigle {number}", "acronym": f"O{number}"}
            ],
        )
        for number in range(ORGANISATIONS)
    ]
    builders.make_region_index(home, slug="regions")
    letters = builders.make_letter_index(home, slug="letters")
    letter = builders.make_letter(
        letters,
        title="Letter 0",
        slug="letter-0",
        body=build_body(0),
        recipients=organisations[:RECIPIENTS],
        regions=[regions[0]],
    )
    with transaction.atomic():
        _Copier(letter, letters, organisations, regions, count).run()
    with connection.cursor() as cursor:
        vacuum = "ANALYZE" if connection.vendor != "postgresql" else "VACUUM ANALYZE"
        cursor.execute(vacuum)
    create_search_index()


def create_search_index() -> None:
    """Create what ``rtop_search_index`` creates."""
    from django.core.management import call_command

    call_command("rtop_search_index", verbosity=0)


def get_regions() -> list[str]:
    """Return the slugs of all regions, in the order of their ids."""
    others = [f"region-{number}" for number in range(OTHER_REGIONS)]
    return [*REGION_SHARES, *others]


def build_body(number: int) -> str:
    """Return one of the texts: eight paragraphs, always the same for a number."""
    words = random.Random(number)
    vocabulary = [f"word{n}" for n in range(4000)]
    # As in a language: few words make most of a text.
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    paragraphs = []
    for place in range(8):
        chosen = words.choices(vocabulary, weights, k=35)
        if place == 0 and number % 5:
            chosen[10] = COMMON
        if place == 1 and number == 1:
            chosen[10] = RARE
        paragraphs.append(f"<p>{' '.join(chosen).capitalize()}.</p>")
    return "".join(paragraphs)


def _name(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


class _Copier:
    """Writes letters 1 to ``count`` - 1 as copies of letter 0."""

    def __init__(
        self,
        letter: Any,
        parent: Any,
        organisations: list[Any],
        regions: list[Any],
        count: int,
    ) -> None:
        self.letter = letter
        self.parent = parent
        self.organisations = organisations
        self.regions = regions
        self.count = count
        self.postgresql = connection.vendor == "postgresql"
        self.base = letter.pk + 100

    def run(self) -> None:
        self._write_numbers()
        self._write_pages()
        self._write_recipients()
        self._write_regions()
        self._write_register()
        self._write_search()
        self.parent.numchild = self.count
        self.parent.save(update_fields=["numchild"])
        self._execute(f"DROP TABLE {TABLE}", f"DROP TABLE {TABLE}_orgs")
        self._reset_sequences()

    def _write_numbers(self) -> None:
        """Write what differs from letter to letter into a table to join with."""
        key = "uuid" if self.postgresql else "char(32)"
        self._execute(
            f"CREATE TABLE {TABLE} (n integer, page integer, path varchar(255), "
            f"key {key}, title varchar(255), slug varchar(255), dated date, body text)",
            f"CREATE TABLE {TABLE}_orgs (i integer, page integer, key {key})",
        )
        bodies = [build_body(number) for number in range(BODIES)]
        first = date(1990, 1, 1)
        rows = [
            (
                n,
                self.base + n,
                self._get_path(n),
                self._key(),
                f"Letter {n}",
                f"letter-{n}",
                (first + timedelta(days=n * 7919 % 13000)).isoformat(),
                bodies[n % BODIES],
            )
            for n in range(1, self.count)
        ]
        profiles = [
            (i, page.pk, self._uuid(page.translation_key))
            for i, page in enumerate(self.organisations)
        ]
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * 8)
            cursor.executemany(f"INSERT INTO {TABLE} VALUES ({marks})", rows)
            cursor.executemany(
                f"INSERT INTO {TABLE}_orgs VALUES (%s, %s, %s)", profiles
            )

    def _write_pages(self) -> None:
        from django.apps import apps

        page = type(self.letter)._meta.pk.remote_field.model
        self._copy(
            page,
            self.letter.pk,
            {
                "id": "t.page",
                "path": "t.path",
                "translation_key": "t.key",
                "title": "t.title",
                "draft_title": "t.title",
                "slug": "t.slug",
                "url_path": self._concat(f"'{self.parent.url_path}'", "t.slug", "'/'"),
                "latest_revision_id": "NULL",
                "live_revision_id": "NULL",
            },
        )
        self._copy(
            apps.get_model("wagtail_rtop_pages", "LetterPage"),
            self.letter.pk,
            {"page_ptr_id": "t.page", "document_date": "t.dated", "body": "t.body"},
        )

    def _write_recipients(self) -> None:
        from wagtail_rtop.pages.models import LetterRecipient

        random_key = (
            "gen_random_uuid()" if self.postgresql else "lower(hex(randomblob(16)))"
        )
        for row in self.letter.recipients.all():
            self._copy(
                LetterRecipient,
                row.pk,
                {
                    "id": None,
                    "translation_key": random_key,
                    "letter_id": "t.page",
                    "organisation_id": "o.page",
                },
                joins=f"JOIN {TABLE}_orgs o ON o.i = {self._org(row.sort_order)}",
            )

    def _write_regions(self) -> None:
        self._execute(
            *(
                "INSERT INTO wagtail_rtop_taggedregion (tag_id, content_object_id) "
                f"SELECT {region}, page FROM {TABLE} WHERE {condition}"
                for region, condition in self._get_region_conditions()
            )
        )

    def _write_register(self) -> None:
        from wagtail_rtop.models import Entry, EntryOrganisation, EntryRegion

        own = {"page_id": "t.page", "group_key": "t.key", "translation_key": "t.key"}
        dated = {"document_date": "t.dated"}
        self._copy(Entry, self.letter.pk, {**own, **dated, "path": "t.path"})
        region = EntryRegion.objects.get(entry=self.letter.pk)
        for pk, condition in self._get_region_conditions():
            self._copy(
                EntryRegion,
                region.pk,
                {"id": None, "entry_id": "t.page", "region_id": str(pk), **dated},
                where=f"WHERE {condition}",
            )
        concerned = EntryOrganisation.objects.filter(entry=self.letter.pk)
        for place, row in enumerate(concerned.order_by("pk")):
            self._copy(
                EntryOrganisation,
                row.pk,
                {
                    "id": None,
                    "entry_id": "t.page",
                    "organisation_key": "o.key",
                    **dated,
                },
                joins=f"JOIN {TABLE}_orgs o ON o.i = {self._org(place)}",
            )

    def _write_search(self) -> None:
        """Write the search rows; each body is taken apart once."""
        from modelsearch.conf import get_app_config

        entry = get_app_config().get_model("IndexEntry")
        table = entry._meta.db_table
        own = entry.objects.get(
            object_id=str(self.letter.pk), content_type_id=self.letter.content_type_id
        )
        number = (
            "CAST(t.page AS varchar)" if self.postgresql else "CAST(t.page AS text)"
        )
        values = {"id": None, "object_id": number}
        if not self.postgresql:
            values |= {"title": "t.title", "body": "t.body"}
            self._copy(entry, own.pk, values)
            return
        self._execute(
            f"CREATE TEMP TABLE bench_bodies AS SELECT DISTINCT n %% {BODIES} AS i, "
            f"to_tsvector(body) AS body FROM {TABLE}",
            "CREATE UNIQUE INDEX ON bench_bodies (i)",
        )
        gin = self._drop_gin(table)
        values |= {"title": "to_tsvector(t.title)", "body": "b.body"}
        self._copy(
            entry, own.pk, values, joins=f"JOIN bench_bodies b ON b.i = t.n %% {BODIES}"
        )
        # An index can't be made while foreign keys wait to be checked.
        self._execute("SET CONSTRAINTS ALL IMMEDIATE", *gin)

    def _drop_gin(self, table: str) -> list[str]:
        """Drop the text indexes, which are faster made than filled."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes "
                "WHERE tablename = %s AND indexdef LIKE '%%USING gin%%'",
                [table],
            )
            found = cursor.fetchall()
        self._execute(*(f'DROP INDEX "{name}"' for name, _ in found))
        return [definition for _, definition in found]

    def _get_region_conditions(self) -> Iterable[tuple[int, str]]:
        ids = [region.pk for region in self.regions]
        for pk, (every, rest) in zip(ids, REGION_SHARES.values(), strict=False):
            yield pk, f"n %% {every} = {rest}"
        for place, pk in enumerate(ids[len(REGION_SHARES) :]):
            # Two of the other regions for each document.
            pair = f"n %% {OTHER_REGIONS} = {place} OR n %% 19 = {place}"
            yield pk, f"({pair})"

    def _copy(
        self,
        model: type[models.Model],
        pk: int,
        values: Mapping[str, str | None],
        *,
        joins: str = "",
        where: str = "",
    ) -> None:
        """Insert the row ``pk`` once for each number, with other values; None = left out."""
        table = model._meta.db_table
        key = model._meta.pk.column
        columns, sources = [], []
        for field in model._meta.local_concrete_fields:
            value = values.get(field.column, f's."{field.column}"')
            if value is not None:
                columns.append(f'"{field.column}"')
                sources.append(value)
        self._execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(sources)} "
            f'FROM {TABLE} t JOIN {table} s ON s."{key}" = {pk} {joins} {where}'
        )

    def _org(self, place: int) -> str:
        return f"(t.n * 7 + {place}) %% {ORGANISATIONS}"

    def _concat(self, *parts: str) -> str:
        return " || ".join(parts)

    def _get_path(self, n: int) -> str:
        number, step = 1000 + n, ""
        for _ in range(4):
            number, digit = divmod(number, 36)
            step = DIGITS[digit] + step
        return self.parent.path + step

    def _key(self) -> str:
        return self._uuid(uuid.uuid4())

    def _uuid(self, key: uuid.UUID) -> str:
        return str(key) if self.postgresql else key.hex

    def _execute(self, *statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, [])

    def _reset_sequences(self) -> None:
        from django.core.management.color import no_style

        page = type(self.letter)._meta.pk.remote_field.model
        self._execute(*connection.ops.sequence_reset_sql(no_style(), [page]))


def main() -> None:
    """Fill the database of the settings, and say how long it took."""
    start = time.perf_counter()
    build_archive(int(sys.argv[1]))
    print(f"{sys.argv[1]} letters in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    import django

    django.setup()
    main()
