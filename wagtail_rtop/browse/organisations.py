"""Organisations that lists once named by another address."""

from django.apps import apps

from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.visibility.gate import Gate


def find_successor(gate: Gate, slug: str) -> str | None:
    """Return the slug of the profile that the address of this slug redirects to.

    A merge or a new slug leaves a redirect, so the filters of old links lead on
    where the visitor may see the profile. At most two queries.
    """
    if not apps.is_installed("wagtail.contrib.redirects"):
        return None
    redirects = apps.get_model("wagtailredirects", "Redirect").objects
    # As Wagtail writes them: without a slash at the end.
    found = redirects.filter(old_path__endswith=f"/{slug}", redirect_page__isnull=False)
    pages = set(found.order_by().values_list("redirect_page", flat=True))
    if not pages:
        return None
    entries = Entry.objects.filter(
        build_visible_q(gate), kind="organisation", page__in=pages
    )
    slugs = entries.exclude(page__slug=slug).order_by("pk")
    return slugs.values_list("page__slug", flat=True).first()
