"""Profiles that were merged into others, for forms that were opened before."""

from collections.abc import Collection, Iterable

from wagtail.models import PageLogEntry

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.organisations.directory import Directory, fetch_directory


# What the log calls it; its data names the profile that stays as {"into": {"id": …}}.
MERGED = "wagtail_rtop.merge_organisation"


def fetch_successors(pages: Iterable[int]) -> dict[int, int]:
    """Return the id of the profile that each of these was merged into.

    A profile that was merged on is followed to the last one; one that is live again
    was brought back on purpose, and is not. The pages may be deleted. One query, two
    more for each merge in a row; none for no pages.

    Args:
        pages: ids of profiles that are not live.
    """
    steps: dict[int, int] = {}
    waiting = set(pages)
    while waiting:
        entries = PageLogEntry.objects.filter(action=MERGED, page__in=waiting)
        # The latest last: a profile may have been brought back and merged again.
        rows = entries.order_by("timestamp", "pk").values_list("page", "data")
        found = {page: data["into"]["id"] for page, data in rows if "into" in data}
        steps |= found
        reached = set(found.values()) - set(steps)
        if reached:
            live = get_page_model().objects.filter(pk__in=reached, live=True)
            reached -= set(live.order_by().values_list("pk", flat=True))
        waiting = reached
    return {pk: _follow(steps, pk) for pk in steps if _follow(steps, pk) != pk}


def _follow(steps: dict[int, int], pk: int) -> int:
    seen = set()
    while pk in steps and pk not in seen:
        seen.add(pk)
        pk = steps[pk]
    return pk


def fetch_current_directory(
    pages: Collection[int],
) -> tuple[Directory, dict[int, int]]:
    """Return the organisations of these pages, and what to choose instead of them.

    Shape of the second: id of a page whose profile was merged away → id of the
    profile that stays. Two queries for each page type with ``OrganisationMixin`` and
    one; more only if some are not live.
    """
    directory = fetch_directory(pages)
    found = {pk: directory.get(pk) for pk in pages}
    gone = [pk for pk, entry in found.items() if entry is None or not entry.live]
    successors = fetch_successors(gone) if gone else {}
    if successors:
        directory = fetch_directory({*pages, *successors.values()})
    return directory, {
        old: new
        for old, new in successors.items()
        if old in found and directory.get(new)
    }
