"""The region vocabulary in the admin."""

from typing import Any

from django.db import transaction
from django.db.models import (
    Count,
    IntegerField,
    OuterRef,
    ProtectedError,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, LocaleColumn
from wagtail.models import Locale
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet

from wagtail_rtop.regions.models import Region, RegionLabel, TaggedRegion


def annotate_counts(regions: QuerySet[Region]) -> QuerySet[Region]:
    """Add how many pages are tagged, languages named, and languages there are."""
    return regions.annotate(
        page_count=count_rows(TaggedRegion.objects.filter(tag=OuterRef("pk")), "tag"),
        label_count=count_rows(
            RegionLabel.objects.filter(region=OuterRef("pk")), "region"
        ),
        locale_count=Value(Locale.objects.count()),
    )


def count_rows(rows: QuerySet[Any], column: str) -> Coalesce:
    """Return the number of rows with an equal ``column``, as an expression."""
    # A subquery each: two joins would multiply the rows they count.
    counted = rows.order_by().values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class LabelColumn(Column):
    """How many of the site's languages have a name: "2 of 3"."""

    def get_value(self, instance: Any) -> Any:
        return _("%(named)d of %(all)d") % {
            "named": instance.label_count,
            "all": instance.locale_count,
        }


class RegionDeleteView(DeleteView):
    """Deletes a region; one that was tagged a moment ago is asked about again."""

    def form_valid(self, form: Any) -> Any:
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except ProtectedError:
            # The hook ahead of the form names the uses.
            return redirect(self.get_delete_url())


class RegionViewSet(SnippetViewSet):
    model = Region
    delete_view_class = RegionDeleteView
    icon = "globe"
    menu_label = _("Regions")
    menu_name = "rtop-regions"
    copy_view_enabled = False
    ordering = ("name",)
    list_per_page = 50
    list_display = [
        "name",
        "slug",
        Column("m49", label=_("M49"), sort_key="m49"),
        Column("parent", label=_("Part of"), sort_key="parent__name"),
        Column("page_count", label=_("Pages"), sort_key="page_count"),
        LabelColumn("label_count", label=_("Names"), sort_key="label_count"),
    ]
    list_filter = ["parent"]
    search_fields = ["name", "slug", "m49"]

    def get_queryset(self, request: Any) -> QuerySet[Region]:
        return annotate_counts(Region.objects.select_related("parent"))


class RegionLabelViewSet(SnippetViewSet):
    model = RegionLabel
    icon = "tag"
    menu_label = _("Region names")
    menu_name = "rtop-region-names"
    copy_view_enabled = False
    ordering = ("label",)
    list_per_page = 50
    list_display = [
        "label",
        LocaleColumn(label=_("Language")),
        Column("region", label=_("Region"), sort_key="region__name"),
    ]
    list_filter = ["region"]
    # The search index refuses a question beside an order by another table's column.
    search_backend_name = None
    search_fields = ["label"]

    def get_queryset(self, request: Any) -> QuerySet[RegionLabel]:
        return RegionLabel.objects.select_related("region", "locale")
