"""Where each way out of the package says that it is one. See README.md here."""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.leaks import surfaces as surface_modules
from tests.search.committed import searches_uncommitted


KINDS = ("letter", "response", "release", "organisation")


@dataclass(frozen=True)
class Surface:
    """One way out.

    Attributes:
        name: what it is, for people.
        probe: asks it as one visitor; see README.md for what it returns.
        scope: "page": asked about one page; "list": asked once a language.
        kinds: kinds of pages that it shows.
        shows: fields whose canaries a visible page must leave in the answer.
        seam: name in SEAMS of the question to the gate it lives by.
        searches: it asks the text index. The world is never committed, so MySQL's
            does not know it; see tests/search/test_mariadb.py.
    """

    name: str
    probe: Callable[[Any], Any]
    scope: str
    kinds: tuple[str, ...]
    shows: tuple[str, ...]
    seam: str
    urls: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    page_types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    excuses: tuple[str, ...] = field(default=())
    searches: bool = False


SURFACES: dict[str, Surface] = {}
# What shows no page: name of the url, route or tag, with the reason.
HARMLESS: dict[str, str] = {}


def surface(
    name: str,
    *,
    seam: str,
    scope: str = "list",
    kinds: Sequence[str] = KINDS,
    shows: Sequence[str] = ("title",),
    urls: Sequence[str] = (),
    routes: Sequence[str] = (),
    page_types: Sequence[str] = (),
    tags: Sequence[str] = (),
    excuses: Sequence[str] = (),
    searches: bool = False,
) -> Callable[[Any], Any]:
    """Register the decorated probe.

    Args:
        name: unique.
        seam: a key of SEAMS below.
        scope: "list" or "page".
        kinds: kinds that it shows.
        shows: fields of fields.FIELDS that a visible page must leave in it.
        urls: names of patterns in wagtail_rtop.urls, for example "sign_in".
        routes: routes of page types, "RegionIndexPage.region".
        page_types: class names of pages that this probe visits.
        tags: template tags that list pages.
        excuses: states that it never shows, although the visitor might see them.
        searches: whether it asks the text index.
    """

    def register(probe: Callable[[Any], Any]) -> Callable[[Any], Any]:
        assert name not in SURFACES, f"There is a surface {name!r} already."
        assert seam in SEAMS, f"{seam!r} is no seam; there are {sorted(SEAMS)}."
        SURFACES[name] = Surface(
            name,
            probe,
            scope,
            tuple(kinds),
            tuple(shows),
            seam,
            tuple(urls),
            tuple(routes),
            tuple(page_types),
            tuple(tags),
            tuple(excuses),
            searches,
        )
        return probe

    return register


def harmless(name: str, reason: str) -> None:
    """Say that a url, route or tag shows no page, and why."""
    HARMLESS[name] = reason


def load_surfaces() -> dict[str, Surface]:
    for module in pkgutil.iter_modules(surface_modules.__path__):
        importlib.import_module(f"{surface_modules.__name__}.{module.name}")
    return SURFACES


def list_params(scope: str | None = None) -> list[Any]:
    """Return the surfaces' names as parameters of a test, of one scope if given."""
    return [
        pytest.param(name, marks=[searches_uncommitted] if found.searches else [])
        for name, found in sorted(load_surfaces().items())
        if scope in (None, found.scope)
    ]


@contextmanager
def replace_everywhere(*pairs: tuple[Any, Any]) -> Iterator[None]:
    """Replace functions in every module of the package that imported them."""
    undo = []
    for name, module in list(sys.modules.items()):
        if not name.startswith("wagtail_rtop") or module is None:
            continue
        for attribute, value in list(vars(module).items()):
            for original, replacement in pairs:
                if value is original:
                    undo.append((module, attribute, value))
                    setattr(module, attribute, replacement)
    assert undo, "The seam was not found: the mutant would change nothing."
    try:
        yield
    finally:
        for module, attribute, value in undo:
            setattr(module, attribute, value)


@contextmanager
def replace_methods(cls: type, **methods: Any) -> Iterator[None]:
    originals = {name: cls.__dict__[name] for name in methods}
    for name, method in methods.items():
        setattr(cls, name, method)
    try:
        yield
    finally:
        for name, method in originals.items():
            setattr(cls, name, method)


def _open_page() -> Any:
    from wagtail_rtop.visibility.gate import Gate, Verdict

    return replace_methods(Gate, get_verdict=lambda self, page: Verdict.VISIBLE)


def _open_lists() -> Any:
    from django.db.models import Q

    from wagtail_rtop.register.query import build_visible_q

    return replace_everywhere((build_visible_q, lambda *args, **kwargs: Q()))


def _open_nodes() -> Any:
    from wagtail_rtop.visibility.gate import Gate

    return replace_methods(
        Gate,
        accepts=lambda self, facts: True,
        can_see=lambda self, page: True,
        may_know_of=lambda self, facts: True,
        _get_visible_ids=lambda self, ids: set(self.reader.read(ids)),
    )


def _open_documents() -> Any:
    from wagtail_rtop.visibility.documents import check_document

    return replace_everywhere((check_document, lambda document, request: None))


def _open_previews() -> Any:
    from wagtail_rtop.previews.access import names_document

    return replace_everywhere((names_document, lambda text, pk: True))


# What a mutant takes away: the question that a surface asks.
SEAMS: dict[str, Callable[[], Any]] = {
    # The verdict on the page that is served.
    "page": _open_page,
    # The condition on rows of the register: build_visible_q().
    "lists": _open_lists,
    # can_see(), get_visible(), get_ancestors(), get_visible_group(), accepts().
    "nodes": _open_nodes,
    # check_document().
    "documents": _open_documents,
    # names_document(): what a preview link opens beside its page.
    "previews": _open_previews,
}
