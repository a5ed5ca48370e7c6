"""Index pages: lists of letters, releases, organisations and regions."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urljoin

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http import HttpResponsePermanentRedirect as Moved
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import path
from wagtail.coreutils import camelcase_to_underscore
from wagtail.fields import RichTextField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.browse.filters import ListFilter, is_canonical, parse_filter
from wagtail_rtop.browse.listing import build_listing, fetch_region_profiles
from wagtail_rtop.browse.organisations import find_successor
from wagtail_rtop.browse.regions import (
    PROFILE_KINDS,
    RegionMap,
    RegionNode,
    count_by_region,
    find_current_slug,
    find_current_slugs,
    get_locale_codes,
    get_region_map,
)
from wagtail_rtop.browse.source import ListSource
from wagtail_rtop.contracts import PageContract, RoutedMixin
from wagtail_rtop.register.sync import bump_content_version
from wagtail_rtop.visibility.gate import get_gate
from wagtail_rtop.visibility.models import GuardedPageMixin


# When to ask again after the search has failed. Seconds.
RETRY_SECONDS = 60


class IndexMixin(PageContract, GuardedPageMixin):
    """A page that lists documents of some kinds out of the register.

    To use: subclass one of the four below before the page class.
    """

    intro = RichTextField(_("introduction"), blank=True)

    # Kinds of the register that this page lists; empty = every kind.
    listed_kinds: ClassVar[tuple[str, ...]] = ()
    # Facets offered beside the list, of those in listing.FACETS.
    listed_facets: ClassVar[tuple[str, ...]] = (
        *("region", "kind", "year", "organisation", "language"),
    )
    # Whether the list is by title instead of newest first.
    listed_by_title: ClassVar[bool] = False
    default_template = "wagtail_rtop/browse/index_page.html"

    index_panels: ClassVar[list[Any]] = [FieldPanel("intro")]
    rtop_translation_policy = [SynchronizedField("slug"), TranslatableField("intro")]

    class Meta:
        abstract = True

    @classmethod
    def get_search_fields(cls) -> list[Any]:
        return [*super().get_search_fields(), index.SearchField("intro")]  # type: ignore[misc]  # Page's

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        # Menus name this page and its address.
        bump_content_version()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the list, at its canonical address alone."""
        if not getattr(request, "is_preview", False):
            redirect = self._redirect(request)
            if redirect:
                return redirect
        try:
            return mark_unavailable(super().serve(request, *args, **kwargs))
        except Http404:
            redirect = self._redirect_to_successor(request)
            if redirect is None:
                raise
            return redirect

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the context of the list; see ``build_listing()``."""
        context = super().get_context(request, *args, **kwargs)
        source = self.build_list_source(request)
        wanted = self.read_filter(request)
        return {**context, **self._build_list_context(source, wanted)}

    def _build_list_context(
        self, source: ListSource, wanted: ListFilter
    ) -> dict[str, Any]:
        listing = build_listing(source, wanted)
        # On the Site's own host, whichever the request came by.
        own = self.full_url  # type: ignore[attr-defined]  # Page's
        canonical = iri_to_uri(urljoin(own, listing["canonical"])) if own else ""
        return {
            "listing": listing,
            "canonical_url": canonical,
            "rtop_canonical": canonical,
            "rtop_query": wanted.get_query_elsewhere(),
        }

    def read_filter(self, request: HttpRequest) -> ListFilter:
        """Return what the address narrows the list by.

        Raises:
            Http404: a parameter with a value that it can't have.
        """
        codes = get_locale_codes().values() if "language" in request.GET else ()
        return parse_filter(request.GET, languages=codes)

    def build_list_source(self, request: Any, **changes: Any) -> ListSource:
        """Return what this page is a list of, for the visitor of the request."""
        gate = get_gate(request)
        values: dict[str, Any] = {
            "gate": gate,
            "request": request,
            "locale": self.locale,  # type: ignore[attr-defined]  # Page's
            "url": self.get_url(request) or "",  # type: ignore[attr-defined]  # Page's
            "kinds": self.listed_kinds,
            "facets": self.listed_facets,
            "by_title": self.listed_by_title,
            "get_language_url": self._build_language_urls(request),
        }
        if "regions" not in changes:
            values["regions"] = get_region_map(gate, self.locale_id)  # type: ignore[attr-defined]  # Page's
        return ListSource(**{**values, **changes})

    def _build_language_urls(
        self, request: Any, rest: str = ""
    ) -> Callable[[int], str]:
        """Return a function of a locale's id to this list's address there, or ""."""

        def get_url(locale_id: int) -> str:
            if not self.pk:
                return ""
            for node in get_gate(request).get_visible_group(self):
                if node.locale_id == locale_id and node.pk != self.pk:
                    return f"{node.get_url(request) or ''}{rest}"
            return ""

        return get_url

    def _redirect(self, request: HttpRequest) -> HttpResponse | None:
        wanted = self.read_filter(request)
        if wanted.errors:
            return None
        if wanted.language:
            return self._redirect_to_language(request, wanted)
        wanted = follow_former_regions(wanted)
        pairs = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
        if is_canonical(pairs, wanted):
            return None
        return Moved(f"{request.path}{wanted.get_query()}")

    def _redirect_to_successor(self, request: HttpRequest) -> HttpResponse | None:
        """Return the way to the list of the organisation that took over another's."""
        wanted = self.read_filter(request)
        if not wanted.organisation or getattr(request, "is_preview", False):
            return None
        slug = find_successor(get_gate(request), wanted.organisation)
        if not slug:
            return None
        return Moved(f"{request.path}{replace(wanted, organisation=slug).get_query()}")

    def _redirect_to_language(
        self, request: HttpRequest, wanted: ListFilter
    ) -> HttpResponse:
        code = wanted.language
        wanted = follow_former_regions(wanted)
        target = wanted.get_query_elsewhere()
        locales = {code: pk for pk, code in get_locale_codes().items()}
        if locales[code] == self.locale_id:  # type: ignore[attr-defined]  # Page's
            return HttpResponseRedirect(f"{request.path}{target}")
        own = self.get_url(request) or ""  # type: ignore[attr-defined]  # Page's
        rest = request.path.removeprefix(own)
        url = self._build_language_urls(request, rest)(locales[code])
        if not url:
            raise Http404("This list is not there in this language.")
        return HttpResponseRedirect(f"{url}{target}")


