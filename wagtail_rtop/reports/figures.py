"""The figures of the correspondence report: how many answered, and how soon."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear

from wagtail_rtop.letters.ledger_rows import LedgerRow


@dataclass(frozen=True)
class Figures:
    """The recipients of the letters of one year, or of all.

    Attributes:
        year: of the letters; None: all.
        recipients: how many were written to.
        soon: how many answered within the days asked about.
        answered: how many answered at all, those among them.
    """

    year: int | None
    recipients: int
    soon: int
    answered: int

    @property
    def later(self) -> int:
        return self.answered - self.soon

    @property
    def soon_share(self) -> int:
        """Per cent of the recipients; see ``get_share()``."""
        return get_share(self.soon, self.recipients)

    @property
    def later_share(self) -> int:
        return get_share(self.later, self.recipients)

    @property
    def answered_share(self) -> int:
        return get_share(self.answered, self.recipients)


def get_share(part: int, whole: int) -> int:
    """Return how many per cent of the whole the part is, half a per cent rounded up.

    Equal numbers give equal shares, so those of parts need not add up to that of
    their sum. 0 of nothing.
    """
    # In whole numbers: round() goes to the even one, and floats miss the half.
    return (200 * part + whole) // (2 * whole) if whole else 0


def fetch_figures(rows: QuerySet[LedgerRow], days: int) -> list[Figures]:
    """Return the figures of each year, newest first, then of all. One query.

    Args:
        rows: the recipients that count.
        days: an answer within so many days of sending is a soon one.
    """
    found: Any = (
        rows.order_by()
        .annotate(year=ExtractYear("document_date"))
        .values("year")
        .annotate(
            recipients=Count("pk"),
            answered=Count("pk", filter=Q(answered_on__isnull=False)),
            soon=Count("pk", filter=Q(days_to_reply__lte=days)),
        )
        .order_by("-year")
    )
    years = [
        Figures(row["year"], row["recipients"], row["soon"], row["answered"])
        for row in found
    ]
    total = Figures(
        None,
        sum(year.recipients for year in years),
        sum(year.soon for year in years),
        sum(year.answered for year in years),
    )
    return [*years, total] if years else []
