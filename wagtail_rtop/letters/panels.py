"""The editor of a letter: its tabs and the panels that are no fields."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList, Panel, TabbedInterface
from wagtail.models import Locale

from wagtail_rtop.regions.models import Region
from wagtail_rtop.tabs import build_tabs


def build_letter_tabs(cls: Any) -> TabbedInterface:
    """Return the editor of a letter type; ``response_tab_panels`` have a tab, too."""
    responses = ObjectList(cls.response_tab_panels, heading=_("Responses"))
    return build_tabs(cls, _("Letter"), [responses])


class RecipientToolsPanel(Panel):
    """Buttons that fill the recipient rows: from a pasted list, from a group."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtail_rtop/admin/recipient_tools.html"

        @property
        def media(self) -> forms.Media:
            return forms.Media(js=["wagtail_rtop/recipients.js"])

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            # Imported here: the views read the tables whose rows these panels fill.
            from wagtail_rtop.letters.views import may_add_group

            context = super().get_context_data(parent_context)
            save_url = reverse("rtop_recipients_save_group")
            return {
                **context,
                "paste_url": reverse("rtop_recipients_paste"),
                "groups_url": reverse("rtop_recipients_add_group"),
                "save_url": save_url if may_add_group(self.request.user) else "",
                "added": gettext("Recipients added: %(count)s."),
                "present": gettext(
                    "Already in the letter and not added again: %(count)s."
                ),
            }


class DerivedRegionsPanel(Panel):
    """Says which regions the letter has, and where they come from. Read-only."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtail_rtop/admin/derived_regions.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Return Wagtail's context, ``derived`` (names) and ``own``.

            As of the last save. Two queries.
            """
            context = super().get_context_data(parent_context)
            rows = list(self.instance.recipients.all())
            ids = self.instance.get_recipient_regions(rows)
            regions = Region.objects.filter(pk__in=ids)
            named = regions.with_label(Locale.get_active()) if ids else ()
            return {
                **context,
                "derived": sorted(str(region) for region in named),
                "is_replaced": bool(self.instance.get_region_ids()),
            }


class OfficialNamePanel(Panel):
    """Today's name of a row's organisation, beside the one that was written."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtail_rtop/admin/official_name.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, "today": getattr(self.form, "name_today", "")}
