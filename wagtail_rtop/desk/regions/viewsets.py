"""The regions' list with what the register and the translators know of them."""

import json
from typing import Any

from django.db.models import OuterRef, QuerySet, Value
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.models import Locale

from wagtail_rtop.commas import join_by_comma
from wagtail_rtop.regions.models import Region
from wagtail_rtop.regions.viewsets import LabelColumn, RegionViewSet, count_rows
from wagtail_rtop.register.models import EntryRegion


class MissingLabelColumn(LabelColumn):
    """Names the languages that lack a name: "2 of 3, missing: ar"."""

    def get_value(self, instance: Any) -> Any:
        text = super().get_value(instance)
        present = {label.locale_id for label in instance.labels.all()}
        locales = json.loads(instance.locale_codes)
        missing = [code for code, pk in locales if pk not in present]
        if not missing:
            return text
        return _("%(count)s, missing: %(languages)s") % {
            "count": text,
            "languages": join_by_comma(missing),
        }


class RegionDeskViewSet(RegionViewSet):
    """Regions with their documents and the languages without a name."""

    list_display = [
        *RegionViewSet.list_display[:-1],
        Column("entry_count", label=_("Documents"), sort_key="entry_count"),
        MissingLabelColumn("label_count", label=_("Names"), sort_key="label_count"),
    ]

    def get_queryset(self, request: Any) -> QuerySet[Region]:
        locales = list(
            Locale.objects.order_by("language_code").values_list("language_code", "pk")
        )
        documents = EntryRegion.objects.filter(region=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                entry_count=count_rows(documents, "region"),
                locale_codes=Value(json.dumps(locales)),
            )
            .prefetch_related("labels")
        )
