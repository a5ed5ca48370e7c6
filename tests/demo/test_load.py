"""``load_demo``: what it refuses, and what a second run changes."""

import json

import pytest

from example_site.demo.pdf import build_pdf
from example_site.demo.texts import DATA, build_html
from tests.demo.site import ROOT, get_demo, manage


LANGUAGES = {"en", "fr", "ar"}


@pytest.fixture(scope="module")
def demo():
    return get_demo()


def test_refused_without_debug(tmp_path):
    done = manage(tmp_path, "load_demo", DEBUG="0", SECRET_KEY="x" * 50)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "CommandError: load_demo makes accounts with a known password, so it refuses "
        "to run with DEBUG off. Set DEBUG=1 on a machine that nobody else reaches."
    )
    assert not (tmp_path / "db.sqlite3").exists() or not (
        tmp_path / "db.sqlite3"
    ).read_bytes().count(b"translator-fr")


def test_no_secret_key_without_debug(tmp_path):
    done = manage(tmp_path, "check", DEBUG="0", SECRET_KEY="")
    assert done.returncode == 1
    assert "SECRET_KEY is not set." in done.stderr


def test_second_run_changes_nothing(demo):
    before, _ = demo.command("dumpdata", "--exclude", "sessions")
    output, error = demo.command("load_demo")
    assert error == ""
    assert "7/7 Press releases" in output
    after, _ = demo.command("dumpdata", "--exclude", "sessions")
    changed = compare(json.loads(before), json.loads(after))
    assert changed == []


def compare(before: list, after: list) -> list:
    """Return what differs, times of signing in apart."""

    def index(rows):
        for row in rows:
            row["fields"].pop("last_login", None)
        return {(r["model"], str(r["pk"])): r["fields"] for r in rows}

    old, new = index(before), index(after)
    return sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))


def test_compare_sees_a_difference():
    rows = [{"model": "x", "pk": 1, "fields": {"a": 1}}]
    other = [{"model": "x", "pk": 1, "fields": {"a": 2}}]
    assert compare(rows, other) == [("x", "1")]


def test_each_text_is_there_in_each_language():
    """Nothing of the demonstration is forgotten, empty or left in English."""
    seen = 0
    for path in sorted(DATA.glob("*.json")):
        for text in find_texts(json.loads(path.read_text("utf-8"))):
            seen += 1
            assert set(text) - {"tag"} == LANGUAGES, text
            assert all(value.strip() for value in text.values()), text
            letters = [c for c in text["ar"] if c.isalpha()]
            arabic = [c for c in letters if "\u0600" <= c <= "\u06ff"]
            # Names and addresses in Latin script may stand among Arabic.
            assert len(arabic) > len(letters) * 0.2, text
            if len(text["en"]) > 40:
                assert text["fr"] != text["en"], text
    assert seen > 100


def find_texts(value):
    if isinstance(value, dict) and {"en", "fr", "ar"} & set(value):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from find_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from find_texts(inner)


def test_html_of_lists():
    html = build_html([("p", "a"), ("li", "b"), ("li", "c"), ("p", "d"), ("li", "e")])
    assert html == "<p>a</p><ul><li>b</li><li>c</li></ul><p>d</p><ul><li>e</li></ul>"


def test_pdf_is_whole():
    """Offsets of the cross-reference table lead to the objects; text is escaped."""
    data = build_pdf("Œuvre (1)", ["é \\ ’"] * 80, "fr")
    start = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    table = data[start:].split(b"trailer")[0].splitlines()
    assert table[0] == b"xref"
    offsets = [int(line.split()[0]) for line in table[3:]]
    for number, offset in enumerate(offsets, 1):
        assert data[offset:].startswith(f"{number} 0 obj".encode())
    assert data.count(b"/Type /Page ") == 4
    assert "Œuvre \\(1\\)".encode("cp1252") in data
    for length in [int(part.split(b" ")[0]) for part in data.split(b"/Length ")[1:]]:
        assert length > 0


def test_make_targets_are_there():
    text = (ROOT / "Makefile").read_text()
    assert "\ndemo: demo-data\n" in text
    assert "\ndemo-data: $(STAMP)\n" in text
