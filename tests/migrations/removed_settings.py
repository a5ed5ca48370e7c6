"""The plain site after the package was taken out."""

from tests.plain.settings import *  # noqa: F403  # all the rest stays
from tests.plain.settings import INSTALLED_APPS as BEFORE


INSTALLED_APPS = [app for app in BEFORE if not app.startswith("wagtail_rtop")]
ROOT_URLCONF = "tests.migrations.removed_urls"
