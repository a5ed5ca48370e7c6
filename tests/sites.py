"""Runs the suite of another site in a process of its own.

Settings are read once a process, so a site with another base page, other apps or
no internationalisation cannot share one with the rest of the suite.
"""

import os
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
# Migrations of a test site's own apps are generated, as a site's developer does;
# apart for each process, as two may generate those of one site at once.
GENERATED = ROOT / "build" / "sites" / str(os.getpid())


def run(settings: str, *arguments: str, check: bool = True, **environment: str) -> str:
    """Run ``python …`` with these settings; return what it printed.

    The site has SQLite unless ``environment`` names a DATABASE_URL: the suite's own
    database is another site's.

    Raises:
        AssertionError: with the output, if it fails and ``check`` is set.
    """
    result = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        env={
            **{
                k: v
                for k, v in os.environ.items()
                if not k.startswith("PYTEST_") and k != "DATABASE_URL"
            },
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(GENERATED)]),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    output = result.stdout + result.stderr
    assert not check or result.returncode == 0, output[-8000:]
    return output


def manage(
    settings: str, *arguments: str, check: bool = True, **environment: str
) -> str:
    return run(settings, "-m", "django", *arguments, check=check, **environment)


def generate_migrations(settings: str, labels: dict[str, str]) -> None:
    """Write the first migrations of these apps: label → module below GENERATED."""
    for module in labels.values():
        folder = GENERATED / module
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
        for path in folder.glob("0*.py"):
            path.unlink()
    manage(settings, "makemigrations", "--no-header", *labels)


def run_suite(settings: str, path: str) -> None:
    """Run the tests in ``path``; their failures are this test's message."""
    output = run(
        settings,
        *("-m", "pytest", "-q", "-p", "no:cacheprovider"),
        # What its caller measures is not its own coverage.
        *("-p", "no:xdist", "--no-cov", f"--ds={settings}", path),
    )
    assert " passed" in output, output
