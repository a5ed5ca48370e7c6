"""The world is built once for all tests of this package, and thrown away."""

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.leaks.fields import keep_version
from tests.leaks.world import World


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    from django.test import override_settings

    media = tmp_path_factory.mktemp("media")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=str(media)),
        transaction.atomic(),
    ):
        cache.clear()
        world = World()
        for case in world.cases:
            keep_version(case.page)
        yield world
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture(autouse=True)
def _undo(request):
    """Undo what a probe writes: a session, a cached rendition."""
    if "world" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("world")
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
