"""What is overdue and what is due soon, for many rows of the ledger at once."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from wagtail_rtop.coalition.models import Coalition, fetch_deadlines
from wagtail_rtop.coalition.workdays import Deadline, build_deadline
from wagtail_rtop.letters.ledger_rows import LedgerRow


class Deadlines:
    """The deadlines of all sites at this moment. One query, when it is made.

    A letter of a site without a coalition has the deadline of a new one.
    """

    def __init__(self) -> None:
        # Longest path first: a site's root may stand below another's.
        self.sites = [*fetch_deadlines(), ("", build_deadline(Coalition()))]

    def find(self, path: str) -> Deadline:
        """Return the deadline of the letter with this tree path."""
        return next(d for root, d in self.sites if path.startswith(root))

    def build_overdue_q(self) -> Q:
        """Return the condition for rows that are overdue today."""
        return self._build_q(lambda d: Q(waiting_since__lte=d.overdue_until))

    def build_soon_q(self) -> Q:
        """Return the condition for rows due within seven days, not overdue."""
        return self._build_q(
            lambda d: Q(
                waiting_since__gt=d.overdue_until, waiting_since__lte=d.soon_until
            )
        )

    def mark(self, rows: Iterable[LedgerRow]) -> list[LedgerRow]:
        """Return the rows, their letters loaded, with ``due`` and ``overdue``."""
        rows = list(rows)
        for row in rows:
            deadline = self.find(row.letter.path)
            start = row.waiting_since
            row.due = deadline.get_due(start) if start else None
            row.overdue = bool(start and deadline.is_overdue(start))
        return rows

    def _build_q(self, condition: Callable[[Deadline], Q]) -> Q:
        parts, inner = [], Q()
        for root, deadline in self.sites:
            here = Q(letter__path__startswith=root) if root else Q()
            found = condition(deadline) & here
            # Not what a site below has settled otherwise.
            parts.append(found & ~inner if inner else found)
            inner |= here
        return reduce(or_, parts)
