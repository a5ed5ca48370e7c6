"""The PostgreSQL index that Wagtail's database search asks for and does not bring.

Wagtail filters by ``title || body``; its migrations index both columns, not the
expression, so that every search reads the whole table.
"""

from typing import Any

from django.core import checks
from django.db import connections
from modelsearch.conf import get_app_config
from wagtail.search.backends import get_search_backend

from wagtail_rtop.register.models import Entry


INDEX_NAME = "rtop_search_text"


def needs_index() -> bool:
    """Return whether searches read PostgreSQL's text index."""
    if _get_connection().vendor != "postgresql":
        return False
    from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend

    return isinstance(get_search_backend(), PostgresSearchBackend)


def has_index() -> bool:
    """Return whether the index is there and usable. One query."""
    with _get_connection().cursor() as cursor:
        # An index whose creation was interrupted is there, and invalid.
        cursor.execute(
            "SELECT i.indisvalid FROM pg_index i "
            "WHERE i.indexrelid = to_regclass(%s) AND i.indrelid = to_regclass(%s)",
            [INDEX_NAME, _get_table()],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def create_index() -> None:
    """Create the index; writers need not wait unless in a transaction already."""
    connection = _get_connection()
    # Left by a run that was interrupted.
    drop_index()
    concurrently = "" if connection.in_atomic_block else "CONCURRENTLY"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX {concurrently} {INDEX_NAME} ON {_get_table()} "
            "USING gin ((title || body))"
        )


def drop_index() -> None:
    """Drop the index if it is there."""
    with _get_connection().cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX_NAME}")


@checks.register(checks.Tags.database)
def check_search_index(
    app_configs: Any = None, databases: Any = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Warn where searches read the whole index table. W040."""
    if Entry.objects.db not in (databases or ()) or not needs_index():
        return []
    connection = _get_connection()
    tables = connection.introspection.table_names()
    # Before the first migrate there is nothing to index.
    if get_app_config().get_model("IndexEntry")._meta.db_table not in tables:
        return []
    if has_index():
        return []
    return [
        checks.Warning(
            "PostgreSQL has no index for Wagtail's text search: each search reads "
            "every row.",
            hint="Run manage.py rtop_search_index once.",
            id="wagtail_rtop.W040",
        )
    ]


def _get_connection() -> Any:
    return connections[Entry.objects.db]


def _get_table() -> str:
    table = get_app_config().get_model("IndexEntry")._meta.db_table
    return _get_connection().ops.quote_name(table)
