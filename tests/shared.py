"""Fixtures that a whole file shares: built once, and the same for every test.

To use: ``@pytest.fixture(scope="module")`` on a fixture that asks for ``shared_db``,
directly or through another such fixture. What it wrote is rolled back after the
file's last test; what a test writes is rolled back after that test, as ever. The
model instances it returns, alone or in lists, dicts and dataclasses, are put back
before each test into the state they were built in, so a test may change them.

Not for a file with ``django_db(transaction=True)``: that empties the database.
"""

import copy
from collections.abc import Iterator
from dataclasses import is_dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, models, transaction


# Instance → its attributes as it was built. Emptied after each file.
_built: dict[int, tuple[models.Model, dict[str, Any]]] = {}


@pytest.fixture(scope="module")
def shared_db(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        depth = len(connection.savepoint_ids)
        yield depth
        _built.clear()
        transaction.set_rollback(True)
    cache.clear()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    value = yield
    if (
        fixturedef.scope == "module"
        and fixturedef.argname != "shared_db"
        and "shared_db" in request.fixturenames
    ):
        depth = request.getfixturevalue("shared_db")
        assert len(connection.savepoint_ids) == depth, (
            f"{fixturedef.argname} is asked for within a test, so its rows would go "
            "with that test. Name it among the test's arguments."
        )
        keep(value)
    return value


def keep(value: Any) -> None:
    """Remember the instances in a fixture's value, and all others, as they are now.

    The others too, for building one page changes what its parent knows.
    """
    for one in find_instances(value):
        _built.setdefault(id(one), (one, {}))
    memo = build_memo()
    for key, (one, _attributes) in _built.items():
        _built[key] = (one, copy.deepcopy(one.__dict__, dict(memo)))


def pytest_itemcollected(item):
    # Else the test would write into the transaction of the whole file.
    if "shared_db" in item.fixturenames:
        item.add_marker(pytest.mark.django_db)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    for one, attributes in list(_built.values()):
        restored = copy.deepcopy(attributes, build_memo())
        one.__dict__.clear()
        one.__dict__.update(restored)


def build_memo() -> dict[int, Any]:
    """Return what deepcopy leaves alone: the shared instances themselves."""
    return {key: one for key, (one, _attributes) in _built.items()}


def find_instances(value: Any) -> Iterator[models.Model]:
    """Yield the model instances in a value, those in its containers included."""
    if isinstance(value, models.Model):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from find_instances(one)
    elif isinstance(value, list | tuple | set):
        for one in value:
            yield from find_instances(one)
    elif isinstance(value, SimpleNamespace) or (
        is_dataclass(value) and not isinstance(value, type)
    ):
        yield from find_instances(vars(value))
