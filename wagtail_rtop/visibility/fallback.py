"""Where a reader goes whose language a page does not exist in."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.gate import get_gate
from wagtail_rtop.visibility.menu import find_root


# Named after what it says, so that a shared address explains itself.
MISSING_PARAMETER = "not-in"


def find_original_url(page: Any, request: HttpRequest, path: list[str]) -> str:
    """Return the address, in another language, of what is missing below ``page``.

    Args:
        page: the page that could not be routed further.
        request: who asks.
        path: what follows its address, as Wagtail's ``route()`` takes it; empty
            where the page itself is not to be had.

    Shape: an address with the parameter ``not-in``, the language looked for; ""
    if there is nothing this visitor may see. Cost: some queries, on a miss only.
    """
    match = getattr(request, "resolver_match", None)
    # An API that asks what stands at a path wants to hear that it is nothing.
    if match is None or match.url_name != "wagtail_serve":
        return ""
    if getattr(request, "_wagtail_rtop_falls_back", False):
        return ""
    request._wagtail_rtop_falls_back = True  # type: ignore[attr-defined]  # for one call
    try:
        return _find(page, request, path)
    finally:
        request._wagtail_rtop_falls_back = False  # type: ignore[attr-defined]


def find_original_of_hidden(page: Any, request: HttpRequest) -> str:
    """Return where the visitor would be sent if the page did not exist, or "".

    The same address as for a page that is absent, so that nobody can tell.
    """
    match = getattr(request, "resolver_match", None)
    root = find_root(page)
    above = get_gate(request).get_ancestors(page)
    if match is None or match.url_name != "wagtail_serve" or not root or not above:
        return ""
    ancestor = get_page_model().objects.get(pk=above[-1].pk).specific
    if not getattr(ancestor, "rtop_falls_back", False):
        return ""
    path = [part for part in str(match.args[0]).split("/") if part]
    passed = ancestor.url_path[len(root.root_path) :].count("/")
    return find_original_url(ancestor, request, path[passed:])


def _find(page: Any, request: HttpRequest, path: list[str]) -> str:
    gate = get_gate(request)
    code = page.locale.language_code
    for original in _fetch_originals(page):
        if not gate.can_see(original):
            continue
        try:
            result = original.specific.route(request, list(path))
        except Http404:
            continue
        found = getattr(result, "page", None) or result[0]
        # Aliases show what is found by itself; a page falls back once, not twice.
        if found.alias_of_id or not gate.can_see(found):
            continue
        url = original.get_url(request)
        if url:
            below = "".join(f"{part}/" for part in path)
            return f"{url}{below}?{urlencode({MISSING_PARAMETER: code})}"
    return ""


def _fetch_originals(page: Any) -> Iterable[Any]:
    """Return the page's translations, the source first."""
    group = get_page_model().objects.filter(translation_key=page.translation_key)
    others = group.exclude(pk=page.pk).exclude(locale=page.locale_id)
    return others.filter(alias_of=None).order_by("pk")
