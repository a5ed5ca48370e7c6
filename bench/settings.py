"""The test site on a database file or server of the bench's own."""

import os

import dj_database_url

from tests.settings import *  # noqa: F403  # the same site but for the database


DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "sqlite:///build/bench/unnamed.sqlite3")
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Measured is what we compute, not how fast the disk is.
    DATABASES["default"].setdefault("OPTIONS", {})["init_command"] = (
        # A journal on disk: without it a killed process leaves a malformed file.
        "PRAGMA synchronous=OFF;"
    )
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
