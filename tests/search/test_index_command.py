"""The text index of PostgreSQL: made once, dropped, asked for, and used."""

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import connection

from wagtail_rtop.browse.search import search_pages
from wagtail_rtop.browse.search_index import (
    INDEX_NAME,
    create_index,
    has_index,
)


pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the index is PostgreSQL's"
)


@pytest.fixture
def run(capsys):
    def call(*arguments):
        call_command("rtop_search_index", *arguments)
        return capsys.readouterr().out.strip()

    return call


def get_check_ids(databases=("default",)):
    found = checks.run_checks(tags=[checks.Tags.database], databases=databases)
    return [one.id for one in found if one.id == "wagtail_rtop.W040"]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="there is an index")
def test_elsewhere_there_is_nothing_to_do(run):
    said = "Nothing to do: the search does not read PostgreSQL's text index here."
    assert run() == run("--drop") == said
    assert get_check_ids() == []


@on_postgresql
def test_it_is_made_once_and_dropped(run):
    assert not has_index()
    assert run() == f"Index {INDEX_NAME} created."
    assert has_index()
    assert run() == f"Index {INDEX_NAME} is there."
    assert run("--drop") == f"Index {INDEX_NAME} dropped."
    assert not has_index()
    assert run("--drop") == f"Index {INDEX_NAME} dropped."


@on_postgresql
def test_an_index_of_an_interrupted_run_is_made_again(run):
    create_index()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)",
            [INDEX_NAME],
        )
    assert not has_index()
    assert get_check_ids() == ["wagtail_rtop.W040"]
    assert run() == f"Index {INDEX_NAME} created."
    assert has_index()


@on_postgresql
def test_an_index_of_the_same_name_elsewhere_does_not_count(run):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {INDEX_NAME} ON wagtailcore_site (hostname)")
    assert not has_index()


@on_postgresql
def test_the_check_speaks_until_the_index_is_there(run, settings):
    assert get_check_ids() == ["wagtail_rtop.W040"]
    # Checks that read a database run only where it is asked for.
    assert get_check_ids(None) == get_check_ids(()) == []
    run()
    assert get_check_ids() == []
    run("--drop")
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "wagtail.search.backends.database.fallback"}
    }
    assert get_check_ids() == []
    assert run().startswith("Nothing to do")


@on_postgresql
def test_a_search_uses_it(run):
    run()
    with connection.cursor() as cursor:
        # The table is too small for it to be worth while.
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, parameters = search_pages("civilians").query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"Index Scan on {INDEX_NAME}" in plan
