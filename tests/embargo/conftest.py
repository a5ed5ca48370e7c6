"""A press release in English, French and Arabic, with an alias and a child tree."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from tests import builders


START = datetime(2026, 5, 1, 8, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def clock():
    """A clock that tests move; it starts in 2026 and stands still otherwise."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def built(shared_db):
    with time_machine.travel(START, tick=False):
        return build_group()


@pytest.fixture
def group(db, clock, built):
    """``release`` with drafts ``fr`` and ``ar``, and ``alias`` beside it; not live."""
    return built


def build_group():
    home = builders.make_home()
    index = builders.make_release_index(home)
    release = builders.make_release(index, live=False, title="Release", slug="release")
    members = {"release": release}
    for code in ("fr", "ar"):
        builders.make_translated_home(home, code)
        home_index = index.copy_for_translation(builders.make_locale(code))
        builders.publish(home_index)
        members[code] = release.copy_for_translation(builders.make_locale(code))
    members["alias"] = release.create_alias(parent=index, update_slug="alias")
    return SimpleNamespace(home=home, index=index, **members)


@pytest.fixture
def lift(clock):
    return timezone.now() + timedelta(hours=2)


def reload(page):
    return type(page).objects.get(pk=page.pk)


def get_live(*pages):
    """Return the slugs of those of the pages that the database says are live."""
    return [page.slug for page in pages if reload(page).live]
