"""Reads HTML as it is found, character by character, and never fails."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


# Controls that XML forbids, C1 controls, lone surrogates, and the two marks that
# print text in another order than it is read. The other marks of direction are
# part of ordinary Arabic and Hebrew.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ufffe\uffff"
    "\ud800-\udfff]"
)
_COMMENT_END = re.compile(r"--!?>")
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>][^\s/>=]*+)"""
    r"""(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?"""
)
_TAG_END = re.compile(r"[\s/]*+>")
_REFERENCE = re.compile(r"&#?\w{1,32};")
# int() refuses digits by the thousand, which html.unescape() does not expect.
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{9,}|[xX][0-9a-fA-F]{9,});?")

_ATTRIBUTES = {
    *("href", "linktype", "id", "embedtype", "alt", "format", "url"),
    *("title", "data-block-key"),
}
# Content that no browser shows.
_HIDDEN = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.I)
    for name in ("script", "style", "iframe", "noembed", "noframes")
}


class Token(NamedTuple):
    """A piece of HTML: ``kind`` is "text", "start" or "end".

    ``value`` is the text, decoded, or the name of the tag in lower case.
    """

    kind: str
    value: str
    attributes: Mapping[str, str] = {}


def strip_control_characters(text: str) -> str:
    """Return ``text`` without characters that no text should hold.

    These are the control characters that XML forbids and those next to them,
    halves of surrogate pairs, and the overrides of direction.
    """
    return _UNWANTED.sub("", text)


def read_tokens(source: str) -> Iterator[Token]:
    """Yield what ``source`` holds; comments and what scripts hold are left out.

    As browsers do, except at the end of the text: a tag that is never closed is
    read as text, or up to the next ">".
    """
    source = strip_control_characters(source)
    reader = _TagReader(source)
    texts: list[str] = []
    position = 0
    while (start := source.find("<", position)) != -1:
        texts.append(source[position:start])
        token, position = reader.read(start)
        if not token:
            continue
        if token.kind == "text":
            texts.append(token.value)
            continue
        yield from _join(texts)
        yield token
        if token.kind == "start" and token.value in _HIDDEN:
            match = _HIDDEN[token.value].search(source, position)
            position = match.start() if match else len(source)
    texts.append(source[position:])
    yield from _join(texts)


def _join(texts: list[str]) -> Iterator[Token]:
    text = "".join(texts)
    texts.clear()
    if text:
        yield Token("text", _decode(text))


class _TagReader:
    """Reads what begins with "<"; remembers what it would else look for again."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.last_end = source.rfind(">")
        # Whether a quote has swallowed the rest: from then on quotes mean nothing.
        self.hasty = False

    def read(self, start: int) -> tuple[Token | None, int]:
        """Return the token at ``start``, if it counts, and where it ends."""
        source = self.source
        if source.startswith("<!--", start):
            match = _COMMENT_END.search(source, start + 2)
            return None, match.end() if match else len(source)
        # Looked at first: a name with no end to its tag may go on to the last line.
        if start > self.last_end:
            return Token("text", "<"), start + 1
        is_end = source.startswith("</", start)
        name = _NAME.match(source, start + 1 + is_end)
        if not name and not source.startswith(("</", "<!", "<?"), start):
            return Token("text", "<"), start + 1
        if not name:
            return None, source.index(">", start) + 1
        attributes, end = self._read_attributes(name.end())
        kind = "end" if is_end else "start"
        return Token(kind, name[0].lower(), attributes), end

    def _read_attributes(self, start: int) -> tuple[dict[str, str], int]:
        if not self.hasty:
            attributes, end = self._match_attributes(start, len(self.source))
            if match := _TAG_END.match(self.source, end):
                return attributes, match.end()
            self.hasty = True
        stop = self.source.index(">", start)
        return self._match_attributes(start, stop)[0], stop + 1

    def _match_attributes(self, start: int, stop: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while match := _ATTRIBUTE.match(self.source, start, stop):
            start = match.end()
            name = match[1].lower()
            if name in _ATTRIBUTES and name not in found:
                value = match[2] or match[3] or match[4] or ""
                # "&copy=1" in an address is no sign of copyright.
                decoded = _REFERENCE.sub(lambda m: _decode(m[0]), value)
                found[name] = strip_control_characters(decoded)
        return found, start


def _decode(text: str) -> str:
    text = html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))
    return strip_control_characters(text)
