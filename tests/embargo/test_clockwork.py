"""A thousand embargoes over all time zones and changes of clock: none early, none late."""

import random
import zoneinfo
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests import builders
from tests.embargo.conftest import reload
from wagtail_rtop.holds.forms import ReleaseForm
from wagtail_rtop.visibility import lifting
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.models import Embargo


TICK = timedelta(seconds=60)
# Of these also a page is watched: the others are rows, which is what a lift reads.
PAGES = 6


def find_edges(zone, year):
    """Return the instants of a year at which the zone's offset changes."""
    edges, step = [], timedelta(hours=1)
    moment = datetime(year, 1, 1, tzinfo=UTC)
    offset = moment.astimezone(zone).utcoffset()
    while moment.year == year:
        following = moment + timedelta(days=7)
        if following.astimezone(zone).utcoffset() != offset:
            while (moment + step).astimezone(zone).utcoffset() == offset:
                moment += step
            moment += step
            edges.append(moment)
            offset = moment.astimezone(zone).utcoffset()
        else:
            moment = following
    return edges


def read_lift(text, zone):
    """Return the lift that an editor in this zone means, None if it is refused."""
    with timezone.override(zone):
        form = ReleaseForm(
            {"lift": text},
            choices=[],
            may_embargo=True,
            embargo=None,
            audience_zone="UTC",
        )
        form.full_clean()
        return form.cleaned_data.get("lift") if form.is_valid() else None


def build_schedules(rng, number):
    """Return (zone, wall time) of schedules: half of them near a change of clocks."""
    zones = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
    chosen = [zoneinfo.ZoneInfo(rng.choice(zones)) for _ in range(number)]
    edges = {}
    for zone in chosen:
        if str(zone) not in edges:
            edges[str(zone)] = find_edges(zone, 2026)
    for place, zone in enumerate(chosen):
        found = [e for e in edges[str(zone)] if e.month > 5]
        if place % 2 and found:
            moment = rng.choice(found) + timedelta(minutes=rng.randint(-90, 90))
        else:
            moment = datetime(2026, 5, 2, tzinfo=UTC) + timedelta(
                minutes=rng.randrange(200 * 24 * 60)
            )
        yield zone, moment.astimezone(zone)


def run_campaign(clock, rows):
    """Tick through the lifts; return (early, late) as lists of rows."""
    rng = random.Random(11)  # where in the minute cron stands
    early, late = [], []
    for lift in sorted({row.lift for row in rows.values()}):
        clock.move_to(lift - timedelta(seconds=1))
        lifting.release_due()
        now = timezone.now()
        open_ones = Embargo.objects.exclude(released_at=None).filter(lift__gt=now)
        early += list(open_ones.values_list("pk", flat=True))
        clock.move_to(lift + timedelta(seconds=rng.randrange(60)))
        lifting.release_due()
    for pk, released in Embargo.objects.values_list("pk", "released_at"):
        if released is None or not rows[pk].lift <= released <= rows[pk].lift + TICK:
            late.append(pk)
    return early, late


def make_schedules(number):
    """Return the embargoes, by id, and the pages behind the first of them."""
    rng = random.Random(2026)  # schedules, not secrets
    index = builders.make_release_index(builders.make_home())
    new, pages = [], {}
    # Some are refused: the change of clocks makes them two moments, or none.
    for zone, wall in build_schedules(rng, number * 5 // 4):
        if len(new) + len(pages) == number:
            break
        lift = read_lift(f"{wall:%Y-%m-%d %H:%M}", zone)
        if lift is None:
            # The form refuses only what names two instants, or none.
            naive = wall.replace(tzinfo=None, second=0)
            with pytest.raises(ValueError, match=r"."):
                make_aware(naive, zone)
            continue
        assert (
            lift.astimezone(zone).strftime("%Y-%m-%d %H:%M") == f"{wall:%Y-%m-%d %H:%M}"
        )
        if len(pages) < PAGES:
            page = builders.make_release(index, live=False)
            set_embargo(page, lift)
            builders.publish(page)
            embargo = Embargo.objects.get(group_key=page.translation_key)
            pages[embargo.pk] = page
        else:
            new.append(Embargo(group_key=uuid4(), lift=lift))
    Embargo.objects.bulk_create(new)
    return {row.pk: row for row in Embargo.objects.all()}, pages


def make_aware(naive, zone):
    """As Django's forms do it.

    Raises:
        ValueError: the moment is ambiguous or does not exist in the zone.
    """
    from django.forms.utils import from_current_timezone

    with timezone.override(zone):
        try:
            return from_current_timezone(naive)
        except ValidationError as error:
            raise ValueError(error.message) from error


@pytest.mark.parametrize("number", [40, pytest.param(1000, marks=pytest.mark.full)])
def test_none_is_early_and_none_more_than_a_tick_late(db, clock, number):
    rows, pages = make_schedules(number)
    assert len(rows) == number

    assert run_campaign(clock, rows) == ([], [])

    for pk, page in pages.items():
        published = reload(page).first_published_at
        assert rows[pk].lift <= published <= rows[pk].lift + TICK


def test_the_campaign_sees_a_clock_that_is_wrong(db, clock, monkeypatch):
    rows, _ = make_schedules(PAGES * 2)
    real = timezone.now

    class Fast:
        """Django's clock, an hour ahead: what a lift in local time comes to."""

        @staticmethod
        def now():
            return real() + timedelta(hours=1)

    monkeypatch.setattr(lifting, "timezone", Fast)
    monkeypatch.setattr(Embargo, "is_active", lambda self, at=None: False)

    early, _late = run_campaign(clock, rows)

    assert early
