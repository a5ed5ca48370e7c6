"""Working days: which count, and that the query's day divides them as the sum does."""

import random
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from wagtail.models import Site

from tests import builders
from wagtail_rtop.coalition.models import fetch_deadlines
from wagtail_rtop.coalition.workdays import (
    Deadline,
    Weekend,
    WorkingCalendar,
    build_deadline,
    parse_holidays,
)
from wagtail_rtop.models import Coalition


def make_deadline(days, **fields):
    return build_deadline(Coalition(overdue_days=days, **fields))


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        # Sent on Thursday 22 March 2012; the day after is the first.
        ({"weekend": "none"}, date(2012, 3, 27)),
        ({"weekend": "sat_sun"}, date(2012, 3, 29)),
        ({"weekend": "fri_sat"}, date(2012, 3, 29)),
        ({"weekend": "sat_sun", "holidays": "2012-03-26"}, date(2012, 3, 30)),
        ({"weekend": "sat_sun", "holidays": "03-26 Every year"}, date(2012, 3, 30)),
        ({"weekend": "sat_sun", "holidays": "2011-03-26\n"}, date(2012, 3, 29)),
        # A holiday on a day off takes no other day away.
        ({"weekend": "sat_sun", "holidays": "2012-03-24"}, date(2012, 3, 29)),
    ],
)
def test_the_day_an_answer_is_due(fields, due):
    assert make_deadline(5, **fields).get_due(date(2012, 3, 22)) == due


def test_unknown_values_in_the_database_count_every_day():
    deadline = make_deadline(5, weekend="sunday", holidays="no date")

    assert deadline.get_due(date(2012, 3, 22)) == date(2012, 3, 27)


def test_overdue_on_the_day_after():
    deadline = make_deadline(5, weekend="none")
    with time_machine.travel(date(2012, 3, 27), tick=False):
        assert not deadline.is_overdue(date(2012, 3, 22))
        assert deadline.is_due_soon(date(2012, 3, 22))
        assert deadline.is_overdue(date(2012, 3, 21))
        assert not deadline.is_due_soon(date(2012, 3, 21))


def test_the_querys_day_divides_as_the_sum_does():
    chance = random.Random(14)
    for _ in range(40):
        today = date(2026, 1, 1) + timedelta(days=chance.randrange(800))
        calendar = WorkingCalendar(
            chance.choice([frozenset({5, 6}), frozenset({4, 5}), frozenset()]),
            frozenset(today - timedelta(days=chance.randrange(60)) for _ in range(8)),
            frozenset({(12, 25), (2, 29)}),
        )
        deadline = Deadline(chance.randrange(1, 40), calendar)
        with time_machine.travel(today, tick=False):
            for back in range(90):
                start = today - timedelta(days=back)
                overdue, soon = deadline.is_overdue(start), deadline.is_due_soon(start)
                assert overdue == (start <= deadline.overdue_until), (today, start)
                assert soon == (
                    deadline.overdue_until < start <= deadline.soon_until
                ), (today, start)


def test_the_ends_of_the_calendar_are_no_failure():
    everything = WorkingCalendar(frozenset(range(7)))

    assert everything.add(date(9999, 1, 1), 1) == date.max
    assert Deadline(1, everything).get_latest_start(date(1, 2, 1)) == date.min


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("2026-12-25\n\nChristmas", 3),
        ("2026-02-30", 1),
        ("13-01", 1),
        ("2026-12-25Christmas", 1),
        ("٢٠٢٦-١٢-٢٥", 1),
        ("0000-01-01", 1),
    ],
)
def test_a_line_that_is_no_date_is_named(text, line):
    with pytest.raises(ValidationError, match=rf"Line {line}, “.*”, is no holiday"):
        parse_holidays(text)


def test_holidays_with_names():
    dates, yearly = parse_holidays("2026-12-25 Noël\r\n02-29 Leap day\n12-25\n")

    assert dates == {date(2026, 12, 25)}
    assert yearly == {(2, 29), (12, 25)}


@pytest.mark.django_db
def test_the_form_refuses_what_is_no_calendar():
    builders.make_home()
    coalition = Coalition(
        site=Site.objects.get(), locale=builders.make_locale("en"), name="We"
    )
    coalition.holidays = "tomorrow"
    with pytest.raises(ValidationError) as refused:
        coalition.full_clean()
    assert set(refused.value.message_dict) == {"holidays"}

    coalition.holidays = "\n".join(
        f"{month:02}-{day:02}" for month in range(1, 8) for day in range(1, 29)
    )
    with pytest.raises(ValidationError, match="More than half of the days"):
        coalition.full_clean()
    coalition.holidays, coalition.weekend = "12-25", Weekend.FRIDAY
    coalition.full_clean()


@pytest.mark.django_db
def test_each_site_has_its_own_deadline(django_assert_num_queries):
    home = builders.make_home()
    section = builders.make_page(home)
    inner = Site.objects.create(hostname="inner", root_page=section)
    for site, days in ((Site.objects.get(is_default_site=True), 5), (inner, 9)):
        for code in ("en", "fr"):
            Coalition.objects.create(
                site=site,
                locale=builders.make_locale(code),
                name="We",
                overdue_days=days,
            )

    with django_assert_num_queries(1):
        found = fetch_deadlines()

    assert [(path, d.days) for path, d in found] == [(section.path, 9), (home.path, 5)]
