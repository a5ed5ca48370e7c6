"""The panel on the admin's home page."""

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from wagtail_rtop.correspondence.access import get_rows, may_open_desk
from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.correspondence.links import get_index_url, get_ledger_url
from wagtail_rtop.correspondence.reminders import fetch_reminders


# Rows of each kind.
SHOWN = 5


class RemindersPanel(Component):
    """Overdue answers and those due soon, of the letters that the user may edit."""

    name = "rtop_reminders"
    template_name = "wagtail_rtop/admin/correspondence/reminders.html"
    # After what waits for moderation, before the user's own edits.
    order = 250

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        found = fetch_reminders(user, SHOWN, Deadlines())
        return {
            "reminders": found,
            "rows": [
                (row, get_ledger_url(row.letter_id, row.recipient_key))
                for row in (*found.overdue, *found.soon)
            ],
            "overdue_url": get_index_url(due="overdue"),
            "soon_url": get_index_url(due="soon"),
        }

    def render_html(self, parent_context: Any = None) -> Any:
        user = parent_context["request"].user
        # To say that nothing is overdue is for who would be told if it were.
        if not may_open_desk(user) or not get_rows(user).exists():
            return ""
        return super().render_html(parent_context)
