"""Page serve and document serve ask the gate before anything else does."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from wagtail import hooks
from wagtail.wagtail_hooks import require_wagtail_login

from wagtail_rtop.visibility.documents import check_document
from wagtail_rtop.visibility.fallback import find_original_of_hidden
from wagtail_rtop.visibility.gate import Verdict, get_gate
from wagtail_rtop.visibility.menu import get_menu_paths
from wagtail_rtop.visibility.models import GuardedPageMixin
from wagtail_rtop.visibility.tombstone import build_tombstone


# Ahead of Wagtail's own and of the site's: they may already say something.
@hooks.register("before_serve_page", order=-100)
def guard_page(
    page: Any, request: HttpRequest, args: Any, kwargs: Any
) -> HttpResponse | None:
    if not isinstance(page, GuardedPageMixin):
        return None
    accessed = getattr(getattr(request, "session", None), "accessed", True)
    gate = get_gate(request)
    gate.reader.read_page(page, beside=get_menu_paths(page))
    gate.reader.attach_locale(page)
    verdict = gate.get_verdict(page)
    if verdict is Verdict.HIDDEN:
        url = find_original_of_hidden(page, request)
        if not url:
            if not accessed:
                # Else "Vary: Cookie" would tell a hidden page from an absent one.
                request.session.accessed = False
            raise Http404
        away = HttpResponseRedirect(url)
        return away if gate.is_anonymous else mark_private(away)
    if verdict is Verdict.RETRACTED:
        response = build_tombstone(page, request)
        return response if get_gate(request).is_anonymous else mark_private(response)
    if verdict is Verdict.SIGN_IN:
        response = require_wagtail_login(next=request.get_full_path())
        return mark_private(response)
    return None


@hooks.register("on_serve_page", order=-100)
def mark_personal_pages(callback: Any) -> Any:
    def serve(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        response = callback(page, request, args, kwargs)
        if isinstance(page, GuardedPageMixin):
            gate = get_gate(request)
            gate.has_served = True
            if not gate.is_anonymous:
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
