"""The test site with Wagtail's API v3 mounted."""

from django.urls import path
from wagtail.api.v3.urls import api

from tests.urls import urlpatterns as site_patterns


urlpatterns = [path("api/v3/", api.urls), *site_patterns]
