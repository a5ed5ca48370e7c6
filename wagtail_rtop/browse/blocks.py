"""A block for any page of the site: the way to the documents of each region."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from wagtail_rtop.blocks import CharBlock, find_locale_id
from wagtail_rtop.browse.regions import get_region_menu


class BrowseRegionsBlock(blocks.StructBlock):
    """Lists the regions that have documents for the reader, in the page's language.

    To use: ``("regions", BrowseRegionsBlock())`` in a StreamField of your own.
    """

    heading = CharBlock(
        label=_("Heading"),
        required=False,
        help_text=_("Empty: “Browse documents by region”."),
    )

    class Meta:
        icon = "globe"
        label = _("Browse documents by region")
        template = "wagtail_rtop/browse/block_browse_regions.html"

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return ``regions`` (see ``get_region_menu()``) and ``heading``."""
        context = super().get_context(value, parent_context=parent_context)
        locale = find_locale_id(context)
        menu = get_region_menu(context.get("request"), locale) if locale else []
        heading = _("Browse documents by region")
        return {**context, "regions": menu, "heading": heading}
