"""Extract the package's strings and compile its translations.

    python scripts/build_catalogues.py            write locale/*/LC_MESSAGES/django.*
    python scripts/build_catalogues.py --check    write nothing; exit 1 if a file is out of date

With Babel and Django alone: no program of GNU gettext is needed. A translation that is
there is kept; a string that is gone is dropped; a new one is added without translation.
"""

import argparse
import ast
import datetime
import io
import itertools
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from wagtail_rtop import __version__


ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "wagtail_rtop"
# The example site's own pages have catalogues of their own.
PACKAGES = (PACKAGE, ROOT / "example_site" / "home")
LOCALES = {"fr": "French", "ar": "Arabic", "es": "Spanish"}
HEADER = """\
# {language} translation of wagtail-rtop.
# Not yet reviewed by a native reader: corrections are welcome.
# Distributed under the licence of wagtail-rtop (BSD-3-Clause).
#"""
# Written out, for Babel's versions differ: newer ones give French and Spanish a form
# for millions, which Django's own catalogues lack. Arabic in the order of forms that
# those and editors of PO files use: zero, one, two, few, many, other.
PLURALS = {
    "fr": (2, "(n > 1)"),
    "es": (2, "(n != 1)"),
    "ar": (
        6,
        "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5",
    ),
}
# Written by hand, so that a run without changes changes no file.
DATE = datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# The second form is that of _("…") among the arguments of a tag.
CALL = re.compile(r"\b(n?p?gettext|_)\(")
NAMED = re.compile(r"%\(\w+\)[sd]")

# One string: its place, its id (or singular and plural) and its context.
Found = tuple[str, str | tuple[str, str], str | None]


def extract_python(path: Path) -> Iterator[Found]:
    with path.open("rb") as file:
        for _line, message, _comments, context in extract(
            "python", file, keywords=KEYWORDS
        ):
            yield get_place(path), message, context


def extract_template(path: Path) -> Iterator[Found]:
    """Yield the strings of a template, found as Django's makemessages finds them."""
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for match in CALL.finditer(code):
        call = ast.parse(cut_call(code, match.start()), mode="eval").body
        texts = [
            arg.value
            for arg in getattr(call, "args", ())
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        context = texts.pop(0) if "p" in match[1] else None
        message = (texts[0], texts[1]) if match[1].startswith("n") else texts[0]
        yield get_place(path), message, context


def cut_call(code: str, start: int) -> str:
    """Return the call that begins at ``start``, up to its closing parenthesis."""
    position = code.index("(", start) + 1
    depth, quote = 1, ""
    while depth:
        sign = code[position]
        if quote:
            if sign == "\\":
                position += 1
            elif sign == quote:
                quote = ""
        elif sign in "'\"":
            quote = sign
        else:
            depth += (sign == "(") - (sign == ")")
        position += 1
    return code[start:position]


def get_place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def collect(package: Path = PACKAGE) -> Iterator[Found]:
    """Yield every string of a package, in the order of its files."""
    for path in sorted(package.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from extract_python(path)
    for path in sorted((package / "templates").rglob("*.html")):
        yield from extract_template(path)


def build_template(package: Path = PACKAGE) -> Catalog:
    catalog = Catalog(charset="utf-8", creation_date=DATE)
    for place, message, context in collect(package):
        catalog.add(message, locations=[(place, None)], context=context)
    for message in catalog:
        if any(NAMED.search(text) for text in get_ids(message.id)):
            message.flags.add("python-format")
    return catalog


def get_ids(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value


def build_catalogue(code: str, template: Catalog, package: Path = PACKAGE) -> Catalog:
    """Return the catalogue of a language: the template with what is translated."""
    path = get_path(code, package)
    old = (
        read_po(io.BytesIO(path.read_bytes()), locale=code)
        if path.exists()
        else Catalog(locale=code)
    )
    catalog = Catalog(
        locale=code,
        project="wagtail-rtop",
        version=__version__,
        copyright_holder="the contributors",
        header_comment=HEADER.format(language=LOCALES[code]),
        charset="utf-8",
        creation_date=DATE,
        revision_date=DATE,
        last_translator="wagtail-rtop",
        language_team=LOCALES[code],
        fuzzy=False,
    )
    if code in PLURALS:
        catalog._num_plurals, catalog._plural_expr = PLURALS[code]
    for message in template:
        if not message.id:
            continue
        known = old.get(message.id, context=message.context)
        catalog.add(
            message.id,
            string=known.string if known else "",
            locations=message.locations,
            flags=message.flags,
            user_comments=known.user_comments if known else (),
            context=message.context,
        )
    return catalog


def get_path(code: str, package: Path = PACKAGE) -> Path:
    return package / "locale" / code / "LC_MESSAGES" / "django.po"


def render_po(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    # Without line numbers: they would change with every line of code.
    write_po(buffer, catalog, width=88, include_lineno=False, sort_output=True)
    text = buffer.getvalue().decode("utf-8")
    lines = text.splitlines()
    # Babel names itself and its version, so a newer one would change the file; and
    # an address that nobody reads.
    idle = ('"Generated-By:', '"Report-Msgid-Bugs-To:')
    kept = [line for line in lines if not line.startswith(idle)]
    return ("\n".join(kept) + "\n").encode()


class PlainCatalog(Catalog):
    """A catalogue without Babel's name and version, as in ``render_po``."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        headers = super().mime_headers
        return [pair for pair in headers if pair[0] != "Generated-By"]


def render_mo(po: bytes, code: str) -> bytes:
    buffer = io.BytesIO()
    catalog = read_po(io.BytesIO(po), locale=code)
    # read_po() offers no other class.
    catalog.__class__ = PlainCatalog
    write_mo(buffer, catalog)
    return buffer.getvalue()


def build_files() -> dict[Path, bytes]:
    files = {}
    for package in PACKAGES:
        template = build_template(package)
        for code in LOCALES:
            path = get_path(code, package)
            po = render_po(build_catalogue(code, template, package))
            files[path] = po
            files[path.with_suffix(".mo")] = render_mo(po, code)
    return files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    stale = []
    for path, content in build_files().items():
        if path.exists() and path.read_bytes() == content:
            continue
        stale.append(path.relative_to(ROOT).as_posix())
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for name in stale:
        print(f"{'out of date' if check else 'written'}: {name}")
    for package, code in itertools.product(PACKAGES, LOCALES):
        path = get_path(code, package)
        catalog = read_po(io.BytesIO(path.read_bytes()), locale=code)
        missing = [m for m in catalog if m.id and not all(get_ids(m.string))]
        name = f"{package.name}, {code}"
        print(f"{name}: {len(catalog)} strings, {len(missing)} not translated")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
