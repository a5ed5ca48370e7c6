"""The desk's list, the ledger of a letter, and what changes it. Changes are POSTs."""

import uuid
from collections import defaultdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views import View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin

from wagtail_rtop.correspondence import access
from wagtail_rtop.correspondence.deadlines import Deadlines
from wagtail_rtop.correspondence.filters import DeskFilterSet
from wagtail_rtop.correspondence.forms import EventForm
from wagtail_rtop.correspondence.history import build_ledger, fetch_letter
from wagtail_rtop.correspondence.links import (
    get_index_url,
    get_ledger_url,
    get_response_url,
)
from wagtail_rtop.correspondence.tables import build_desk_columns
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.letters.events import CorrespondenceEvent
from wagtail_rtop.letters.ledger import record_events, restore_event, withdraw_event
from wagtail_rtop.letters.ledger_rows import LedgerRow
from wagtail_rtop.undo import render_undo


# As many rows as one form records for.
MOST_ROWS = 500


class DeskMixin(WagtailAdminTemplateMixin):
    """Lets in whoever may edit some page; each view narrows that further."""

    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not access.may_open_desk(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # View's

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        desk = {"url": get_index_url(), "label": gettext("Correspondence")}
        here = {"url": "", "label": self.get_page_title()}
        return [*self.breadcrumbs_items, desk, here]


class IndexView(DeskMixin, BaseListingView):
    """One row a recipient of each published letter that the user may edit."""

    page_title = gettext_lazy("Correspondence")
    template_name = "wagtailadmin/generic/listing.html"
    results_template_name = "wagtail_rtop/admin/correspondence/index_results.html"
    index_url_name = "rtop_correspondence"
    index_results_url_name = "rtop_correspondence_results"
    filterset_class = DeskFilterSet
    is_searchable = True
    search_fields = ["name", "office", "letter__title"]
    paginate_by = 50
    model = LedgerRow
    verbose_name_plural = gettext_lazy("recipients of letters")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    @cached_property
    def columns(self) -> list[Any]:  # type: ignore[override]  # a list there
        return build_desk_columns()

    def get_base_queryset(self) -> Any:
        return access.get_rows(self.request.user)

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "queryset": self.get_base_queryset()}

    def get_table(self, object_list: Any) -> Any:
        return super().get_table(Deadlines().mark(object_list))


