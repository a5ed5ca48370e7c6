"""A bare Wagtail site; with the package if ``BENCH_RTOP`` is set.

``BENCH_TWIN`` has as many models of its own instead; see twin/. ``BENCH_LOCALIZE``
adds wagtail-localize to either.
"""

import os

from tests.settings import *  # noqa: F403  # middleware, templates, languages
from tests.settings import INSTALLED_APPS as TEST_APPS


OURS = ["wagtail_rtop", "wagtail_rtop.pages"]

INSTALLED_APPS = [
    app
    for app in TEST_APPS
    if not app.startswith(("wagtail_rtop", "tests.", "wagtail_localize"))
]
if os.environ.get("BENCH_LOCALIZE"):
    INSTALLED_APPS = ["wagtail_localize", "wagtail_localize.locales", *INSTALLED_APPS]
else:
    INSTALLED_APPS = ["wagtail.locales", *INSTALLED_APPS]
if os.environ.get("BENCH_RTOP"):
    INSTALLED_APPS = [*OURS, *INSTALLED_APPS]
if os.environ.get("BENCH_TWIN"):
    INSTALLED_APPS = ["bench.twin", *INSTALLED_APPS]
ROOT_URLCONF = "bench.startup_urls"
