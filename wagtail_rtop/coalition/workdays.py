"""Working days: which days count while a coalition waits for an answer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


# "2026-12-25 Christmas", or "12-25 Christmas" for every year.
HOLIDAY = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})(?:\s.*)?", re.ASCII)
# A leap year: 29 February can be a holiday of every year that has one.
LEAP = 2000
DAY = timedelta(days=1)
# An answer that falls due within this many calendar days is due soon.
SOON = timedelta(days=7)


class Weekend(models.TextChoices):
    """Which days of the week do not count. NONE: every day counts."""

    SATURDAY = "sat_sun", gettext_lazy("Saturday and Sunday")
    FRIDAY = "fri_sat", gettext_lazy("Friday and Saturday")
    NONE = "none", gettext_lazy("none: count every day")


# As date.weekday() numbers them.
DAYS_OFF = {
    Weekend.SATURDAY: frozenset({5, 6}),
    Weekend.FRIDAY: frozenset({4, 5}),
    Weekend.NONE: frozenset(),
}


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days count.

    Attributes:
        days_off: days of the week that do not, as ``date.weekday()`` numbers them.
        dates: holidays of one year.
        yearly: (month, day) of holidays of every year.
    """

    days_off: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    def is_working(self, day: date) -> bool:
        return not (
            day.weekday() in self.days_off
            or day in self.dates
            or (day.month, day.day) in self.yearly
        )

    def add(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after ``start``.

        The last date there is, if the calendar ends before.
        """
        day = start
        while count > 0:
            try:
                day += DAY
            except OverflowError:
                return date.max
            count -= self.is_working(day)
        return day


@dataclass(frozen=True)
class Deadline:
    """How long a coalition waits for an answer.

    Attributes:
        days: working days after sending, 1 or more.
        calendar: which days work.
    """

    days: int
    calendar: WorkingCalendar = WorkingCalendar()

    def get_due(self, start: date) -> date:
        """Return the last day on which an answer is in time. Kept once computed."""
        if start not in self._known:
            self._known[start] = self.calendar.add(start, self.days)
        return self._known[start]

    def is_overdue(self, start: date) -> bool:
        return self.get_due(start) < timezone.localdate()

    def is_due_soon(self, start: date) -> bool:
        today = timezone.localdate()
        return today <= self.get_due(start) <= today + SOON

    @cached_property
    def overdue_until(self) -> date:
        """The latest start that is overdue today: what a query compares with."""
        return self.get_latest_start(timezone.localdate() - DAY)

    @cached_property
    def soon_until(self) -> date:
        """The latest start whose answer is due soon, or overdue."""
        return self.get_latest_start(timezone.localdate() + SOON)

    def get_latest_start(self, due: date) -> date:
        """Return the latest start whose due day is ``due`` or earlier.

        A later start is never due earlier, so this one day divides them all.
        """
        day, count = due, self.days
        while count > 0:
            count -= self.calendar.is_working(day)
            try:
                day -= DAY
            except OverflowError:
                return date.min
        return day

    @cached_property
    def _known(self) -> dict[date, date]:
        return {}


def parse_holidays(text: str) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    """Return (dates, (month, day) of every year) from one holiday a line.

    Raises:
        ValidationError: names the first line that is no date.
    """
    dates, yearly = set(), set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = HOLIDAY.fullmatch(line.strip())
        try:
            if match is None:
                raise ValueError
            year, month, day = match.groups()
            found = date(int(year or LEAP), int(month), int(day))
        except ValueError:
            raise ValidationError(
                _(
                    "Line %(number)s, “%(line)s”, is no holiday. Write a date such as "
                    "2026-12-25, or 12-25 for every year, and its name behind it if "
                    "you like."
                )
                % {"number": number, "line": line.strip()[:100]},
                code="no_holiday",
            ) from None
        if year:
            dates.add(found)
        else:
            yearly.add((found.month, found.day))
    return frozenset(dates), frozenset(yearly)


def build_deadline(coalition: Any) -> Deadline:
    """Return the deadline that a coalition has settled.

    A list of holidays that cannot be read, written past the form, counts as empty.
    """
    try:
        dates, yearly = parse_holidays(coalition.holidays)
    except ValidationError:
        dates, yearly = frozenset(), frozenset()
    days_off = DAYS_OFF.get(coalition.weekend, frozenset())
    return Deadline(
        max(coalition.overdue_days, 1), WorkingCalendar(days_off, dates, yearly)
    )


def check_year_has_workdays(yearly: Iterable[tuple[int, int]]) -> None:
    """Refuse a list under which hardly any day works.

    Raises:
        ValidationError: if more than half the days of a year are holidays.
    """
    if len(set(yearly)) > 183:
        raise ValidationError(
            _(
                "More than half of the days of a year are holidays here. Leave some "
                "for work."
            ),
            code="no_workday",
        )
