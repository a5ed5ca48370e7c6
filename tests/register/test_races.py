"""Whoever comes first: the register is true when both are done.

Each race is run in every order of two transactions, and as two that collide.
"""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone
from wagtail.models import Page

from tests import builders
from tests.register.races import (
    ORDERS,
    Site,
    collide,
    find_differences,
    interleave,
)
from wagtail_rtop.errors import PageGoneError
from wagtail_rtop.register import signals, sync
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.models import GuardedPageMixin


pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks"),
    pytest.mark.django_db(transaction=True),
]


def restrict_section(now):
    builders.restrict(now.get("section"))


def publish_letter(now):
    now.publish("letter")


def publish_french(now):
    now.publish("french")


def publish_body(now):
    now.publish("body")


def publish_response(now):
    now.publish("response")


def publish_section(now):
    now.publish("section")


def write_below(now):
    now.write("inner")


def move_below(now):
    now.get("elsewhere").move(now.get("inner"), pos="last-child")


def unpublish_letter(now):
    now.get("letter").unpublish()


def delete_letter(now):
    now.get("letter").delete()


def delete_section(now):
    now.get("section").delete()


def embargo(now):
    set_embargo(now.get("letter"), timezone.now() + timedelta(hours=1))


def prepare_inner(now):
    now.add("inner", builders.make_letter_index(now.get("section"), slug="inner"))


def prepare_elsewhere(now):
    prepare_inner(now)
    other = builders.make_letter_index(now.site.home, slug=f"other-{now.site.number}")
    now.add("elsewhere", builders.make_letter(other))


# What a job needs beside a draft in two languages.
PREPARE = {
    write_below: prepare_inner,
    move_below: prepare_elsewhere,
    unpublish_letter: publish_letter,
    publish_response: lambda now: now.add(
        "response", builders.make_response(now.get("letter"), live=False)
    ),
}
RACES = [
    (restrict_section, publish_letter),
    (restrict_section, publish_french),
    (restrict_section, write_below),
    (restrict_section, move_below),
    (publish_letter, publish_french),
    (publish_letter, publish_response),
    (publish_letter, publish_body),
    (unpublish_letter, publish_french),
    (delete_letter, publish_letter),
    (delete_letter, publish_french),
    (delete_section, publish_letter),
    (embargo, publish_letter),
    (embargo, publish_french),
]


def run(jobs, orders=(*ORDERS, None), site=None):
    """Return what went wrong, as sentences; None as order: they collide."""
    site, problems = site or Site(), []
    for order in orders:
        now = site.open_section()
        for job in jobs:
            PREPARE.get(job, lambda now: None)(now)
        bound = [partial(job, now) for job in jobs]
        errors = interleave(bound, *order) if order else collide(bound)
        problems += [
            f"{order}: {jobs[number].__name__}: {error!r}"
            for number, error in errors.items()
            if not is_expected(jobs, error)
        ]
        if embargo in jobs:
            problems += find_live(now)
        if {delete_letter, delete_section} & set(jobs):
            problems += find_revived(now)
    return problems + find_differences()


def is_expected(jobs, error):
    # What is deleted can't be published, and says so.
    gone = isinstance(error, (PageGoneError, Page.DoesNotExist))
    return gone and bool({delete_letter, delete_section} & set(jobs))


def find_live(now):
    pages = Page.objects.filter(pk__in=[now.pks["letter"], now.pks["french"]])
    return [f"{page} is live under an embargo." for page in pages if page.live]


def find_revived(now):
    pages = Page.objects.filter(pk=now.pks["letter"])
    return [f"{page} was deleted, and is back." for page in pages]


@pytest.mark.parametrize(
    "jobs", RACES, ids=lambda jobs: "-".join(job.__name__ for job in jobs)
)
def test_race(jobs):
    problems = run(jobs)

    assert not problems, "\n".join(problems)


def do_not_lock(monkeypatch):
    monkeypatch.setattr(sync, "lock_rows", lambda rows: rows)


def do_not_check(monkeypatch):
    for module in (sync, signals):
        monkeypatch.setattr(module, "check_after_commit", lambda pks: None)


def do_not_wait_for_the_group(monkeypatch):
    monkeypatch.setattr(GuardedPageMixin, "_lock_group", lambda page: None)


@pytest.mark.parametrize(
    ("take_away", "jobs"),
    [
        (do_not_lock, (publish_letter, publish_response)),
        (do_not_check, (restrict_section, write_below)),
        (do_not_check, (restrict_section, move_below)),
        (do_not_wait_for_the_group, (embargo, publish_french)),
        (do_not_wait_for_the_group, (delete_letter, publish_letter)),
    ],
)
def test_without_its_lock_a_race_is_lost(monkeypatch, take_away, jobs):
    take_away(monkeypatch)
    site = Site()

    assert any(run(jobs, [order], site) for order in (None, *ORDERS))
