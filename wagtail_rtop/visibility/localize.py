"""Keeps wagtail-localize from loosening what protects a translation."""

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks

from wagtail_rtop.visibility.models import GuardedPageMixin


# What we put our rule before, as wagtail-localize 1.14.5 has it. It is no public
# interface: another release is compared with this by a check, or a translation's
# own restriction might be lost in silence.
WRAPPED = "sync_view_restrictions"
MODULE = "wagtail_localize.models"
PARAMETERS = ["self", "original", "translation_page"]
CALLERS = {"create_or_update_translation", "update_target_view_restrictions"}


def connect() -> None:
    """Put our rule before wagtail-localize's; does nothing where it isn't installed."""
    if not apps.is_installed("wagtail_localize"):
        return
    source = apps.get_model("wagtail_localize", "TranslationSource")
    sync = getattr(source, WRAPPED, None)
    # What is gone is for the check to say.
    if sync is not None and not _has_rule(sync):
        setattr(source, WRAPPED, keep_own_restrictions(sync))


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

    sync_view_restrictions.rtop_keeps_own = True  # type: ignore[attr-defined]  # a mark
    return sync_view_restrictions


@checks.register(checks.Tags.compatibility)
def check_wrapped_method(
    app_configs: Any = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Compare what our rule stands before with what it was written for. E077."""
    if not apps.is_installed("wagtail_localize"):
        return []
    source = apps.get_model("wagtail_localize", "TranslationSource")
    return [
        checks.Error(
            f"wagtail-localize's TranslationSource.{WRAPPED} is not the method that "
            f"wagtail_rtop knows: {change}. A translation's own view restriction may "
            "be removed by a synchronisation.",
            hint="Install wagtail-localize 1.14.5, or a release of wagtail_rtop that "
            "supports the one you have.",
            obj=source,
            id="wagtail_rtop.E077",
        )
        for change in find_changes(source)
    ]


def find_changes(source: Any) -> Iterator[str]:
    """Yield what differs in ``TranslationSource`` from what our rule relies on."""
    sync = getattr(source, WRAPPED, None)
    if sync is None:
        yield "it is gone"
        return
    if not _has_rule(sync):
        yield "something has replaced our rule before it"
    own = inspect.unwrap(sync)
    if own.__module__ != MODULE:
        yield f"it comes from {own.__module__}, not from {MODULE}"
    parameters = list(inspect.signature(own).parameters)
    if parameters != PARAMETERS:
        yield f"it takes {', '.join(parameters)}, not {', '.join(PARAMETERS)}"
    for name in sorted(CALLERS):
        caller = inspect.unwrap(getattr(source, name, len))
        if WRAPPED not in getattr(getattr(caller, "__code__", None), "co_names", ()):
            yield f"{name} does not call it"


def _has_rule(sync: Any) -> bool:
    while sync is not None:
        if hasattr(sync, "rtop_keeps_own"):
            return True
        sync = getattr(sync, "__wrapped__", None)
    return False
