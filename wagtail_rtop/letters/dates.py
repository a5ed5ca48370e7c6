"""Days that no letter and no response can bear: slips of the keyboard."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


FIRST_YEAR = 1900
# A letter may be dated ahead of its publication, by a year, leap or not.
LETTER_AHEAD = timedelta(days=366)
# A response has come: where its writer sits it may be tomorrow already.
RESPONSE_AHEAD = timedelta(days=1)


def check_letter_day(day: date) -> None:
    """Refuse a day before 1900 or more than a year ahead.

    Raises:
        ValidationError: as said.
    """
    _check_day(
        day,
        LETTER_AHEAD,
        _(
            "%(day)s is more than a year ahead. Check the year: this is the date "
            "on the letter, not of its publication here."
        ),
    )


def check_response_day(day: date) -> None:
    """Refuse a day before 1900 or later than tomorrow.

    Raises:
        ValidationError: as said.
    """
    _check_day(
        day,
        RESPONSE_AHEAD,
        _(
            "%(day)s is still to come. Check the date: a response is published "
            "once it has come."
        ),
    )


def _check_day(day: date, ahead: timedelta, too_late: Any) -> None:
    # The year as text: it has no thousands.
    params = {"day": date_format(day, "DATE_FORMAT"), "year": str(FIRST_YEAR)}
    if day.year < FIRST_YEAR:
        too_early = _("%(day)s is before %(year)s. Check the year.")
        raise ValidationError(too_early, code="past", params=params)
    if day > timezone.localdate() + ahead:
        raise ValidationError(too_late, code="future", params=params)
