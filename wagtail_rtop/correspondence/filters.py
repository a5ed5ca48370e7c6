"""What the rows of the ledger are narrowed by; the desk's list and the report share it."""

from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.letters.enums import RecipientStatus
from wagtail_rtop.letters.ledger_rows import LedgerRow


DUE_CHOICES = [
    ("overdue", capfirst(_("overdue"))),
    ("soon", capfirst(_("due within seven days"))),
    ("waiting", capfirst(_("waited for"))),
]


class LedgerFilterSet(WagtailFilterSet):
    """Filters by organisation, status, deadline and the letter's date."""

    organisation = django_filters.ChoiceFilter(
        field_name="organisation_key", label=_("Organisation")
    )
    status = django_filters.MultipleChoiceFilter(
        choices=[(status.value, capfirst(status.label)) for status in RecipientStatus],
        label=_("Status"),
    )
    due = django_filters.ChoiceFilter(
        choices=DUE_CHOICES, label=_("Answer"), method="filter_due"
    )
    document_date = django_filters.DateFromToRangeFilter(
        label=_("Date of the letter"), widget=DateRangePickerWidget
    )

    class Meta:
        model = LedgerRow
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.filters["organisation"]
        field.extra["choices"] = self._fetch_organisations()

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines()

    def filter_due(
        self, queryset: QuerySet[LedgerRow], name: str, value: str
    ) -> QuerySet[LedgerRow]:
        if value == "overdue":
            return queryset.filter(self.deadlines.build_overdue_q())
        if value == "soon":
            return queryset.filter(self.deadlines.build_soon_q())
        return queryset.filter(waiting_since__isnull=False)

    def _fetch_organisations(self) -> list[tuple[str, str]]:
        """Return the organisations written to in these letters. One query.

        Each by the title of its source; only of letters that the user may edit.
        """
        rows = self.queryset.order_by().exclude(organisation_key=None)  # type: ignore[union-attr]  # always given
        pages = get_page_model().objects.filter(
            translation_key__in=rows.values("organisation_key"), alias_of=None
        )
        titles: dict[str, str] = {}
        for key, title in pages.order_by("pk").values_list("translation_key", "title"):
            titles.setdefault(str(key), title)
        return sorted(titles.items(), key=lambda item: item[1].casefold())


class DeskFilterSet(LedgerFilterSet):
    """Adds one letter, to which links lead; its choices are not listed."""

    letter = django_filters.NumberFilter(field_name="letter", label=_("Letter"))
