"""A bare Django view that runs the statements of a list and renders its template.

Without Wagtail's routing, without the gate and without the filters: the least
that the same page can cost.
"""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.routable_page.models import RoutablePageMixin


state: dict[str, Any] = {}


def prepare(page: RoutablePageMixin, request: HttpRequest, slug: str) -> None:
    """Keep the statements and the context of a region's page."""
    from wagtail_rtop.browse.regions import RegionMap

    regions = RegionMap(page.locale_id)
    node = regions.by_slug[slug]
    # Warm, as the measured page is.
    page.build_region_context(request, regions, node)
    with CaptureQueriesContext(connection) as queries:
        regions = RegionMap(page.locale_id)
        context = page.build_region_context(request, regions, node)
    state["statements"] = [query["sql"] for query in queries.captured_queries]
    state["context"] = {**page.get_context(request), **context}
    state["request"] = request


def serve(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        for statement in state["statements"]:
            cursor.execute(statement)
            cursor.fetchall()
    context = {**state["context"], "request": state["request"]}
    return HttpResponse(
        render_to_string("wagtail_rtop/browse/region_page.html", context)
    )
