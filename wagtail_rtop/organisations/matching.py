"""Which organisations a prose list names. Pure: no database, no settings.

A match is certain where the text is a known name but for case, accents, width,
articles, hyphens and British or American spelling; anything else is a proposal
for a person to decide.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property

from wagtail_rtop.organisations.splitting import Before, Piece, split_pieces
from wagtail_rtop.regions.models import build_name_key


# Neighbouring pieces that may be one name: "A and B, C and D" has four.
MERGED = 4
# From here on a likeness is worth showing. 0 to 1.
ALIKE = 0.72
# Two words so alike are one word with a slip. 0 to 1, see difflib.
SAME_WORD = 0.8
# A whole known name inside a longer text: an organ or an office of it, perhaps.
CONTAINED = 0.85

# Said before a name, not part of it. English, French, Spanish, Portuguese.
ARTICLES = frozenset(
    (
        *("the", "le", "la", "les", "l", "au", "aux"),
        *("el", "los", "las", "al", "o", "a", "os", "as"),
    )
)
# Words that say nothing about which organisation is meant, in a likeness.
EMPTY_WORDS = ARTICLES | frozenset(
    (
        *("of", "for", "on", "in", "to", "and"),
        *("de", "du", "des", "d", "et", "pour", "sur", "en"),
        *("y", "e", "da", "do", "dos", "das", "del", "по", "в", "и"),
    )
)
PREFIX = re.compile(r"\b(co|inter|sub|non|multi|pan)[-‐‑–](?=\w)")
AMERICAN = re.compile(r"(?<=\w)iz(?=(?:e|es|ed|ing|ation|ations|ational)\b)")
SPELLINGS = {
    "center": "centre",
    "defense": "defence",
    "labor": "labour",
    "program": "programme",
}
# Arabic letters that are written one for the other, and the stretching sign.
ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ـ": None})
# With capitals as in a sentence: "AU" is no article.
ARTICLE = re.compile(
    r"^(?:(?:[Tt]o|[Àà]|[Aa]|[Aa]l|إلى|الى)\s+)?"
    r"(?:(?:[Tt]he|[Ll]es?|[Ll]a|[Ee]l|[Ll]os|[Ll]as)\s+|[Ll][’'])"
)
PREPOSITION = re.compile(r"^(?:[Tt]o|[Aa]ux?|[Àà]|إلى|الى)\s+")
BRACKETED = re.compile(r"\s*[((]([^()()]{1,60})[))]\s*$")


class Level(StrEnum):
    """How sure a match is. EXACT and FOLDED are certain; ALIKE is a proposal."""

    EXACT = "exact"
    FOLDED = "folded"
    ALIKE = "alike"
    NONE = "none"


@dataclass(frozen=True)
class KnownName:
    """One name of an organisation, in any language; an alias or a former one too.

    Attributes:
        key: the organisation's, for example a page id.
        is_acronym: compared with its capitals: "AU" is not the French "au".
    """

    key: Hashable
    text: str
    is_acronym: bool = False


@dataclass(frozen=True)
class Match:
    """What a piece of text stands for.

    Attributes:
        text: as written, without article and without the acronym in brackets.
        key: the organisation; None if nothing comes near.
        score: 0 to 1; 1 where certain.
    """

    text: str
    level: Level = Level.NONE
    key: Hashable | None = None
    score: float = 0.0

    @property
    def is_certain(self) -> bool:
        return self.level in (Level.EXACT, Level.FOLDED)


# First piece, last piece (exclusive), what they stand for.
_Taken = tuple[int, int, Match]


def fold_name(text: str) -> str:
    """Return what is left of a name that two people would write alike.

    >>> fold_name("The Organization for Security and Co-operation in Europe")
    'organisation for security and cooperation in europe'
    """
    key = build_name_key(text).translate(ARABIC).replace("&", " and ")
    key = PREFIX.sub(r"\1", key)
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in key)
    words = [SPELLINGS.get(w, w) for w in AMERICAN.sub("is", kept).split()]
    while len(words) > 1 and words[0] in ARTICLES:
        words.pop(0)
    return " ".join(w for w in words if w != "the" or len(words) == 1)


def fold_acronym(text: str) -> str:
    """Return an acronym without width, dots and spaces; its capitals stay."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LN")


