"""The public list of retractions."""

from typing import Any

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Site

from wagtail_rtop.conf import get_setting
from wagtail_rtop.visibility.gate import get_gate
from wagtail_rtop.visibility.hooks import mark_private
from wagtail_rtop.visibility.tombstone import fetch_tombstones


@require_safe
def list_retractions(request: HttpRequest) -> HttpResponse:
    """List what was withdrawn on this site, newest first; 404 beyond the last page."""
    locale = Locale.get_active()
    found = fetch_tombstones(request, Site.find_for_request(request), locale)
    paginator = Paginator(found, get_setting("PAGE_SIZE"))
    try:
        page_obj = paginator.page(request.GET.get("page", "1"))
    except (PageNotAnInteger, EmptyPage, OverflowError):
        raise Http404 from None
    context: dict[str, Any] = {
        "tombstones": page_obj.object_list,
        "page_obj": page_obj,
        "locale": locale,
        "rtop_base": get_setting("BASE_TEMPLATE"),
    }
    response = TemplateResponse(
        request, "wagtail_rtop/visibility/retractions.html", context
    )
    # Members may see more than others.
    patch_vary_headers(response, ["Cookie"])
    return response if get_gate(request).is_anonymous else mark_private(response)
