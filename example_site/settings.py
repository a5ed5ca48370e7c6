"""Settings of the example site.

``DATABASE_URL`` chooses the database; without it SQLite beside this file.
``DEBUG=0`` switches the debug mode off; then ``SECRET_KEY`` is required.
``DATA_DIR`` holds the database file and uploads; default: this folder.
"""

import os
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR)

DEBUG = os.environ.get("DEBUG", "1").lower() not in {"", "0", "false", "no", "off"}
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. With DEBUG off the example site needs a long "
            "random string in the environment variable SECRET_KEY."
        )
    SECRET_KEY = "the example site's own key, for a machine that nobody else reaches"  # noqa: S105  # refused when DEBUG is off
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "example_site.home",
    "example_site.demo",
    # wagtail_rtop above wagtail_localize and Wagtail: it answers first.
    "wagtail_rtop",
    "wagtail_rtop.pages",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "wagtail_rtop.middleware.EarlyNotModifiedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "example_site.urls"
WSGI_APPLICATION = "example_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

if os.environ.get("DATABASE_URL"):
    import dj_database_url

    DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
    if DATABASES["default"]["ENGINE"].endswith("mysql"):
        DATABASES["default"].setdefault("OPTIONS", {})["charset"] = "utf8mb4"
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "db.sqlite3",
            # A reader does not stop a writer; the editor saves by itself.
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL;",
                # Two savings at once wait for each other; else one is refused.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("ar", _("Arabic")),
]
FORMAT_MODULE_PATH = ["example_site.formats"]
WAGTAIL_I18N_ENABLED = True
# Nothing is published in a new language before somebody has translated it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# What was translated once is kept when a page goes.
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static_root"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# Documents pass the view that asks whether the visitor may see their page.
WAGTAILDOCS_SERVE_METHOD = "serve_view"

WAGTAIL_SITE_NAME = "Coalition"
# The admin asks no other host: neither for a picture of its users nor for news.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILADMIN_BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000")
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
LOGIN_URL = "wagtail_rtop:sign_in"
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
# The demonstration has no mail server: what would be sent is printed.
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

if not DEBUG:
    # Set SECURE=0 behind a server that speaks no TLS.
    _secure = os.environ.get("SECURE", "1") != "0"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _secure
    SECURE_HSTS_SECONDS = 3600 if _secure else 0
    # Both speak for a whole domain: whoever owns it decides on its other hosts
    # (W005), and on a list in browsers that is hard to leave (W021).
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
