"""Fixtures that every part of the suite shares. What they build is in builders.py."""

import gc
import hashlib
import os
import shutil
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation


ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.shared"]


def pytest_collection_finish():
    # The collector walks all that Django and Wagtail loaded again and again: a tenth
    # of the whole time. What is there now stays until the end.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def _fresh_process():
    """Take away what a request leaves behind in the process."""
    cache.clear()
    translation.deactivate()
    yield
    cache.clear()


def get_template_key() -> str:
    """Return what a migrated database depends on: versions and our migrations."""
    digest = hashlib.sha256()
    for name in ("Django", "wagtail", "wagtail-localize", "django-taggit"):
        digest.update(f"{name} {version(name)}".encode())
    for folder in ("wagtail_rtop", "tests"):
        for path in sorted((ROOT / folder).rglob("migrations/0*.py")):
            digest.update(path.read_bytes())
    for module in settings.MIGRATION_MODULES.values():
        folder = Path(import_module(module).__file__).parent
        for path in sorted(folder.glob("0*.py")):
            digest.update(path.read_bytes())
    digest.update(repr(settings.INSTALLED_APPS).encode())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Make the test database; on SQLite copy one that was migrated before.

    Migrating takes twenty times as long as copying the file.
    """
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    connection = connections["default"]
    keep = connection.vendor == "sqlite"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if keep:
        folder = ROOT / "build" / "tests"
        folder.mkdir(parents=True, exist_ok=True)
        template = folder / f"template-{get_template_key()}.sqlite3"
        own = folder / f"{worker}-{os.getpid()}.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(own)
        if template.exists():
            shutil.copyfile(template, own)
    elif worker != "main":
        name = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = f"test_{name}_{worker}"
    with django_db_blocker.unblock():
        old = setup_databases(
            verbosity=request.config.option.verbose,
            interactive=False,
            keepdb=keep,
            serialized_aliases=[],
        )
        if keep and not template.exists():
            connection.close()
            # Renamed in one step: another process may look at it now.
            shutil.copyfile(own, f"{template}.{os.getpid()}")
            os.replace(f"{template}.{os.getpid()}", template)
    yield
    with django_db_blocker.unblock():
        teardown_databases(old, verbosity=0)
    if keep:
        own.unlink(missing_ok=True)
