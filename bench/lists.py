"""Region pages: queries, growth, and what the same page costs otherwise."""

from unittest import mock

from django.core.cache import cache
from django.test import Client, override_settings
from wagtail.models import Page

from bench import bare
from bench.data import use_archive
from bench.databases import Database
from bench.joined import read_list
from bench.measure import compare_times, count_queries, take_time
from bench.registry import Result, item
from tests import builders
from tests.site_app.models import HomePage
from wagtail_rtop.models import Region
from wagtail_rtop.pages.models import RegionIndexPage


SMALL, MIDDLE, LARGE = 2_000, 20_000, 100_000
REGION = "five-percent"
PATH = f"/en/regions/{REGION}/"
# The archive's largest region has more than 500 pages.
DEEP_PATH = "/en/regions/one-eighth/?page=500"
EMPTY_PATH = "/en/empty/"


def get(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200, (path, response.status_code)


def make_empty_page() -> None:
    """Make a page of the site's own beside the region index, which serves a region."""
    if Page.objects.filter(slug="empty").exists():
        return
    home = Page.objects.get(sites_rooted_here__is_default_site=True).specific
    builders.make_page(home, slug="empty", title="Empty")


@item(
    "region-queries",
    unit="queries",
    against="an empty page at the same depth, in the same language and frame",
    bound=12,
    limit="difference",
)
def measure_queries(database: Database) -> list[Result]:
    """Count both pages while nothing changes, and each of them after a change."""
    results = []
    for count in (200, LARGE):
        use_archive(database, count)
        make_empty_page()
        with mock.patch.object(HomePage, "template", "wagtail_rtop/base.html"):
            for path in (EMPTY_PATH, PATH):
                get(path)
            numbers = [count_queries(lambda p=p: get(p)) for p in (PATH, EMPTY_PATH)]
            results.append(Result(*numbers, label=f"{count}"))
            numbers = [count_changed(path) for path in (PATH, EMPTY_PATH)]
            results.append(Result(*numbers, label=f"{count}-changed"))
    return results


def count_changed(path: str) -> int:
    # Each reads all by itself: what the other had read would not be counted.
    cache.clear()
    return count_queries(lambda: get(path))


@item(
    "region-growth",
    unit="ms",
    against="the same page in an archive of 2,000",
    bound=1.35,
)
def measure_growth(database: Database) -> list[Result]:
    """Measure both archives in turns; the connection changes between them."""
    results = []
    for label, path, small in (
        ("page-1", PATH, PATH),
        ("page-500", DEEP_PATH, "/en/regions/one-eighth/?page=10"),
    ):

        def ours(path: str = path) -> None:
            get(path)

        def theirs(path: str = small) -> None:
            get(path)

        results.append(_compare_archives(database, ours, theirs, label))
    return results


def _compare_archives(database: Database, ours, theirs, label: str) -> Result:
    from statistics import median

    pairs = []
    for _ in range(7):
        times = []
        for count, function in ((LARGE, ours), (SMALL, theirs)):
            use_archive(database, count)
            for _ in range(3):
                function()
            times.append(median(take_time(function) for _ in range(9)))
        pairs.append(times)
    ratios = [large / small for large, small in pairs]
    return Result(
        median(p[0] for p in pairs), median(p[1] for p in pairs), median(ratios), label
    )


@item(
    "region-bare",
    unit="ms",
    against="a bare Django view with the same SQL and template",
    bound=3,
)
def measure_bare(database: Database) -> Result:
    use_archive(database, LARGE)
    page = RegionIndexPage.objects.get(locale__language_code="en")
    bare.prepare(page, builders.make_request(path=PATH), REGION)
    with override_settings(ROOT_URLCONF="bench.urls"):
        return compare_times(lambda: get(PATH), lambda: get("/bare/"))


@item(
    "region-joined",
    unit="ms",
    against="the same list through joined page tables, 20,000 documents",
    bound=0.2,
)
def measure_joined(database: Database) -> list[Result]:
    from wagtail_rtop.browse.filters import ListFilter
    from wagtail_rtop.browse.listing import build_listing

    use_archive(database, MIDDLE)
    page = RegionIndexPage.objects.get(locale__language_code="en")
    region = Region.objects.get(slug=REGION)

    def ours() -> None:
        request = builders.make_request(path=PATH)
        source = page.build_list_source(request, url=PATH, region=REGION)
        assert len(build_listing(source, ListFilter())["rows"]) == 20

    def ours_after_change() -> None:
        cache.clear()
        ours()

    def theirs() -> None:
        assert len(read_list(region, page.locale_id, 0, 20)["rows"]) == 20

    return [
        compare_times(ours, theirs),
        compare_times(ours_after_change, theirs, label="after-a-change"),
    ]