class LetterView(DeskMixin):
    """Base of what concerns one letter: the source of its translation group."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # View's
        self.letter = self.find_letter(**kwargs)

    def find_letter(self, **kwargs: Any) -> Any:
        return fetch_letter(kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not access.may_record(request.user, self.letter):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.letter.get_admin_display_title()


class LedgerView(LetterView, View):
    """All that is on record of a letter, recipient by recipient."""

    page_title = gettext_lazy("Correspondence of a letter")
    template_name = "wagtail_rtop/admin/correspondence/ledger.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())  # type: ignore[attr-defined]  # TemplateResponseMixin's

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *items, here = super().get_breadcrumbs_items()
        return [*items, {**here, "label": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user  # type: ignore[attr-defined]  # View's
        return super().get_context_data(
            letter=self.letter,
            ledger=build_ledger(self.letter),
            may_publish=access.may_publish(user, self.letter),
            may_read_notes=access.may_read_notes(user),
            response_url=get_response_url(self.letter, user),
            **kwargs,
        )


class RecordView(DeskMixin, FormView):
    """Records one event for the rows named by ``row``, of one letter or of many."""

    page_title = gettext_lazy("Record an event")
    template_name = "wagtail_rtop/admin/correspondence/record.html"
    form_class = EventForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if access.may_open_desk(request.user) and not self.rows:
            messages.warning(
                request,
                gettext("Tick the recipients first that the event concerns."),
            )
            return redirect(get_index_url())
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def rows(self) -> list[LedgerRow]:
        """The rows that were asked for and that the user may keep."""
        asked = [*self.request.GET.getlist("row"), *self.request.POST.getlist("row")]
        # As long as a database's id is at most; anything else names no row.
        ids = {int(pk) for pk in asked if pk.isdecimal() and len(pk) < 19}
        found = access.get_rows(self.request.user).filter(pk__in=ids)
        return list(found[:MOST_ROWS])

    @cached_property
    def letters(self) -> list[Any]:
        return list({row.letter_id: row.letter for row in self.rows}.values())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "user": self.request.user,
            "letters": self.letters,
            # Of several letters the latest: the day must do for all.
            "written_on": max(row.document_date for row in self.rows),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rows=self.rows, cancel_url=self.get_success_url(), **kwargs
        )

    def form_valid(self, form: EventForm) -> HttpResponse:
        keys: dict[int, list[uuid.UUID]] = defaultdict(list)
        for row in self.rows:
            keys[row.letter_id].append(row.recipient_key)
        data = form.cleaned_data
        try:
            with transaction.atomic():
                for letter in self.letters:
                    record_events(
                        letter.specific,
                        keys[letter.pk],
                        data["kind"],
                        data["happened_on"],
                        note=data.get("note", ""),
                        is_public=data.get("is_public", False),
                        document=data["document"],
                        user=self.request.user,
                    )
        except WagtailRtopError as error:
            # Unpublished, or a recipient removed, while the form was open.
            form.add_error(None, str(error))
            return self.form_invalid(form)
        text = ngettext(
            "Recorded for %(count)s recipient.",
            "Recorded for %(count)s recipients.",
            len(self.rows),
        ) % {"count": len(self.rows)}
        undo = render_undo(self.request, self.get_success_url())
        messages.success(
            self.request,
            format_html("{} {}", text, undo),
            buttons=[
                messages.button(self.get_success_url(), gettext("See the history"))
            ],
        )
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        if len(self.letters) == 1:
            return get_ledger_url(self.letters[0].pk)
        return get_index_url()


class EventView(LetterView, View):
    """Base of what concerns one event."""

    def find_letter(self, **kwargs: Any) -> Any:
        self.event = get_object_or_404(CorrespondenceEvent, pk=kwargs["pk"])
        return fetch_letter(key=self.event.letter_key)

    def finish(self, message: str, undo: str = "") -> HttpResponse:
        url = f"{get_ledger_url(self.letter.pk)}#event-{self.event.pk}"
        buttons = [messages.button(url, undo)] if undo else None
        messages.success(self.request, message, buttons=buttons)  # type: ignore[attr-defined]  # View's
        # At its top, where the message stands.
        return redirect(get_ledger_url(self.letter.pk))

    def check_public(self) -> None:
        """Refuse to change what readers are told for whoever may not publish.

        Raises:
            PermissionDenied: the event is public and the user may not publish.
        """
        user = self.request.user  # type: ignore[attr-defined]  # View's
        if self.event.is_public and not access.may_publish(user, self.letter):
            raise PermissionDenied


class WithdrawEventView(EventView):
    """Takes an event back. POST only."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check_public()
        withdraw_event(self.event, user=request.user)
        return self.finish(
            gettext("“%(event)s” is withdrawn. It stays in the history.")
            % {"event": self.event},
            undo=gettext("Undo"),
        )


class RestoreEventView(EventView):
    """Records a withdrawn event again. POST only."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check_public()
        try:
            self.event = restore_event(self.letter, self.event, user=request.user)
        except WagtailRtopError as error:
            messages.error(request, str(error))
            return redirect(get_ledger_url(self.letter.pk))
        return self.finish(
            gettext("“%(event)s” is recorded again.") % {"event": self.event}
        )


class EventFileView(EventView):
    """Hands out the file of an event, to the desk alone."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        document = self.event.document
        if document is None:
            raise Http404
        try:
            content = document.file.open("rb")
        except OSError:
            raise Http404 from None
        response = FileResponse(content, as_attachment=True, filename=document.filename)
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response
