"""The package's own addresses beside the pages. Include them ahead of Wagtail's."""

from django.urls import URLPattern, URLResolver, path

from wagtail_rtop.holds.public import list_retractions


app_name = "wagtail_rtop"
urlpatterns: list[URLPattern | URLResolver] = [
    path("retractions/", list_retractions, name="retractions"),
]
