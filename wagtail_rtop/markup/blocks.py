"""The blocks that Draftail knows, made of whatever HTML there is."""

import hashlib
import html
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from wagtail_rtop.errors import WagtailRtopError

from .references import Link, build_embed, build_link, build_tag
from .tokens import Token, read_tokens


# The editor grows slow long before, and Draftail's converter with the square.
MAX_BLOCKS = 5_000
# Draft.js draws five levels of lists.
MAX_LIST_DEPTH = 4
# Passages of a format in one paragraph; beyond them its text goes on without.
# Draftail's converter takes a time that grows with their square.
MAX_RUNS = 500

_SPACE = re.compile(r"[ \t\n\r\f]+")
_SPACE_AT_BREAK = re.compile(r" *+\n *+")
_BLOCK_KEY = re.compile(r"[A-Za-z0-9]{1,32}")

_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_STYLES = {"b": "b", "strong": "b", "i": "i", "em": "i", "abbr": "abbr"}
_LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
_PARAGRAPHS = {
    *("p", "div", "blockquote", "address", "article", "section", "header", "footer"),
    *("main", "aside", "nav", "figure", "figcaption", "pre", "center", "table"),
    *("caption", "thead", "tbody", "tfoot", "tr", "dl", "dt", "dd", "form", "fieldset"),
    *("legend", "details", "summary", "option", "html", "head", "title", "body"),
    *("textarea", "hgroup", "dialog", "search", "xmp", "listing", "plaintext"),
}
_CELLS = {"td", "th"}


class Run(NamedTuple):
    """Text of one format. A newline in it is a line break."""

    text: str
    styles: tuple[str, ...]
    link: Link | None


@dataclass
class Block:
    """A paragraph, heading, list item ("ul" or "ol") or, with ``tag``, a void one."""

    kind: str
    depth: int = 0
    key: str = ""
    tag: str = ""
    runs: list[Run] = field(default_factory=list)
    has_text: bool = False

    def build_text(self) -> str:
        return "".join(
            link.tag + "".join(map(_build_run, runs)) + "</a>"
            if link
            else "".join(map(_build_run, runs))
            for link, runs in itertools.groupby(self.runs, lambda run: run.link)
        )


def rewrite(source: str, *, plain: bool = False) -> str:
    """Return ``source`` in the form that Draftail stores.

    Args:
        source: any HTML.
        plain: whether to keep the text alone, as paragraphs.

    Raises:
        WagtailRtopError: if there are more than ``MAX_BLOCKS`` blocks.
    """
    reader = _BlockReader(plain=plain)
    for token in read_tokens(source):
        reader.read(token)
    return _write(_add_spacers(reader.finish()))


