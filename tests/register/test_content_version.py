"""The content version moves with each change, and makes no editor wait."""

import threading

import pytest
from django.db import connection, transaction

from wagtail_rtop.models import ContentVersion
from wagtail_rtop.register import sync
from wagtail_rtop.register.query import get_stamp, remember
from wagtail_rtop.register.sync import (
    VERSION_ROWS,
    bump_content_version,
    get_content_version,
)
from wagtail_rtop.visibility.gate import Gate


@pytest.mark.django_db
def test_each_change_moves_it():
    seen = [get_content_version()]
    for _ in range(3):
        bump_content_version()
        seen.append(get_content_version())
        assert get_stamp(Gate()).version == seen[-1]

    assert seen[0] == 0
    assert seen == sorted(set(seen))


@pytest.mark.django_db
def test_a_change_that_is_rolled_back_does_not_move_it():
    bump_content_version()
    before = get_content_version()
    with transaction.atomic():
        bump_content_version()
        transaction.set_rollback(True)

    assert get_content_version() == before


@pytest.mark.django_db
def test_what_was_rolled_back_is_not_remembered():
    bump_content_version()
    with transaction.atomic():
        bump_content_version()
        assert remember(Gate(), ("seen",), lambda: "undone") == "undone"
        transaction.set_rollback(True)

    bump_content_version()

    assert remember(Gate(), ("seen",), lambda: "true") == "true"


@pytest.mark.django_db
def test_its_rows_are_merged_and_the_sum_stays(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for _ in range(3 * VERSION_ROWS):
            bump_content_version()
    before = get_content_version()
    for merge in callbacks:
        merge()

    assert get_content_version() == before
    assert ContentVersion.objects.count() < VERSION_ROWS


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
@pytest.mark.django_db(transaction=True)
def test_long_transactions_do_not_wait_for_each_other(monkeypatch):
    """Two editors change something each, then something of the other's."""
    monkeypatch.setattr(sync, "VERSION_STEP", 1)
    before = get_content_version()
    both_wrote = threading.Barrier(2, timeout=10)
    failures = []

    def edit():
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '5s'")
                for _ in range(VERSION_ROWS):
                    bump_content_version()
                # Neither gets here if one waits for the other's commit.
                both_wrote.wait()
                bump_content_version()
                own.append(get_content_version())
        except Exception as error:  # noqa: BLE001  # a thread's failure is the test's
            failures.append(error)
        finally:
            connection.close()

    own = []
    threads = [threading.Thread(target=edit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert not failures
    # Each saw its own changes, and the sum has lost none.
    assert min(own) > before + VERSION_ROWS
    assert get_content_version() == before + 2 * (VERSION_ROWS + 1)
    assert ContentVersion.objects.count() < 2 * VERSION_ROWS
