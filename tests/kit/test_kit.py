"""The kit road, in a process of its own: see suite.py beside this."""

import pytest

from tests import sites


SETTINGS = "tests.kit.settings"


@pytest.fixture(scope="module", autouse=True)
def _migrations():
    sites.generate_migrations(
        SETTINGS,
        {"kit_papers": "kit_papers_migrations", "kit_site": "kit_site_migrations"},
    )


def test_checks_are_clean():
    sites.manage(SETTINGS, "check", "--fail-level", "WARNING")


def test_the_packages_migrations_do_not_drift():
    sites.manage(SETTINGS, "makemigrations", "--check", "--dry-run")


def test_suite():
    sites.run_suite(SETTINGS, "tests/kit/suite.py")
