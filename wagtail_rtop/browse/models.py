"""Index pages: lists of letters, releases, organisations and regions."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.fields import RichTextField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from wagtail_rtop.contracts import PageContract
from wagtail_rtop.visibility.models import GuardedPageMixin


class IndexMixin(PageContract, GuardedPageMixin):
    """A page that lists documents of some kinds out of the register.

    To use: subclass one of the four below before the page class.
    """

    intro = RichTextField(_("introduction"), blank=True)

    # Kinds of the register that this page lists; empty = every kind.
    listed_kinds: ClassVar[tuple[str, ...]] = ()
    default_template = "wagtail_rtop/browse/index_page.html"

    index_panels: ClassVar[list[Any]] = [FieldPanel("intro")]
    rtop_translation_policy = [SynchronizedField("slug"), TranslatableField("intro")]

    class Meta:
        abstract = True

    @classmethod
    def get_search_fields(cls) -> list[Any]:
        return [*super().get_search_fields(), index.SearchField("intro")]


class LetterIndexMixin(IndexMixin):
    """Lists the letters of its language, newest first."""

    listed_kinds = ("letter",)

    class Meta:
        abstract = True


class ReleaseIndexMixin(IndexMixin):
    """Lists the press releases of its language, newest first."""

    listed_kinds = ("release",)

    class Meta:
        abstract = True


class OrganisationIndexMixin(IndexMixin):
    """Lists the organisation profiles of its language by name."""

    listed_kinds = ("organisation",)
    default_template = "wagtail_rtop/browse/organisation_index_page.html"

    class Meta:
        abstract = True


class RegionIndexMixin(IndexMixin, RoutablePageMixin):
    """Lists the regions, and each region's documents on an address below."""

    default_template = "wagtail_rtop/browse/region_index_page.html"

    class Meta:
        abstract = True
