"""What a change to a whole section costs the register, and what a 304 saves."""

import time
from collections.abc import Callable

from django.conf import settings
from django.test import Client, override_settings

from bench.data import use_archive
from bench.databases import Database
from bench.letters import get_letter, rolled_back
from bench.measure import compare_times, take_time
from bench.registry import Result, item
from tests import builders
from wagtail_rtop.pages.models import LetterIndexPage
from wagtail_rtop.register.verification import rebuild, verify


# Pages of a section; what is done to one costs as much a page as to the other.
SMALL, LARGE = 2_000, 20_000
# Each page is loaded and asked for its row: fewer will do.
FEW, MANY = 200, 2_000
ROUNDS = 2


def compare_sizes(
    database: Database,
    work: Callable[[], object],
    small: int,
    large: int,
    label: str = "",
) -> Result:
    """Return the times for both archives, the small one's multiplied to the size."""
    times = {}
    for count in (small, large):
        use_archive(database, count)
        found = []
        for _ in range(ROUNDS):
            with rolled_back():
                # On SQLite all is this process's: steadier than the wall clock.
                found.append(take_time(work, time.process_time))
        times[count] = min(found)
    return Result(times[large], times[small] * large / small, label=label)


def restrict() -> None:
    builders.restrict(get_section())


def get_section() -> LetterIndexPage:
    return LetterIndexPage.objects.get(locale__language_code="en")


@item(
    "restrict-section",
    unit="ms",
    against="ten times a section of a tenth of the pages",
    bound=1.35,
    databases=("sqlite",),
)
def measure_section(database: Database) -> Result:
    return compare_sizes(database, restrict, SMALL, LARGE)


@item(
    "rebuild",
    unit="ms",
    against="ten times an archive of a tenth of the pages",
    bound=1.35,
    databases=("sqlite",),
)
def measure_rebuild(database: Database) -> list[Result]:
    return [
        compare_sizes(database, rebuild, FEW, MANY, "rebuild"),
        compare_sizes(database, lambda: list(verify()), FEW, MANY, "verify"),
    ]


@item(
    "early-304",
    unit="ms",
    against="the same page rendered",
    bound=0.25,
)
def measure_early(database: Database) -> Result:
    early = "wagtail_rtop.middleware.EarlyNotModifiedMiddleware"
    use_archive(database, 200)
    url = get_letter().get_url()
    with override_settings(MIDDLEWARE=[early, *settings.MIDDLEWARE]):
        client = Client()
        tag = client.get(url)["ETag"]

        def ours() -> None:
            answer = client.get(url, headers={"If-None-Match": tag})
            assert answer.status_code == 304, answer.status_code

        def theirs() -> None:
            answer = client.get(url)
            assert answer.status_code == 200, answer.status_code

        return compare_times(ours, theirs)
