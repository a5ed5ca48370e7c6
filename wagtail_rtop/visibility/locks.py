"""Row locks, held until the transaction ends, and the order they are taken in.

Pages first, by id; then the register's entries, by path. Whoever needs several
of a kind takes them at once. So nobody waits for each other in turn.
"""

from typing import Any

from django.db import connections, router

from wagtail_rtop.compat import get_page_model


def lock_rows(queryset: Any) -> Any:
    """Return the queryset, locking the rows it reads.

    On PostgreSQL rows that refer to a locked one may still be written: their
    transaction would wait for this one at its very end, holding locks of its own.
    """
    features = connections[router.db_for_write(queryset.model)].features
    return queryset.select_for_update(no_key=features.has_select_for_no_key_update)


def lock_pages(condition: Any) -> list[int]:
    """Lock the pages that meet the condition, a ``Q``; return their ids. One query."""
    pages = get_page_model().objects.filter(condition).order_by("pk")
    return list(lock_rows(pages).values_list("pk", flat=True))
