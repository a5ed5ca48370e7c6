"""What a release prints is what it printed: boilerplate, contacts, earlier texts.

All of it is decided when the row is about to be written as live, because every
publishing path passes there: the editor, a workflow, a schedule, wagtail-localize,
code. Drafts never do.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import COMMENTS_RELATION_NAME, Revision

from wagtail_rtop.releases.corrections import get_new_notes
from wagtail_rtop.releases.models import Boilerplate, PressContact, ReleaseVersion


def freeze(page: Any) -> None:
    """Set ``page.frozen`` for the publish that is about to be written.

    An alias prints what its source prints. A live page that is written again
    without being published keeps what it has.
    """
    stored = type(page)._base_manager.filter(pk=page.pk) if page.pk else None
    columns = ("live", "live_revision_id", "frozen")
    before = (stored.values(*columns).first() if stored is not None else None) or {}
    if page.alias_of_id:
        page.frozen = getattr(page.alias_of.specific, "frozen", {})
        return
    frozen = before.get("frozen") or {}
    is_publish = not (
        before.get("live") and before["live_revision_id"] == page.live_revision_id
    )
    if frozen and not is_publish:
        page.frozen = frozen
        return
    corrections = get_correction_keys(page)
    added = set(corrections) - set(frozen["corrections"]) if frozen else set()
    if added:
        store_version(page, frozen)
    page.frozen = build_frozen(page)
    log_publish(page, frozen, added)


def build_frozen(page: Any) -> dict[str, Any]:
    """Return what the page would freeze if it were published now.

    Shape: ``{"at": ISO time, "revision": id or None, "corrections": [row keys],
    "supersedes": page id or None, "boilerplate": {"text", "language"} or None, "contacts": [{"name", "role",
    "phone", "email", "language"}]}``. Two queries or fewer.
    """
    return {
        "at": timezone.now().isoformat(),
        "revision": page.live_revision_id,
        "corrections": get_correction_keys(page),
        "supersedes": page.supersedes_id,
        "boilerplate": _build_boilerplate(page),
        "contacts": _build_contacts(page),
    }


def get_correction_keys(page: Any) -> list[str]:
    """Return the keys of the page's correction rows, in order."""
    return [str(row.translation_key) for row in page.corrections.all()]


def store_version(page: Any, frozen: dict[str, Any]) -> ReleaseVersion:
    """Keep the text published before; return its version.

    Args:
        page: the page that is about to replace it.
        frozen: what the page had frozen with that text.
    """
    revision = Revision.objects.filter(pk=frozen["revision"]).first()
    if revision:
        content = revision.content
    else:
        # Published by code, or the revision was purged: the row still has it.
        content = type(page)._base_manager.get(pk=page.pk).serializable_data()
    # Editors' remarks to each other are no part of what was published.
    content = {k: v for k, v in content.items() if k != COMMENTS_RELATION_NAME}
    versions = ReleaseVersion.objects.filter(page=page.pk)
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return ReleaseVersion.objects.create(
        page_id=page.pk, number=number, content={**content, "frozen": frozen}
    )


def log_publish(page: Any, before: dict[str, Any], added: Iterable[str]) -> None:
    """Write into the history what a publish corrects and what it supersedes."""
    user = page.live_revision.user if page.live_revision_id else None
    for note in get_new_notes(page, added):
        log(
            instance=page,
            action="wagtail_rtop.correct",
            user=user,
            data={"detail": note[:200]},
        )
    if page.supersedes_id and page.supersedes_id != before.get("supersedes"):
        log(
            instance=page,
            action="wagtail_rtop.supersede",
            user=user,
            data={"detail": page.supersedes.title, "page": page.supersedes_id},
        )


def _build_boilerplate(page: Any) -> dict[str, Any] | None:
    if not page.boilerplate_id:
        return None
    key = Boilerplate.objects.filter(pk=page.boilerplate_id).values("translation_key")
    found = _choose_by_locale(
        Boilerplate.objects.filter(translation_key__in=key), page.locale_id
    )
    for row in found.values():
        return {"text": row.text, "language": row.locale.language_code}
    return None


def _build_contacts(page: Any) -> list[dict[str, Any]]:
    chosen = [row.contact_id for row in page.contacts.all() if row.contact_id]
    if not chosen:
        return []
    key_of = dict(
        PressContact.objects.filter(pk__in=chosen).values_list("pk", "translation_key")
    )
    found = _choose_by_locale(
        PressContact.objects.filter(translation_key__in=set(key_of.values())),
        page.locale_id,
    )
    return [
        {
            **{f: getattr(row, f) for f in ("name", "role", "phone", "email")},
            "language": row.locale.language_code,
        }
        for row in (found[key_of[pk]] for pk in chosen if pk in key_of)
    ]


def _choose_by_locale(snippets: Any, locale_id: int) -> dict[Any, Any]:
    """Return one snippet a key: the one in the locale, else the oldest."""
    chosen: dict[Any, Any] = {}
    for row in snippets.select_related("locale").order_by("pk"):
        if row.translation_key not in chosen or row.locale_id == locale_id:
            chosen[row.translation_key] = row
    return chosen
