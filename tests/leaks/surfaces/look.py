"""What surrounds a page. The way to an original is held in tests/look/test_chrome.py:
here no two pages have the same slug."""

from tests.leaks.registry import surface


@surface(
    "chrome.languages of a page",
    seam="nodes",
    scope="page",
    kinds=("letter", "release"),
    # Where a language is on show it is its address, and aliases are not told.
    shows=(),
    tags=("rtop_chrome", "rtop_region_links", "rtop_share_url"),
)
def probe_languages(visit):
    """Read the page: its switcher, hreflang and Open Graph name its translations."""
    response = visit.get(visit.case.path)
    # The way to sign in and a tombstone have no translations to name.
    return response if response.status_code == 200 else ""
