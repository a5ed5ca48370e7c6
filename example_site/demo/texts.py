"""The demonstration's texts: one JSON file a subject, each text in every language.

A text is ``{"en": …, "fr": …, "ar": …}``. A text with several paragraphs is a list
of such, each with an optional ``"tag"`` (``p``, ``h2`` or ``li``), so that a reader of
the file sees each sentence beside its translations.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


DATA = Path(__file__).resolve().parent / "data"
SOURCE = "en"
TARGETS = ("fr", "ar")

Text = Mapping[str, str] | Sequence[Mapping[str, str]]


def read(name: str) -> Any:
    """Return the content of ``data/<name>.json``."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def is_rich(text: Text) -> bool:
    """Return whether the text consists of paragraphs."""
    return not isinstance(text, Mapping)


def build_value(text: Text, code: str = SOURCE) -> str:
    """Return the text in one language, as a field holds it: plain or as HTML."""
    if isinstance(text, Mapping):
        return text[code]
    return build_html((part.get("tag", "p"), part[code]) for part in text)


def build_html(parts: Iterable[tuple[str, str]]) -> str:
    """Return (tag, inner HTML) pairs as HTML; neighbouring items make one list."""
    html, in_list = [], False
    for tag, inner in parts:
        if (tag == "li") != in_list:
            in_list = tag == "li"
            html.append("<ul>" if in_list else "</ul>")
        html.append(f"<{tag}>{inner}</{tag}>")
    if in_list:
        html.append("</ul>")
    return "".join(html)


def build_strings(text: Text, code: str) -> list[str]:
    """Return the text in one language as wagtail-localize takes it apart."""
    if isinstance(text, Mapping):
        return [text[code]]
    return [part[code] for part in text]
