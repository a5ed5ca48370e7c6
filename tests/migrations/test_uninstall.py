"""docs/how-to/uninstall.md, step by step, on a database with every kind of page."""

import json
import os
import re
import uuid
from pathlib import Path

import pytest
from django.db import connection

from tests import sites


BEFORE = "tests.plain.settings"
AFTER = "tests.migrations.removed_settings"
HOW_TO = sites.ROOT / "docs" / "how-to" / "uninstall.md"

# Prints what is left of the package, and whether the site still stands.
LOOK = """
import json
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, Revision
types = list(ContentType.objects.values_list("app_label", "model"))
known = set(ContentType.objects.values_list("pk", flat=True))
tables = connection.introspection.table_names()
print("RESULT" + json.dumps({
    "types": [t for t in types if "rtop" in t[0]],
    "permissions": Permission.objects.filter(
        content_type__app_label__contains="rtop").count(),
    "tables": [t for t in tables if "rtop" in t],
    "pages": list(Page.objects.filter(depth__gt=1).values_list("title", flat=True)),
    "orphans": Page.objects.exclude(content_type__in=known).count(),
    "revisions": [str(r) for r in Revision.objects.all()
                  if r.content_type_id not in known or "Home" not in str(r)],
    "references": [str(r) for r in ReferenceIndex.objects.all()
                   if r.content_type_id not in known
                   or r.to_content_type_id not in known
                   or "rtop" in r.content_type.app_label
                   or "rtop" in r.to_content_type.app_label],
    "documents": get_document_model().objects.count(),
    "home": Client().get("/").status_code,
}))
"""


@pytest.fixture
def database(tmp_path, django_db_blocker):
    """The address of an empty database on the suite's own kind of server."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'site.sqlite3'}"
        return
    name = f"rtop_uninstall_{uuid.uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        charset = " CHARACTER SET utf8mb4" if connection.vendor == "mysql" else ""
        execute(f"CREATE DATABASE {name}{charset}")
        yield re.sub(r"/[^/]*$", f"/{name}", os.environ["DATABASE_URL"])
        execute(f"DROP DATABASE {name}")


def execute(statement):
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def look(settings, database):
    output = sites.manage(settings, "shell", "-c", LOOK, DATABASE_URL=database)
    return json.loads(output.split("RESULT")[1].splitlines()[0])


def get_blocks(language):
    text = HOW_TO.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def get_commands():
    """Return the arguments of each ``python manage.py …`` in the how-to."""
    lines = "".join(get_blocks("sh")).splitlines()
    start = "python manage.py "
    return [line.removeprefix(start).split() for line in lines if start in line]


def test_uninstall(database):
    sites.generate_migrations(BEFORE, {"plain_site": "plain_site_migrations"})
    fill = Path(__file__).with_name("fill.py").read_text(encoding="utf-8")
    commands = {words[0]: words for words in get_commands()}

    def manage(settings, *words):
        return sites.manage(settings, *words, DATABASE_URL=database)

    manage(BEFORE, "migrate", "-v0")
    manage(BEFORE, "shell", "-c", fill)
    before = look(BEFORE, database)
    # Or nothing would be proved below.
    assert len(before["pages"]) > 20
    assert before["types"]
    assert before["tables"]
    assert before["references"]

    dump = manage(BEFORE, *commands["dumpdata"][:-2])
    kept = {row["model"] for row in json.loads(dump[dump.index("[") :])}
    assert "wagtail_rtop_pages.letterpage" in kept
    assert "wagtail_rtop_pages.letterrecipient" in kept
    assert "wagtail_rtop.region" in kept
    assert "Words kept" in dump

    (snippet,) = get_blocks("python")
    manage(BEFORE, "shell", "-c", snippet)
    migrations = [words for words in get_commands() if words[0] == "migrate"]
    for words in migrations:
        manage(BEFORE, *words)
    manage(AFTER, *commands["remove_stale_contenttypes"])
    manage(AFTER, *commands["rebuild_references_index"])

    manage(AFTER, "check", "--fail-level", "WARNING")
    manage(AFTER, "makemigrations", "--check", "--dry-run")
    assert look(AFTER, database) == {
        "types": [],
        "permissions": 0,
        "tables": [],
        "pages": ["Welcome to your new Wagtail site!", "Home stays"],
        "orphans": 0,
        "revisions": [],
        "references": [],
        "documents": 1,
        "home": before["home"],
    }

    # Whoever changes their mind installs it again.
    manage(BEFORE, "migrate", "-v0")
    assert look(BEFORE, database)["tables"] == before["tables"]
