"""The list of one region through the page tables, as it is usually written.

The best of the usual: no query per row, one GROUP BY a facet.
"""

from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractYear

from wagtail_rtop.models import TaggedRegion
from wagtail_rtop.pages.models import LetterPage, LetterRecipient


def read_list(region: Any, locale_id: int, start: int, stop: int) -> dict[str, Any]:
    """Return the rows and the figures of a region's list."""
    letters = LetterPage.objects.filter(
        rtop_region_items__tag=region, locale=locale_id, live=True
    ).order_by("-document_date", "-pk")
    rows = list(
        letters.annotate(addressed=Count("recipients")).values_list(
            "pk", "title", "url_path", "document_date", "addressed"
        )[start:stop]
    )
    tagged = TaggedRegion.objects.filter(
        content_object__in=letters.order_by().values("pk")
    )
    recipients = LetterRecipient.objects.filter(
        letter__in=letters.order_by().values("pk")
    )
    return {
        "rows": rows,
        "total": letters.count(),
        "years": _group(letters.annotate(y=ExtractYear("document_date")), "y"),
        "regions": _group(tagged, "tag"),
        "organisations": _group(recipients, "organisation"),
    }


def _group(queryset: Any, column: str) -> dict[Any, int]:
    counted = queryset.order_by().values(column).annotate(number=Count("pk"))
    return dict(counted.values_list(column, "number"))
