"""The button in the message after a change that takes the change back."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from wagtail.log_actions import get_active_log_context


UNDO_TEMPLATE = "wagtail_rtop/admin/undo.html"


def render_undo(request: Any, next_url: str) -> SafeString:
    """Return a button that undoes what this request has done, a form of its own.

    Call it in the request that did it, once that is in the log: by those entries
    the desk's UndoView knows what to take back.

    Args:
        request: of the admin.
        next_url: where undoing it leads.
    """
    key = get_active_log_context().uuid
    context = {"url": reverse("rtop_undo", args=[key]), "next": next_url}
    return render_to_string(UNDO_TEMPLATE, context, request=request)
