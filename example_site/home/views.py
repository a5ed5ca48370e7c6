"""The address without a language."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request


def redirect_to_language(request: HttpRequest) -> HttpResponseRedirect:
    """Send the visitor to the home page in the language the browser asks for."""
    response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    # The same address leads to another page in another language.
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
