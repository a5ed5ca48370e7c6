"""The comma between things of a list, as the active language writes it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import pgettext


def get_comma() -> str:
    """Return the comma and the space behind it."""
    # Translators: between things of a list, with the space behind it.
    return pgettext("list", ", ")


def join_by_comma(items: Iterable[Any]) -> str:
    """Return the things as one text: "Africa, Asia"."""
    return get_comma().join(str(item) for item in items)
