"""Which release replaces which: both ways, in the reader's language, visible only."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.visibility.gate import Gate


# Longer chains are loops that were made by code.
MAX_STEPS = 100


def fetch_links(page: Any, gate: Gate) -> dict[str, list[Any]]:
    """Return what the release replaces and what replaces it, as far as visible.

    Shape: ``{"supersedes": [page], "superseded_by": [page]}``, each page in the
    release's language if it exists there, newest first. One query, two for a
    release that is an alias.
    """
    pages = get_page_model().objects
    older = pages.filter(pk=page.supersedes_id).values("translation_key")
    newer = (
        type(page)
        ._default_manager.filter(supersedes__translation_key=page.translation_key)
        .values("translation_key")
    )
    entries = (
        Entry.objects.filter(
            build_visible_q(gate),
            Q(translation_key__in=older) | Q(translation_key__in=newer),
            kind=page.register_kind,
        )
        .select_related("page", "locale")
        .order_by("-document_date", "page")
    )
    supersedes = page.supersedes.translation_key if page.supersedes_id else None
    chosen: dict[Any, Entry] = {}
    for entry in entries:
        if entry.translation_key not in chosen or (
            entry.locale_id == page.locale_id and not entry.is_alias
        ):
            chosen[entry.translation_key] = entry
    links: dict[str, list[Any]] = {"supersedes": [], "superseded_by": []}
    for key, entry in chosen.items():
        entry.page.locale = entry.locale
        links["supersedes" if key == supersedes else "superseded_by"].append(entry.page)
    return links


def check_supersedes(page: Any) -> None:
    """Refuse a release that replaces itself, a stranger, or its own successor.

    Raises:
        ValidationError: at the field ``supersedes``. One query a step.
    """
    # Imported here: the mixin's own module imports this one.
    from wagtail_rtop.releases.models import PressReleaseMixin

    if not page.supersedes_id:
        return
    older = get_page_model().objects.filter(pk=page.supersedes_id).first()
    seen = {page.translation_key}
    for step in range(MAX_STEPS):
        if older is None:
            return
        if older.translation_key in seen:
            raise _refuse(
                _("A release can't supersede itself. Choose an earlier release.")
                if step == 0
                else _(
                    "“%(title)s” is superseded by this release already, directly or "
                    "by another one. Choose an earlier release, or none."
                )
                % {"title": page.supersedes.title},
                "loop",
            )
        seen.add(older.translation_key)
        specific = older.specific
        if not isinstance(specific, PressReleaseMixin):
            raise _refuse(
                _("“%(title)s” is no press release. Choose a press release.")
                % {"title": older.title},
                "kind",
            )
        older = specific.supersedes


def _refuse(message: Any, code: str) -> ValidationError:
    return ValidationError({"supersedes": ValidationError(message, code=code)})
