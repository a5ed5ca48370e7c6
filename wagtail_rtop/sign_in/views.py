"""Sign-in and sign-out on the site, in its language and its looks."""

from typing import Any
from urllib.parse import urlencode

from django.conf import global_settings, settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from wagtail.models import Site

from wagtail_rtop.conf import get_setting
from wagtail_rtop.sign_in.forms import SignInForm


def get_home_url(request: Any) -> str:
    """Return the address of the site's home page in the active language."""
    site = Site.find_for_request(request)
    if site is None:
        return "/"
    home = site.root_page.localized
    return home.get_url(request) or "/"


class SignInView(LoginView):
    """The sign-in form. Goes on to ``?next=`` on this host, else to the home page."""

    template_name = "wagtail_rtop/sign_in/sign_in.html"
    authentication_form = SignInForm

    def get_default_redirect_url(self) -> str:
        # Django's own default leads nowhere on most sites.
        if settings.LOGIN_REDIRECT_URL != global_settings.LOGIN_REDIRECT_URL:
            return resolve_url(settings.LOGIN_REDIRECT_URL)
        return get_home_url(self.request)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Return the form with the error; 429 once tries are refused."""
        if not form.wait:
            return super().form_invalid(form)
        response = self.render_to_response(self.get_context_data(form=form), status=429)
        response["Retry-After"] = str(form.wait)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            title=_("Member sign-in"),
            rtop_base=get_setting("BASE_TEMPLATE"),
            **kwargs,
        )
        # Empty if it leads to another host.
        target = context[self.redirect_field_name]
        query = f"?{urlencode({self.redirect_field_name: target})}" if target else ""
        return {**context, "rtop_query": query}

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response


class SignOutView(LogoutView):
    """Signs out, on POST alone. Goes on to ``next`` on this host, else home."""

    def get_default_redirect_url(self) -> str:
        if settings.LOGOUT_REDIRECT_URL:
            return resolve_url(settings.LOGOUT_REDIRECT_URL)
        return get_home_url(self.request)
