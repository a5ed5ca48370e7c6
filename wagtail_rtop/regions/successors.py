"""Regions that were merged into others, for forms that were opened before."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry


# What the log calls it, at the region that stays; its data has the other one as
# {"merged": {"id": …, "name": …}}.
MERGED = "wagtail_rtop.merge_region"


def fetch_merged_names() -> dict[str, str]:
    """Return name key of each region that was merged away → name of what it is now.

    The regions of today go first, so ask for a text that is the name of none. Two
    queries.
    """
    # Imported here: the models' manager makes the field that asks.
    from wagtail_rtop.regions.models import Region, build_name_key

    entries = ModelLogEntry.objects.filter(
        action=MERGED, content_type=ContentType.objects.get_for_model(Region)
    )
    merged: dict[str, int] = {}
    into: dict[int, int] = {}
    # The latest last: a name may have been given, and merged, again.
    for stays, data in entries.order_by("timestamp", "pk").values_list(
        "object_id", "data"
    ):
        gone = data["merged"]
        merged[build_name_key(gone["name"])] = into[gone["id"]] = int(stays)
    names = dict(Region.objects.values_list("pk", "name"))
    found = {}
    for key, pk in merged.items():
        # Ids are not given twice, so this ends.
        while pk not in names and pk in into:
            pk = into[pk]
        if pk in names:
            found[key] = names[pk]
    return found
