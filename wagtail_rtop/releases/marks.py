"""What a list says of a release beside its title: corrected, superseded."""

from collections.abc import Iterable
from typing import Any

from wagtail.models import get_page_models

from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.releases.models import PressReleaseMixin
from wagtail_rtop.visibility.gate import Gate


CORRECTED = "corrected"
SUPERSEDED = "superseded"


def fetch_marks(entries: Iterable[Entry], gate: Gate) -> dict[int, list[str]]:
    """Return the marks of those entries that are releases, by page id.

    A release is superseded for those who may see what supersedes it. Cost: two
    queries for each type of release of the site, none without a release.
    """
    kind = PressReleaseMixin.register_kind
    releases = {e.pk: e.translation_key for e in entries if e.kind == kind}
    marks: dict[int, list[str]] = {pk: [] for pk in releases}
    if not releases:
        return marks
    superseded: set[Any] = set()
    for model in get_page_models():
        if not issubclass(model, PressReleaseMixin):
            continue
        manager: Any = model._default_manager
        printed = manager.filter(pk__in=releases)
        for pk, keys in printed.values_list("pk", "frozen__corrections"):
            if keys:
                marks[pk].append(CORRECTED)
        visible = Entry.objects.filter(build_visible_q(gate), kind=kind)
        newer = manager.filter(
            supersedes__translation_key__in=set(releases.values()),
            pk__in=visible.values("pk"),
        )
        superseded |= set(newer.values_list("supersedes__translation_key", flat=True))
    for pk, key in releases.items():
        if key in superseded:
            marks[pk].append(SUPERSEDED)
    return marks
