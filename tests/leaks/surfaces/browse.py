"""Lists, their figures, search, and the menu of regions."""

from tests.leaks.registry import harmless, surface


DOCUMENTS = ("letter", "response", "release")
ALL = (*DOCUMENTS, "organisation")
FACETS = ("kind", "year", "language", "region", "organisation")


def get_listing(visit, path):
    return visit.get(path).context["listing"]


@surface(
    "browse.region page",
    seam="lists",
    kinds=ALL,
    routes=("RegionIndexPage.region",),
)
def probe_region_page(visit):
    return visit.get_all(f"/{visit.locale}/regions/everywhere/")


@surface("browse.region total", seam="lists", kinds=DOCUMENTS)
def probe_region_total(visit):
    return get_listing(visit, f"/{visit.locale}/regions/everywhere/")["total"]


@surface(
    "browse.region index",
    seam="lists",
    kinds=ALL,
    routes=("RegionIndexPage.index_route",),
    page_types=("RegionIndexPage",),
)
def probe_region_index(visit):
    return visit.get_all(f"/{visit.locale}/regions/")


@surface(
    "browse.letters", seam="lists", kinds=("letter",), page_types=("LetterIndexPage",)
)
def probe_letters(visit):
    return visit.get_all(f"/{visit.locale}/letters/")


@surface(
    "browse.releases",
    seam="lists",
    kinds=("release",),
    page_types=("PressReleaseIndexPage",),
)
def probe_releases(visit):
    return visit.get_all(f"/{visit.locale}/press/")


@surface(
    "browse.organisations",
    seam="lists",
    kinds=("organisation",),
    page_types=("OrganisationIndexPage",),
)
def probe_organisations(visit):
    return visit.get_all(f"/{visit.locale}/organisations/")


@surface("browse.kind count", seam="lists", kinds=("letter",))
def probe_kind_count(visit):
    listing = get_listing(visit, f"/{visit.locale}/regions/everywhere/")
    [facet] = [f for f in listing["facets"] if f["name"] == "kind"]
    return sum(v["count"] for v in facet["values"] if "kind=letter" in v["url"])


@surface(
    "browse.region menu count",
    seam="lists",
    kinds=DOCUMENTS,
    tags=("rtop_browse_regions",),
)
def probe_menu(visit):
    from wagtail.models import Locale

    from wagtail_rtop.browse.regions import get_region_menu

    locale = Locale.objects.get(language_code=visit.locale)
    menu = get_region_menu(visit.request(), locale)
    return sum(item["count"] for item in menu if item["slug"] == "everywhere")


@surface("browse.search", seam="lists", scope="page", kinds=ALL, searches=True)
def probe_search(visit):
    from urllib.parse import quote

    word = visit.case.tokens["title"]
    response = visit.get(f"/{visit.locale}/regions/?q={quote(word)}")
    # The question itself is the word: only what was found counts.
    return [row["title"] for row in response.context["listing"]["rows"]]


harmless("rtop_region_links", "links regions that a document already names")
