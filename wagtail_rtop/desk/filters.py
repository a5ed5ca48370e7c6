"""What an editor narrows a list by. Every filter asks the register."""

from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.views.pages.listing import PageFilterSet
from wagtail.coreutils import get_content_languages

from wagtail_rtop.letters.enums import LetterKind
from wagtail_rtop.regions.models import Region
from wagtail_rtop.register.models import Entry, EntryRegion
from wagtail_rtop.releases.enums import ReleaseKind
from wagtail_rtop.visibility.models import Embargo, Retraction


ANSWERED = {
    "all": Q(answered=F("recipients")),
    "some": Q(answered__gt=0, answered__lt=F("recipients")),
    "none": Q(answered=0),
}


def get_languages() -> list[tuple[str, str]]:
    return list(get_content_languages().items())


def narrow(pages: QuerySet[Any], entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Return the pages of these entries."""
    # By key, because Wagtail's search takes no other condition than on fields
    # that it has indexed.
    return pages.filter(pk__in=entries.order_by().values("pk"))


class DocumentFilterSet(PageFilterSet):
    """Date, region, language and embargo; what every kind of document has."""

    # It reads the whole log of all pages to offer its choices.
    edited_by = None

    document_date = django_filters.DateFromToRangeFilter(
        label=_("Date"), widget=DateRangePickerWidget, method="filter_date"
    )
    region = django_filters.ModelMultipleChoiceFilter(
        label=_("Region"),
        queryset=Region.objects.all(),
        widget=CheckboxSelectMultiple,
        method="filter_region",
    )
    missing = django_filters.ChoiceFilter(
        label=_("Not written in"),
        choices=get_languages,
        widget=RadioSelect,
        empty_label=_("Any"),
        method="filter_missing",
    )
    hold = django_filters.ChoiceFilter(
        label=_("Held back"),
        choices=[("embargo", _("Under embargo")), ("retracted", _("Retracted"))],
        widget=RadioSelect,
        empty_label=_("Any"),
        method="filter_hold",
    )

    def filter_date(self, pages: Any, name: str, value: slice) -> Any:
        conditions = {
            "document_date__gte": value.start,
            "document_date__lte": value.stop,
        }
        given = {k: v.date() for k, v in conditions.items() if v}
        return narrow(pages, Entry.objects.filter(**given)) if given else pages

    def filter_region(self, pages: Any, name: str, value: Any) -> Any:
        if not value:
            return pages
        rows = EntryRegion.objects.filter(region__in=value)
        return pages.filter(pk__in=rows.values("entry"))

    def filter_missing(self, pages: Any, name: str, value: str) -> Any:
        written = Entry.objects.filter(
            group_key=OuterRef("group_key"),
            locale__language_code=value,
            is_alias=False,
        )
        return narrow(pages, Entry.objects.filter(~Exists(written)))

    def filter_hold(self, pages: Any, name: str, value: str) -> Any:
        holds: QuerySet[Any] = Retraction.objects.all()
        if value == "embargo":
            holds = Embargo.objects.filter(lift__gt=timezone.now())
        keys = holds.order_by().values("group_key")
        return narrow(pages, Entry.objects.filter(group_key__in=keys))


class KindMixin:
    """Filters on the page type's own field ``kind``."""

    def filter_kind(self, pages: Any, name: str, value: list[str]) -> Any:
        if not value:
            return pages
        found = pages.model._base_manager.filter(kind__in=value)
        return pages.filter(pk__in=found.values("pk"))


class LetterFilterSet(KindMixin, DocumentFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"),
        choices=[(kind.value, capfirst(kind.label)) for kind in LetterKind],
        widget=CheckboxSelectMultiple,
        method="filter_kind",
    )
    answered = django_filters.ChoiceFilter(
        label=_("Answered"),
        choices=[
            ("all", _("By all recipients")),
            ("some", _("By some recipients")),
            ("none", _("By none")),
        ],
        widget=RadioSelect,
        empty_label=_("Any"),
        method="filter_answered",
    )

    def filter_answered(self, pages: Any, name: str, value: str) -> Any:
        return narrow(pages, Entry.objects.filter(ANSWERED[value], recipients__gt=0))


class ReleaseFilterSet(KindMixin, DocumentFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"),
        choices=[(kind.value, capfirst(kind.label)) for kind in ReleaseKind],
        widget=CheckboxSelectMultiple,
        method="filter_kind",
    )


class OrganisationFilterSet(DocumentFilterSet):
    # A profile is dated by its last check, and is never held back.
    document_date = None
    hold = None
