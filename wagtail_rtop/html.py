"""The one door for HTML from outside: imports, translations, API writes.

Size cap, allow-list (nh3), then Draftail's own ContentState. What comes out
holds nothing that runs, and opens in the editor.
"""

import functools
import html
import json
import re

import nh3
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from wagtail_rtop.errors import WagtailRtopError


# Characters; a body of an ordinary letter has about 5,000.
MAX_LENGTH = 2_000_000
# Deeper nesting is flattened to text: parsers downstream recurse.
MAX_DEPTH = 100

FEATURES = (
    "h2",
    "h3",
    "h4",
    "bold",
    "italic",
    "ol",
    "ul",
    "hr",
    "link",
    "document-link",
    "image",
    "embed",
    "sic",
)

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li"),
    *("b", "strong", "i", "em", "abbr", "a", "embed"),
}
ATTRIBUTES = {
    "a": {"href", "linktype", "id"},
    "embed": {"embedtype", "id", "alt", "format", "url"},
}
URL_SCHEMES = {"http", "https", "mailto", "tel"}

# Not allowed in XML, hence not in feeds either.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|div|tr|blockquote)>|<br\s*/?>|\n\s*\n", re.I)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(/?)>")
_VOID = {"br", "hr", "img", "embed", "input", "meta", "link", "wbr", "col", "source"}


def strip_control_characters(text: str) -> str:
    """Return ``text`` without the control characters that XML forbids."""
    return _CONTROL.sub("", text)


def clean_html(source: str) -> str:
    """Return rich text, in Wagtail's database format, that is safe to store.

    Args:
        source: HTML from anywhere, at most ``MAX_LENGTH`` characters.

    Raises:
        WagtailRtopError: if ``source`` is longer than that.
    """
    if len(source) > MAX_LENGTH:
        raise WagtailRtopError(
            f"The text has {len(source)} characters, at most {MAX_LENGTH} are "
            "accepted. Split it into several pages or attach it as a document."
        )
    source = strip_control_characters(source)
    if _get_depth(source) > MAX_DEPTH:
        return build_paragraphs(source)
    allowed = nh3.clean(
        source,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )
    try:
        return _round_trip(allowed)
    except Exception:  # noqa: BLE001  # Draftail's converter raises TypeError, AssertionError and others on misnested HTML; the text must survive
        return build_paragraphs(allowed)


def build_paragraphs(source: str) -> str:
    """Return the text of ``source`` as plain paragraphs, markup dropped."""
    pieces = [
        html.unescape(nh3.clean(piece, tags=set())).strip()
        for piece in _BLOCK_END.split(source)
    ]
    return "".join(
        f"<p>{html.escape(piece, quote=False)}</p>" for piece in pieces if piece
    )


@functools.cache
def _get_converter() -> ContentstateConverter:
    return ContentstateConverter(features=FEATURES)


def _round_trip(source: str) -> str:
    converter = _get_converter()
    state = json.loads(converter.from_database_format(source))
    return converter.to_database_format(json.dumps(state))


def _get_depth(source: str) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(source):
        if match[3] or match[2].lower() in _VOID:
            continue
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest
