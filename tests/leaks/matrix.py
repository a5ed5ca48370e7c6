"""Asks surfaces and compares the answers with the oracle."""

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from tests.leaks.cases import CANARY, Case
from tests.leaks.fields import NEVER
from tests.leaks.oracle import LOCALES, STATES, VIEWERS, may_see
from tests.leaks.registry import Surface
from tests.leaks.world import Visit, World


START = re.compile("cn")


def flatten(answer: Any) -> str:
    """Return all that an answer holds as one text: bodies and headers."""
    if isinstance(answer, (list, tuple)):
        return "\n".join(flatten(part) for part in answer)
    if isinstance(answer, bytes):
        return answer.decode("utf-8", "replace")
    if hasattr(answer, "headers"):
        streamed = getattr(answer, "streaming", False)
        body = b"".join(answer.streaming_content) if streamed else answer.content
        heads = "\n".join(f"{k}: {v}" for k, v in answer.headers.items())
        return f"{heads}\n{body.decode('utf-8', 'replace')}"
    return str(answer)


def ask(surface: Surface, visit: Visit) -> list[str]:
    """Return what is wrong with the surface's answer to this visit."""
    answer = surface.probe(visit)
    if isinstance(answer, int):
        expected = visit.world.count(visit, surface.kinds, surface.excuses)
        if answer == expected:
            return []
        return [f"{surface.name}: {visit} counts {answer}, not {expected}"]
    text = flatten(answer).lower()
    cases = [visit.case] if visit.case else visit.world.cases
    return [
        *find_leaks(surface, visit, text),
        *find_blind_spots(surface, visit, text, cases),
    ]


def find_leaks(surface: Surface, visit: Visit, text: str) -> Iterator[str]:
    owners = get_owners(visit.world)
    found = find_canaries(text) & owners.keys()
    # A path that was asked for may be named in the answer to it.
    asked = {visit.case.tokens["slug"]} if visit.case else set()
    for token in sorted(found - get_shown(visit.world, visit.viewer)):
        for case, field in owners[token]:
            if not (field == "slug" and token in asked):
                yield f"{surface.name}: {visit} reads {field} of {case}"


def find_canaries(text: str) -> set[str]:
    """Return every word in the text that has a canary's form, within words too."""
    found = (CANARY.match(text, start.start()) for start in START.finditer(text))
    return {match[0] for match in found if match}


@functools.cache
def get_owners(world: World) -> dict[str, list[tuple[Case, str]]]:
    """Return canary → the pages, and their fields, that it stands in."""
    owners = defaultdict(list)
    for case in world.cases:
        for tokens in (case.tokens, case.unpublished):
            for field, token in tokens.items():
                owners[token].append((case, field))
    return owners


@functools.cache
def get_shown(world: World, viewer: str) -> set[str]:
    """Return the canaries that the visitor may read somewhere.

    An alias and its source share canaries: what one may show is no leak.
    """
    return {
        token
        for case in world.cases
        if may_see(case.state, case.locale, viewer)
        for field, token in case.tokens.items()
        if field not in NEVER
    }


def find_blind_spots(
    surface: Surface, visit: Visit, text: str, cases: Iterable[Case]
) -> Iterator[str]:
    for case in cases:
        if (
            case.kind in surface.kinds
            and not case.is_excused(surface.excuses)
            and case.locale == visit.locale
            and may_see(case.state, case.locale, visit.viewer)
        ):
            for field in surface.shows:
                if case.tokens[field].lower() not in text:
                    yield f"{surface.name}: {visit} misses {field} of {case}"


def build_list_visits(world: World) -> list[Visit]:
    return [Visit(world, *pair) for pair in itertools.product(LOCALES, VIEWERS)]


def build_page_visits(world: World, surface: Surface, *, full: bool) -> list[Visit]:
    """Return the visits to single pages: all, or a pairwise sample.

    In the sample every state meets every visitor, every language and every kind.
    """
    cases = {(c.kind, c.state, c.locale): c for c in world.cases}
    chosen = set()
    for kind, (s, state), (w, viewer), (n, locale) in itertools.product(
        surface.kinds, enumerate(STATES), enumerate(VIEWERS), enumerate(LOCALES)
    ):
        # A Latin square: each pair of state and visitor in one language.
        number = s + w + surface.kinds.index(kind)
        if full or number % len(LOCALES) == n:
            chosen.add((kind, state, locale, viewer))
    return [
        Visit(world, locale, viewer, cases[kind, state, locale])
        for kind, state, locale, viewer in sorted(chosen)
    ]


def run(world: World, surface: Surface, *, full: bool) -> list[str]:
    """Return everything wrong with a surface, over all visits or a sample."""
    if surface.scope == "page":
        visits = build_page_visits(world, surface, full=full)
    else:
        visits = build_list_visits(world)
    return [problem for visit in visits for problem in ask(surface, visit)]
