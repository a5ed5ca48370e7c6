"""The editors' guide names what is on the screen, and shows it."""

import re
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PIL import Image

from tests.demo.site import ROOT
from wagtail_rtop.desk.roles import ROLES


sys.path.insert(0, str(ROOT / "scripts"))
import build_catalogues as build  # a script, not a package


DOCS = ROOT / "docs"
GUIDE = sorted((DOCS / "guide").glob("*.md"))
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"]
TAKEN = re.compile(r"\.picture\(\s*\"([\w-]+)\"")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# What Wagtail and wagtail-localize say themselves.
THEIRS = (
    *("wagtail/admin", "wagtail", "wagtail/snippets", "wagtail/documents"),
    *("wagtail_localize", "wagtail/users"),
)


def find_pictures():
    """Return (page, alt, file) of every picture that a page names."""
    return [
        (page, alt, (page.parent / target).resolve())
        for page in PAGES
        for alt, target in PICTURE.findall(page.read_text(encoding="utf-8"))
    ]


def read_theirs():
    for name in THEIRS:
        package, _, rest = name.partition("/")
        folder = Path(find_spec(package).origin).parent / rest / "locale" / "en"
        for path in sorted((folder / "LC_MESSAGES").glob("*.po")):
            with path.open("rb") as file:
                yield from read_po(file)


@cache
def find_strings():
    """Return the strings of the screens: those as they are, and those with gaps."""
    plain, gapped = set(), []
    for message in [*build.build_template(), *read_theirs()]:
        for text in build.get_ids(message.id) if message.id else ():
            text = " ".join(text.split())
            if not PLACEHOLDER.search(text):
                plain |= {text, text[:1].upper() + text[1:]}
            elif sum(map(str.isalpha, PLACEHOLDER.sub("", text))) >= 3:
                parts = map(re.escape, PLACEHOLDER.split(text))
                gapped.append(re.compile(".+".join(parts)))
    return plain, gapped


def is_on_screen(text):
    plain, gapped = find_strings()
    return text in plain or any(pattern.fullmatch(text) for pattern in gapped)


def has_part(text):
    """Return whether a string of the screens has this text, ``…`` being anything."""
    plain, gapped = find_strings()
    found = [*plain, *(pattern.pattern.replace("\\", "") for pattern in gapped)]
    wanted = re.compile(".*".join(re.escape(part) for part in text.split("…")))
    return any(wanted.search(string) for string in found)


def read_labels(page):
    """Yield each label in bold; of a way through menus, each step."""
    for text in re.findall(r"\*\*(.+?)\*\*", page.read_text(encoding="utf-8")):
        yield from text.split(" › ")


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.stem)
def test_words_in_bold_stand_on_a_screen(page):
    roles = {role.name for role in ROLES} | {"Translator"}
    gone = [
        label
        for label in read_labels(page)
        if label not in roles | {"bold"} and not is_on_screen(label)
    ]

    assert gone == []


def test_a_label_that_is_gone_is_found():
    assert is_on_screen("Record an event for those selected")
    assert is_on_screen("Publish in French")
    assert not is_on_screen("Record the event of those selected")
    assert not is_on_screen("Published in French")


def test_refusals_are_quoted_as_they_are():
    page = DOCS / "guide" / "when-something-goes-wrong.md"
    text = page.read_text(encoding="utf-8")
    quoted = re.findall(r"^(?:## |\| )“([^”]+)”", text, re.MULTILINE)

    assert len(quoted) > 8
    assert [quote for quote in quoted if not has_part(quote)] == []


def test_pictures_are_there_and_say_what_they_show():
    for page, alt, path in find_pictures():
        assert path.is_file(), f"{page.name}: {path.name}"
        assert len(alt.split()) >= 3, f"{page.name}: {path.name} needs a text"


def test_every_picture_is_shown():
    shown = {path for _page, _alt, path in find_pictures()}
    stored = {path.resolve() for path in (DOCS / "images").rglob("*.png")}

    assert stored == shown


def test_every_picture_of_the_guide_is_taken_by_a_test():
    source = (ROOT / "tests" / "browser" / "test_guide.py").read_text(encoding="utf-8")
    stored = {path.stem for path in (DOCS / "images" / "guide").glob("*")}

    assert stored == set(TAKEN.findall(source))


def test_pictures_of_the_guide_are_small():
    for path in (DOCS / "images" / "guide").glob("*"):
        with Image.open(path) as picture:
            assert picture.width <= 1280, path.name
        assert path.stat().st_size <= 150 * 1024, path.name
