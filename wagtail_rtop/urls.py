"""The package's own addresses beside the pages. Include them ahead of Wagtail's."""

from django.urls import URLPattern, URLResolver


app_name = "wagtail_rtop"
urlpatterns: list[URLPattern | URLResolver] = []
