"""What a change to a section costs does not depend on how much stands below it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from tests import builders
from wagtail_rtop.letters.ledger import record_event
from wagtail_rtop.models import Embargo, Entry, EntryRegion, LedgerRow
from wagtail_rtop.register.sync import sync_rows
from wagtail_rtop.register.verification import verify


pytestmark = pytest.mark.django_db

FEW, MANY = 4, 40


@pytest.fixture(scope="module")
def world(shared_db):
    """A section of a few letters with responses, and one of many."""
    home = builders.make_home()
    bodies = builders.make_organisation_index(home)
    regions = [builders.make_region(name) for name in ("West", "East")]
    union = builders.make_organisation(bodies, regions=regions[:1])
    league = builders.make_organisation(bodies, regions=regions[1:])
    sections = {"home": home}
    for count in (FEW, MANY):
        section = builders.make_letter_index(home, slug=f"letters-{count}")
        chosen = builders.make_organisation(bodies, title=f"Of {count}")
        sections[count] = (section, chosen)
        for number in range(count):
            letter = builders.make_letter(
                section,
                title=f"Letter {number}",
                recipients=[union, league, chosen],
                regions=regions[:1] if number % 2 else [],
            )
            rows = list(letter.recipients.all())
            builders.make_response(letter, rows=rows[:1])
            builders.make_response(letter, rows=rows[1:2], live=False)
        record_event(
            letter,
            rows[2].translation_key,
            "answered",
            timezone.localdate(),
            is_public=True,
        )
    return sections


def restrict(section):
    builders.restrict(section)


def unrestrict(section):
    PageViewRestriction.objects.get(page=section).delete()


def withhold(section):
    lift = timezone.now() + timedelta(days=1)
    Embargo.objects.create(group_key=section.translation_key, lift=lift)


def lift(section):
    Embargo.objects.get(group_key=section.translation_key).delete()


def hide(section):
    section.refresh_from_db()
    section.live = False
    section.save()


def expire(section):
    section.refresh_from_db()
    section.expire_at = timezone.now() + timedelta(days=1)
    section.save()


def move(section):
    target = Page.objects.get(slug="moved-to")
    Page.objects.get(pk=section.pk).move(target, pos="last-child")


def sync(section):
    sync_rows(section.get_descendants().values_list("pk", flat=True))


def count_queries(work, *args):
    with CaptureQueriesContext(connection) as queries:
        work(*args)
    return len(queries)


@pytest.mark.parametrize(
    "steps",
    [
        (restrict, unrestrict),
        (withhold, lift),
        (restrict, withhold, move, unrestrict, lift),
        (hide,),
        (expire,),
        (move,),
        (sync,),
    ],
    ids=lambda steps: "-".join(step.__name__ for step in steps),
)
def test_a_change_costs_the_same_for_few_and_many_letters(world, steps):
    builders.make_page(world["home"], slug="moved-to")
    costs = {
        count: [count_queries(step, world[count][0]) for step in steps]
        for count in (FEW, MANY)
    }

    assert costs[FEW] == costs[MANY]
    assert list(verify()) == []


def test_a_profile_that_goes_costs_the_same_for_few_and_many_letters(world):
    costs = {count: count_queries(world[count][1].delete) for count in (FEW, MANY)}

    assert costs[FEW] == costs[MANY]
    assert list(verify()) == []


def test_the_register_follows_a_deleted_section_without_a_query_a_page(world):
    """Wagtail's own handlers work row by row; what is asked of the register does not."""
    costs = {}
    for count in (FEW, MANY):
        with CaptureQueriesContext(connection) as queries:
            Page.objects.get(pk=world[count][0].pk).delete()
        costs[count] = sum(Entry._meta.db_table in query["sql"] for query in queries)

    # Django deletes what hangs on the pages in batches: some more, not one a page.
    assert costs[MANY] - costs[FEW] < FEW
    assert list(verify()) == []


def test_what_is_wrong_costs_the_same_for_few_and_many_letters(world):
    costs = {}
    for count in (FEW, MANY):
        section = world[count][0]
        below = {"path__startswith": section.path}
        Entry.objects.filter(**below).update(answered=9, document_date="1999-01-01")
        entries = Entry.objects.filter(**below)
        EntryRegion.objects.filter(entry__in=entries).update(public=False)
        letters = section.get_children().order_by()
        LedgerRow.objects.filter(letter__in=letters).update(status="sent", position=9)
        costs[count] = count_queries(sync, section)

    assert costs[FEW] == costs[MANY]
    assert list(verify()) == []