@dataclass
class Matcher:
    """Finds known names in text. Build one for a request, not one for a name."""

    names: Sequence[KnownName]
    _words: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)

    @cached_property
    def exact(self) -> dict[str, set[Hashable]]:
        return _index((name.text.strip(), name.key) for name in self.names)

    @cached_property
    def folded(self) -> dict[str, set[Hashable]]:
        return _index(
            (fold_name(n.text), n.key) for n in self.names if not n.is_acronym
        )

    @cached_property
    def acronyms(self) -> dict[str, set[Hashable]]:
        return _index((fold_acronym(n.text), n.key) for n in self.names if n.is_acronym)

    @cached_property
    def weights(self) -> dict[str, float]:
        """How much each word tells: a word of few organisations tells much."""
        seen: dict[str, set[Hashable]] = defaultdict(set)
        for folded, keys in self.folded.items():
            for word in get_content_words(folded):
                seen[word] |= keys
        total = len({name.key for name in self.names})
        return {word: math.log(1 + total / len(keys)) for word, keys in seen.items()}

    def match_list(self, text: str) -> list[Match]:
        """Return what a prose list names, in its order; a name that is unknown too.

        Commas and "and" part names, or stand inside of one: neighbouring pieces
        are joined where together they are a known name.
        """
        pieces = split_pieces(text)
        alone = [self.match(text[piece.start : piece.end]) for piece in pieces]
        best: list[tuple[float, list[_Taken]]] = [(0.0, [])]
        for end in range(1, len(pieces) + 1):
            options = []
            for start in range(max(0, end - MERGED), end):
                value, match = self._rate(text, pieces[start:end], alone[start:end])
                if match is not None:
                    score, taken = best[start]
                    options.append((score + value, [*taken, (start, end, match)]))
            best.append(max(options, key=lambda option: option[0]))
        return _join_unknown(text, pieces, best[-1][1])

    def match(self, text: str, *, contained: bool = True, alike: bool = True) -> Match:
        """Return what one name stands for.

        Args:
            text: a name, perhaps with an article and an acronym in brackets.
            contained: whether a known name inside a longer text is a proposal.
            alike: whether a likeness is one.
        """
        written = strip_article(text)
        bare, acronym = split_brackets(written)
        found = self._find_certain(bare) or self._find_certain(written)
        if found is None and acronym:
            # The name is not known, what stands behind it is: to be looked at.
            by_acronym = self._find_certain(acronym)
            if by_acronym:
                return Match(bare, Level.ALIKE, by_acronym.key, CONTAINED)
        if found is None and bare.startswith("و"):
            # The Arabic "and" is written together with the word that follows.
            found = self._find_certain(bare[1:])
        if found is None and not alike:
            return Match(bare)
        return found or self._find_alike(bare, contained=contained)

    def search(self, text: str) -> list[Hashable]:
        """Return the organisations with a name like ``text``, best first.

        For typing: the start of a word suffices, and capitals don't matter.
        """
        wanted = fold_name(text).split()
        if not wanted:
            return []
        ranks: dict[Hashable, tuple[int, int]] = {}
        for order, name in enumerate(self.names):
            folded = fold_acronym(name.text).casefold() if name.is_acronym else ""
            words = (folded or fold_name(name.text)).split()
            if " ".join(words) in {" ".join(wanted), "".join(wanted)}:
                rank = 0
            elif words[: len(wanted)] == wanted:
                rank = 1
            elif all(any(w.startswith(start) for w in words) for start in wanted):
                rank = 2
            else:
                continue
            ranks[name.key] = min((rank, order), ranks.get(name.key, (rank, order)))
        return sorted(ranks, key=lambda key: ranks[key])

    def _rate(
        self, text: str, pieces: Sequence[Piece], alone: Sequence[Match]
    ) -> tuple[float, Match | None]:
        """Return what taking these pieces for one name is worth; None: don't."""
        if len(pieces) == 1:
            match: Match | None = alone[0]
        elif any(piece.before is Before.LINE for piece in pieces[1:]):
            match = None
        else:
            whole = text[pieces[0].start : pieces[-1].end]
            nearest = max(part.score for part in alone)
            match = self.match(whole, contained=False, alike=nearest < 1)
            if not match.is_certain and match.score <= nearest:
                # A part comes nearer by itself.
                match = None
        if match is None or match.level is Level.NONE:
            return 0.0, match
        return (10.0 if match.is_certain else 5.0 * match.score) * len(pieces), match

    def _find_certain(self, text: str) -> Match | None:
        for index, form, level in (
            (self.exact, text, Level.EXACT),
            (self.folded, fold_name(text), Level.FOLDED),
            (self.acronyms, fold_acronym(text), Level.FOLDED),
        ):
            keys = index.get(form, set())
            if len(keys) == 1:
                return Match(text, level, next(iter(keys)), 1.0)
            if keys:
                # Two organisations go by it: a person decides.
                first = min(keys, key=str)
                return Match(text, Level.ALIKE, first, CONTAINED)
        return None

    def _find_alike(self, text: str, *, contained: bool) -> Match:
        folded = fold_name(text)
        words = get_content_words(folded)
        best, key = 0.0, None
        for known, keys in self.folded.items():
            score = self._compare(words, get_content_words(known))
            if contained and f" {known} " in f" {folded} " and " " in known:
                score = max(score, CONTAINED)
            if score > best:
                best, key = score, min(keys, key=str)
        if best < ALIKE:
            return Match(text)
        # Never 1: what is not certain does not look so.
        return Match(text, Level.ALIKE, key, min(best, 0.99))

    def _compare(self, words: Sequence[str], known: Sequence[str]) -> float:
        """Return how alike two names are: soft overlap of their weighted words."""
        if not words or not known:
            return 0.0
        most = max(self.weights.values())
        total = sum(self.weights.get(w, most) for w in words)
        total += sum(self.weights[w] for w in known)
        common = 0.0
        left = list(known)
        for word in words:
            other = max(left, key=lambda w: self._ratio(word, w), default="")
            ratio = self._ratio(word, other) if other else 0.0
            if ratio >= SAME_WORD:
                common += ratio * 2 * self.weights[other]
                left.remove(other)
        return min(common / total, 1.0) if total else 0.0

    def _ratio(self, one: str, other: str) -> float:
        if one == other:
            return 1.0
        pair = (one, other)
        if pair not in self._words:
            matcher = SequenceMatcher(None, one, other, autojunk=False)
            quick = matcher.real_quick_ratio() >= SAME_WORD
            quick = quick and matcher.quick_ratio() >= SAME_WORD
            self._words[pair] = matcher.ratio() if quick else 0.0
        return self._words[pair]


