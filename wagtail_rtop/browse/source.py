"""What a list page is a list of, and how it names an organisation."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wagtail_rtop.browse.regions import RegionMap
from wagtail_rtop.visibility.gate import Gate


FACETS = ("region", "kind", "year", "organisation", "language")


@dataclass(frozen=True)
class Profile:
    """An organisation as a list names it.

    Attributes:
        key: what register rows know it by.
        slug, title: of its profile in the list's language, else in another.
        page: the profile page.
    """

    key: uuid.UUID
    slug: str
    title: str
    page: Any = field(compare=False)


@dataclass(frozen=True)
class ListSource:
    """What a list page is a list of.

    Attributes:
        gate: the visitor and the moment.
        request: the visitor's request.
        locale: the page's Locale.
        url: the list's address without parameters.
        kinds: kinds of the register; empty = every kind.
        without: kinds that are not documents of this list.
        facets: names of the facets it offers.
        by_title: the order is by title instead of newest first.
        region: slug of the region whose list it is, or "".
        get_language_url: returns the address of the same list in the locale of
            this id, or "" where the visitor has none.
        regions: the vocabulary in the page's language.
    """

    gate: Gate
    request: Any
    locale: Any
    url: str
    regions: RegionMap
    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    facets: tuple[str, ...] = FACETS
    by_title: bool = False
    region: str = ""
    get_language_url: Callable[[int], str] = lambda locale_id: ""
