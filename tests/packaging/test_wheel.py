"""What a stranger gets from the package index, and does with it."""

import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "wagtail_rtop"

pytestmark = pytest.mark.wheel

# Publishes a letter on the foreign site and reads it as a visitor does.
READ = """
from datetime import date
from django.test import Client
from wagtail.models import Site
from wagtail_rtop.pages.models import LetterIndexPage, LetterPage
home = Site.objects.get().root_page
index = home.add_child(instance=LetterIndexPage(title="Letters", slug="letters"))
letter = index.add_child(instance=LetterPage(
    title="To whom it may concern", slug="a", document_date=date(2012, 3, 22)))
letter.save_revision().publish()
client = Client(SERVER_NAME="localhost")
for address in (letter.url, index.url):
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    assert "To whom it may concern" in response.content.decode()
print("SERVED")
"""


def run(*command, cwd, **environment):
    """Run it away from the checkout, so that only what is installed is found."""
    clean = {
        k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE",)
    }
    clean.pop("PYTHONPATH", None)
    result = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, (result.stdout + result.stderr)[-8000:]
    return result.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from the source distribution, as installers may."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def get_tracked_files():
    output = run("git", "ls-files", "wagtail_rtop", cwd=ROOT)
    return {line for line in output.splitlines() if (ROOT / line).exists()}


def test_the_whole_package_is_in(names):
    assert get_tracked_files() - names == set()


@pytest.mark.parametrize(
    "pattern",
    [
        "templates/**/*.html",
        "static/**/*.css",
        "**/data/*.json",
        "migrations/0001_initial.py",
        "pages/migrations/0001_initial.py",
        "py.typed",
    ],
)
def test_each_sort_of_file_is_in(pattern, names):
    found = {path.relative_to(ROOT).as_posix() for path in PACKAGE.glob(pattern)}

    assert found
    assert found <= names


def test_every_catalogue_is_compiled(names):
    for path in PACKAGE.rglob("*.po"):
        assert path.with_suffix(".mo").relative_to(ROOT).as_posix() in names


def test_nothing_else_is_in(names):
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "wagtail_rtop"
    }
    assert not [name for name in names if name.endswith((".pyc", ".orig", ".sqlite3"))]


def test_metadata(wheel, names):
    (name,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read(name).decode())

    assert metadata["Name"] == "wagtail-rtop"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "BSD-3-Clause"
    needed = [r for r in metadata.get_all("Requires-Dist") if "extra ==" not in r]
    # Floors, no ceilings.
    assert not [requirement for requirement in needed if "<" in requirement]
    assert any(requirement.startswith("swapper") for requirement in needed)


def test_foreign_site(wheel, tmp_path):
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
    python = venv / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    site = tmp_path / "site"
    site.mkdir()
    run(venv / "bin" / "wagtail", "start", "foreign", site, cwd=tmp_path)
    install_by_the_how_to(site)

    def manage(*words):
        return run(python, "-W", "error", "manage.py", *words, cwd=site)

    manage("migrate", "-v0")
    manage("check", "--fail-level", "WARNING")
    manage("makemigrations", "--check", "--dry-run")
    manage("rtop_load_regions")
    assert "SERVED" in manage("shell", "-c", READ)
    manage("collectstatic", "--no-input", "-v0")
    assert list((site / "static" / "wagtail_rtop").rglob("*.css"))


def install_by_the_how_to(site):
    """Do what docs/how-to/install.md says, in the site that Wagtail starts."""
    settings = site / "foreign" / "settings" / "base.py"
    text = settings.read_text(encoding="utf-8")
    text = text.replace(
        "INSTALLED_APPS = [",
        'INSTALLED_APPS = [\n    "wagtail_rtop",\n    "wagtail_rtop.pages",',
        1,
    )
    text += '\nWAGTAILDOCS_SERVE_METHOD = "serve_view"\n'
    settings.write_text(text, encoding="utf-8")
    urls = site / "foreign" / "urls.py"
    text = urls.read_text(encoding="utf-8")
    assert text.count('path("", include(wagtail_urls))') == 1
    text = text.replace(
        'path("", include(wagtail_urls))',
        'path("", include("wagtail_rtop.urls")),\n    path("", include(wagtail_urls))',
    )
    urls.write_text(text, encoding="utf-8")
