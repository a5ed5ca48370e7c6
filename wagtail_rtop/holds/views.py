"""The views of retractions, and the base of them and of the release view.

Every change is a POST.
"""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.holds.forms import RetractionForm, WithdrawForm
from wagtail_rtop.visibility.gate import get_retraction
from wagtail_rtop.visibility.groups import fetch_members
from wagtail_rtop.visibility.models import GuardedPageMixin
from wagtail_rtop.visibility.retraction import (
    may_retract,
    may_withdraw,
    retract,
    withdraw_retraction,
)


class HoldView(WagtailAdminTemplateMixin, FormView):
    """Base of the views: the page, its group, who may."""

    form_template: ClassVar[str] = ""
    template_name = "wagtail_rtop/admin/hold.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # <int:pk> takes more digits than a database does; the ORM finds none.
        page = get_object_or_404(get_page_model(), pk=kwargs["pk"]).specific
        if not isinstance(page, GuardedPageMixin):
            raise Http404
        self.page: Any = page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.may_open():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may_open(self) -> bool:
        raise NotImplementedError

    @cached_property
    def members(self) -> list[Any]:
        return fetch_members(self.page.get_group_key())

    @cached_property
    def live_members(self) -> list[Any]:
        return [member for member in self.members if member.live]

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "page": self.page,
                "members": self.members,
                "live_members": self.live_members,
                "live_ids": ",".join(str(page.pk) for page in self.live_members) or "0",
                "form_template": self.form_template,
                "action_url": self.request.path,
                "edit_url": self.get_success_url(),
                **kwargs,
            }
        )

    def get_success_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])


class RetractionView(HoldView):
    """Retracts a page's group, or changes what its tombstone says."""

    form_class = RetractionForm
    form_template = "wagtail_rtop/admin/_retraction.html"
    header_icon = "warning"

    def get_page_title(self) -> str:
        return gettext("Retraction")

    def may_open(self) -> bool:
        return may_retract(self.page, self.request.user)

    @cached_property
    def retraction(self) -> Any:
        return get_retraction(self.page)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "page": self.page}

    def get_initial(self) -> dict[str, Any]:
        retraction = self.retraction
        if retraction is None:
            language = self.page.locale.language_code
            return {"reason_language": language, "show_title": True}
        successor = get_page_model().objects.filter(
            translation_key=retraction.successor_key
        )
        return {
            "reason": retraction.reason,
            "reason_language": retraction.reason_language,
            "show_title": retraction.show_title,
            "successor": successor.order_by("pk").first(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "retraction": self.retraction,
                "may_withdraw": may_withdraw(self.page, self.request.user),
                "withdraw_url": reverse(
                    "rtop_retraction_withdraw", args=[self.page.pk]
                ),
                "withdraw_form": WithdrawForm(),
                **kwargs,
            }
        )

    def form_valid(self, form: RetractionForm) -> HttpResponse:
        if not form.has_confirmed(self.live_members):
            return self.render_to_response(
                self.get_context_data(form=form, confirming=True)
            )
        data = form.cleaned_data
        retract(
            self.page,
            reason=data["reason"],
            reason_language=data["reason_language"],
            show_title=data["show_title"],
            successor=data["successor"],
            user=self.request.user,
        )
        messages.success(self.request, gettext("Retracted, in every language."))
        return redirect(self.get_success_url())


class WithdrawView(HoldView):
    """Withdraws a retraction. POST only."""

    http_method_names = ["post"]
    form_class = WithdrawForm

    def may_open(self) -> bool:
        return may_withdraw(self.page, self.request.user)

    def form_valid(self, form: WithdrawForm) -> HttpResponse:
        published = withdraw_retraction(
            self.page,
            republish=form.cleaned_data["republish"],
            user=self.request.user,
        )
        messages.success(
            self.request,
            gettext("The retraction is withdrawn.")
            + " "
            + (
                ngettext(
                    "%(count)s page is public again.",
                    "%(count)s pages are public again.",
                    len(published),
                )
                % {"count": len(published)}
                if published
                else gettext("Every language is a draft until it is published.")
            ),
        )
        return redirect(self.get_success_url())
