"""Keeps wagtail-localize from loosening what protects a translation."""

import functools
from typing import Any

from django.apps import apps

from wagtail_rtop.visibility.models import GuardedPageMixin


def connect() -> None:
    """Put our rule before wagtail-localize's; does nothing where it isn't installed."""
    if not apps.is_installed("wagtail_localize"):
        return
    source = apps.get_model("wagtail_localize", "TranslationSource")
    if not hasattr(source.sync_view_restrictions, "__wrapped__"):
        source.sync_view_restrictions = keep_own_restrictions(
            source.sync_view_restrictions
        )


def keep_own_restrictions(sync: Any) -> Any:
    """Return wagtail-localize's method without its changes to an own restriction.

    Each sync and each publishing makes a translation as private as its source,
    and so removes or rewrites a restriction that was set on it alone. The gate
    applies the source's to its translations by itself; this one stays until an
    editor removes it. A translation without one still gets the source's.
    """

    @functools.wraps(sync)
    def sync_view_restrictions(self: Any, original: Any, translation_page: Any) -> Any:
        guarded = isinstance(translation_page, GuardedPageMixin)
        if guarded and translation_page.view_restrictions.exists():
            return None
        return sync(self, original, translation_page)

    return sync_view_restrictions
