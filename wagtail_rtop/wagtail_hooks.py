"""Assembly: brings each domain's hooks to Wagtail. No logic here."""

from wagtail.snippets.models import register_snippet

from wagtail_rtop.correspondence import hooks as correspondence_hooks
from wagtail_rtop.deletion import hooks as deletion_hooks
from wagtail_rtop.desk import hooks as desk_hooks
from wagtail_rtop.desk.organisations import hooks as organisation_desk_hooks
from wagtail_rtop.desk.regions import hooks as region_desk_hooks
from wagtail_rtop.holds import hooks as hold_hooks
from wagtail_rtop.letters import hooks as letter_hooks
from wagtail_rtop.organisations import hooks as organisation_hooks
from wagtail_rtop.previews import hooks as preview_hooks
from wagtail_rtop.reports import hooks as report_hooks
from wagtail_rtop.snippets import CoalitionGroup
from wagtail_rtop.visibility import hooks as visibility_hooks


register_snippet(CoalitionGroup)

__all__ = [
    "correspondence_hooks",
    "deletion_hooks",
    "desk_hooks",
    "hold_hooks",
    "letter_hooks",
    "organisation_desk_hooks",
    "organisation_hooks",
    "preview_hooks",
    "region_desk_hooks",
    "report_hooks",
    "visibility_hooks",
]
