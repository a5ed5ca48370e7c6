"""One moment in the three time zones that matter."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from wagtail_rtop.coalition.models import get_coalition


def describe_moment(moment: datetime, page: Any) -> list[dict[str, str]]:
    """Return the moment in the editor's zone, in UTC and in the readers'.

    Shape: list of {"label", "zone", "time"}; a zone that repeats another one of
    the same name is left out. The editor's is the active one, as Wagtail sets it
    from the profile.
    """
    zones = [
        (gettext("Your time zone"), timezone.get_current_timezone()),
        (gettext("Universal time"), ZoneInfo("UTC")),
        (gettext("Your readers' time zone"), get_audience_zone(page)),
    ]
    described: dict[str, dict[str, str]] = {}
    for label, zone in zones:
        local = moment.astimezone(zone)
        described.setdefault(
            str(zone),
            {
                "label": label,
                "zone": str(zone),
                "time": format_moment(local),
            },
        )
    return list(described.values())


def format_moment(moment: datetime) -> str:
    """Return day and time in the moment's own zone, as the active language dates.

    The day is written out and the hours run to 24: 11/12 and 9 p.m. are read in
    more than one way, and an embargo is not.
    """
    return gettext("%(day)s, %(time)s") % {
        "day": date_format(moment, "DATE_FORMAT"),
        "time": f"{moment:%H:%M}",
    }


def get_audience_zone(page: Any) -> ZoneInfo:
    """Return the time zone of the readers of the page's site."""
    coalition = get_coalition(page.get_site(), page.locale_id)
    return ZoneInfo(coalition.audience_time_zone if coalition else "UTC")
