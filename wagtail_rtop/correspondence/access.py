"""Who may do what at the desk. The rights are those on the letter's page."""

from typing import Any

from django.db.models import QuerySet
from wagtail.permission_policies.pages import PagePermissionPolicy

from wagtail_rtop.compat import get_document_policy, get_page_model
from wagtail_rtop.letters.ledger_rows import LedgerRow


NOTES = "wagtail_rtop.read_private_notes"


def may_open_desk(user: Any) -> bool:
    """Return whether the user may edit any page at all."""
    return _get_policy().user_has_permission(user, "change")


def may_record(user: Any, letter: Any) -> bool:
    """Return whether the user may see and keep the letter's ledger."""
    return _get_policy().user_has_permission_for_instance(user, "change", letter)


def may_publish(user: Any, letter: Any) -> bool:
    """Return whether the user may change what readers are told of the letter."""
    return _get_policy().user_has_permission_for_instance(user, "publish", letter)


def may_read_notes(user: Any) -> bool:
    return user.has_perm(NOTES)


def get_rows(user: Any) -> QuerySet[LedgerRow]:
    """Return the ledger's rows of the letters that the user may edit, newest first."""
    rows = LedgerRow.objects.select_related("letter").order_by(
        "-document_date", "-letter", "position"
    )
    if user.is_active and user.is_superuser:
        return rows
    pages = _get_policy().instances_user_has_permission_for(user, "change")
    return rows.filter(letter__in=pages.order_by().values("pk"))


def get_documents(user: Any) -> QuerySet[Any]:
    """Return the documents that the user may choose."""
    return get_document_policy().instances_user_has_any_permission_for(
        user, ["choose", "add", "change"]
    )


def _get_policy() -> PagePermissionPolicy:
    # Made each time: a site may swap the page model.
    return PagePermissionPolicy(get_page_model())
