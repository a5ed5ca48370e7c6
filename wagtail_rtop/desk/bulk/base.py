"""What the bulk actions have in common: who is left out, why, and what is said after."""

from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.undo import render_undo


# Pages in one go: each costs some ten to fifty queries, all in one request. Count.
MOST = 200


class DeskBulkAction(PageBulkAction):
    """One action on many pages: a confirmation, then all of them in a transaction.

    A subclass says of each page why it is left out, and does one page at a time.
    What fails on one page leaves the others as they are.

    Attributes:
        undo_action: what the log calls what it does; undo() then takes it back by
            those entries. "" = it can't be undone.
    """

    template_name = "wagtail_rtop/admin/bulk_confirm.html"
    most: ClassVar[int] = MOST
    icon: ClassVar[str] = "tag"
    title: ClassVar[Any] = ""
    question: ClassVar[Any] = ""
    button: ClassVar[Any] = ""
    undo_action: ClassVar[str] = ""

    def __init__(self, request: Any, model: Any) -> None:
        super().__init__(request, model)
        self.refusals: dict[int, str] = {}

    @classmethod
    def get_queryset(cls, model: Any, object_ids: Any) -> list[Any]:
        ids = [pk for pk in object_ids if str(pk).isdecimal() and len(str(pk)) < 19]
        pages = model.objects.filter(pk__in=ids, depth__gt=1).select_related("locale")
        return get_list_or_404(pages.specific())

    @classmethod
    def find_refusal(cls, page: Any, user: Any) -> str:
        """Return why the page is left out, as a sentence; "" if it is not."""
        raise NotImplementedError

    def describe(self, page: Any) -> str:
        """Return what the confirmation says beside the page, or ""."""
        return ""

    @classmethod
    def apply(cls, page: Any, **context: Any) -> bool:
        """Do it. Return whether anything changed.

        Raises:
            WagtailRtopError: if it can't be done after all.
        """
        raise NotImplementedError

    @classmethod
    def undo(cls, page: Any, entries: list[Any], *, user: Any) -> int:
        """Take back what these entries of the log say was done to the page.

        Return how many of what count_undone() counts were taken back.

        Raises:
            WagtailRtopError: why it can't be done, as a sentence: the user may not,
                or something has changed since.
        """
        raise NotImplementedError

    @classmethod
    def count_undone(cls, count: int) -> str:
        """Return a sentence that says how much was taken back; here, pages."""
        return ngettext(
            "%(count)s page is as it was before.",
            "%(count)s pages are as they were before.",
            count,
        ) % {"count": count}

    def check_perm(self, page: Any) -> bool:
        self.refusals[page.pk] = self.find_refusal(page, self.request.user)
        return not self.refusals[page.pk]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        count = self._count_chosen()
        if count > self.most:
            messages.error(
                request,
                _(
                    "This is done for %(most)s pages at a time; you have chosen "
                    "%(count)s. Narrow the list, and choose again."
                )
                % {"most": self.most, "count": count},
            )
            return redirect(self.next_url)
        return super().dispatch(request, *args, **kwargs)

    def _count_chosen(self) -> int:
        ids = self.request.GET.getlist("id")
        if "all" not in ids:
            return len(set(ids))
        parent = self.request.GET.get("childOf")
        return len(self.get_all_objects_in_listing_query(parent))

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        if parent_id is not None and not str(parent_id).isdecimal():
            parent_id = None
        pages = get_page_model().objects.filter(pk=parent_id or None)
        if parent_id is not None and not pages.exists():
            return []
        return super().get_all_objects_in_listing_query(parent_id)

    def object_context(self, obj: Any) -> dict[str, Any]:
        return {**super().object_context(obj), "remark": self.describe(obj)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for row in context["items_with_no_access"]:
            row["reason"] = self.refusals[row["item"].pk]
        return {
            **context,
            "title": self.title,
            "icon": self.icon,
            "question": self.question,
            "button": self.button,
        }

    @classmethod
    def execute_action(cls, objects: Any, **context: Any) -> tuple[int, int]:
        """Return how many pages changed, and how many of the others failed."""
        changed = failed = 0
        for page in objects:
            try:
                with transaction.atomic():
                    changed += cls.apply(page, **context)
            except WagtailRtopError as error:
                failed += 1
                request = context.get("request")
                if request is not None:
                    messages.warning(request, str(error))
        return changed, failed

    def get_execution_context(self) -> dict[str, Any]:
        form: Any = self.cleaned_form
        return {
            **super().get_execution_context(),
            "request": self.request,
            **form.cleaned_data,
        }

    def get_success_message(
        self, num_parent_objects: int, num_child_objects: int
    ) -> str:
        left_out = sum(bool(reason) for reason in self.refusals.values())
        text = self.count_changed(num_parent_objects)
        if left_out:
            text += " " + ngettext(
                "%(count)s page was left out.",
                "%(count)s pages were left out.",
                left_out,
            ) % {"count": left_out}
        if num_parent_objects and self.undo_action:
            return format_html("{} {}", text, render_undo(self.request, self.next_url))
        return text

    def count_changed(self, count: int) -> str:
        """Return a sentence that says how many pages changed."""
        raise NotImplementedError


def explain_lock(page: Any, user: Any) -> str:
    """Return why the user can't change the page now, or ""."""
    permissions = page.permissions_for_user(user)
    if not permissions.can_edit():
        return _("You may not edit this page.")
    if permissions.page_locked():
        return _("It is locked, or waits to be published.")
    return ""
