"""Wagtail's pattern for pages ahead of the package's addresses: a mistake."""

from django.urls import include, path
from wagtail import urls as wagtail_urls

from tests.urls import urlpatterns as right


urlpatterns = [
    *right[:-1],
    path("", include(wagtail_urls)),
    path("", include("wagtail_rtop.urls")),
]
