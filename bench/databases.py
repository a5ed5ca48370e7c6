"""The databases that the bench measures on, kept from one run to the next."""

import contextlib
import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection


ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench"
# A server may serve several checkouts: none drops the databases of another.
CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
PREFIX = f"rtop_bench_{CHECKOUT}"


def get_key() -> str:
    """Return what the content depends on: versions, migrations, the builder."""
    from tests.conftest import get_template_key

    digest = hashlib.sha256(get_template_key().encode())
    builder = ROOT / "bench" / "data.py"
    if builder.exists():
        digest.update(builder.read_bytes())
    return digest.hexdigest()[:8]


class Database:
    """The default connection, pointed at one named database after another."""

    def __init__(self) -> None:
        self.vendor = connection.vendor
        self.key = get_key()
        FOLDER.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Let one run at a time use the databases of this vendor."""
        with (FOLDER / f"{self.vendor}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def use(self, name: str, fill: Callable[[], None]) -> None:
        """Point the default connection at database ``name``, migrated and filled.

        What is committed there stays for the next run, until a migration, a
        version or bench/data.py changes. A run that is killed while it fills
        leaves nothing under this name.

        Args:
            name: one for each content.
            fill: called if there is none of the name yet, with the connection
                pointed at an empty one.
        """
        if not self._exists(name):
            self._ensure_base()
            self._build(name, lambda new: self._copy("base", new), fill)
        self._point_to(name)

    def _ensure_base(self) -> None:
        if self._exists("base"):
            return
        self._drop_stale()
        self._build("base", self._create, lambda: call_command("migrate", verbosity=0))

    def _build(
        self, name: str, create: Callable[[str], None], fill: Callable[[], None]
    ) -> None:
        """Build under another name; the right one is given to what is whole."""
        new = f"{name}_new"
        connection.close()
        self._drop(self._get_name(new))
        create(new)
        self._point_to(new)
        fill()
        connection.close()
        self._rename(new, name)

    def _point_to(self, name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = self._get_name(name)
        _clear_caches()

    def _get_name(self, name: str) -> str:
        if self.vendor == "sqlite":
            return str(FOLDER / f"{PREFIX}_{self.key}_{name}.sqlite3")
        return f"{PREFIX}_{self.key}_{name}"

    def _exists(self, name: str) -> bool:
        if self.vendor == "sqlite":
            return Path(self._get_name(name)).exists()
        return self._get_name(name) in self._list()

    def _create(self, name: str) -> None:
        if self.vendor != "sqlite":
            self._execute(f'CREATE DATABASE "{self._get_name(name)}"')

    def _copy(self, source: str, target: str) -> None:
        connection.close()
        source, target = self._get_name(source), self._get_name(target)
        if self.vendor == "sqlite":
            shutil.copyfile(source, target)
        else:
            self._execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _rename(self, old: str, new: str) -> None:
        old, new = self._get_name(old), self._get_name(new)
        if self.vendor == "sqlite":
            Path(old).replace(new)
        else:
            self._execute(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def _drop_stale(self) -> None:
        """Drop the databases of earlier versions and migrations."""
        if self.vendor == "sqlite":
            stale = [str(path) for path in FOLDER.glob("rtop_bench_*.sqlite3*")]
        else:
            stale = [name for name in self._list() if name.startswith(f"{PREFIX}_")]
        for name in stale:
            if f"{PREFIX}_{self.key}_" not in name:
                self._drop(name)

    def _drop(self, name: str) -> None:
        if self.vendor == "sqlite":
            # The journal is there if a process was killed.
            for path in (name, f"{name}-journal"):
                Path(path).unlink(missing_ok=True)
        else:
            self._execute(f'DROP DATABASE IF EXISTS "{name}"')

    def _list(self) -> list[str]:
        with _connect_to_server() as server:
            rows = server.execute("SELECT datname FROM pg_database")
            return [name for (name,) in rows]

    def _execute(self, statement: str) -> None:
        with _connect_to_server() as server:
            server.execute(statement)


def _connect_to_server():
    # Needed on PostgreSQL alone, and brought by the "dev" extra.
    import psycopg

    options = connection.settings_dict
    return psycopg.connect(
        host=options["HOST"] or None,
        port=options["PORT"] or None,
        user=options["USER"] or None,
        password=options["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )


def _clear_caches() -> None:
    """Forget what processes keep about a database: ids differ in the next one."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Site

    cache.clear()
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
