"""Who works on the demonstration, and what each of them may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.documents import get_document_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission


EDITORS = "Coalition editors"
MEMBERS = "Coalition members"
TRANSLATORS = {"fr": "French translators", "ar": "Arabic translators"}

# Wagtail has no permission on snippets for one language alone: who may translate
# region names may translate them into every language.
TRANSLATED_SNIPPETS = ("regionlabel", "coalition", "boilerplate", "presscontact")
SNIPPETS = (*TRANSLATED_SNIPPETS, "region")


@dataclass(frozen=True)
class Account:
    """A user of the demonstration; ``group`` is the name of a group or None."""

    name: str
    group: str | None
    language: str = ""

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"


ACCOUNTS = (
    Account("admin", None),
    Account("editor", EDITORS),
    Account("translator-fr", TRANSLATORS["fr"], "fr"),
    Account("translator-ar", TRANSLATORS["ar"], "ar"),
    Account("member", MEMBERS),
)


def add_people(password: str) -> dict[str, Any]:
    """Return the users by name; existing ones keep their password."""
    users = {}
    model = get_user_model()
    for account in ACCOUNTS:
        user = model.objects.filter(username=account.name).first()
        if user is None:
            make = (
                model.objects.create_user
                if account.group
                else model.objects.create_superuser
            )
            user = make(account.name, email=account.email, password=password)
        if account.group:
            user.groups.add(Group.objects.get_or_create(name=account.group)[0])
        users[account.name] = user
    return users


def grant(homes: Mapping[str, Any]) -> None:
    """Let each group work where it belongs; ``homes`` is language code → home page.

    A translator edits and publishes the pages of one language: that is where
    Wagtail's own permissions on the tree of pages draw the line.
    """
    editors = Group.objects.get(name=EDITORS)
    for home in homes.values():
        _grant_pages(editors, home, ("add", "change", "publish", "lock", "unlock"))
    _grant_admin(editors, SNIPPETS, ("add", "change", "delete", "view"))
    # Who may submit may start a translation into any language.
    editors.permissions.add(*_find("wagtail_localize", ["submit_translation"]))
    for code, name in TRANSLATORS.items():
        group = Group.objects.get(name=name)
        _grant_pages(group, homes[code], ("add", "change", "publish"))
        _grant_admin(group, TRANSLATED_SNIPPETS, ("change", "view"))
    Group.objects.get_or_create(name=MEMBERS)


def _grant_pages(group: Group, page: Any, actions: Iterable[str]) -> None:
    for permission in _find("wagtailcore", [f"{action}_page" for action in actions]):
        GroupPagePermission.objects.get_or_create(
            group=group, page=page.page_ptr, permission=permission
        )


def _grant_admin(group: Group, models: Iterable[str], actions: Iterable[str]) -> None:
    names = [f"{action}_{model}" for action in actions for model in models]
    group.permissions.add(
        *_find("wagtailadmin", ["access_admin"]), *_find("wagtail_rtop", names)
    )
    document = get_document_model()._meta
    names = [
        f"{action}_{document.model_name}" for action in ("add", "change", "choose")
    ]
    for permission in _find(document.app_label, names):
        GroupCollectionPermission.objects.get_or_create(
            group=group,
            collection=Collection.get_first_root_node(),
            permission=permission,
        )


def _find(app: str, names: Iterable[str]) -> list[Permission]:
    return list(
        Permission.objects.filter(content_type__app_label=app, codename__in=names)
    )
