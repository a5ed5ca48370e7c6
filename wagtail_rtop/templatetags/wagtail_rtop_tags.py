"""Template tags of wagtail_rtop: ``{% load wagtail_rtop_tags %}``."""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html

from wagtail_rtop.browse.regions import get_region_menu
from wagtail_rtop.chrome import Chrome, get_chrome
from wagtail_rtop.coalition.moments import format_moment
from wagtail_rtop.commas import get_comma
from wagtail_rtop.correspondence.answers import OrganisationAnswers, fetch_answers
from wagtail_rtop.languages import get_language
from wagtail_rtop.regions.models import build_name_key


register = template.Library()

# What mail programs and browsers take as one address. Characters.
MAILTO_LENGTH = 1800

REGIONS_SHOWN = "_rtop_regions_shown"


@register.simple_tag(takes_context=True)
def rtop_chrome(context: Any) -> Chrome:
    """Return what surrounds the page: breadcrumbs, languages, head, coalition.

    Usage: ``{% rtop_chrome as chrome %}``, then ``{{ chrome.canonical }}``. Reads
    ``page``, ``rtop_subpath`` and ``rtop_query`` of the context. See
    ``wagtail_rtop.chrome.Chrome``.
    """
    page = context.get("page")
    # Pagination and search put objects of their own there.
    page = page if hasattr(page, "url_path") else None
    return get_chrome(
        context.get("request"),
        page,
        subpath=context.get("rtop_subpath", ""),
        query=context.get("rtop_query", ""),
    )


@register.simple_tag(takes_context=True)
def rtop_answers(context: Any) -> list[OrganisationAnswers]:
    """Return who was written to and who has answered, as this visitor may know it.

    Usage: ``{% rtop_answers as answers %}``, then
    ``{% include "wagtail_rtop/correspondence/_answers.html" %}``, which says how it
    is counted. Shape: list of objects with ``title``, ``url``, ``language``,
    ``letters`` and ``answered``; the last one, without a title, is all others.
    """
    request = context.get("request")
    locale = getattr(context.get("page"), "locale_id", None)
    return fetch_answers(request, locale or get_chrome(request).locale_id)


@register.simple_tag(takes_context=True)
def rtop_browse_regions(context: Any, *, once: bool = False) -> list[dict[str, Any]]:
    """Return the regions that have documents for this visitor, in the page's language.

    Usage: ``{% rtop_browse_regions as menu %}``; with ``once=True`` it is empty if
    the page shows them already, so that a footer doesn't repeat them. Shape: list
    of dicts with ``slug``, ``label``, ``url`` and ``count``, by name.
    """
    if once:
        # The bottom layer lasts as long as the rendering.
        shown = context.dicts[0]
        if shown.get(REGIONS_SHOWN):
            return []
        shown[REGIONS_SHOWN] = True
    request = context.get("request")
    page = context.get("page")
    locale = getattr(page, "locale_id", None) or get_chrome(request).locale_id
    if locale is None:
        return []
    kept = getattr(request, "_wagtail_rtop_region_menu", {})
    if locale not in kept:
        kept[locale] = get_region_menu(request, locale)
        if request is not None:
            request._wagtail_rtop_region_menu = kept
    return kept[locale]


@register.simple_tag(takes_context=True)
def rtop_region_links(context: Any, regions: Any) -> list[dict[str, Any]]:
    """Return a document's regions with their addresses, "" where there is no page.

    Usage: ``{% rtop_region_links regions as links %}``; ``regions`` as
    ``Region.objects.with_label()`` gives them. Shape: list of dicts with
    ``label`` and ``url``, by name.
    """
    urls = {item["slug"]: item["url"] for item in rtop_browse_regions(context)}
    links = [
        {"label": str(region), "url": urls.get(region.slug, "")}
        for region in regions or ()
    ]
    return sorted(links, key=lambda link: build_name_key(link["label"]))


@register.filter
def rtop_language(code: str) -> str:
    """Return a language's name in that language.

    Usage: ``{{ "ar"|rtop_language }}``
    """
    return get_language(str(code)).name


@register.filter
def rtop_dir(code: str) -> str:
    """Return the direction of a language, ``ltr`` or ``rtl``.

    Usage: ``<p lang="{{ code }}" dir="{{ code|rtop_dir }}">``
    """
    return get_language(str(code)).direction


@register.simple_tag
def rtop_date(value: date | datetime | None, style: str = "DATE_FORMAT") -> str:
    """Return a ``<time>`` with the date as the active language writes it.

    Usage: ``{% rtop_date page.document_date %}``. Digits are European in every
    language, as in the documents themselves; an aware datetime is shown in the
    current time zone. "" for None.
    """
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return format_html(
        '<time class="rtop-date" datetime="{}">{}</time>',
        value.isoformat(),
        date_format(value, style),
    )


@register.simple_tag
def rtop_comma() -> str:
    """Return the comma of the active language, with the space behind it.

    Usage: ``{{ speaker }}{% rtop_comma %}{{ role }}``
    """
    return get_comma()


@register.filter
def rtop_moment(value: datetime | None) -> str:
    """Return day and time in the current time zone: 22 March 2012, 14:05.

    Usage: ``{{ event.recorded_at|rtop_moment }}``. "" for None.
    """
    return format_moment(timezone.localtime(value)) if value else ""


@register.simple_tag(takes_context=True)
def rtop_share_url(context: Any) -> str:
    """Return a ``mailto:`` link with the page's title and address, never its text.

    Usage: ``<a href="{% rtop_share_url %}">``. "" where the page has no address.
    """
    chrome = rtop_chrome(context)
    address = context.get("rtop_canonical") or chrome.canonical
    if not address:
        return ""
    # RFC 6068 §5: a line break is %0D%0A and a space %20, never "+".
    tail = quote(f"\r\n\r\n{address}", safe="")
    subject = chrome.title
    while True:
        head = quote(subject, safe="")
        url = f"mailto:?subject={head}&body={head}{tail}"
        if len(url) <= MAILTO_LENGTH or not subject:
            return url
        subject = subject[: len(subject) * 3 // 4].rstrip()


@register.simple_tag(takes_context=True)
def rtop_sign_in_url(context: Any) -> str:
    """Return the sign-in address that comes back to this page.

    Usage: ``<a href="{% rtop_sign_in_url %}">``. "" where the site has none.
    """
    chrome = rtop_chrome(context)
    request = context.get("request")
    if not chrome.sign_in_url or request is None:
        return chrome.sign_in_url
    if request.path == chrome.sign_in_url.partition("?")[0]:
        return chrome.sign_in_url
    mark = "&" if "?" in chrome.sign_in_url else "?"
    return f"{chrome.sign_in_url}{mark}next={quote(request.get_full_path(), safe='/')}"


@register.simple_tag
def rtop_active_language() -> str:
    """Return the code of the language that templates are written in just now.

    Usage: ``<nav lang="{% rtop_active_language %}">``
    """
    return translation.get_language() or ""
