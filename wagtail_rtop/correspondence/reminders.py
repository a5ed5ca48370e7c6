"""What a user is reminded of: answers that are overdue, and those due soon."""

from dataclasses import dataclass
from typing import Any

from wagtail_rtop.correspondence.access import get_rows
from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.letters.ledger_rows import LedgerRow


@dataclass(frozen=True)
class Reminders:
    """Rows of the ledger, those waited for longest first; counts are of all.

    Attributes:
        overdue: the first of them, ``due`` set.
        soon: the same of those due within seven days.
        overdue_count: how many are overdue.
        soon_count: how many are due soon.
    """

    overdue: list[LedgerRow]
    soon: list[LedgerRow]
    overdue_count: int
    soon_count: int

    def __bool__(self) -> bool:
        return bool(self.overdue_count or self.soon_count)


def fetch_reminders(user: Any, limit: int, deadlines: Deadlines) -> Reminders:
    """Return what the user may see and should know, ``limit`` rows of each kind.

    Cost: four queries, one more for the permissions of a user not asked before.
    """
    rows = get_rows(user).order_by("waiting_since", "letter", "position")
    overdue = rows.filter(deadlines.build_overdue_q())
    soon = rows.filter(deadlines.build_soon_q())
    return Reminders(
        deadlines.mark(overdue[:limit]),
        deadlines.mark(soon[:limit]),
        overdue.count(),
        soon.count(),
    )
