"""A site in one language, in a process of its own: see suite.py beside this."""

import pytest

from tests import sites


SETTINGS = "tests.plain.settings"


@pytest.fixture(scope="module", autouse=True)
def _migrations():
    sites.generate_migrations(SETTINGS, {"plain_site": "plain_site_migrations"})


def test_checks_are_clean():
    sites.manage(SETTINGS, "check", "--fail-level", "WARNING")


def test_the_packages_migrations_do_not_drift():
    sites.manage(SETTINGS, "makemigrations", "--check", "--dry-run")


def test_suite():
    sites.run_suite(SETTINGS, "tests/plain/suite.py")
