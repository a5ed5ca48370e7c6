"""Ticks recipients in the form of a new response, as a link of the desk asks."""

from typing import Any

from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.letters.responses import ResponseMixin


def remember_recipients(request: Any, parent_page: Any, page_class: type) -> None:
    """Keep what the address asks for with the page above, for this request."""
    if isinstance(parent_page, LetterMixin) and issubclass(page_class, ResponseMixin):
        parent_page._rtop_recipients = request.GET.getlist("recipient")  # type: ignore[attr-defined]  # read below


def tick_recipients(sender: Any, page: Any, parent: Any, **kwargs: Any) -> None:
    """Tick those of them that the letter has. Called for each form of a new page."""
    asked = set(getattr(parent, "_rtop_recipients", ()))
    if asked and isinstance(page, ResponseMixin):
        keys = [str(row.translation_key) for row in parent.recipients.all()]
        page.recipient_keys = [key for key in keys if key in asked]
