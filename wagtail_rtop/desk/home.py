"""The panels on the admin's home page: one's own drafts, translations that wait."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.ui.components import Component
from wagtail.permission_policies.pages import PagePermissionPolicy

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.register.models import Entry
from wagtail_rtop.visibility.models import Retraction


# More than these are a list, not a glance.
SHOWN = 8


class PagesPanel(Component):
    """A short list of pages for whoever works on pages; one query."""

    template_name = "wagtail_rtop/admin/home_panel.html"

    def render_html(self, parent_context: Any = None) -> Any:
        if not user_has_any_page_permission(parent_context["request"].user):
            return ""
        return super().render_html(parent_context)

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        pages = self.get_pages(parent_context["request"].user)
        found = list(pages.select_related("locale", "latest_revision")[: SHOWN + 1])
        return {"panel": self, "pages": found[:SHOWN], "has_more": len(found) > SHOWN}

    def get_pages(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError


class DraftsPanel(PagesPanel):
    name = "rtop_drafts"
    order = 240

    def get_pages(self, user: Any) -> QuerySet[Any]:
        return get_drafts(user)


class TranslationsPanel(PagesPanel):
    name = "rtop_translations"
    order = 245

    def get_pages(self, user: Any) -> QuerySet[Any]:
        return get_waiting_translations(user)


def build_panels() -> list[PagesPanel]:
    panels: list[PagesPanel] = [DraftsPanel()]
    if apps.is_installed("wagtail_localize"):
        panels.append(TranslationsPanel())
    return panels


def get_editable(user: Any) -> QuerySet[Any]:
    """Return the pages that the user may change."""
    # Made each time: a site may swap the page model.
    policy = PagePermissionPolicy(get_page_model())
    return policy.instances_user_has_permission_for(user, "change")


def get_drafts(user: Any) -> QuerySet[Any]:
    """Return the documents whose latest text is the user's and is not live, newest first.

    What is retracted is not waiting for anybody.
    """
    own = Entry.objects.filter(page=OuterRef("pk")).exclude(kind="other")
    return (
        get_editable(user)
        .filter(
            Exists(own),
            ~build_retracted(),
            has_unpublished_changes=True,
            latest_revision__user=user,
        )
        .order_by("-latest_revision_created_at", "-pk")
    )


def get_waiting_translations(user: Any) -> QuerySet[Any]:
    """Return translations that are drafts, or older than their source, oldest first."""
    # Only the panel, which needs the app, asks.
    from wagtail_localize.models import Translation

    translation = Translation.objects.filter(
        enabled=True,
        source__object=OuterRef("translation_key"),
        target_locale=OuterRef("locale"),
    )
    return (
        get_editable(user)
        .filter(~build_retracted(), alias_of=None)
        .annotate(
            rtop_submitted=Subquery(translation.values("source__last_updated_at")[:1])
        )
        .filter(rtop_submitted__isnull=False)
        .filter(Q(live=False) | Q(last_published_at__lt=F("rtop_submitted")))
        .order_by("rtop_submitted", "pk")
    )


def build_retracted() -> Exists:
    return Exists(Retraction.objects.filter(group_key=OuterRef("translation_key")))
