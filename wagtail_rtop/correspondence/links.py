"""Addresses of the desk."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from wagtail_rtop.letters.responses import ResponseMixin


def get_ledger_url(letter_id: int, recipient_key: Any = None) -> str:
    """Return the letter's ledger, at one recipient if there is a key."""
    url = reverse("rtop_ledger", args=[letter_id])
    return f"{url}#recipient-{recipient_key}" if recipient_key else url


def get_index_url(**filters: Any) -> str:
    """Return the desk's list, narrowed by these filters."""
    url = reverse("rtop_correspondence")
    return f"{url}?{urlencode(filters)}" if filters else url


def get_record_url(row_ids: Any = ()) -> str:
    """Return the form that records an event for these rows of the ledger."""
    query = urlencode([("row", pk) for pk in row_ids])
    url = reverse("rtop_record_event")
    return f"{url}?{query}" if query else url


def get_response_url(letter: Any, user: Any, recipient_keys: Any = ()) -> str:
    """Return the form of a new response with recipients ticked; "" if not allowed."""
    if not letter.permissions_for_user(user).can_add_subpage():
        return ""
    for model in type(letter).creatable_subpage_models():
        if issubclass(model, ResponseMixin) and model.can_create_at(letter):
            meta = model._meta
            url = reverse(
                "wagtailadmin_pages:add",
                args=[meta.app_label, meta.model_name, letter.pk],
            )
            query = urlencode([("recipient", key) for key in recipient_keys])
            return f"{url}?{query}" if query else url
    return ""
