"""Recipient groups in the admin."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from wagtail_rtop.letters.groups import RecipientGroup


class RecipientGroupViewSet(SnippetViewSet):
    model = RecipientGroup
    icon = "group"
    menu_label = _("Recipient groups")
    menu_name = "rtop-recipient-groups"
    search_fields = ["name", "note"]
    list_display = [
        "name",
        Column("member_count", label=_("Recipients"), sort_key="member_count"),
    ]

    def get_queryset(self, request: Any) -> QuerySet[RecipientGroup]:
        return RecipientGroup.objects.annotate(member_count=Count("members"))
