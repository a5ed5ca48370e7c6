"""Chromium on a site of three languages. ``pytest -m browser``; else not collected.

``CHROMIUM`` names the executable. Without a browser the tests fail: a run that
asked for them must not pass by leaving them out.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.world import build_world


PICTURES = Path(__file__).resolve().parents[2] / "build" / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


def pytest_collection_modifyitems(config, items):
    # They share one site in one database, which no other test may meet.
    if "browser" in (config.option.markexpr or ""):
        return
    chosen = [item for item in items if not item.get_closest_marker("browser")]
    if len(chosen) < len(items):
        items[:] = chosen


@pytest.fixture(scope="session")
def site_url(django_db_setup, django_db_blocker) -> Iterator[str]:
    """Serve the site of world.py; the address without a slash at its end.

    ``RTOP_SITE_URL`` names one that is served already.
    """
    if running := os.environ.get("RTOP_SITE_URL"):
        yield running
        return
    from django.db import connections
    from pytest_django.live_server_helper import LiveServer

    default = connections.settings["default"]
    if default["ENGINE"].endswith("sqlite3"):
        # Several threads write: one that reads first and then writes is refused at
        # once while another one writes, unless it says so from the start.
        default["OPTIONS"] |= {"transaction_mode": "IMMEDIATE", "timeout": 20}
    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        server._live_server_modified_settings.enable()
        try:
            build_world("127.0.0.1", server.thread.port)
            yield server.url
        finally:
            server._live_server_modified_settings.disable()
            server.stop()


def find_chromium() -> str:
    named = os.environ.get("CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "No Chromium found. Install one, or name it in CHROMIUM."
    return found


@pytest.fixture(scope="session")
def browser(site_url):
    # The site is built before: Playwright's loop forbids queries in this thread.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(), args=FLAGS
        )
        yield chromium
        chromium.close()
