from wagtail.models import Page

from wagtail_rtop.models import RegionTaggedMixin


class HomePage(Page):
    """The site's home page. It knows nothing of the package."""


class ReportPage(RegionTaggedMixin, Page):
    """A page type of the site's own, listed by region beside the documents."""

    content_panels = [*Page.content_panels, *RegionTaggedMixin.region_panels]
