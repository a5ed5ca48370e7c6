"""Asks before every way of deleting in the admin and in Wagtail's API v3."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from wagtail import hooks

from wagtail_rtop.compat import BasePage, get_page_model
from wagtail_rtop.deletion.refusal import build_refusal, check_pages, check_regions
from wagtail_rtop.regions.models import Region


# Ahead of the site's own hooks: they may already have done something.
ORDER = -100


@hooks.register("before_delete_page", order=ORDER)
def before_delete_page(request: HttpRequest, page: Any) -> HttpResponse | None:
    return refuse_pages(request, [page])


@hooks.register("before_delete_snippet", order=ORDER)
def before_delete_snippet(
    request: HttpRequest, instances: Iterable[Any]
) -> HttpResponse | None:
    return refuse_regions(request, instances)


@hooks.register("before_bulk_action", order=ORDER)
def before_bulk_action(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    if action_type != "delete":
        return None
    pages = [found for found in objects if isinstance(found, BasePage)]
    return refuse_pages(request, pages) or refuse_regions(request, objects)


@hooks.register("register_actions", order=ORDER + 1000)
def register_guarded_deletion(registry: Any) -> None:
    """Guard what API v3 deletes pages by. Wagtail 7.4 has neither."""
    from wagtail.actions.delete_page import DeletePageAction

    # After the site's own actions: whichever is in force is guarded.
    page_model = get_page_model()
    current = registry.actions.get(page_model, {}).get("delete", DeletePageAction)
    registry.register(page_model, build_guarded_action(current))


def build_guarded_action(action: type) -> type:
    """Return a subclass of the delete action that refuses what is in use."""

    class GuardedDeletePageAction(action):  # type: ignore[misc,valid-type]  # a site may replace it
        def check(self, *args: Any, **kwargs: Any) -> None:
            super().check(*args, **kwargs)
            found = check_pages(add_translations([self.page]), self.user)
            if found:
                raise ValidationError([item.summary for item in found], code="in_use")

    return GuardedDeletePageAction


def refuse_pages(request: HttpRequest, pages: Iterable[Any]) -> HttpResponse | None:
    found = check_pages(add_translations(list(pages)), request.user)
    return build_refusal(request, found) if found else None


def refuse_regions(
    request: HttpRequest, instances: Iterable[Any]
) -> HttpResponse | None:
    regions = [found for found in instances if isinstance(found, Region)]
    found = check_regions(regions, request.user) if regions else []
    return build_refusal(request, found) if found else None


def add_translations(pages: list[Any]) -> list[Any]:
    """Return the pages and what the site deletes along with them."""
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return pages
    more: list[Any] = []
    for hook in hooks.get_hooks("construct_translated_pages_to_cascade_actions"):
        for found in (hook(pages, "delete") or {}).values():
            more += found
    return [*pages, *more]
