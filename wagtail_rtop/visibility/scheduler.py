"""One runner at a time, and the heartbeat that tells whether there is any.

The lock saves work; it is not what keeps a release from being published twice.
That is each group's own row lock.
"""

import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core import checks
from django.db import connections, router
from django.db.models import Q
from django.utils import timezone

from wagtail_rtop.visibility.models import Embargo, SchedulerRun


# A runner that died gives way after this; one at work prolongs it at each group.
LEASE = timedelta(minutes=5)
# Two ticks missed, and some more: cron once a minute is what the docs ask for.
STALE = timedelta(minutes=5)
LOCK_NAME = "wagtail_rtop.publish_due"
# Row of SchedulerRun whose heartbeat the check looks at.
PUBLISHING = 1
# Each further job that runs one at a time: name of its lock, its row.
REMINDING = ("wagtail_rtop.remind", 2)


class Runner:
    """One run's hold on the lock."""

    def __init__(self, row: int = PUBLISHING) -> None:
        self.token = uuid.uuid4().hex
        self.row = row

    def acquire(self) -> bool:
        """Take the lease if nobody holds it; return whether it was taken."""
        SchedulerRun.objects.get_or_create(pk=self.row)
        now = timezone.now()
        free = Q(runner="") | Q(runner_until=None) | Q(runner_until__lte=now)
        taken = SchedulerRun.objects.filter(free, pk=self.row).update(
            runner=self.token, runner_until=now + LEASE
        )
        return bool(taken)

    def prolong(self) -> None:
        SchedulerRun.objects.filter(pk=self.row, runner=self.token).update(
            runner_until=timezone.now() + LEASE
        )

    def release(self) -> None:
        SchedulerRun.objects.filter(pk=self.row, runner=self.token).update(
            runner="", runner_until=None
        )


@contextmanager
def hold_lock(name: str = LOCK_NAME, row: int = PUBLISHING) -> Iterator[Runner | None]:
    """Yield the runner, or None if another one is at work.

    Args:
        name: of the server's lock.
        row: of SchedulerRun, where the lock is a lease.

    On PostgreSQL and MySQL the lock is the server's own and ends with the
    connection, so that a killed runner delays nothing. Elsewhere it is a lease.
    """
    connection = connections[router.db_for_write(SchedulerRun)]
    runner = Runner(row)
    if connection.vendor in ("postgresql", "mysql"):
        if not _take_server_lock(connection, name):
            yield None
            return
        try:
            yield runner
        finally:
            _leave_server_lock(connection, name)
        return
    if not runner.acquire():
        yield None
        return
    try:
        yield runner
    finally:
        runner.release()


def record_run(failures: int) -> datetime | None:
    """Store the heartbeat; return when the run before this one ended."""
    row = SchedulerRun.objects.get_or_create(pk=1)[0]
    SchedulerRun.objects.filter(pk=1).update(
        finished_at=timezone.now(), failures=failures
    )
    return row.finished_at


def connect() -> None:
    """Register the check on the heartbeat; called once, when the apps are ready."""
    checks.register(check_heartbeat, checks.Tags.database)


def check_heartbeat(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """W030: something waits for a lift and nothing has looked for five minutes."""
    alias = router.db_for_read(SchedulerRun)
    if alias not in (databases or ()):
        return []
    # Ahead of the first migration there is nothing to look at.
    tables = connections[alias].introspection.table_names()
    if not {SchedulerRun._meta.db_table, Embargo._meta.db_table} <= set(tables):
        return []
    beat = get_silence()
    if beat is None:
        return []
    when = "never" if isinstance(beat, str) else beat.isoformat(timespec="seconds")
    return [
        checks.Warning(
            f"rtop_publish_due has not run for five minutes (last run: {when}).",
            hint="Run `manage.py rtop_publish_due` every minute, by cron or a timer: "
            "without it no embargo is lifted and no scheduled page appears.",
            id="wagtail_rtop.W030",
        )
    ]


def get_silence() -> datetime | str | None:
    """Return when the scheduler ran last, if that is too long ago; "" for never.

    None while it runs, or while nothing has ever waited for it.
    """
    last = SchedulerRun.objects.filter(pk=1).values_list("finished_at", flat=True)
    beat = last.first()
    if beat is None:
        waits = Embargo.objects.filter(released_at=None).exists()
        return "" if waits else None
    return beat if beat <= timezone.now() - STALE else None


def _take_server_lock(connection: Any, name: str) -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Advisory locks are numbers, and each database has its own.
            key = zlib.crc32(name.encode())
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        else:
            cursor.execute(
                "SELECT GET_LOCK(%s, 0)", [_get_mysql_name(connection, name)]
            )
        return bool(cursor.fetchone()[0])


def _leave_server_lock(connection: Any, name: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            key = zlib.crc32(name.encode())
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        else:
            cursor.execute(
                "SELECT RELEASE_LOCK(%s)", [_get_mysql_name(connection, name)]
            )


def _get_mysql_name(connection: Any, name: str) -> str:
    # MySQL's locks belong to the server, and their names end at 64 characters.
    database = connection.settings_dict["NAME"]
    return f"{name}.{zlib.crc32(database.encode())}"
