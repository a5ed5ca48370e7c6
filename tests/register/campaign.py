"""A small site in three languages, and random work on it, always the same by seed."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from unittest import mock

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Locale, Page

from tests import builders
from wagtail_rtop.browse.filters import ListFilter
from wagtail_rtop.browse.listing import build_listing, fetch_region_profiles
from wagtail_rtop.browse.regions import get_region_map
from wagtail_rtop.browse.source import ListSource
from wagtail_rtop.register.sync import get_content_version
from wagtail_rtop.register.verification import verify
from wagtail_rtop.visibility.gate import Gate


START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Found(AssertionError):
    """The register differs, or a change was not announced to the caches."""


class World:
    """The site, its clock and the random numbers of one sequence."""

    def __init__(self, clock):
        self.clock = clock
        self.client = None
        self.rng = random.Random(0)
        self.done = Counter()
        self.tried = Counter()
        self.number = 0

    def build(self):
        # One viewer less for each to compare with the gate.
        Group.objects.all().delete()
        Group.objects.create(name="Members")
        home = builders.make_home()
        self.regions = [
            builders.make_region(name).pk
            for name in ("Western Africa", "Arab States", "Caribbean")
        ]
        western, arab, _ = builders.Region.objects.order_by("pk")
        bodies = builders.make_organisation_index(home)
        union = builders.make_organisation(bodies, regions=[western])
        league = builders.make_organisation(bodies, regions=[arab])
        letters = builders.make_letter_index(home)
        letter = builders.make_letter(letters, recipients=[union, league, "Somebody"])
        builders.make_response(letter)
        builders.make_response(letter, live=False)
        builders.make_letter(letters, recipients=[league], regions=[western])
        builders.make_release(builders.make_release_index(home), regions=[arab])
        section = builders.make_page(home, title="Section")
        builders.make_report(section, regions=[western])
        builders.make_translated_home(home, "fr")
        french = builders.make_locale("fr")
        builders.publish(letters.copy_for_translation(french))
        builders.publish(letter.copy_for_translation(french))
        builders.make_locale("ar")
        return self

    def pick(self, *classes, **conditions):
        """Return a random page of these types, as the database has it; None if none."""
        pages = Page.objects.filter(**{"depth__gt": 1, **conditions}).order_by("pk")
        if classes:
            pages = pages.type(*classes)
        ids = list(pages.values_list("pk", flat=True))
        return Page.objects.get(pk=self.rng.choice(ids)).specific if ids else None

    def pick_one(self, queryset):
        found = list(queryset.order_by("pk"))
        return self.rng.choice(found) if found else None

    def get_slug(self):
        self.number += 1
        return f"made-{self.number}"

    def get_moment(self, days=(1, 6)):
        return self.now() + timedelta(days=self.rng.randint(*days))

    def now(self):
        return datetime.now(UTC)

    def pass_time(self, days):
        self.clock.shift(timedelta(days=days))


def run(world, seed, operations, steps, announced=()):
    """Do ``steps`` random operations; raise Found at the first difference."""
    world.rng = random.Random(seed)
    world.clock.move_to(START)
    history = []
    names = sorted(operations)
    for _ in range(steps):
        name = world.rng.choice(names)
        before = get_content_version()
        world.tried[name] += 1
        try:
            with transaction.atomic():
                happened = operations[name](world)
        except ValidationError:
            # Refused, for example a slug that is taken there.
            happened = False
        history.append(name if happened else f"({name})")
        if happened:
            world.done[name] += 1
        differences = [str(difference) for difference in verify()]
        if happened:
            differences += find_stale_lists()
        if happened and name in announced and get_content_version() == before:
            differences.append("The content version stands still.")
        if differences:
            raise Found(f"Seed {seed}, after {', '.join(history)}: {differences[:6]}")


def find_stale_lists():
    """Return the lists that show something else from the cache than without it."""
    request = builders.make_request()
    stale = []
    for locale in Locale.objects.order_by("pk"):
        shown = show_list(request, locale)
        with (
            mock.patch("wagtail_rtop.browse.listing.remember", read_anew),
            mock.patch("wagtail_rtop.browse.listing.remember_shown", read_anew),
        ):
            if show_list(request, locale) != shown:
                stale.append(f"The list in {locale.language_code} is an old one.")
    return stale


def show_list(request, locale):
    gate = Gate(request)
    source = ListSource(
        gate=gate,
        request=request,
        locale=locale,
        url="/",
        regions=get_region_map(gate, locale.pk),
    )
    profiles = [
        fetch_region_profiles(gate, pk, locale, request) for pk in source.regions.by_pk
    ]
    return build_listing(source, ListFilter())["rows"], profiles


def read_anew(gate, parts, compute):
    return compute()
