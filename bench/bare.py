"""A bare Django view that runs the statements of a list and renders its template.

Without Wagtail's routing, without the gate and without the filters: the least
that the same page can cost. The figures of the facets it has ready, as the page
has; vocabulary, rows and profiles it reads each time by the page's statements.
"""

from collections.abc import Callable
from typing import Any
from unittest import mock

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.routable_page.models import RoutablePageMixin


state: dict[str, Any] = {}


def prepare(page: RoutablePageMixin, request: HttpRequest, slug: str) -> None:
    """Keep the statements and the context of a region's page."""
    from wagtail_rtop.browse import listing
    from wagtail_rtop.browse.regions import RegionMap

    regions = RegionMap(page.locale_id)

    def build() -> dict[str, Any]:
        return page.build_region_context(request, regions, regions.by_slug[slug])

    # Warm, as the measured page is.
    build()
    with (
        mock.patch.object(listing, "remember_shown", read_anew),
        CaptureQueriesContext(connection) as queries,
    ):
        RegionMap(page.locale_id)
        context = build()
    state["statements"] = [query["sql"] for query in queries.captured_queries]
    assert len(state["statements"]) == 4, state["statements"]
    state["context"] = {**page.get_context(request), **context}
    state["request"] = request


def read_anew(gate: Any, parts: Any, compute: Callable[[], Any]) -> Any:
    return compute()


def serve(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        for statement in state["statements"]:
            cursor.execute(statement)
            cursor.fetchall()
    context = {**state["context"], "request": state["request"]}
    return HttpResponse(
        render_to_string("wagtail_rtop/browse/region_page.html", context)
    )
