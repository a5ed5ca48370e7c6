"""Which pages may stand in the main navigation; the gate says which do."""

from typing import Any

from django.core.cache import cache
from wagtail.models import Site

from wagtail_rtop.compat import get_page_model


# A page that is new in the menus appears this much later at most. Seconds.
# Leaving them is at once: what is kept are addresses, not decisions.
MENU_TIMEOUT = 60

# More children of a home page than that are no navigation.
MENU_LENGTH = 50


def find_root(page: Any) -> Any:
    """Return the ``SiteRootPath`` of the page's tree, or None. No query."""
    for root in Site.get_site_root_paths():
        if page.url_path.startswith(root.root_path):
            return root
    return None


def get_menu_paths(page: Any) -> list[str]:
    """Return the tree paths of the children, in menus, of the page's home page.

    Finding them reads the whole index below the home page, so they are kept for
    ``MENU_TIMEOUT``. No query but then.
    """
    root = find_root(page)
    return get_root_menu_paths(root) if root else []


def get_root_menu_paths(root: Any) -> list[str]:
    """Return the same for a ``SiteRootPath``."""
    key = f"wagtail_rtop.menu.{root.site_id}.{root.language_code}"
    paths = cache.get(key)
    if paths is None:
        page_model = get_page_model()
        home = page_model.objects.filter(url_path=root.root_path).first()
        # A base page of the site's own need not have the menu field.
        if home and hasattr(page_model, "show_in_menus"):
            pages = home.get_children().in_menu()
        else:
            pages = page_model.objects.none()
        paths = list(pages.values_list("path", flat=True)[:MENU_LENGTH])
        cache.set(key, paths, MENU_TIMEOUT)
    return paths
