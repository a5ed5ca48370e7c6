"""The test site's addresses, and those of views that stand for a bare Django site."""

from django.urls import path

from bench import bare
from tests.urls import urlpatterns as site_patterns


urlpatterns = [path("bare/", bare.serve), *site_patterns]
