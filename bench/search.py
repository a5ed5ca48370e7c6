"""Text search in 100,000 letters, newest first, with facets."""

from django.core.cache import cache
from django.test import Client

from bench.data import COMMON, RARE, use_archive
from bench.databases import Database
from bench.measure import compare_times
from bench.registry import Result, item


@item(
    "search-common",
    unit="ms",
    against="the same list without a question",
    bound=1000,
    limit="ours",
)
def measure_search(database: Database) -> list[Result]:
    use_archive(database, 100_000)

    def get(query: str) -> None:
        # Nothing remembered: as the first reader who asks.
        cache.clear()
        response = Client().get(f"/en/letters/{query}")
        assert response.status_code == 200, response.status_code
        assert response.context_data["listing"]["total"] > 0

    return [
        compare_times(
            lambda query=query: get(query),
            lambda: get(""),
            rounds=5,
            warmup=1,
            label=label,
        )
        for label, query in (
            ("common", f"?q={COMMON}"),
            ("rare", f"?q={RARE}"),
            ("common-in-region", f"?q={COMMON}&region=one-eighth"),
        )
    ]
