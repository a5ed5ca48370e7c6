"""Addresses of the example site: one tree of pages a language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from example_site.home.views import redirect_to_language


urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    # Images alone: documents go through the view above, which asks the gate.
    *static(
        f"{settings.MEDIA_URL}images/", document_root=settings.MEDIA_ROOT / "images"
    ),
    path("", redirect_to_language),
    *i18n_patterns(
        path("", include("wagtail_rtop.urls")),
        path("", include(wagtail_urls)),
    ),
]
