"""Which pages an editor may know of in the admin, as conditions for a query."""

from typing import Any

from django.db.models import Q

from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.visibility.gate import Gate


ACTIONS = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}


def get_editable_pages(user: Any) -> Any:
    """Return the pages on which the user may do something."""
    # Imported here: permissions need the apps to be ready.
    from wagtail.permission_policies.pages import PagePermissionPolicy

    return PagePermissionPolicy().instances_user_has_any_permission_for(user, ACTIONS)


def build_known_q(user: Any, page: str = "pk") -> Q:
    """Return the condition for pages that the user edits or everybody may read.

    Args:
        user: of the admin.
        page: path to the page's id.
    """
    if user.is_active and user.is_superuser:
        return Q()
    public = Entry.objects.filter(build_visible_q(Gate())).order_by()
    editable = get_editable_pages(user).order_by()
    return Q(**{f"{page}__in": editable.values("pk")}) | Q(
        **{f"{page}__in": public.values("pk")}
    )
