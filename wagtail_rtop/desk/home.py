"""The panels on the admin's home page: drafts, translations, profiles to verify."""

from typing import Any, ClassVar

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.ui.components import Component
from wagtail.permission_policies.pages import PagePermissionPolicy

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.desk.organisations.verification import get_due_profiles
from wagtail_rtop.register.models import Entry
from wagtail_rtop.visibility.models import Retraction


# More than these are a list, not a glance.
SHOWN = 8


class PagesPanel(Component):
    """A short list of pages for whoever works on pages; one query.

    Attributes:
        heading: of the panel.
        nothing: said of an empty list; "" = an empty list is not shown.
        date_heading: of the column with the pages' ``date_name``.
        date_name: an attribute of the pages; a page may lack the date.
        list_url_name: name of the address with all of them, or "".
    """

    template_name = "wagtail_rtop/admin/home_panel.html"
    heading: ClassVar[Any] = ""
    nothing: ClassVar[Any] = ""
    date_heading: ClassVar[Any] = ""
    date_name: ClassVar[str] = ""
    list_url_name: ClassVar[str] = ""

    def render_html(self, parent_context: Any = None) -> Any:
        if not user_has_any_page_permission(parent_context["request"].user):
            return ""
        context = self.get_context_data(parent_context)
        if not context["rows"] and not self.nothing:
            return ""
        return get_template(self.template_name).render(context)

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        pages = self.get_pages(parent_context["request"].user)
        found = list(pages.select_related("locale", "latest_revision")[: SHOWN + 1])
        return {
            "panel": self,
            "rows": [(page, getattr(page, self.date_name)) for page in found[:SHOWN]],
            "has_more": len(found) > SHOWN,
            "list_url": reverse(self.list_url_name) if self.list_url_name else "",
        }

    def get_pages(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError


class DraftsPanel(PagesPanel):
    name = "rtop_drafts"
    order = 240
    heading = _("My drafts")
    nothing = _("You have no drafts.")
    date_heading = _("Updated")
    date_name = "latest_revision_created_at"

    def get_pages(self, user: Any) -> QuerySet[Any]:
        return get_drafts(user)


class TranslationsPanel(PagesPanel):
    name = "rtop_translations"
    order = 245
    heading = _("Translations waiting")
    nothing = _("No translation waits for you.")
    date_heading = _("Original changed")
    date_name = "rtop_submitted"

    def get_pages(self, user: Any) -> QuerySet[Any]:
        return get_waiting_translations(user)


class VerificationPanel(PagesPanel):
    """Not there when nothing is due: most people never verify a profile."""

    name = "rtop_verification"
    order = 260
    heading = _("Profiles to verify")
    date_heading = _("Last verified")
    date_name = "last_verified"
    list_url_name = "rtop_verification"

    def get_pages(self, user: Any) -> QuerySet[Any]:
        # The report also lists what one may lock or publish, but not edit.
        return get_due_profiles(user).filter(pk__in=get_editable(user).values("pk"))


def build_panels() -> list[PagesPanel]:
    panels: list[PagesPanel] = [DraftsPanel(), VerificationPanel()]
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
            # Also what was published and is off line since, without a later change.
            Q(has_unpublished_changes=True) | Q(live=False),
            ~build_retracted(),
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
