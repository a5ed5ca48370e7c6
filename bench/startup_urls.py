"""The addresses of the site in startup_settings.py."""

from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls


ours = []
if apps.is_installed("wagtail_rtop"):
    ours = [path("", include("wagtail_rtop.urls"))]

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    *i18n_patterns(*ours, path("", include(wagtail_urls))),
]
