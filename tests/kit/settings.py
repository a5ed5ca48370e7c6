"""A site that takes the mixins alone: page types and, from Wagtail 8, base page of
its own, a document model of its own, no wagtail_localize."""

import wagtail

from tests.settings import *  # noqa: F403  # languages, middleware, database
from tests.settings import INSTALLED_APPS as TEST_APPS


INSTALLED_APPS = [
    "tests.kit.papers",
    "wagtail_rtop",
    "tests.kit.site",
    "wagtail.locales",
    *(
        app
        for app in TEST_APPS
        if not app.startswith(("wagtail_rtop", "tests.", "wagtail_localize"))
    ),
]
if wagtail.VERSION >= (8, 0):
    INSTALLED_APPS.insert(0, "tests.kit.base")
    WAGTAIL_PAGE_MODEL = "kit_base.BasePage"
WAGTAILDOCS_DOCUMENT_MODEL = "kit_papers.Paper"
# Generated as a site's developer would, see tests/sites.py.
MIGRATION_MODULES = {
    "kit_papers": "kit_papers_migrations",
    "kit_site": "kit_site_migrations",
}
