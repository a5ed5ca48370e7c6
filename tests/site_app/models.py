from django.db import models
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from wagtail_rtop.models import RegionTaggedMixin


class HomePage(Page):
    """The site's home page. It knows nothing of the package."""


class ReportPage(RegionTaggedMixin, Page):
    """A page type of the site's own, listed by region beside the documents."""

    content_panels = [*Page.content_panels, *RegionTaggedMixin.region_panels]


@register_snippet
class Note(models.Model):
    """A snippet as Wagtail makes it, long: what the admin is without the package."""

    title = models.CharField(max_length=255)
    text = RichTextField(blank=True)

    panels = [
        FieldPanel("title"),
        FieldPanel("text"),
        *[HelpPanel("Help", heading=f"Section {number}") for number in range(120)],
    ]

    def __str__(self):
        return self.title
