"""The documents of an organisation or a region, page by page, out of the register.

Wagtail's own list of uses loads every page that refers to a thing.
"""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from wagtail_rtop.browse.listing import get_row_label
from wagtail_rtop.deletion.known import build_known_q, get_editable_pages


class DateColumn(Column):
    def get_value(self, instance: Any) -> Any:
        return date_format(instance.document_date, "DATE_FORMAT")


class KindColumn(Column):
    def get_value(self, instance: Any) -> Any:
        return get_row_label(instance.kind, instance.page)


class StateColumn(Column):
    """Who reads the page now, as far as the register knows."""

    def get_value(self, instance: Any) -> Any:
        if not instance.page.live:
            return capfirst(_("draft"))
        return capfirst(_("public") if instance.public else _("restricted"))


class AnsweredColumn(Column):
    def get_value(self, instance: Any) -> Any:
        if not instance.recipients:
            return ""
        return _("%(answered)d of %(all)d") % {
            "answered": instance.answered,
            "all": instance.recipients,
        }


def get_edit_url(entry: Any) -> str | None:
    """Return where the user of this list edits the page; None if nowhere."""
    if not entry.rtop_may_edit:
        return None
    return reverse("wagtailadmin_pages:edit", args=[entry.page_id])


class DocumentsPaginator(WagtailPaginator):
    """Counts documents; the rows are entries of the register."""

    verbose_name = _("document")
    verbose_name_plural = _("documents")


class DocumentsView(BaseListingView):
    """Lists a thing's documents in every language, newest first; aliases left out.

    To use: define ``load()``, ``may_open()`` and ``get_entries()``. At most twelve
    queries, however many documents there are.
    """

    header_icon = "doc-full"
    paginate_by = 50
    paginator_class = DocumentsPaginator
    verbose_name_plural = _("documents")
    columns: ClassVar[list[Any]] = [
        TitleColumn(
            "page.title",
            label=_("Title"),
            get_url=get_edit_url,
            classname="rtop-title",
        ),
        KindColumn("kind", label=_("Kind")),
        DateColumn("document_date", label=_("Date")),
        Column("locale", label=_("Language")),
        StateColumn("public", label=_("State")),
        AnsweredColumn("answered", label=_("Answered")),
    ]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.thing: Any = self.load(kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_open():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def load(self, pk: int) -> Any:
        raise NotImplementedError

    def may_open(self) -> bool:
        raise NotImplementedError

    def get_entries(self) -> Any:
        raise NotImplementedError

    def get_page_subtitle(self) -> str:
        return str(self.thing)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    def get_index_url(self) -> str:
        return self.request.path

    def get_base_queryset(self) -> Any:
        known = build_known_q(self.request.user, "page")
        entries = self.get_entries().filter(known, is_alias=False)
        editable = get_editable_pages(self.request.user).order_by()
        return (
            entries.select_related("page", "locale")
            .annotate(rtop_may_edit=Exists(editable.filter(pk=OuterRef("page"))))
            .order_by("-document_date", "-page")
        )
