"""The coalition's particulars in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import LocaleColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from wagtail_rtop.coalition.models import Coalition


class CoalitionViewSet(SnippetViewSet):
    model = Coalition
    icon = "group"
    menu_label = _("Name and address")
    menu_name = "rtop-coalition"
    copy_view_enabled = False
    list_display = [
        "name",
        LocaleColumn(label=_("Language")),
        "site",
        "overdue_days",
        "audience_time_zone",
    ]

    def get_queryset(self, request: Any) -> QuerySet[Coalition]:
        return Coalition.objects.select_related("site", "locale")
