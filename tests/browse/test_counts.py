"""Every figure is the number of documents that the visitor finds behind it."""

import random
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests import builders
from tests.search.committed import searches_uncommitted
from wagtail_rtop.browse.selection import Selection
from wagtail_rtop.models import Entry, EntryRegion
from wagtail_rtop.register.query import get_stamp, remember
from wagtail_rtop.visibility.gate import Gate, get_gate


pytestmark = pytest.mark.django_db
DOCUMENTS = 14


@pytest.fixture
def archive():
    rng = random.Random(7)
    home = builders.make_home()
    regions = [builders.make_region() for _ in range(3)]
    index = builders.make_organisation_index(home)
    bodies = [builders.make_organisation(index) for _ in range(2)]
    letters = builders.make_letter_index(home)
    releases = builders.make_release_index(home)
    group = builders.make_group("Members")
    pages = []
    for _ in range(DOCUMENTS):
        fields = {
            "document_date": date(rng.randint(2010, 2012), 1, 1),
            "regions": rng.sample(regions, rng.randint(0, 3)),
            "live": rng.random() < 0.8,
        }
        if rng.random() < 0.6:
            recipients = rng.sample(bodies, rng.randint(1, 2))
            page = builders.make_letter(letters, recipients=recipients, **fields)
        else:
            page = builders.make_release(releases, **fields)
        if rng.random() < 0.3:
            builders.restrict(page, "groups", groups=[group])
        pages.append(page)
    member = builders.make_user(groups=[group])
    return {"home": home, "regions": regions, "bodies": bodies, "member": member}


def follow(selection, facet, value):
    """Return the selection behind a facet's link."""
    if facet == "region":
        ids = dict.fromkeys((*selection.regions, int(value)))
        return replace(selection, regions=tuple(ids))
    changes = {
        "kind": ("kind", str),
        "year": ("year", int),
        "language": ("locale_id", int),
        "organisation": ("organisation", uuid.UUID),
    }
    name, convert = changes[facet]
    return replace(selection, **{name: convert(value)})


def test_counts_are_what_is_listed(archive):
    rng = random.Random(3)
    checked = 0
    totals = {}
    for user in (None, archive["member"]):
        gate = get_gate(builders.make_request(user))
        base = Selection(gate=gate, locale_id=archive["home"].locale_id)
        totals[user] = base.count().total
        for _ in range(25):
            selection = base
            for _ in range(rng.randint(0, 3)):
                counts = selection.count()
                links = [(f, v) for f, vs in counts.facets.items() for v in vs]
                if not links:
                    break
                selection = follow(selection, *rng.choice(links))
            counts = selection.count()
            assert counts.total == len(selection.fetch_ids(0, 1000))
            for facet, values in counts.facets.items():
                for value, number in values.items():
                    found = follow(selection, facet, value).fetch_ids(0, 1000)
                    assert len(found) == number, (facet, value)
                    checked += 1
    assert checked > 200
    assert totals[archive["member"]] > totals[None]


def test_an_embargo_in_a_list_ends_by_itself(archive):
    """What is remembered is not asked for beyond the next lift or expiry."""
    now = timezone.now()
    pk = EntryRegion.objects.filter(public=True).values_list("entry", flat=True)[0]
    lift = now + timedelta(hours=1)
    for rows in (Entry.objects.filter(pk=pk), EntryRegion.objects.filter(entry=pk)):
        rows.update(lift=lift)
    locale = archive["home"].locale_id

    def count(at):
        gate = Gate(at=at)
        found = remember(gate, ("test",), lambda: [Selection(gate, locale).count()])
        return found[0].total

    before = count(now)
    assert count(now + timedelta(minutes=59)) == before
    assert count(lift) == before + 1
    assert get_stamp(Gate(at=now)).until == lift


def test_a_visitor_is_not_given_what_another_may_see(archive):
    locale = archive["home"].locale_id

    def count(user):
        gate = get_gate(builders.make_request(user))
        return remember(gate, ("t",), lambda: [Selection(gate, locale).count()])[0]

    member = count(archive["member"]).total
    assert count(None).total < member
    assert count(archive["member"]).total == member


@searches_uncommitted
def test_a_search_reads_its_rows_with_the_figures(archive):
    """The rows that come with the figures are those of the list."""
    from wagtail_rtop.browse.search import build_match

    gate = Gate()
    locale = archive["home"].locale_id
    selection = Selection(gate, locale, match=build_match(gate, "Letter"))
    counts = selection.count(rows=(1, 4))
    assert counts.total > 4
    assert list(counts.ids) == selection.fetch_ids(1, 4)


@pytest.fixture
def few_are_many(monkeypatch):
    """Take every list for a large one."""

    def limit(number=0):
        monkeypatch.setattr("wagtail_rtop.browse.selection.ORGANISATION_LIMIT", number)

    return limit


def test_organisations_of_a_large_list_are_counted_another_way(archive, few_are_many):
    locale = archive["home"].locale_id
    kept = [
        Selection(get_gate(builders.make_request(user)), locale, **narrowed)
        for user in (None, archive["member"])
        for narrowed in (
            {},
            {"kinds": ("letter",)},
            {"without": ("organisation",)},
            {"kind": "letter", "year": 2011},
            {"kinds": ("release",), "kind": "letter"},
            {"organisation": archive["bodies"][0].translation_key},
        )
    ]
    small = [selection.count() for selection in kept]
    assert sum(bool(counts.facets["organisation"]) for counts in small) >= 8
    few_are_many()
    assert [selection.count() for selection in kept] == small


def test_a_large_list_narrowed_otherwise_has_no_organisations(
    archive, few_are_many, django_assert_num_queries
):
    gate, locale = Gate(), archive["home"].locale_id
    region = archive["regions"][0].pk
    selection = Selection(gate, locale, regions=(region,))
    small = selection.count()
    assert small.facets["organisation"]
    few_are_many(small.total - 1)
    with django_assert_num_queries(1):
        large = selection.count()
    assert large.facets.pop("organisation") == {}
    small.facets.pop("organisation")
    assert large == small


def test_a_second_site_joins(archive, few_are_many):
    from wagtail.models import Site

    other = builders.make_home(site=False)
    Site.objects.create(hostname="elsewhere.example", root_page=other)
    selection = Selection(get_gate(builders.make_request()), archive["home"].locale_id)
    assert selection.count().facets["organisation"]
    few_are_many()
    assert selection.count().facets["organisation"] == {}
