"""The demonstration, loaded once a run, and a copy of it to speak with."""

import atexit
import base64
import functools
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html5lib


ROOT = Path(__file__).resolve().parent.parent.parent
LOCK_SECONDS = 900


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @functools.cached_property
    def tree(self) -> Any:
        return html5lib.parse(self.body, namespaceHTMLElements=False)


class Demo:
    """A running example site with its own copy of the database."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.demo.driver"],
            cwd=ROOT,
            env=build_environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _send(self, order: dict[str, Any]) -> dict[str, Any]:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "The example site's process has ended; see its messages above."
        return json.loads(line)

    def request(self, method: str, path: str, user: str = "", **more: Any) -> Answer:
        found = self._send({"method": method, "path": path, "user": user, **more})
        body = base64.b64decode(found["body"])
        return Answer(found["status"], found["headers"], body)

    def get(self, path: str, user: str = "", **more: Any) -> Answer:
        return self.request("GET", path, user, **more)

    def post(self, path: str, data: Any, user: str = "", **more: Any) -> Answer:
        return self.request("POST", path, user, data=data, **more)

    def command(self, *words: str) -> tuple[str, str]:
        """Return what a management command printed, and its error or ""."""
        found = self._send({"command": list(words)})
        return found["output"], found["error"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def build_environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of the example site with its data in ``folder``.

    Always SQLite: the suite's own DATABASE_URL names a database of another site.
    """
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "DEBUG"}}
    kept.pop("DEMO_PASSWORD", None)
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "example_site.settings",
        "DATA_DIR": str(folder),
        "BASE_URL": "http://127.0.0.1:8000",
        "PYTHONWARNINGS": "error::DeprecationWarning,error::RuntimeWarning",
        **more,
    }


def manage(folder: Path, *words: str, **environment: str) -> Any:
    return subprocess.run(
        [sys.executable, "example_site/manage.py", *words],
        cwd=ROOT,
        env=build_environment(folder, **environment),
        capture_output=True,
        text=True,
        timeout=LOCK_SECONDS,
    )


@functools.cache
def get_demo() -> Demo:
    """Return the demonstration, loaded by the first worker that asks for it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"pid-{os.getpid()}"
    base = ROOT / "build" / "tests" / "demo"
    loaded = base / run
    base.mkdir(parents=True, exist_ok=True)
    remove_old(base)
    try:
        loaded.mkdir()
    except FileExistsError:
        wait_for(loaded / "done")
    else:
        load(loaded)
        (loaded / "done").touch()
    own = base / f"{run}-{os.getpid()}"
    shutil.copytree(loaded, own)
    demo = Demo(own)
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        atexit.register(shutil.rmtree, loaded, ignore_errors=True)
    atexit.register(demo.close)
    return demo


def load(folder: Path) -> None:
    for words in (("migrate", "--verbosity", "0"), ("load_demo",)):
        done = manage(folder, *words)
        if done.returncode:
            (folder / "failed").write_text(done.stderr[-4000:])
            raise AssertionError(f"{words[0]} failed:\n{done.stderr[-4000:]}")


def wait_for(mark: Path) -> None:
    end = time.monotonic() + LOCK_SECONDS
    while not mark.exists():
        failed = mark.with_name("failed")
        assert not failed.exists(), failed.read_text()
        assert time.monotonic() < end, f"{mark} did not appear."
        time.sleep(0.5)


def remove_old(base: Path) -> None:
    """Remove what runs left that were interrupted."""
    for folder in base.iterdir():
        if time.time() - folder.stat().st_mtime > 7200:
            shutil.rmtree(folder, ignore_errors=True)


def select(tree: Any, name: str = "*", *, css: str = "") -> list[Any]:
    """Return the elements of this name, with this class if one is given."""
    return [
        found
        for found in tree.iter()
        if isinstance(found.tag, str)
        and name in {"*", found.tag}
        and (not css or css in (found.get("class") or "").split())
    ]


def get_text(element: Any) -> str:
    """Return the text in an element, white space folded."""
    return " ".join("".join(element.itertext()).split())
