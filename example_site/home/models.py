"""A home page and plain pages, beside the ready-made types of wagtail_rtop.pages."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.models import GuardedPageMixin, RegionTaggedMixin
from wagtail_rtop.register.query import get_visible_entries
from wagtail_rtop.visibility.gate import get_gate


class HomePage(Page):
    """The first page of a language: what the coalition is, and what is new."""

    LATEST = 4

    intro = models.TextField(_("introduction"), blank=True)
    body = RichTextField(_("text"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("intro"),
        index.SearchField("body"),
    ]
    override_translatable_fields = [
        SynchronizedField("slug"),
        TranslatableField("intro"),
        TranslatableField("body"),
    ]
    page_description = _("The first page of the site, one for each language.")

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        """Add ``letters`` and ``releases``: the newest that the visitor may see.

        Shape: ``[{"title", "url", "date", "answered", "recipients"}, …]``. Two
        queries; lists come from the register, never from page tables.
        """
        context = super().get_context(request, *args, **kwargs)
        for name, kind in (("letters", "letter"), ("releases", "release")):
            context[name] = self._fetch_latest(request, kind)
        return context

    def _fetch_latest(self, request: HttpRequest, kind: str) -> list[dict[str, Any]]:
        entries = get_visible_entries(
            get_gate(request), kind=kind, locale=self.locale_id
        ).select_related("page")[: self.LATEST]
        rows = []
        for entry in entries:
            # The same for all of them: without this, a query a row.
            entry.page.locale = self.locale
            rows.append(
                {
                    "title": entry.page.title,
                    "url": entry.page.get_url(request),
                    "date": entry.document_date,
                    "answered": entry.answered,
                    "recipients": entry.recipients,
                }
            )
        return rows


class StandardPage(RegionTaggedMixin, GuardedPageMixin, Page):
    """A page of text, listed by region beside the documents of the package.

    ``GuardedPageMixin`` binds its translations and its file to its privacy.
    """

    body = RichTextField(_("text"), blank=True)
    document = models.ForeignKey(
        get_document_model_string(),
        null=True,
        blank=True,
        # The text outlives a deleted file.
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("document"),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("document"),
        *RegionTaggedMixin.region_panels,
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]
    override_translatable_fields = [
        SynchronizedField("slug"),
        SynchronizedField("document"),
        TranslatableField("body"),
    ]
    page_description = _("A page of text, with a document if there is one.")

    class Meta:
        verbose_name = _("page of text")
        verbose_name_plural = _("pages of text")
