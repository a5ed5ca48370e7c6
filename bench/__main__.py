"""``python -m bench [--only ID] [--database sqlite|postgresql]``.

Each item runs in a process of its own on each database, so that one that fails
or leaves something in a cache leaves the others alone.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "bench.json"
COLUMNS = ["id", "database", "ours", "theirs", "unit", "ratio", "bound", "holds"]


def main() -> int:
    options = parse_arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    urls = get_database_urls()
    if options.worker:
        return run_worker(options)
    items = load()
    if options.only and options.only not in items:
        known = ", ".join(sorted(items))
        sys.exit(f"No bench item has the id '{options.only}'. Known ids: {known}.")
    wanted = [
        (item.id, vendor)
        for item in items.values()
        for vendor in item.databases
        if vendor in urls
        and options.only in ("", item.id)
        and options.database in ("", vendor)
    ]
    found = {pair: run_item(*pair, urls[pair[1]]) for pair in wanted}
    rows = [row for result in found.values() for row in result]
    write_output(rows, replace=not (options.only or options.database))
    print_table(rows)
    failed = [pair for pair, result in found.items() if not result]
    for id, vendor in failed:
        print(f"FAILED: {id} ({vendor}) ended in an error, see above.")
    if "postgresql" not in urls:
        print("PostgreSQL does not answer: measured on SQLite alone.")
    return 1 if failed or not all(row["holds"] for row in rows) else 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", default="", metavar="ID", help="run this item alone")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="")
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def get_database_urls() -> dict[str, str]:
    """Return vendor → address of the databases that can be used now."""
    # The name is replaced by one for each content, see databases.py.
    urls = {"sqlite": "sqlite:///build/bench/unnamed.sqlite3"}
    server = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/")
    try:
        # Brought by the "dev" extra, as nothing but the bench needs it here.
        import psycopg
    except ImportError:
        return urls
    try:
        psycopg.connect(f"{server}postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return urls
    return {**urls, "postgresql": f"{server}postgres"}


def load() -> dict:
    """Import Django and the items. Only now: the settings are chosen before."""
    import django

    django.setup()
    from bench.registry import load_items

    return load_items()


def run_item(id: str, vendor: str, url: str) -> list[dict]:
    """Measure in a child process. Returns no row if it ended in an error."""
    result = ROOT / "build" / "bench" / f"result-{os.getpid()}.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "bench", "--only", id, "--worker", str(result)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        check=False,
    )
    print(f"{id} ({vendor}): {time.monotonic() - start:.0f} s", file=sys.stderr)
    if not result.exists():
        return []
    rows = json.loads(result.read_text(encoding="utf-8"))
    result.unlink()
    return rows


def run_worker(options: argparse.Namespace) -> int:
    item = load()[options.only]
    from bench.databases import Database

    database = Database()
    with database.lock():
        rows = item.build_rows(database)
    Path(options.worker).write_text(json.dumps(rows), encoding="utf-8")
    return 0


def write_output(rows: list[dict], *, replace: bool) -> None:
    """Write build/bench.json; a partial run replaces its own rows only."""
    if not replace and OUTPUT.exists():
        measured = {(row["id"], row["database"]) for row in rows}
        old = json.loads(OUTPUT.read_text(encoding="utf-8"))
        kept = [row for row in old if (row["id"], row["database"]) not in measured]
        rows = [*kept, *rows]
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def print_table(rows: list[dict]) -> None:
    lines = [COLUMNS, *([format_cell(row, name) for name in COLUMNS] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


def format_cell(row: dict, name: str) -> str:
    value = row[name]
    if name == "holds":
        return "yes" if value else "NO"
    if name == "bound":
        sign = {"ratio": "×", "difference": "+", "ours": ""}[row["limit"]]
        return f"{sign}{value:g}"
    if isinstance(value, float):
        return f"{value:.2f}"
    return "–" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
