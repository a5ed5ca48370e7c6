"""A site in one language: no internationalisation, no wagtail_localize."""

from tests.settings import *  # noqa: F403  # templates, database
from tests.settings import INSTALLED_APPS as TEST_APPS
from tests.settings import MIDDLEWARE as TEST_MIDDLEWARE


WAGTAIL_I18N_ENABLED = False
USE_I18N = False
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English")]

INSTALLED_APPS = [
    "tests.plain.site",
    *(app for app in TEST_APPS if not app.startswith(("tests.", "wagtail_localize"))),
]
MIDDLEWARE = [name for name in TEST_MIDDLEWARE if "Locale" not in name]
ROOT_URLCONF = "tests.plain.urls"
WAGTAIL_FRONTEND_LOGIN_URL = "/sign-in/"
MIGRATION_MODULES = {"plain_site": "plain_site_migrations"}
