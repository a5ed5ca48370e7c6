"""The one place where versions of Wagtail and Django are compared."""

from typing import TYPE_CHECKING, Any

import swapper
import wagtail.models


# Wagtail 8 configures this itself; 7.4 does not know swapper.
swapper.set_app_prefix("wagtailcore", "wagtail")

# The class every page type has in its MRO: a site may swap the concrete base
# page from Wagtail 8 on, its abstract parent stays.
BasePage: Any = getattr(wagtail.models, "AbstractPage", wagtail.models.Page)

if TYPE_CHECKING:
    from wagtail.models import Page as PageType
else:
    PageType = Any


def get_page_model_string() -> str:
    """Return "app_label.Model" of the site's base page, for foreign keys."""
    return swapper.get_model_name("wagtailcore", "Page")


def get_page_model() -> Any:
    """Return the site's base page model. Call it once the apps are loaded."""
    return swapper.load_model("wagtailcore", "Page")


def get_document_policy() -> Any:
    """Return the permission policy of documents. Call it once the apps are loaded."""
    # Wagtail 7.4 has no registry of policies.
    from wagtail import permissions

    registry = getattr(permissions, "policy_registry", None)
    if registry is not None:
        from wagtail.documents import get_document_model

        return registry.get_by_type(get_document_model())
    from wagtail.documents.permissions import permission_policy

    return permission_policy