class LetterIndexMixin(IndexMixin):
    """Lists the letters of its language, newest first."""

    listed_kinds = ("letter",)
    listed_facets = ("region", "year", "organisation", "language")

    class Meta:
        abstract = True


class ReleaseIndexMixin(IndexMixin):
    """Lists the press releases of its language, newest first."""

    listed_kinds = ("release",)
    listed_facets = ("region", "year", "language")

    class Meta:
        abstract = True


class OrganisationIndexMixin(IndexMixin):
    """Lists the organisation profiles of its language by name."""

    listed_kinds = PROFILE_KINDS
    listed_facets = ("region", "language")
    listed_by_title = True

    class Meta:
        abstract = True


class RegionIndexMixin(IndexMixin, RoutedMixin):
    """Lists the regions, and each region's documents on an address below.

    With a question or a filter its own address lists documents of every kind.
    """

    default_template = "wagtail_rtop/browse/region_index_page.html"
    region_template = "wagtail_rtop/browse/region_page.html"

    class Meta:
        abstract = True

    @path("")
    def index_route(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Serve the list of regions, or what a question finds in all of them."""
        return self.render(request)

    @path("<str:slug>/", name="region")
    def region_route(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Serve the documents of one region; a slug of former times redirects."""
        slug = unicodedata.normalize("NFC", slug)
        regions = get_region_map(get_gate(request), self.locale_id)  # type: ignore[attr-defined]  # Page's
        node = regions.by_slug.get(slug)
        if node is None:
            # Slugs are not longer; a database might refuse to look for it.
            current = find_current_slug(slug) if len(slug) <= 100 else None
            if not current:
                raise Http404("There is no region of this name.")
            url = f"{self.get_url(request)}{current}/"  # type: ignore[attr-defined]  # Page's
            return Moved(f"{url}{self.read_filter(request).get_query()}")
        return self.render(
            request,
            template=self.get_region_template(request),
            context_overrides=self.build_region_context(request, regions, node),
        )

    def get_region_template(self, request: HttpRequest) -> list[str]:
        """Return template names of a region's page, the site's own first."""
        app, name = self._meta.app_label, type(self).__name__  # type: ignore[attr-defined]  # a model's
        own = f"{app}/{camelcase_to_underscore(name)}_region.html"
        return [own, self.region_template]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the context of the vocabulary: the regions as a tree.

        Shape of ``regions``: ``[{"label", "slug", "url", "count", "parts": […]},
        …]``; regions without documents are left out, unless a part has some.
        """
        if getattr(request, "routable_resolver_match", None) and (
            request.routable_resolver_match.url_name == "region"
        ):
            # Its own list is made by build_region_context().
            return super(IndexMixin, self).get_context(request, *args, **kwargs)
        context = super().get_context(request, *args, **kwargs)
        source = self.build_list_source(request)
        counts = count_by_region(source.gate, source.locale.pk)
        return {
            **context,
            "regions": build_region_tree(source.regions, counts, source.url),
        }

    def build_region_context(
        self, request: HttpRequest, regions: RegionMap, node: RegionNode
    ) -> dict[str, Any]:
        """Return the context of one region's page.

        Shape: ``{"listing", "region", "parent", "parts", "profiles"}``.
        """
        own = self.get_url(request) or ""  # type: ignore[attr-defined]  # Page's
        rest = f"{node.slug}/"
        source = self.build_list_source(
            request,
            url=f"{own}{rest}",
            regions=regions,
            without=PROFILE_KINDS,
            region=node.slug,
            get_language_url=self._build_language_urls(request, rest),
        )
        counts = count_by_region(source.gate, source.locale.pk)

        def link(other: RegionNode | None) -> dict[str, Any] | None:
            if other is None:
                return None
            return {
                "label": other.label,
                "slug": other.slug,
                "url": f"{own}{other.slug}/",
                "count": counts.get(other.pk, 0),
            }

        wanted = self.read_filter(request)
        return {
            **self._build_list_context(source, wanted),
            "region": node,
            "rtop_subpath": rest,
            "rtop_subtitle": node.label,
            "parent": link(regions.get_parent(node)),
            "parts": [link(part) for part in regions.get_parts(node)],
            "profiles": fetch_region_profiles(
                source.gate, node.pk, source.locale, request
            ),
        }


def mark_unavailable(response: Any) -> Any:
    """Make the page of a list whose search failed a 503, for nobody to keep."""
    context = getattr(response, "context_data", None) or {}
    if context.get("listing", {}).get("unavailable"):
        response.status_code = 503
        response["Retry-After"] = str(RETRY_SECONDS)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
    return response


def follow_former_regions(wanted: ListFilter) -> ListFilter:
    """Return the filter with today's slugs of regions that had others before."""
    current = find_current_slugs(slug for slug in wanted.regions if len(slug) <= 100)
    if not current:
        return wanted
    regions = {current.get(slug, slug) for slug in wanted.regions}
    return replace(wanted, regions=tuple(sorted(regions)))


def build_region_tree(
    regions: RegionMap, counts: dict[int, int], url: str, parent: int | None = None
) -> list[dict[str, Any]]:
    """Return the regions below ``parent`` that have documents, as a tree."""
    found = []
    for node in regions.by_pk.values():
        if node.parent_id != parent:
            continue
        parts = build_region_tree(regions, counts, url, node.pk)
        if parts or node.pk in counts:
            found.append(
                {
                    "label": node.label,
                    "slug": node.slug,
                    "url": f"{url}{node.slug}/",
                    "count": counts.get(node.pk, 0),
                    "parts": parts,
                }
            )
    return found
