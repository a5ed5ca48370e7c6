"""Where editors give preview links to a page, see how they are used, revoke them."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.generic.base import TemplateView
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.previews.access import (
    get_default_expiry,
    give_link,
    may_give,
    revoke_link,
)
from wagtail_rtop.previews.forms import PreviewLinkForm
from wagtail_rtop.visibility.gate import get_retraction
from wagtail_rtop.visibility.groups import fetch_schedule
from wagtail_rtop.visibility.models import GuardedPageMixin
from wagtail_rtop.visibility.previews import PreviewLink, PreviewText


class PageLinksMixin:
    """Finds the page, and refuses who may not publish it."""

    page: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # View's
        page = get_object_or_404(get_page_model(), pk=kwargs["pk"]).specific
        if not isinstance(page, GuardedPageMixin):
            raise Http404
        self.page = page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_give(self.page, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_success_url(self) -> str:
        return reverse("rtop_previews", args=[self.page.pk])


class PreviewLinksView(PageLinksMixin, WagtailAdminTemplateMixin, FormView):
    """Lists a page's links and gives new ones.

    The answer to a POST shows the new link, once: its secret is nowhere stored.
    """

    form_class: Any = PreviewLinkForm
    template_name = "wagtail_rtop/admin/previews.html"
    header_icon = "link-external"
    shown: ClassVar[int] = 100

    def get_page_title(self) -> str:
        return gettext("Preview links")

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    @cached_property
    def has_schedule(self) -> bool:
        return bool(fetch_schedule(self.page))

    def get_initial(self) -> dict[str, Any]:
        text = PreviewText.SCHEDULED if self.has_schedule else PreviewText.DRAFT
        return {"expires_at": get_default_expiry(self.page), "text": text}

    def get_links(self) -> QuerySet[PreviewLink]:
        links = PreviewLink.objects.filter(page=self.page.pk)
        return links.select_related("created_by")[: self.shown]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "page": self.page,
                "links": self.get_links(),
                "retraction": get_retraction(self.page),
                "has_schedule": self.has_schedule,
                "edit_url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]),
                **kwargs,
            }
        )

    def form_valid(self, form: PreviewLinkForm) -> HttpResponse:
        data = form.cleaned_data
        link, token = give_link(
            self.page,
            data["recipient"],
            data["expires_at"],
            text=data["text"],
            user=self.request.user,
        )
        response = self.render_to_response(
            self.get_context_data(
                form=self.form_class(initial=self.get_initial()),
                given=link,
                given_url=build_url(self.request, self.page, token),
            )
        )
        add_never_cache_headers(response)
        return response


class RevokeView(PageLinksMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks whether to revoke one link of a page; POST revokes it."""

    page_title = gettext_lazy("Revoke a preview link")
    template_name = "wagtail_rtop/admin/preview_revoke.html"
    header_icon = "link-external"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.link = get_object_or_404(PreviewLink, pk=kwargs["link"], page=self.page.pk)

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                **kwargs,
                "link": self.link,
                "revoke_url": self.request.path,
                "back_url": self.get_success_url(),
            }
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.link.is_over():
            # Revoked or expired since the list was shown: there is nothing to ask.
            return self.finish()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        revoke_link(self.link, user=request.user)
        return self.finish()

    def finish(self) -> HttpResponse:
        messages.success(self.request, gettext("The link opens nothing any more."))
        return redirect(self.get_success_url())


def build_url(request: HttpRequest, page: Any, token: str) -> str:
    """Return the whole address that the recipient gets, in the page's language.

    On the page's own site if it has an address there, else where the editor is.
    """
    with translation.override(page.locale.language_code):
        path = reverse("wagtail_rtop:preview", args=[token])
    parts = page.get_url_parts(request)
    if parts and parts[1]:
        return f"{parts[1]}{path}"
    return request.build_absolute_uri(path)
