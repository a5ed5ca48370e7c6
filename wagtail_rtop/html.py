"""The one door for HTML from outside: imports, translations, API writes.

Size cap, rewriting as blocks (``markup``), allow-list (nh3), then Draftail's own
ContentState. What comes out holds nothing that runs, and opens in the editor.
"""

from typing import Any

import nh3
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.admin.rich_text.converters.contentstate_models import Entity
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    AtomicBlockEntityElementHandler,
    HtmlToContentStateHandler,
    LinkElementHandler,
)

from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.markup import URL_SCHEMES, rewrite, strip_control_characters


__all__ = ["MAX_LENGTH", "build_paragraphs", "clean_html", "strip_control_characters"]

# Characters; a body of an ordinary letter has about 5,000.
MAX_LENGTH = 2_000_000
# Each turn settles white space that the turn before has moved.
MAX_TURNS = 4

FEATURES = ("h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "sic")
# Their own rules would ask the database, and other people's servers, for each.
REFERENCE_FEATURES = ("link", "document-link", "image", "embed")

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li"),
    *("b", "i", "abbr", "a", "embed"),
}
VOID_TAGS = {"br", "hr", "embed"}
ATTRIBUTES = {
    "a": {"href", "linktype", "id"},
    "embed": {"embedtype", "id", "alt", "format", "url"},
    **{name: {"data-block-key"} for name in ("p", "h2", "h3", "h4", "li")},
}


def clean_html(source: str) -> str:
    """Return rich text, in Wagtail's database format, that is safe to store.

    The same text gives the same result, and the result gives itself. Without
    any text it is "". Asks neither the database nor the network: a link may be
    to a page that does not exist.

    Args:
        source: HTML from anywhere, at most ``MAX_LENGTH`` characters.

    Raises:
        WagtailRtopError: if ``source`` is longer than that, comes out longer, or
            has more blocks than the editor can hold.
    """
    _check_length(source)
    cleaned = _settle(source)
    _check_length(cleaned)
    return cleaned


def build_paragraphs(source: str) -> str:
    """Return the text of ``source`` as plain paragraphs, markup dropped."""
    return rewrite(source, plain=True)


def _check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise WagtailRtopError(
            f"The text has {len(text)} characters, at most {MAX_LENGTH} are "
            "accepted. Split it into several pages or attach it as a document."
        )


def _settle(source: str) -> str:
    """Return the first result that another turn leaves as it is."""
    before = source
    for _turn in range(MAX_TURNS):
        rewritten = rewrite(before)
        try:
            after = _round_trip(rewritten) if rewritten else ""
        except Exception:  # noqa: BLE001  # Draftail's converter raises TypeError, AssertionError and others; the text must survive
            break
        if after == before:
            return after
        before = after
    return build_paragraphs(source)


def _round_trip(source: str) -> str:
    allowed = nh3.clean(
        source,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )
    # Made anew each time: a converter holds the text that it is reading, and
    # servers read in several threads.
    converter = ContentstateConverter(features=[*FEATURES, *REFERENCE_FEATURES])
    converter.html_to_contentstate_handler = _Reader()
    return converter.to_database_format(converter.from_database_format(allowed))


class _Reader(HtmlToContentStateHandler):
    """Draftail's reader, for HTML as nh3 writes it: "<br>", not "<br/>"."""

    def __init__(self) -> None:
        super().__init__(FEATURES)
        self.element_handlers.add_rules(
            {
                "a[href]": _LinkHandler("LINK"),
                'a[linktype="page"]': _LinkHandler("LINK"),
                'a[linktype="document"]': _LinkHandler("DOCUMENT"),
                'embed[embedtype="image"]': _EmbedHandler("IMAGE"),
                'embed[embedtype="media"]': _EmbedHandler("EMBED"),
            }
        )

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        super().handle_starttag(tag, attrs)
        if tag in VOID_TAGS:
            self.handle_endtag(tag)


class _LinkHandler(LinkElementHandler):
    """Reads a link as it is written, without looking up what it leads to."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, str]:
        if "href" in attrs:
            return {"url": attrs["href"]}
        return {"id": attrs["id"]}


class _EmbedHandler(AtomicBlockEntityElementHandler):
    """Reads an image or a video as it is written, without fetching it."""

    def __init__(self, entity_type: str) -> None:
        self.entity_type = entity_type

    def create_entity(
        self, name: str, attrs: dict[str, str], state: Any, contentstate: Any
    ) -> Entity:
        return Entity(self.entity_type, "IMMUTABLE", dict(attrs))
