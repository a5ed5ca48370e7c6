"""The explorer of an index page with 20,000 letters, for an editor."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.admin.viewsets.pages import base_page_viewset, page_viewset_registry
from wagtail.models import Page

from bench.data import use_archive
from bench.databases import Database
from bench.letters import rolled_back
from bench.measure import compare_times, count_queries
from bench.registry import Result, item
from tests import builders
from wagtail_rtop.pages.models import LetterIndexPage


COUNT = 20_000
ROWS = 50


def make_client() -> Client:
    """Return an editor, no superuser, who may submit for translation."""
    home = Page.objects.get(sites_rooted_here__is_default_site=True)
    group = builders.make_group(
        "Editors", pages=[home], actions=["add", "change", "publish"]
    )
    group.permissions.add(Permission.objects.get(codename="submit_translation"))
    client = Client()
    client.force_login(builders.make_user(groups=[group]))
    return client


@contextmanager
def stock_explorer() -> Iterator[None]:
    """List as Wagtail and wagtail-localize do by themselves."""
    stock = {**page_viewset_registry.values_by_parent_model}
    stock[LetterIndexPage] = base_page_viewset
    with mock.patch.object(page_viewset_registry, "values_by_parent_model", stock):
        yield


def build_getter(client: Client) -> Callable[[], None]:
    index = LetterIndexPage.objects.get(locale__language_code="en")
    url = reverse("wagtailadmin_explore", args=[index.pk])

    def get() -> None:
        response = client.get(url)
        assert response.status_code == 200, response.status_code
        assert response.content.count(b"data-listing-page-title") == ROWS

    return get


def build_stock_getter(get: Callable[[], None]) -> Callable[[], None]:
    def get_stock() -> None:
        with stock_explorer():
            get()

    return get_stock


@item(
    "explorer",
    unit="ms",
    against="Wagtail's explorer of the same page, without our columns",
    bound=1,
)
def measure_time(database: Database) -> Result:
    use_archive(database, COUNT)
    with rolled_back():
        get = build_getter(make_client())
        return compare_times(get, build_stock_getter(get))


@item(
    "explorer-queries",
    unit="queries",
    against="Wagtail's explorer of the same page, without our columns",
    bound=40,
    limit="ours",
)
def measure_queries(database: Database) -> Result:
    use_archive(database, COUNT)
    with rolled_back():
        get = build_getter(make_client())
        get()
        return Result(count_queries(get), count_queries(build_stock_getter(get)))
