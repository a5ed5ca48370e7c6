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
                # Seconds and offset show only where they say something.
                "time": f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M}",
            },
        )
    return list(described.values())


def get_audience_zone(page: Any) -> ZoneInfo:
    """Return the time zone of the readers of the page's site."""
    coalition = get_coalition(page.get_site(), page.locale_id)
    return ZoneInfo(coalition.audience_time_zone if coalition else "UTC")
