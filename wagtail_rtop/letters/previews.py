"""How an editor can look at a letter: on the web, on paper, with its responses."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import select_template
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.letters.ledger import fetch_responses
from wagtail_rtop.letters.responses import ResponseMixin
from wagtail_rtop.visibility.gate import get_gate


PRINT = "print"
RESPONSES = "responses"
# Beside Wagtail's own, which is the web page.
MODES = [(PRINT, _("On paper")), (RESPONSES, _("With responses"))]
PRINT_TEMPLATE = "wagtail_rtop/admin/letter_on_paper.html"


def build_preview_context(letter: Any, request: Any, mode: str) -> dict[str, Any]:
    """Return what a mode adds to the letter's context; nothing for the web page."""
    if mode == PRINT:
        return {"rtop_letter_template": select_template(letter.get_template(request))}
    if mode == RESPONSES:
        return {"responses": fetch_responses_of_desk(letter, request)}
    return {}


def fetch_responses_of_desk(letter: Any, request: Any) -> list[Any]:
    """Return the responses that this editor may know of, oldest first.

    Those that the gate lets through as they are published; of those that the
    editor may edit the latest draft, with ``rtop_is_draft`` set.
    Cost: four queries, one more for each response with a draft.
    """
    if not letter.pk:
        return []
    found = {
        page.rtop_group: page for page in fetch_responses(letter, get_gate(request))
    }
    children: Iterable[Any] = get_page_model().objects.child_of(letter).specific()
    user = getattr(request, "user", None)
    responses = [page for page in children if issubclass(type(page), ResponseMixin)]
    for page in responses if user else ():
        is_draft = page.has_unpublished_changes or not page.live
        if is_draft and page.permissions_for_user(user).can_edit():
            draft = page.get_latest_revision_as_object()
            draft.rtop_is_draft = True
            found[page.get_group_key()] = draft
    return sorted(found.values(), key=lambda r: (r.get_document_date(), r.pk))
