"""The packaged translations: complete, well formed, compiled from what is reviewed."""

import io
import re
import string
import sys

import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext, ngettext

from tests.demo.site import ROOT


sys.path.insert(0, str(ROOT / "scripts"))
import build_catalogues as build  # a script, not a package


CODES = sorted(build.LOCALES)
NAMED = re.compile(r"%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def files():
    return build.build_files()


@pytest.fixture(
    scope="module",
    params=[(package, code) for package in build.PACKAGES for code in CODES],
    ids=lambda param: f"{param[0].name}-{param[1]}",
)
def catalogue(request):
    package, code = request.param
    path = build.get_path(code, package)
    return path, read_po(io.BytesIO(path.read_bytes()), locale=code)


def get_messages(catalogue):
    return [message for message in catalogue if message.id]


def get_texts(value):
    return (value,) if isinstance(value, str) else value


def test_files_match_the_code(files):
    stale = [str(p) for p, data in files.items() if p.read_bytes() != data]
    assert stale == [], "Run python scripts/build_catalogues.py."
    assert len(files) == 2 * len(CODES) * len(build.PACKAGES)


def test_every_string_is_found(files):
    po = files[build.get_path("fr")].decode()
    for text in (
        "Browse documents by region",  # a template
        "Embargoes this week",  # an argument of a template's tag
        "This page shows an excerpt of the letter.",
        "date of the letter",  # a model
        "same letter to each recipient",  # an enum
    ):
        assert f'msgid "{text}"' in po


def test_nothing_is_missing(catalogue):
    path, found = catalogue
    messages = get_messages(found)
    assert len(messages) > (400 if build.PACKAGE in path.parents else 10)
    missing = [m.id for m in messages if not all(get_texts(m.string))]
    assert missing == [], f"Translate these in {path}."
    assert not [m.id for m in messages if m.fuzzy]


def test_placeholders_are_kept(catalogue):
    _path, found = catalogue
    for message in get_messages(found):
        wanted = get_placeholders(get_texts(message.id)[-1])
        *few, last = get_texts(message.string)
        assert get_placeholders(last) == wanted, (message.id, last)
        # "One document" needs no number; none may ask for what nobody gives.
        for text in few:
            assert all(
                set(found) <= set(given)
                for found, given in zip(get_placeholders(text), wanted, strict=True)
            ), (message.id, text)


def get_placeholders(text):
    fields = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    # Tags too: a translation may neither drop nor add one.
    return set(NAMED.findall(text)), fields, sorted(TAG.findall(text))


@pytest.mark.parametrize(("code", "forms"), [("fr", 2), ("ar", 6), ("es", 2)])
def test_plural_forms(code, forms):
    data = build.get_path(code).read_bytes()
    found = read_po(io.BytesIO(data), locale=code)
    assert found.num_plurals == forms
    plurals = [m for m in get_messages(found) if not isinstance(m.id, str)]
    assert len(plurals) > 5
    assert {len(m.string) for m in plurals} == {forms}


def test_header_asks_for_a_native_reader(catalogue):
    path, _found = catalogue
    head = path.read_text("utf-8").split("msgid", 1)[0]
    assert "Not yet reviewed by a native reader" in head


@pytest.mark.parametrize(
    ("code", "count", "expected"),
    [
        ("fr", 0, "0 réponse de cette organisation"),
        ("fr", 2, "2 réponses de cette organisation"),
        ("es", 1, "1 respuesta de esta organización"),
        ("es", 0, "0 respuestas de esta organización"),
        ("ar", 1, "رد واحد (1) من هذه المنظمة"),
        ("ar", 2, "ردان (2) من هذه المنظمة"),
        ("ar", 3, "3 ردود من هذه المنظمة"),
        ("ar", 14, "14 ردا من هذه المنظمة"),
        ("ar", 100, "100 رد من هذه المنظمة"),
        ("ar", 103, "103 ردود من هذه المنظمة"),
    ],
)
def test_django_picks_the_right_form(code, count, expected):
    with translation.override(code):
        text = ngettext(
            "%(number)s response from this organisation",
            "%(number)s responses from this organisation",
            count,
        )
        assert text % {"number": count} == expected


def test_django_reads_the_compiled_files():
    with translation.override("ar"):
        assert gettext("Browse documents by region") == "تصفح الوثائق بحسب المنطقة"
    with translation.override("fr"):
        assert gettext("Browse documents by region") == (
            "Parcourir les documents par région"
        )
