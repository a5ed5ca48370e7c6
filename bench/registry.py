"""What is measured. A module of this folder registers its items with ``item``."""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import bench
from bench.databases import Database


# What has to stay within the bound: ours divided by theirs, ours less theirs,
# or ours alone.
Limit = Literal["ratio", "difference", "ours"]

# Modules that hold the machinery, no items.
MACHINERY = {
    "__main__",
    "databases",
    "measure",
    "registry",
    "settings",
    "startup_settings",
    "startup_urls",
    "twin",
}


@dataclass(frozen=True)
class Result:
    """One measurement, in the unit of its item.

    ``ratio`` is ours divided by theirs unless a paired one is given; ``label``
    tells several results of one item apart ("page-500"). ``against`` is the
    item's unless given.
    """

    ours: float
    theirs: float
    ratio: float | None = None
    label: str = ""
    against: str = ""


Measure = Callable[[Database], Result | Sequence[Result]]


@dataclass(frozen=True)
class Item:
    id: str
    unit: str
    against: str
    bound: float
    limit: Limit
    databases: tuple[str, ...]
    measure: Measure

    def build_rows(self, database: Database) -> list[dict[str, object]]:
        """Measure, and return one dict per result, as build/bench.json holds it."""
        results = self.measure(database)
        if isinstance(results, Result):
            results = [results]
        return [self._build_row(result, database.vendor) for result in results]

    def _build_row(self, result: Result, vendor: str) -> dict[str, object]:
        ratio = result.ratio
        if ratio is None:
            ratio = result.ours / result.theirs if result.theirs else None
        compared = {
            "ratio": ratio,
            "difference": result.ours - result.theirs,
            "ours": result.ours,
        }[self.limit]
        return {
            "id": f"{self.id}/{result.label}" if result.label else self.id,
            "unit": self.unit,
            "ours": round(result.ours, 3),
            "against": result.against or self.against,
            "theirs": round(result.theirs, 3),
            "ratio": None if ratio is None else round(ratio, 3),
            "bound": self.bound,
            "limit": self.limit,
            "holds": compared is not None and compared <= self.bound,
            "database": vendor,
        }


ITEMS: dict[str, Item] = {}


def item(
    id: str,
    *,
    unit: str,
    against: str,
    bound: float,
    limit: Limit = "ratio",
    databases: tuple[str, ...] = ("sqlite", "postgresql"),
) -> Callable[[Measure], Measure]:
    """Register the decorated function as a measurement.

    The function takes a ``Database`` and returns a ``Result`` or several.

    Raises:
        ValueError: if the id is taken.
    """

    def register(measure: Measure) -> Measure:
        if id in ITEMS:
            raise ValueError(f"Two bench items have the id '{id}': rename one.")
        ITEMS[id] = Item(id, unit, against, bound, limit, databases, measure)
        return measure

    return register


def load_items() -> dict[str, Item]:
    """Import every module of this folder and return the items by id."""
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name not in MACHINERY:
            importlib.import_module(f"bench.{module.name}")
    return ITEMS