def get_content_words(folded: str) -> list[str]:
    """Return the words of a folded name that tell which organisation it is."""
    return [word for word in folded.split() if word not in EMPTY_WORDS]


def strip_article(text: str) -> str:
    """Return a name without the article or preposition that the sentence needs."""
    text = " ".join(text.split()).strip(" .,;:،؛")
    stripped = PREPOSITION.sub("", ARTICLE.sub("", text))
    return stripped or text


def split_brackets(text: str) -> tuple[str, str]:
    """Return ("African Union", "AU") for "African Union (AU)"."""
    found = BRACKETED.search(text)
    if not found or not text[: found.start()].strip():
        return text, ""
    return text[: found.start()].strip(), found[1].strip()


def _index(pairs: Iterable[tuple[str, Hashable]]) -> dict[str, set[Hashable]]:
    found: dict[str, set[Hashable]] = defaultdict(set)
    for form, key in pairs:
        if form:
            found[form].add(key)
    return dict(found)


def _join_unknown(
    text: str, pieces: Sequence[Piece], taken: Sequence[_Taken]
) -> list[Match]:
    """Return the matches; two unknown ones with a bare "and" between are one.

    "Institute for Peace and Justice" is one name. Unless it is the last "and" of
    a longer list, or an article starts another name.
    """
    last, has_comma = _find_list_ends(pieces)
    joined: list[_Taken] = []
    for start, end, match in taken:
        piece = pieces[start]
        # The list has had its "and" if the name before stands behind one.
        ended = bool(joined) and pieces[joined[-1][0]].before is Before.AND
        is_end_of_list = start in last and start in has_comma and not ended
        if (
            joined
            and match.level is joined[-1][2].level is Level.NONE
            and piece.before is Before.AND
            and not is_end_of_list
            and strip_article(own := text[piece.start : piece.end]) == own.strip(" .")
        ):
            first = joined.pop()[0]
            whole = strip_article(text[pieces[first].start : pieces[end - 1].end])
            joined.append((first, end, Match(whole)))
        else:
            joined.append((start, end, match))
    return [match for _start, _end, match in joined]


def _find_list_ends(pieces: Sequence[Piece]) -> tuple[set[int], set[int]]:
    """Return the last piece of each line, and the pieces of lines with commas."""
    lines: list[list[int]] = []
    for number, piece in enumerate(pieces):
        if not lines or piece.before is Before.LINE:
            lines.append([])
        lines[-1].append(number)
    commas = [
        number
        for line in lines
        if any(pieces[n].before is Before.COMMA for n in line)
        for number in line
    ]
    return {line[-1] for line in lines}, set(commas)
