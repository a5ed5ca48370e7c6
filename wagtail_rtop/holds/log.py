"""What the history of a page says of its releases, embargoes and retractions."""

from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from wagtail_rtop.coalition.moments import format_moment


class DataFormatter(LogFormatter):
    """Puts an entry's data into its message; without them it says ``bare``.

    The placeholders are ``moment``, ``before`` (times in the reader's time zone),
    ``pages`` (languages) and ``detail``. Entries may lack any of them: they were
    written by an earlier version, or by hand.
    """

    bare: Any = ""
    moment_key = "moment"
    pages_key = "pages"
    detail_key = "detail"

    def format_message(self, log_entry: Any) -> str:
        values = {
            "moment": describe_time(log_entry.data.get(self.moment_key)),
            "before": describe_time(log_entry.data.get("before")),
            "pages": describe_pages(log_entry.data.get(self.pages_key)),
            "detail": str(log_entry.data.get(self.detail_key) or ""),
        }
        wanted = [name for name in values if f"%({name})s" in str(self.message)]
        if all(values[name] for name in wanted):
            return str(self.message) % values
        return str(self.bare)


def build_formatter(label: Any, bare: Any, message: Any = "", **keys: str) -> type:
    """Return a formatter; ``message`` may use the placeholders of DataFormatter."""
    fields = {"label": label, "bare": bare, "message": message or bare, **keys}
    return type("Formatter", (DataFormatter,), fields)


def describe_time(value: Any) -> str:
    moment = parse_datetime(value) if isinstance(value, str) else None
    if moment is None:
        return ""
    return format_moment(timezone.localtime(moment))


def describe_pages(value: Any) -> str:
    if not isinstance(value, list):
        return ""
    return ", ".join(
        f"{page.get('title', '')} ({page.get('locale', '')})"
        for page in value
        if isinstance(page, dict)
    )


FORMATTERS: dict[str, type] = {
    "release": build_formatter(
        _("Release now"), _("Released"), _("Released: %(pages)s")
    ),
    "schedule_release": build_formatter(
        _("Schedule a release"),
        _("Release scheduled"),
        _("Release scheduled for %(moment)s: %(pages)s"),
    ),
    "replace_scheduled": build_formatter(
        _("Replace a scheduled text"),
        _("Scheduled text replaced"),
        _("The text scheduled for %(moment)s was replaced by a newer one"),
    ),
    "set_embargo": build_formatter(
        _("Set an embargo"),
        _("Embargo set"),
        _("Embargo set until %(moment)s"),
        moment_key="lift",
    ),
    "move_embargo": build_formatter(
        _("Move an embargo"),
        _("Embargo moved"),
        _("Embargo moved from %(before)s to %(moment)s"),
        moment_key="lift",
    ),
    "remove_embargo": build_formatter(_("Remove an embargo"), _("Embargo removed")),
    "lift_embargo": build_formatter(
        _("Lift an embargo"),
        _("Embargo lifted"),
        _("Embargo lifted, published: %(pages)s"),
        pages_key="published",
    ),
    "fail_release": build_formatter(
        _("Fail to release"),
        _("Release failed and will be tried again"),
        _("Release failed (%(detail)s) and will be tried again"),
    ),
    "correct": build_formatter(
        _("Correct"), _("Corrected"), _("Corrected: %(detail)s")
    ),
    "supersede": build_formatter(
        _("Supersede"), _("Supersedes another"), _("Supersedes “%(detail)s”")
    ),
    "retract": build_formatter(
        _("Retract"), _("Retracted"), _("Retracted: %(detail)s"), detail_key="reason"
    ),
    "change_retraction": build_formatter(
        _("Change a retraction"),
        _("Retraction changed"),
        _("Retraction changed: %(detail)s"),
        detail_key="reason",
    ),
    "withdraw_retraction": build_formatter(
        _("Withdraw a retraction"),
        _("Retraction withdrawn"),
        _("Retraction withdrawn, published again: %(pages)s"),
        pages_key="published",
    ),
}


def register_formatters(actions: Any) -> None:
    for name, formatter in FORMATTERS.items():
        actions.register_action(f"wagtail_rtop.{name}")(formatter)
