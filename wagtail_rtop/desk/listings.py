"""The editors' lists: below an index page, and flat with an entry in the menu.

Made for every page type of the site that is a letter, a release or a profile. A
site's own viewset for its type goes first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.text import capfirst
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.models import get_page_models

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.desk import columns, filters
from wagtail_rtop.desk.facts import attach_facts
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.releases.models import PressReleaseMixin


class FactsMixin:
    """Reads what the columns show once the rows of the page are known."""

    # Wagtail's search sorts by nothing but these.
    searchable_orderings = ("title", "live", "latest_revision_created_at")

    def get_valid_orderings(self) -> Any:
        found = super().get_valid_orderings()  # type: ignore[misc]  # the view's
        if not self.is_searching:  # type: ignore[attr-defined]  # the view's
            return found
        return [o for o in found if o.lstrip("-") in self.searchable_orderings]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]  # the view's
        attach_facts(context["object_list"])
        return context


class DocumentExplorerView(FactsMixin, ExplorableIndexView):
    """The children of an index page."""

    @cached_property
    def allowed(self) -> Any:
        found = self.permission_policy.explorable_instances(self.request.user)
        return found.values_list("pk", flat=True)

    @cached_property
    def is_narrowed(self) -> bool:
        return bool(self.is_searching or self.is_filtering)

    def get_base_queryset(self) -> Any:
        if self.is_narrowed:
            return super().get_base_queryset()
        pages = self.model._default_manager.child_of(self.parent_page)
        return self.annotate_queryset(pages.filter(pk__in=self.allowed))

    def get_paginator(self, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        """Count by the table of pages alone, which has all the list depends on.

        Wagtail's queryset is of the type, so that each count joins its table: with
        20,000 letters a fifth of the time of the whole list.
        """
        paginator = super().get_paginator(queryset, *args, **kwargs)
        hooked = hooks.get_hooks("construct_explorer_page_queryset")
        if not self.is_narrowed and not hooked:
            pages = get_page_model().objects.child_of(self.parent_page)
            pages = pages.type(self.model).filter(pk__in=self.allowed)
            paginator.count = pages.count()
        return paginator


class DocumentListView(FactsMixin, IndexView):
    """All pages of a type, wherever they are."""


class DocumentUseView(FactsMixin, ContentTypeUseView):
    """All pages of a type, from the report of page types."""


class PageMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return user_has_any_page_permission(request.user)


class DocumentPageViewSet(PageViewSet):
    index_view_class = DocumentExplorerView
    content_type_use_view_class = DocumentUseView


class DocumentListingViewSet(PageListingViewSet):
    index_view_class = DocumentListView
    menu_item_class = PageMenuItem
    add_to_admin_menu = True

    @cached_property
    def menu_label(self) -> str:
        return capfirst(self.model._meta.verbose_name_plural)


@dataclass(frozen=True)
class Listing:
    """How a kind of document is listed.

    Attributes:
        mixin: its contract.
        menu_order: from 110, below Pages and above Images.
        ordering: of the flat list; the explorer has Wagtail's.
    """

    mixin: type
    columns: list[Any]
    filterset: type
    icon: str
    menu_order: int
    ordering: str

    def build_viewsets(self, model: Any) -> Iterator[Any]:
        shared = {
            "model": model,
            "columns": self.columns,
            "filterset_class": self.filterset,
            "icon": self.icon,
        }
        yield DocumentPageViewSet(
            **{**shared, "columns": [c for c in self.columns if c.name != "parent"]}
        )
        if not model.is_creatable:
            # The site has left this type out: no entry in the menu.
            return
        yield DocumentListingViewSet(
            f"rtop/list/{model._meta.label_lower}",
            **shared,
            url_namespace=f"rtop_{model._meta.label_lower.replace('.', '_')}",
            menu_name=f"rtop-{model._meta.label_lower.replace('.', '-')}",
            menu_order=self.menu_order,
            ordering=self.ordering,
        )


LISTINGS = [
    Listing(
        LetterMixin,
        columns.LETTER_COLUMNS,
        filters.LetterFilterSet,
        "mail",
        110,
        "-document_date",
    ),
    Listing(
        PressReleaseMixin,
        columns.RELEASE_COLUMNS,
        filters.ReleaseFilterSet,
        "doc-full-inverse",
        111,
        "-document_date",
    ),
    Listing(
        OrganisationMixin,
        columns.ORGANISATION_COLUMNS,
        filters.OrganisationFilterSet,
        "group",
        112,
        "title",
    ),
]


def build_viewsets() -> list[Any]:
    """Return the viewsets of every page type that editors may create."""
    return [
        viewset
        for listing in LISTINGS
        for model in get_page_models()
        if issubclass(model, listing.mixin)
        for viewset in listing.build_viewsets(model)
    ]
