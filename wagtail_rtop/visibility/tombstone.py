"""What a retracted page leaves behind: its address, and a line on a public list.

A tombstone says that there was a text. It says so to whoever could have known:
of a private page, or one never published, it says nothing.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.conf import get_setting
from wagtail_rtop.visibility.facts import get_facts, split
from wagtail_rtop.visibility.gate import Gate, Verdict, get_gate, get_retraction
from wagtail_rtop.visibility.models import Retraction


TEMPLATE = "wagtail_rtop/visibility/tombstone.html"


@dataclass
class Tombstone:
    """One retraction as a visitor may read it.

    Attributes:
        retraction: when and why.
        title: of the text, in the language ``language``; "" if withheld.
        language: code of the title's language.
        url: the address that answers 410; "" with a withheld title, for the
            address is made from it.
        successor: the page that replaces it, or None while it is not visible.
    """

    retraction: Retraction
    title: str
    language: str
    url: str
    successor: Any


def build_tombstone(page: Any, request: HttpRequest) -> HttpResponse:
    """Return the 410 that a retracted page answers for ever.

    Its context holds no page: a template that prints the page's title, image or
    breadcrumbs would say what the editor wants withheld.
    """
    retraction: Any = get_retraction(page)
    members = _fetch_groups([retraction.group_key]).get(retraction.group_key, [])
    named = _choose(members, page.locale_id)
    if _was_published(page) or named is None:
        named = page
    successors = _fetch_successors([retraction], page.locale_id, get_gate(request))
    tombstone = Tombstone(
        retraction,
        named.title if retraction.show_title else "",
        named.locale.language_code,
        "",
        successors.get(retraction.successor_key),
    )
    context = {
        "tombstone": tombstone,
        "locale_id": page.locale_id,
        "rtop_base": get_setting("BASE_TEMPLATE"),
    }
    response = TemplateResponse(request, TEMPLATE, context, status=410)
    response["X-Robots-Tag"] = "noindex"
    # Browsers keep a 410 that says nothing of it for good; a retraction may change,
    # and may be withdrawn.
    response["Cache-Control"] = "no-cache"
    return response


def fetch_tombstones(request: HttpRequest, site: Any, locale: Any) -> list[Tombstone]:
    """Return the site's retractions that the visitor may know of, newest first.

    Each by its page in the locale, else by one in another language. Cost: about a
    dozen queries for up to 500 retractions, whatever their number.
    """
    gate = get_gate(request)
    retractions = list(Retraction.objects.all())
    groups = _fetch_groups([r.group_key for r in retractions])
    chosen = {
        key: page
        for key, members in groups.items()
        if (page := _choose(members, locale.pk))
        and (parts := page.get_url_parts(request))
        and site is not None
        and parts[0] == site.pk
    }
    open_ids = _filter_open(list(chosen.values()), gate)
    shown = [
        r
        for r in retractions
        if r.group_key in chosen and chosen[r.group_key].pk in open_ids
    ]
    successors = _fetch_successors(shown, locale.pk, gate)
    return [
        Tombstone(
            r,
            chosen[r.group_key].title if r.show_title else "",
            chosen[r.group_key].locale.language_code,
            (r.show_title and chosen[r.group_key].get_url(request)) or "",
            successors.get(r.successor_key),
        )
        for r in shown
    ]


def _fetch_groups(keys: list[Any]) -> dict[Any, list[Any]]:
    """Return the non-alias pages of each group, oldest first, locales loaded."""
    groups: dict[Any, list[Any]] = {}
    for chunk in split(keys):
        pages = get_page_model().objects.filter(
            translation_key__in=chunk, alias_of__isnull=True
        )
        for page in pages.select_related("locale").order_by("pk"):
            groups.setdefault(page.translation_key, []).append(page)
    return groups


def _choose(members: list[Any], locale_id: int) -> Any:
    """Return the published page in the locale, else the oldest published one."""
    published = [page for page in members if _was_published(page)]
    own = [page for page in published if page.locale_id == locale_id]
    return next(iter(own or published), None)


def _was_published(page: Any) -> bool:
    # An alias that went live with its source has the second date only.
    return bool(page.first_published_at or page.last_published_at)


def _filter_open(pages: list[Any], gate: Gate) -> set[int]:
    """Return ids of those pages whose tombstone the visitor may see."""
    parent_paths = {page.path[: -page.steplen] for page in pages}
    parents: dict[str, Any] = {}
    for chunk in split(parent_paths):
        found = get_page_model().objects.filter(path__in=chunk)
        parents |= {parent.path: parent for parent in found}
    facts = get_facts([*(page.pk for page in pages), *(p.pk for p in parents.values())])
    # Also read one by one below; this fills the gate's memory at once.
    gate.get_refused({pk for f in facts.values() for pk in f.restrictions})
    found_open = set()
    for page in pages:
        parent = parents.get(page.path[: -page.steplen])
        if not gate.may_know_of(facts[page.pk]):
            continue
        if (
            parent is None
            or parent.depth <= 1
            or gate.accepts(facts[parent.pk])
            or gate.get_verdict(parent.specific) is Verdict.RETRACTED
        ):
            found_open.add(page.pk)
    return found_open


def _fetch_successors(
    retractions: list[Retraction], locale_id: int, gate: Gate
) -> dict[Any, Any]:
    """Return the visible page of each successor group, best in the locale."""
    keys = {r.successor_key for r in retractions if r.successor_key}
    if not keys:
        return {}
    candidates: list[Any] = []
    for chunk in split(keys):
        pages = get_page_model().objects.filter(translation_key__in=chunk)
        candidates += pages.select_related("locale").order_by("pk")
    chosen: dict[Any, Any] = {}
    for page in gate.get_visible(candidates):
        key = page.translation_key
        if key not in chosen or (
            page.locale_id == locale_id and chosen[key].locale_id != locale_id
        ):
            chosen[key] = page
    return chosen
