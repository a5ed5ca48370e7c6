"""Takes back what a bulk action did, or the ledger's form, as the log tells it."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import PageLogEntry

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.desk.bulk.base import DeskBulkAction
from wagtail_rtop.desk.bulk.events import RecordEvents
from wagtail_rtop.desk.bulk.privacy import SetPrivacy
from wagtail_rtop.desk.bulk.regions import TagRegions
from wagtail_rtop.errors import WagtailRtopError


ACTIONS: dict[str, type[DeskBulkAction]] = {
    action.undo_action: action for action in (TagRegions, RecordEvents, SetPrivacy)
}


class UndoView(View):
    """Takes back what the same user did in one go. POST only.

    Page by page: what has changed since is left as it is, and said.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        found = PageLogEntry.objects.filter(
            uuid=key, user=request.user.pk, action__in=ACTIONS
        )
        entries = list(found.order_by("pk"))
        next_url = get_valid_next_url_from_request(request)
        response = redirect(next_url or "wagtailadmin_explore_root")
        if not entries:
            # The same for what another user did: nobody learns of it.
            messages.warning(request, _("There is nothing here that you can undo."))
            return response
        undone = self.undo(entries)
        # One request did one thing.
        text = ACTIONS[entries[0].action].count_undone(undone)
        (messages.success if undone else messages.info)(request, text)
        return response

    def undo(self, entries: Iterable[Any]) -> int:
        """Undo each page's entries; return the sum of what was taken back."""
        by_page: dict[tuple[int, str], list[Any]] = {}
        for entry in entries:
            by_page.setdefault((entry.page_id, entry.action), []).append(entry)
        ids = {page for page, _action in by_page}
        pages = {
            p.pk: p for p in get_page_model().objects.filter(pk__in=ids).specific()
        }
        undone = 0
        for (pk, action), found in by_page.items():
            try:
                with transaction.atomic():
                    if pk not in pages:
                        raise WagtailRtopError(_("It is no longer there."))
                    undone += ACTIONS[action].undo(
                        pages[pk], found, user=self.request.user
                    )
            except WagtailRtopError as error:
                messages.warning(
                    self.request,
                    _("“%(title)s” is left as it is. %(reason)s")
                    % {"title": found[0].label, "reason": error},
                )
        return undone
