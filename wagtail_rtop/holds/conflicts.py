"""A save over somebody else's newer text is shown first, and nothing is lost."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Revision

from wagtail_rtop.visibility.models import GuardedPageMixin
from wagtail_rtop.visibility.turns import fetch_base, take_turn


# How long the answer to an autosave may be on its way to the editor's window.
IN_FLIGHT = timedelta(seconds=5)
# An autosave may end between the look at the latest text and the turn to save.
ATTEMPTS = 3
# Posted by the page that shows the conflict: the revision that may be overwritten.
OVERWRITE = "rtop_overwrite"
NOT_REPEATED = {"csrfmiddlewaretoken", OVERWRITE}


def check_conflict(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Answer a save that would overwrite a newer text unseen; None lets it pass.

    A post that doesn't say what it was written over passes, as it does in Wagtail.
    """
    if request.method != "POST" or not isinstance(page, GuardedPageMixin):
        return None
    if not ({"loaded_revision_id", "overwrite_revision_id"} & request.POST.keys()):
        return None
    base = fetch_base(page.pk)
    for _attempt in range(ATTEMPTS):
        if base[0] is None:
            return None
        seen = request.POST.get(OVERWRITE) == str(base[0])
        if (
            seen
            or is_written_over(request.POST, base)
            or _is_own_autosave(request, base)
        ):
            if take_turn(page.pk, base, request.user, force=seen):
                return None
        elif not request.accepts("text/html"):
            # An autosave: Wagtail says the same, and its script knows how to show it.
            return None
        before, base = base, fetch_base(page.pk)
        if base == before:
            break
    if not request.accepts("text/html"):
        return JsonResponse(
            {
                "success": False,
                "error_code": "invalid_revision",
                "error_message": gettext("Somebody else is saving this page."),
            },
            status=400,
        )
    return _build_answer(request, page, base[0])


def is_written_over(data: Any, base: tuple[int | None, datetime | None]) -> bool:
    """Return whether the form was written over this text, the latest one."""
    revision, moment = base
    # An autosave's revision belongs to one window: it is the latest or it is not.
    if own := data.get("overwrite_revision_id"):
        return bool(own == str(revision))
    loaded = data.get("loaded_revision_created_at", "")
    return bool(
        data.get("loaded_revision_id") == str(revision)
        and (not loaded or not moment or loaded == moment.isoformat())
    )


def _is_own_autosave(
    request: HttpRequest, base: tuple[int | None, datetime | None]
) -> bool:
    """Return whether the newer text is what the same form has just saved by itself.

    Who saves by hand while an autosave is under way does not have its answer yet:
    the form still names the text before.
    """
    latest = Revision.objects.filter(pk=base[0], user=request.user.pk).first()
    if latest is None or latest.created_at < timezone.now() - IN_FLIGHT:
        return False
    data = request.POST
    named = data.get("overwrite_revision_id") or data.get("loaded_revision_id")
    before = Revision.objects.filter(
        base_content_type=latest.base_content_type,
        object_id=latest.object_id,
        pk__lt=latest.pk,
    )
    previous = before.order_by("-pk").values_list("pk", flat=True).first()
    return named in {str(latest.pk), str(previous)}


def _build_answer(request: HttpRequest, page: Any, latest: int | None) -> HttpResponse:
    revision = Revision.objects.filter(pk=latest).select_related("user").first()
    context = {
        "page": page,
        "revision": revision,
        "latest": latest,
        "is_own": revision is not None and revision.user_id == request.user.pk,
        "overwrite_name": OVERWRITE,
        "fields": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_REPEATED
            for value in values
        ],
    }
    return TemplateResponse(
        request, "wagtail_rtop/admin/conflict.html", context, status=409
    )
