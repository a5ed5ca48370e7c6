"""After any change to the site the register agrees with the pages and the gate."""

import io

import pytest
import time_machine
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.test import Client
from wagtail.models import Site
from wagtail.signals import post_page_move

from tests import builders
from tests.register.campaign import START, Found, World, run
from tests.register.operations import ANNOUNCED, OPERATIONS


pytestmark = pytest.mark.django_db

STEPS = 12


@pytest.fixture(scope="module")
def built(shared_db):
    with time_machine.travel(START) as clock:
        regions = World(clock).build().regions
        return {"regions": regions, "user": builders.make_user(superuser=True)}


@pytest.fixture
def world(built):
    with time_machine.travel(START) as clock:
        made = World(clock)
        made.regions = built["regions"]
        made.client = Client()
        made.out = io.StringIO()
        made.client.force_login(built["user"])
        yield made


def play(world, seeds, operations=OPERATIONS):
    """Play a sequence for each seed on the same site."""
    regions, found = world.regions, []
    for seed in seeds:
        with transaction.atomic():
            try:
                run(world, seed, operations, STEPS, ANNOUNCED)
            except Found as difference:
                found.append(str(difference))
            transaction.set_rollback(True)
        world.regions = regions
        Site.clear_site_root_paths_cache()
    return found


NEEDED = {
    "add_locale": "remove_locale",
    "change_restriction": "restrict",
    "convert_alias": "alias",
    "delete_restriction": "restrict",
    "drop_source": "localize",
    "end_embargo": "embargo",
    "move_embargo": "embargo",
    "recode_locale": "remove_locale",
    "withdraw": "retract_page",
}


def test_random_work_leaves_the_register_true(world):
    assert play(world, range(25)) == []
    # What needs another one first may not have come about by chance.
    for name, first in NEEDED.items():
        if not world.done[name]:
            operations = {key: OPERATIONS[key] for key in (name, first)}
            assert play(world, range(3), operations) == []

    # Each operation really happened: the campaign tests what it says.
    assert not [name for name in OPERATIONS if not world.done[name]]


# What each handler is for, by the work that shows it missing.
HANDLERS = {
    "remember": ({"unpublish", "delete_page"}, pre_save),
    "page_saved": ({"unpublish", "publish"}, post_save),
    "page_deleting": ({"alias", "delete_page", "copy_for_translation"}, pre_delete),
    "page_deleted": ({"alias", "delete_page", "copy_for_translation"}, post_delete),
    "page_moved": ({"move", "move_response"}, post_page_move),
    "restriction_saving": ({"restrict", "change_restriction"}, pre_save),
    "restriction": ({"restrict", "delete_restriction"}, post_save, post_delete),
    "Region": ({"rename_region"}, post_save, post_delete),
    "Site": ({"rename_site"}, post_save, post_delete),
    "Locale": ({"remove_locale", "recode_locale"}, post_save, post_delete),
    "RegionLabel": ({"rename_label"}, post_save, post_delete),
    "Embargo": ({"embargo", "end_embargo"}, post_save, post_delete),
    "Retraction": ({"expire", "retract_page", "withdraw"}, post_save, post_delete),
    "source": ({"localize", "drop_source", "unpublish"}, post_save, post_delete),
}


@pytest.mark.parametrize("name", HANDLERS)
def test_without_a_handler_it_is_found(world, name):
    work, *from_signals = HANDLERS[name]
    operations = {key: OPERATIONS[key] for key in work}
    removed = []
    for signal in from_signals:
        before = list(signal.receivers)
        signal.receivers = [
            row for row in before if row[0][0] != f"wagtail_rtop.register.{name}"
        ]
        signal.sender_receivers_cache.clear()
        removed += [(signal, before)] * (len(signal.receivers) < len(before))
    try:
        assert len(removed) == len(from_signals)
        assert any(play(world, [seed], operations) for seed in range(12))
    finally:
        for signal, before in removed:
            signal.receivers = before
            signal.sender_receivers_cache.clear()


def test_the_negative_control_names_every_handler():
    connected = set()
    for signal in (pre_save, post_save, pre_delete, post_delete, post_page_move):
        for (uid, *_), *_rest in signal.receivers:
            if str(uid).startswith("wagtail_rtop.register."):
                connected.add(uid.removeprefix("wagtail_rtop.register."))

    assert connected == set(HANDLERS)


@pytest.mark.full
def test_random_work_for_long(world):
    assert play(world, range(25, 65)) == []
