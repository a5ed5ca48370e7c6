"""Makes HTML by a grammar: the same string for the same number, on any machine.

Every word of the text is new ("w17"), so that a lost one is found.
"""

import itertools
import random
from collections.abc import Iterator


BLOCKS = ["p", "div", "h1", "h2", "h4", "h6", "blockquote", "section", "pre", "center"]
INLINE = ["b", "strong", "i", "em", "abbr", "a", "span", "font", "u", "sup", "o:p"]
LISTS = ["ul", "ol", "dl", "menu"]
VOID = ["br", "hr", "img", "embed", "input", "wbr", "meta", "link", "base"]
ACTIVE = ["script", "style", "iframe", "object", "svg", "math", "form", "template"]
RAW = ["textarea", "title", "xmp", "noscript", "noembed", "noframes", "select"]
SCHEMES = ["http", "https", "mailto", "tel", "javascript", "data", "vbscript", "file"]
EVENTS = ["onclick", "onload", "onerror", "onfocus"]
ENTITIES = ["&amp;", "&lt;", "&gt", "&nbsp;", "&#x41;", "&#8;", "&#x202e;", "&copy"]
ARABIC = ["السلام", "رسالة", "مفتوحة", "\u200fحقوق", "\u202bالإنسان\u202c"]
BREAKS = [" ", "\n", "\t", "\r\n", "\f", "\x0b", "\x00", "\u202e", "\xa0"]


class Grammar:
    def __init__(self, seed: int) -> None:
        # Numbers for a campaign, not for a secret.
        self.random = random.Random(seed)
        self.words = (f"w{n}" for n in itertools.count())

    def build(self) -> str:
        return "".join(self._node(0) for _ in range(self.random.randint(1, 6)))

    def _node(self, depth: int) -> str:
        kinds = [self._text, self._void, self._odd, self._stray]
        weights = [5, 1, 1, 1]
        if depth < 6:
            kinds += [self._element, self._list, self._table, self._active]
            weights += [9, 2, 1, 1]
        return self.random.choices(kinds, weights)[0](depth)

    def _children(self, depth: int) -> str:
        return "".join(self._node(depth + 1) for _ in range(self.random.randint(0, 3)))

    def _text(self, depth: int) -> str:
        pick = self.random.random()
        if pick < 0.1:
            return self.random.choice(ENTITIES)
        if pick < 0.2:
            return self.random.choice(ARABIC) + " "
        if pick < 0.3:
            return self.random.choice(BREAKS)
        return f" {next(self.words)} "

    def _element(self, depth: int) -> str:
        name = self._case(self.random.choice(BLOCKS + INLINE))
        start = f"<{name}{self._attributes()}>"
        if self.random.random() < 0.12:
            name = self.random.choice(BLOCKS + INLINE)
        end = "" if self.random.random() < 0.12 else f"</{name}>"
        return f"{start}{self._children(depth)}{end}"

    def _list(self, depth: int) -> str:
        name = self.random.choice(LISTS)
        item = "li" if name != "dl" else self.random.choice(["dt", "dd"])
        items = (
            f"<{item}>{self._children(depth)}"
            + self.random.choice([f"</{item}>", f"</{item}>", ""])
            for _ in range(self.random.randint(0, 3))
        )
        end = "" if self.random.random() < 0.1 else f"</{name}>"
        return f"<{name}>{''.join(items)}{end}"

    def _table(self, depth: int) -> str:
        cells = (
            f"<{self.random.choice(['td', 'th'])}>{self._children(depth)}"
            for _ in range(self.random.randint(1, 3))
        )
        return f"<table><tr>{''.join(cells)}</table>"

    def _active(self, depth: int) -> str:
        name = self._case(self.random.choice(ACTIVE + RAW))
        end = "" if self.random.random() < 0.2 else f"</{name}>"
        return f"<{name}{self._attributes()}>{self._children(depth)}{end}"

    def _void(self, depth: int) -> str:
        slash = self.random.choice(["", "/", " /"])
        return f"<{self._case(self.random.choice(VOID))}{self._attributes()}{slash}>"

    def _stray(self, depth: int) -> str:
        return f"</{self.random.choice(BLOCKS + INLINE + LISTS + ACTIVE)}>"

    def _odd(self, depth: int) -> str:
        """Return what parsers differ about: comments, sections, instructions."""
        inside = self._children(depth + 3)
        forms = [
            "<!--{}-->",
            "<!--{}--!>",
            "<!-{}>",
            "<![CDATA[{}]]>",
            "<?{}?>",
            "</ {}>",
        ]
        rest = ["<!-->{}-->", "<{}", "{}<", "<!--{}", '<p title="{}', "<!DOCTYPE {}>"]
        return self.random.choice(forms * 4 + rest).format(inside)

    def _attributes(self) -> str:
        count = self.random.choice([0, 0, 1, 1, 2, 4])
        return "".join(self._attribute() for _ in range(count))

    def _attribute(self) -> str:
        name = self.random.choice(
            ["href", "src", "id", "linktype", "embedtype", "format", "alt", "url"]
            + ["style", "title", "class", "dir", "data-block-key", "srcdoc", *EVENTS]
        )
        quote = self.random.choice(['"', '"', '"', "'", "'", ""])
        space = self.random.choice([" ", " ", " ", "\n", "/", "  "])
        value = self._value(name)
        if not quote:
            value = value.replace(" ", "")
        return f"{space}{self._case(name)}={quote}{value}{quote}"

    def _value(self, name: str) -> str:
        pick = self.random.random()
        if pick < 0.05:
            return self._text(0) + self.random.choice(
                ["<b>", "-->", ">", "]]>", "'", '"']
            )
        if name in {"href", "src", "url"}:
            scheme = self._case(self.random.choice(SCHEMES))
            if pick < 0.2:
                at = self.random.randrange(len(scheme))
                mark = self.random.choice(["\t", "\n", "&#9;", "\x01", "&#x73;"])
                scheme = scheme[:at] + mark + scheme[at:]
            return self.random.choice(
                [f"{scheme}:a", f"{scheme}://a.example/b?c&d", "/a"]
            )
        values = {
            "id": ["1", "007", "x", "-1", ""],
            "linktype": ["page", "document", "other"],
            "embedtype": ["image", "media", "other"],
            "format": ["left", "fullwidth", "other"],
            "data-block-key": ["abc12", "abc13", "a b", ""],
        }
        return self.random.choice(values.get(name, ["a", "a b", "", "a()"]))

    def _case(self, name: str) -> str:
        return name if self.random.random() < 0.8 else name.title()


def build_strings(count: int, start: int = 0) -> Iterator[str]:
    for seed in range(start, start + count):
        yield Grammar(seed).build()
