"""The documentation says what the code does."""

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.utils.module_loading import import_string

import wagtail_rtop.models
from wagtail_rtop import checks, conf


ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
CHECK_ID = re.compile(r"wagtail_rtop\.([EW]\d{3})")


def read_rows(path):
    """Return the rows of a file's first table, without heading: list of cells."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| ---"))
    rows = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def get_our_commands():
    return sorted(
        name for name, app in get_commands().items() if app.startswith("wagtail_rtop")
    )


def test_settings_table_is_the_defaults():
    rows = read_rows(REFERENCE / "settings.md")
    listed = {row[0].strip("`"): ast.literal_eval(row[1].strip("`")) for row in rows}

    assert listed == conf.DEFAULTS


def test_every_check_is_listed():
    used = set()
    for path in (ROOT / "wagtail_rtop").rglob("*.py"):
        if path.name != "checks.py":
            used.update(CHECK_ID.findall(path.read_text(encoding="utf-8")))
    source = (ROOT / "wagtail_rtop" / "checks.py").read_text(encoding="utf-8")
    used.update(CHECK_ID.findall(source))
    rows = read_rows(REFERENCE / "checks.md")
    listed = [CHECK_ID.search(row[0])[1] for row in rows]

    assert sorted(used) == sorted(listed)
    assert set(re.findall(r"\b[EW]\d{3}\b", checks.__doc__)) == used


def test_every_command_is_listed():
    listed = [row[0].strip("`") for row in read_rows(REFERENCE / "commands.md")]

    assert listed == get_our_commands()


@pytest.mark.parametrize("name", get_our_commands())
def test_help_of_each_command(name):
    command = load_command_class(get_commands()[name], name)
    out = StringIO()
    command.create_parser("manage.py", name).print_help(out)

    assert command.help
    # argparse breaks lines at spaces and hyphens.
    assert "".join(str(command.help).split()) in "".join(out.getvalue().split())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        assert (page.parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_blocks_are_python(page):
    for block in read_blocks(page):
        ast.parse(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_in_python_blocks_exist(page):
    for block in read_blocks(page):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and is_ours(node.module):
                for name in node.names:
                    import_string(f"{node.module}.{name.name}")


def is_ours(module):
    return bool(module) and module.split(".")[0] == "wagtail_rtop"


def read_blocks(page):
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_every_page_is_in_the_contents():
    contents = (DOCS / "README.md").read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).as_posix()
        assert name == "README.md" or f"({name})" in contents, name


def test_own_page_types_table_is_what_the_checks_ask_for():
    listed = {}
    for cell, children, panels in read_rows(DOCS / "how-to" / "own-page-types.md"):
        for name in re.findall(r"`(\w+)`", cell):
            mixin = import_string(f"wagtail_rtop.models.{name}")
            listed[name] = tuple(re.findall(r"`(\w+)`", children))
            for attribute in re.findall(r"`(\w+)`", panels):
                assert hasattr(mixin, attribute), f"{name}.{attribute}"

    for name, children in listed.items():
        mixin = import_string(f"wagtail_rtop.models.{name}")
        assert getattr(mixin, "required_children", ()) == children, name
    mixins = {
        name for name in wagtail_rtop.models.__all__ if name.endswith("Mixin")
    } - {"DocumentMixin", "GuardedPageMixin", "IndexMixin"}
    assert set(listed) == mixins
