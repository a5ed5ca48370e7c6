"""Where a prose list may be parted.

Too often rather than too rarely: matching joins again what is one name.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Before(StrEnum):
    """What stands before a piece. No name goes across LINE: a line end or ";"."""

    NOTHING = ""
    COMMA = "comma"
    AND = "and"
    LINE = "line"


@dataclass(frozen=True)
class Piece:
    """A part of the text, from ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    before: Before = Before.NOTHING


# "The following letter was sent to …": everything up to the first name.
LEADS = re.compile(
    r"^.{0,300}?(?:\b(?:sent|addressed|written|wrote)\s+to\b"
    r"|\b(?:adressée?s?|envoyée?s?|écrit)\b(?=\s+(?:à|aux?)\b)"
    r"|(?:رسالة|أرسلت|موجهة|وجهت).{0,60}?(?:إلى|الى)(?:\s+كل\s+من)?)\s*:?",
    re.IGNORECASE | re.DOTALL,
)
COLON = re.compile(r"^[^:;,،،\n]{0,300}[::]\s*(?=\S)")
BULLET = re.compile(r"^\s*(?:[-–—•*·]|\(?\d{1,3}[.)])\s+", re.MULTILINE)
COMMA = re.compile(r"[,;،؛、,;]")
BRACKETS = re.compile(r"[((][^()()]*[))]")
CONJUNCTION = r"and|&|as\s+well\s+as|et|ainsi\s+que|y|e|und|na|и"
SEPARATOR = re.compile(
    rf"(?P<line>\s*[\n;؛;]\s*(?:(?:{CONJUNCTION})\s+)?)"
    rf"|(?P<comma>\s*[,،、,]\s*(?:(?:{CONJUNCTION})\s+)?)"
    rf"|(?P<and>\s+(?:{CONJUNCTION})\s+|\s+(?=و\w)|和)",
    re.IGNORECASE,
)


def split_pieces(text: str) -> list[Piece]:
    """Return every piece of a prose list that may be a name or a part of one.

    What is said before the first name ("was sent to", "Recipients:") is left out.
    Lines are items unless the text is prose that merely wraps.
    """
    lead = LEADS.search(text) or COLON.search(text)
    start = lead.end() if lead else 0
    # Of the same length, so that places in it are places in the text.
    masked = BULLET.sub(lambda m: "\n" + " " * (len(m[0]) - 1), text)
    masked = BRACKETS.sub(lambda m: "(" * len(m[0]), masked)
    if len(COMMA.findall(masked, start)) >= max(masked.strip().count("\n"), 1):
        masked = masked.replace("\n", " ")
    pieces: list[Piece] = []
    before = Before.NOTHING
    for found in SEPARATOR.finditer(masked, start):
        _add(pieces, text, start, found.start(), before)
        before = Before(found.lastgroup or "")
        start = found.end()
    _add(pieces, text, start, len(text), before)
    return pieces


def _add(pieces: list[Piece], text: str, start: int, end: int, before: Before) -> None:
    if text[start:end].strip(" \t\n.,;:-–—•*"):
        pieces.append(Piece(start, end, before if pieces else Before.NOTHING))
