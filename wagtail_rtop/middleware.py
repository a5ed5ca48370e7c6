"""Answers 304 to who has a page already, without routing or rendering it.

A page's ``ETag`` says what it was made from: the content version, the address, and
until when the answer holds by itself. See docs/how-to/early-304.md.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import parse_etags

import wagtail_rtop
from wagtail_rtop.conf import get_setting
from wagtail_rtop.register.query import read_version
from wagtail_rtop.register.sync import get_content_version
from wagtail_rtop.visibility.gate import get_gate


# What the key is made of covers these; a page that varies by more is left alone.
VARY = {"accept-encoding", "accept-language", "cookie"}
PREFIX = 'W/"rtop.'

# What has to come after EarlyNotModifiedMiddleware: it must see the cookies that
# these set, and the headers that these add.
_INNER = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
_OUTER = "django.middleware.security.SecurityMiddleware"
_EARLY = "wagtail_rtop.middleware.EarlyNotModifiedMiddleware"


class EarlyNotModifiedMiddleware:
    """Gives the package's pages an ``ETag`` and answers 304 while it holds.

    To use: name it in ``MIDDLEWARE`` after ``SecurityMiddleware`` and ahead of all
    that sets cookies. It looks after anonymous GET and HEAD requests without a
    cookie that could matter, and leaves all others alone.

    Cost: one query for a 304, two at most for a page that is rendered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_plain_request(request):
            return self.get_response(request)
        held = [
            tag
            for tag in parse_etags(request.headers.get("If-None-Match", ""))
            if tag.startswith(PREFIX)
        ]
        if held:
            version = get_content_version()
            for tag in held:
                if is_current(tag, request, version):
                    return build_not_modified(tag)
        # Ahead of all that is read for the page: what is shown is as new as its
        # tag, or newer, and never old under a new one.
        version, _until = read_version(get_gate(request))
        response = self.get_response(request)
        if version and may_be_tagged(request, response):
            response["ETag"] = build_tag(request, version, get_end(request))
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            # Whoever keeps it asks before showing it again.
            response.setdefault("Cache-Control", "no-cache")
        return response


def is_plain_request(request: HttpRequest) -> bool:
    """Return whether nothing in the request tells its visitor from any other."""
    harmless = tuple(filter(None, get_setting("EARLY_304_COOKIES")))
    personal = {
        *(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME),
        *(settings.LANGUAGE_COOKIE_NAME, "messages"),
    }
    return (
        request.method in {"GET", "HEAD"}
        and not getattr(request, "is_preview", False)
        and "HTTP_AUTHORIZATION" not in request.META
        and "REMOTE_USER" not in request.META
        and personal.isdisjoint(request.COOKIES)
        and all(name.startswith(harmless) for name in request.COOKIES)
    )


def may_be_tagged(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether everybody gets this response, until something is changed."""
    gate = get_gate(request)
    control = {part.split("=")[0] for part in _split(response, "Cache-Control")}
    return (
        gate.has_served
        and gate.is_anonymous
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("ETag")
        and control.isdisjoint({"no-store", "private"})
        and _split(response, "Vary") <= VARY
    )


def _split(response: HttpResponse, name: str) -> set[str]:
    """Return the parts of a header that is a list, in small letters."""
    parts = response.get(name, "").lower().split(",")
    return {part.strip() for part in parts if part.strip()}


def get_end(request: HttpRequest) -> datetime:
    """Return when the response stops to hold by itself, whatever is written.

    The next moment at which anything lifts or expires: in the register, or of the
    pages that were asked about. ``EARLY_304_SECONDS`` from now at the latest.
    """
    gate = get_gate(request)
    _version, until = read_version(gate)
    latest = gate.at + timedelta(seconds=get_setting("EARLY_304_SECONDS"))
    moments = [latest, until, *gate.reader.get_moments()]
    return min(moment for moment in moments if moment and moment > gate.at)


def build_tag(request: HttpRequest, version: int, end: datetime) -> str:
    """Return the ``ETag`` of the page at this version; weak, for it may be packed.

    Nobody can make one up: a 304 to it says nothing that its holder did not see.

    Raises:
        DisallowedHost: as ``request.get_host()`` does.
    """
    seconds = int(end.timestamp())
    parts = (
        *(seconds, version, request.scheme, request.get_host()),
        *(request.get_full_path(), request.headers.get("Accept-Language", "")),
        *(timezone.localdate().isoformat(), str(get_setting("EARLY_304_KEY"))),
        *(wagtail_rtop.__version__, settings.LANGUAGE_CODE),
    )
    mac = salted_hmac("wagtail_rtop.early", repr(parts), algorithm="sha256")
    return f'{PREFIX}{seconds}.{mac.hexdigest()[:32]}"'


def is_current(tag: str, request: HttpRequest, version: int) -> bool:
    """Return whether the page under this tag is what the visitor would get now."""
    seconds = tag.removeprefix(PREFIX).split(".")[0]
    # Longer than any moment that a tag can hold.
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return False
    end = datetime.fromtimestamp(int(seconds), UTC)
    if end <= timezone.now() or not version:
        return False
    try:
        expected = build_tag(request, version, end)
    except SuspiciousOperation:
        # A host that is not ours; Django refuses it later on.
        return False
    return constant_time_compare(tag, expected)


def build_not_modified(tag: str) -> HttpResponse:
    response: Any = HttpResponseNotModified()
    response["ETag"] = tag
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def check_early_middleware(
    app_configs: Any, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The middleware that answers early stands where it sees what goes out."""
    names = list(settings.MIDDLEWARE)
    if _EARLY not in names:
        return []
    place = names.index(_EARLY)
    wrong = [name for name in names[:place] if name in _INNER]
    wrong += [name for name in names[place:] if name == _OUTER]
    if not wrong:
        return []
    found = ", ".join(name.rsplit(".", 1)[1] for name in wrong)
    return [
        checks.Warning(
            f"EarlyNotModifiedMiddleware stands on the wrong side of {found}.",
            hint="Put it right after SecurityMiddleware, ahead of SessionMiddleware "
            "and all that sets cookies.",
            id="wagtail_rtop.W060",
        )
    ]