class _BlockReader:
    """Turns tokens into blocks. Holds what is open, as counts: nothing nests."""

    def __init__(self, *, plain: bool) -> None:
        self.plain = plain
        self.blocks: list[Block] = []
        self.keys: set[str] = set()
        self.block: Block | None = None
        self.heading = ""
        self.lists: list[str] = []
        self.styles = {"b": 0, "i": 0, "abbr": 0}
        # Whether each abbr that is open is a "[sic]"; see letters.hooks.
        self.abbreviations: list[bool] = []
        self.link: Link | None = None
        # A second paragraph of a list item stands on a line of its own.
        self.pending_break = False

    def read(self, token: Token) -> None:
        if token.kind == "text":
            self._add_text(_SPACE.sub(" ", token.value))
        elif token.kind == "start":
            self._start(token.value, token.attributes)
        else:
            self._end(token.value)

    def finish(self) -> list[Block]:
        self._close()
        return self.blocks

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "br":
            self._add_break()
        elif name in _CELLS:
            self._add_text(" ")
        elif name in _PARAGRAPHS:
            self._break_paragraph()
            self._open_keyed(attributes)
        elif self.plain:
            if name in _HEADINGS or name in _LISTS or name in {"li", "hr", "embed"}:
                self._close()
        elif name in _STYLES:
            self._start_style(name, attributes)
        elif name == "a":
            self.link = build_link(attributes)
        else:
            self._start_structure(name, attributes)

    def _start_structure(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _HEADINGS:
            self._close()
            self.heading = _HEADINGS[name]
            self._open_keyed(attributes)
        elif name in _LISTS:
            self._close()
            self.lists.append(_LISTS[name])
        elif name == "li":
            self._close()
            # Without a list around it, it is a list of its own.
            self.lists = self.lists or ["ul"]
            self._open_keyed(attributes)
        elif name == "hr" or name == "embed":
            tag = "<hr/>" if name == "hr" else build_embed(attributes)
            if tag:
                heading = self.heading
                self._close()
                self.heading = heading
                self._store(Block("void", tag=tag))

    def _end(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self._break_paragraph()
        elif name in _CELLS:
            self._add_text(" ")
        elif name in _HEADINGS or name == "li":
            self._close()
        elif name in _LISTS:
            self._close()
            if self.lists:
                self.lists.pop()
        elif name == "a":
            self.link = None
        elif name == "abbr":
            if self.abbreviations and self.abbreviations.pop():
                self.styles["abbr"] -= 1
        elif name in _STYLES:
            style = _STYLES[name]
            self.styles[style] = max(0, self.styles[style] - 1)

    def _start_style(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "abbr":
            # An abbreviation that is explained reproduces nobody's mistake.
            is_sic = "title" not in attributes
            self.abbreviations.append(is_sic)
            self.styles["abbr"] += is_sic
        else:
            self.styles[_STYLES[name]] += 1

    def _open(self, key: str = "") -> Block:
        kind = self.heading or (self.lists[-1] if self.lists else "p")
        depth = 0
        if kind in {"ul", "ol"}:
            last = self.blocks[-1] if self.blocks else None
            above = last.depth + 1 if last and last.kind in {"ul", "ol"} else 0
            depth = min(len(self.lists) - 1, above, MAX_LIST_DEPTH)
        if _BLOCK_KEY.fullmatch(key) and key not in self.keys:
            self.keys.add(key)
        else:
            key = ""
        self.block = Block(kind, depth, key)
        return self.block

    def _open_keyed(self, attributes: Mapping[str, str]) -> None:
        """Open the block now if the editor stored it; it keeps empty ones."""
        key = attributes.get("data-block-key", "")
        if key and not self.plain and not self.block:
            self._open(key)

    def _close(self) -> None:
        block, self.block = self.block, None
        self.heading = ""
        self.pending_break = False
        if block and block.has_text:
            block.runs = (_flatten if self.plain else _merge)(block.runs)
            self._store(block)
        elif block and block.key:
            block.runs.clear()
            self._store(block)

    def _store(self, block: Block) -> None:
        if len(self.blocks) == MAX_BLOCKS:
            raise WagtailRtopError(
                f"The text has more than {MAX_BLOCKS} paragraphs, headings and list "
                "items; no more are accepted. Split it into several pages or attach "
                "it as a document."
            )
        self.blocks.append(block)

    def _break_paragraph(self) -> None:
        if self.lists:
            self.pending_break = bool(self.block and self.block.has_text)
        elif self.block or not self.heading:
            self._close()

    def _add_break(self) -> None:
        if self.block:
            self._append("\n")

    def _add_text(self, text: str) -> None:
        if not self.block:
            if text.isspace():
                return
            self._open()
        if self.pending_break and not text.isspace():
            self.pending_break = False
            self._append("\n")
        self._append(text)

    def _append(self, text: str) -> None:
        assert self.block is not None  # noqa: S101  # both callers have opened it
        styles = tuple(style for style, count in self.styles.items() if count)
        self.block.runs.append(Run(text, styles, self.link))
        self.block.has_text = self.block.has_text or not text.isspace()


def _merge(runs: list[Run]) -> list[Run]:
    """Join neighbours of one format; no format holds white space alone.

    Draftail moves such space away and keeps an empty range, which no editor makes.
    """
    before = runs
    for direction in (1, -1):
        before = _narrow_blanks(before[::direction])[::direction]
    merged = [
        Run("".join(run.text for run in group), styles, link)
        for (styles, link), group in itertools.groupby(before, lambda run: run[1:])
    ]
    merged = [
        Run(run.text, (), run.link) if run.text.isspace() else run for run in merged
    ]
    if len(merged) > MAX_RUNS:
        tail = "".join(run.text for run in merged[MAX_RUNS:])
        merged[MAX_RUNS:] = [Run(tail, (), None)]
    return merged


def _narrow_blanks(runs: list[Run]) -> list[Run]:
    """Leave white space what it shares with the text before it."""
    narrowed = []
    last = Run("", (), None)
    for run in runs:
        if run.text.isspace():
            styles = tuple(style for style in run.styles if style in last.styles)
            narrowed.append(
                Run(run.text, styles, run.link if run.link is last.link else None)
            )
        else:
            last = run
            narrowed.append(run)
    return narrowed


def _flatten(runs: list[Run]) -> list[Run]:
    """Return the text alone, its white space as Draftail leaves it."""
    text = _SPACE_AT_BREAK.sub("\n", "".join(run.text for run in runs))
    return [Run(re.sub(" +", " ", text).strip(), (), None)]


def _build_run(run: Run) -> str:
    text = html.escape(run.text, quote=False).replace("\n", "<br/>")
    for style in run.styles:
        text = f"<{style}>{text}</{style}>"
    return text


def _add_spacers(blocks: list[Block]) -> list[Block]:
    """Put an empty paragraph where Draftail needs one to put the cursor in."""
    spaced: list[Block] = []
    for block in blocks:
        if block.tag and (not spaced or spaced[-1].tag):
            spaced.append(Block("p"))
        spaced.append(block)
    if spaced and spaced[-1].tag:
        spaced.append(Block("p"))
    return spaced


def _write(blocks: list[Block]) -> str:
    taken = {block.key for block in blocks}
    pieces: list[str] = []
    open_lists: list[str] = []
    for position, block in enumerate(blocks):
        key = block.key or _build_key(position, taken)
        is_item = block.kind in {"ul", "ol"}
        keep = block.depth + 1 if is_item else 0
        while len(open_lists) > keep:
            pieces.append(f"</li></{open_lists.pop()}>")
        if is_item:
            if len(open_lists) == keep:
                pieces.append("</li>")
                if open_lists[-1] != block.kind:
                    pieces.append(f"</{open_lists.pop()}>")
            if len(open_lists) < keep:
                pieces.append(f"<{block.kind}>")
                open_lists.append(block.kind)
            pieces.append(build_tag("li", {"data-block-key": key}))
            pieces.append(block.build_text())
        elif block.tag:
            pieces.append(block.tag)
        else:
            pieces.append(build_tag(block.kind, {"data-block-key": key}))
            pieces.append(f"{block.build_text()}</{block.kind}>")
    pieces.extend(f"</li></{kind}>" for kind in reversed(open_lists))
    return "".join(pieces)


def _build_key(position: int, taken: set[str]) -> str:
    """Return a key that is the same each time, so that nothing changes twice."""
    for turn in itertools.count():
        seed = f"{position}.{turn}".encode()
        key = hashlib.blake2b(seed, digest_size=4).hexdigest()
        if key not in taken:
            taken.add(key)
            return key
    raise AssertionError  # count() does not end
