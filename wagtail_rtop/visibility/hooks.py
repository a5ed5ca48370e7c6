"""Page serve and document serve ask the gate before anything else does."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail import hooks
from wagtail.wagtail_hooks import require_wagtail_login

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.documents import check_document
from wagtail_rtop.visibility.gate import Verdict, get_gate, get_retraction
from wagtail_rtop.visibility.models import GuardedPageMixin


TOMBSTONE = "wagtail_rtop/visibility/tombstone.html"


# Ahead of Wagtail's own and of the site's: they may already say something.
@hooks.register("before_serve_page", order=-100)
def guard_page(
    page: Any, request: HttpRequest, args: Any, kwargs: Any
) -> HttpResponse | None:
    if not isinstance(page, GuardedPageMixin):
        return None
    verdict = get_gate(request).get_verdict(page)
    if verdict is Verdict.HIDDEN:
        raise Http404
    if verdict is Verdict.RETRACTED:
        return build_tombstone(page, request)
    if verdict is Verdict.SIGN_IN:
        response = require_wagtail_login(next=request.get_full_path())
        return mark_private(response)
    return None


@hooks.register("on_serve_page", order=-100)
def mark_personal_pages(callback: Any) -> Any:
    def serve(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        response = callback(page, request, args, kwargs)
        if isinstance(page, GuardedPageMixin) and not get_gate(request).is_anonymous:
            mark_private(response)
        return response

    return serve


@hooks.register("before_serve_document", order=-100)
def guard_document(document: Any, request: HttpRequest) -> None:
    check_document(document, request)


def mark_private(response: HttpResponse) -> HttpResponse:
    """Keep a response out of every shared cache."""
    response["Cache-Control"] = "private, no-store"
    return response


def build_tombstone(page: Any, request: HttpRequest) -> HttpResponse:
    """Return the 410 that a retracted page answers for ever."""
    retraction = get_retraction(page)
    context = {
        "page": page,
        "retraction": retraction,
        "title": page.title if retraction.show_title else "",
        "successor": _fetch_successor(page, retraction, request),
    }
    response = TemplateResponse(request, TOMBSTONE, context, status=410)
    response["X-Robots-Tag"] = "noindex"
    return response


def _fetch_successor(page: Any, retraction: Any, request: HttpRequest) -> Any:
    if not retraction.successor_key:
        return None
    group = get_page_model().objects.filter(translation_key=retraction.successor_key)
    candidates = sorted(group, key=lambda p: (p.locale_id != page.locale_id, p.pk))
    visible = get_gate(request).get_visible(candidates)
    return visible[0] if visible else None
