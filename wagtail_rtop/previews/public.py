"""What the holder of a link sees. Nothing here asks who they are."""

import mimetypes
import re
from collections.abc import Iterable
from typing import Any

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import conditional_escape
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model

from wagtail_rtop.coalition.moments import describe_moment
from wagtail_rtop.conf import get_setting
from wagtail_rtop.previews.access import (
    fetch_text,
    find_link,
    names_document,
    record_opening,
)
from wagtail_rtop.throttle import Throttle, get_address
from wagtail_rtop.visibility.documents import get_document_ids
from wagtail_rtop.visibility.gate import get_gate
from wagtail_rtop.visibility.previews import PreviewLink


BODY = re.compile(rb"<body[^>]*>", re.IGNORECASE)


@require_safe
def show_preview(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the page of a link; once it is public, send the reader there."""
    link, text, refusal = _open(request, token)
    if link is None:
        return refusal
    public = _find_public(request, link, text)
    if public:
        return _protect(HttpResponseRedirect(public))
    record_opening(link, text)
    return _protect(_render(request, link, text, token))


@require_safe
def serve_file(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """Serve a file that the page of a link names, and no other."""
    link, text, refusal = _open(request, token)
    if link is None:
        return refusal
    document = None
    if names_document(text, pk):
        document = get_document_model().objects.filter(pk=pk).first()
    # A collection that is private is so by somebody else's decision.
    if document is None or document.collection.get_view_restrictions().exists():
        return _refuse(request, 404)
    try:
        response = FileResponse(
            document.file.open("rb"),
            as_attachment=True,
            filename=document.filename,
            content_type=mimetypes.guess_type(document.filename)[0]
            or "application/octet-stream",
        )
    except OSError:
        # The row is there, the file is not.
        return _refuse(request, 404)
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return _protect(response)


def _open(request: HttpRequest, token: str) -> tuple[Any, Any, HttpResponse]:
    """Return (link, text, None), or (None, None, what to answer instead).

    The answer is the same for a link that never was and one that is over.
    """
    throttle = Throttle("preview", get_address(request))
    if throttle.get_wait():
        return None, None, _refuse(request, 429)
    link = find_link(token)
    if link is None:
        throttle.admit()
        return None, None, _refuse(request, 404)
    text = fetch_text(link)
    if text is None:
        return None, None, _refuse(request, 404)
    return link, text, HttpResponse()


def _find_public(request: HttpRequest, link: PreviewLink, text: Any) -> str:
    """Return the page's address if it was published since the link was given."""
    page = link.page
    published = page.live and page.last_published_at
    if not published or page.last_published_at < link.created_at:
        return ""
    return (page.get_url(request) or "") if get_gate(request).can_see(page) else ""


def _render(request: Any, link: PreviewLink, text: Any, token: str) -> HttpResponseBase:
    request.is_preview = True
    request.preview_mode = ""
    # Read by contexts that show an editor more than a reader.
    request.rtop_is_shared_preview = True
    with translation.override(text.locale.language_code):
        response = text.serve_preview(request, "")
        if hasattr(response, "render") and not response.is_rendered:
            response.render()
        if "html" in response.get("Content-Type", "") and not response.streaming:
            banner = _build_banner(request, link, text)
            content = _point_to_files(response.content, text, token)
            response.content = _insert(content, banner.encode())
    return response


def _build_banner(request: Any, link: PreviewLink, text: Any) -> str:
    embargo = text.get_active_embargo()
    moment = embargo.lift if embargo else _get_schedule(text)
    with timezone.override("UTC"):
        moments = describe_moment(moment, text)[1:] if moment else []
        moments = moments or (describe_moment(moment, text) if moment else [])
    context = {
        "recipient": link.recipient,
        "is_embargo": embargo is not None,
        "moments": moments,
        "expires_at": link.expires_at,
    }
    return render_to_string("wagtail_rtop/previews/_banner.html", context, request)


def _get_schedule(text: Any) -> Any:
    waiting = text.scheduled_revision
    return waiting.approved_go_live_at if waiting else None


def _point_to_files(content: bytes, text: Any, token: str) -> bytes:
    """Point the page's links to its own files to addresses that this link opens.

    The files' own addresses are guarded, and give nothing away but a 404.
    """
    for document in _fetch_documents(get_document_ids(text)):
        url = reverse("wagtail_rtop:preview_file", args=[token, document.pk])
        own = re.escape(str(conditional_escape(document.url)).encode())
        content = re.sub(
            rb"""(href=["'])(?:https?://[^/"']+)?""" + own + rb"""(?=["'#?])""",
            rb"\g<1>" + url.encode(),
            content,
        )
    return content


def _fetch_documents(ids: Iterable[int]) -> list[Any]:
    return list(get_document_model().objects.filter(pk__in=set(ids)))


def _insert(content: bytes, banner: bytes) -> bytes:
    found = BODY.search(content)
    at = found.end() if found else 0
    return content[:at] + banner + content[at:]


def _refuse(request: HttpRequest, status: int) -> HttpResponse:
    context = {"rtop_base": get_setting("BASE_TEMPLATE"), "status": status}
    response = TemplateResponse(
        request, "wagtail_rtop/previews/refused.html", context, status=status
    )
    _protect(response)
    return response


def _protect(response: HttpResponseBase) -> HttpResponseBase:
    """Keep the answer out of caches, indexes and other sites' logs."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
