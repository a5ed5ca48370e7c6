"""What the package adds to the start of a site: imports, ready(), checks."""

import os
import subprocess
import sys
from dataclasses import replace

from bench.databases import FOLDER, ROOT, Database
from bench.measure import compare_times, get_child_seconds
from bench.registry import Result, item


@item(
    "startup",
    unit="ms of processor time",
    against="`manage.py check` of the same site without the package",
    bound=1.10,
    databases=("sqlite",),
)
def measure_startup(database: Database) -> list[Result]:
    """Measure a bare site with and without, and one with as many models of its own.

    Wagtail makes forms, views, checks and schemas of every model that a site has;
    the last result leaves out what any site with these models pays for them.
    """
    own_models = replace(
        compare("own-models", {}, BENCH_TWIN="1"),
        against="a site that declares as many plain models itself",
    )
    localize = {"BENCH_LOCALIZE": "1"}
    return [
        compare("wagtail", {}),
        compare("localize", localize, **localize),
        own_models,
    ]


def compare(label: str, site: dict[str, str], **theirs: str) -> Result:
    return compare_times(
        lambda: run_check(BENCH_RTOP="1", **site),
        lambda: run_check(**theirs),
        rounds=11,
        warmup=1,
        label=label,
        clock=get_child_seconds,
    )


def run_check(**environment: str) -> None:
    """Start a new interpreter, as a deployment does, and run the system checks.

    With bytecode for both sites: pip compiles what it installs, the package stands
    here as source, and some machines forbid Python to write bytecode beside it.
    """
    inherited = dict(os.environ)
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(
        [sys.executable, "-m", "django", "check"],
        cwd=ROOT,
        env={
            **inherited,
            "DJANGO_SETTINGS_MODULE": "bench.startup_settings",
            "PYTHONPYCACHEPREFIX": str(FOLDER / "bytecode"),
            **environment,
        },
        check=True,
        stdout=subprocess.DEVNULL,
    )
