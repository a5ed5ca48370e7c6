"""The view in which two things are merged: choose, look, confirm. Changes by POST."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from wagtail_rtop.desk.merging import MergePlan, MergeRefusedError


class MergeView(WagtailAdminTemplateMixin, FormView):
    """Base: GET asks for the target, POST shows the plan, POST ``confirmed`` does it.

    To use: set ``form_class`` with a field ``target``, and define ``load()``,
    ``may_merge()``, ``build_plan()``, ``merge()`` and ``get_back_url()``.
    """

    template_name = "wagtail_rtop/desk/merge.html"
    page_title: ClassVar[Any] = ""
    explanation: ClassVar[Any] = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.loser: Any = self.load(kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.may_merge(self.loser):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def load(self, pk: int) -> Any:
        raise NotImplementedError

    def may_merge(self, thing: Any) -> bool:
        raise NotImplementedError

    def build_plan(self, target: Any) -> MergePlan:
        raise NotImplementedError

    def merge(self, target: Any, confirmed: str) -> None:
        raise NotImplementedError

    def get_back_url(self) -> str:
        raise NotImplementedError

    def get_target_url(self, target: Any) -> str:
        return self.get_back_url()

    @cached_property
    def back_url(self) -> str:
        return self.get_back_url()

    def get_page_subtitle(self) -> str:
        return str(self.loser)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "loser": self.loser}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "loser": self.loser,
                "explanation": self.explanation,
                "action_url": self.request.path,
                "back_url": self.back_url,
                **kwargs,
            }
        )

    def form_valid(self, form: Any) -> HttpResponse:
        target = form.cleaned_data["target"]
        if not self.may_merge(target):
            raise PermissionDenied
        confirmed = self.request.POST.get("confirmed", "")
        if confirmed:
            try:
                self.merge(target, confirmed)
            except MergeRefusedError as error:
                messages.error(self.request, str(error))
            else:
                messages.success(
                    self.request,
                    gettext("“%(loser)s” is merged into “%(target)s”.")
                    % {"loser": self.loser, "target": target},
                )
                return redirect(self.get_target_url(target))
        plan = self.build_plan(target)
        return self.render_to_response(
            self.get_context_data(form=form, plan=plan, target=target)
        )
