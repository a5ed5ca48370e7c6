"""Who does what at a coalition, as groups with Wagtail's own permissions.

The table of what each role may do is docs/reference/permissions.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
)

from wagtail_rtop.seeds import Outcome, Result


# Snippets that are translated. Wagtail has no permission on snippets for one
# language alone: who may translate a name may translate it into every language.
TRANSLATED = ("boilerplate", "coalition", "presscontact", "regionlabel")
WRITE = ("add", "change")
ALL = ("add", "change", "delete", "view")


def name_permissions(actions: Iterable[str], models: Iterable[str]) -> list[str]:
    """Return names such as "wagtail_rtop.change_region"."""
    models = list(models)
    return [f"wagtail_rtop.{action}_{model}" for action in actions for model in models]


@dataclass(frozen=True)
class Role:
    """A group's permissions.

    Attributes:
        name: of the group.
        pages: actions below the section, of GroupPagePermission.
        permissions: "app.codename"; those of apps that are not installed are
            left out.
        files: actions on documents and images, in all collections.
        own_language: whether the pages are those of one language alone.
    """

    name: str
    pages: tuple[str, ...] = ()
    permissions: list[str] = field(default_factory=list)
    files: tuple[str, ...] = ()
    own_language: bool = False


ADMIN = "wagtailadmin.access_admin"
EDITOR = Role(
    "Editor",
    pages=("add", "change"),
    permissions=[
        ADMIN,
        *name_permissions(WRITE, ["boilerplate", "presscontact", "recipientgroup"]),
    ],
    files=("add", "change", "choose"),
)
PRESS_OFFICER = Role(
    "Press officer",
    pages=("add", "change", "publish", "lock", "unlock"),
    permissions=[
        ADMIN,
        *name_permissions(ALL, ["boilerplate", "presscontact", "recipientgroup"]),
        *name_permissions(WRITE, ["coalition"]),
        "wagtail_rtop.read_private_notes",
        # Whoever submits may start a translation into any language.
        "wagtail_localize.submit_translation",
    ],
    files=("add", "change", "choose"),
)
ARCHIVIST = Role(
    "Archivist",
    pages=("add", "change", "publish", "lock", "unlock", "bulk_delete"),
    permissions=[
        ADMIN,
        *name_permissions(ALL, ["region", "regionlabel", "recipientgroup"]),
    ],
    files=("add", "change", "choose"),
)
MEMBER = Role("Member")
ROLES = (EDITOR, PRESS_OFFICER, ARCHIVIST, MEMBER)


def build_translator(code: str) -> Role:
    """Return the role of those who translate into a language."""
    return Role(
        f"Translator {code}",
        pages=("add", "change", "publish"),
        permissions=[ADMIN, *name_permissions(["change", "view"], TRANSLATED)],
        files=("add", "change", "choose"),
        own_language=True,
    )


def create_groups(section: Any, *, prefix: str = "") -> Iterator[Result]:
    """Create the groups and add what they lack below ``section``; say so.

    Never takes anything away: what an administrator has added or removed from a
    person stays; a permission removed from a group comes back.

    Args:
        section: a page; its translations count as well.
        prefix: put before each group's name.

    Cost: some ten queries a group.
    """
    pages = {
        page.locale.language_code: page
        for page in section.get_translations(inclusive=True).select_related("locale")
    }
    for role in ROLES:
        yield _create_group(role, pages.values(), prefix)
    codes = Locale.objects.order_by("language_code")
    for code in codes.values_list("language_code", flat=True):
        if code != section.locale.language_code:
            yield _create_translators(code, pages, prefix)


def _create_translators(code: str, pages: Mapping[str, Any], prefix: str) -> Result:
    own = [pages[code]] if code in pages else []
    result = _create_group(build_translator(code), own, prefix)
    if own:
        return result
    return Result(
        result.key,
        result.outcome,
        f"{result.detail} The section has no page in this language yet: translate it "
        "and run the command again.",
    )


@transaction.atomic
def _create_group(role: Role, pages: Iterable[Any], prefix: str) -> Result:
    group, created = Group.objects.get_or_create(name=f"{prefix}{role.name}")
    added = (
        _add_permissions(group, role.permissions)
        + _add_page_permissions(group, role.pages, pages)
        + _add_file_permissions(group, role.files)
    )
    users = group.user_set.count()
    if created:
        outcome = Outcome.NEW
    else:
        outcome = Outcome.UPDATED if added else Outcome.SKIPPED
    detail = f"{added} permissions added; {users} users are in the group."
    return Result(group.name, outcome, detail)


def _add_permissions(group: Group, names: Iterable[str]) -> int:
    present = set(group.permissions.values_list("pk", flat=True))
    missing = [p for p in find_permissions(names) if p.pk not in present]
    group.permissions.add(*missing)
    return len(missing)


def _add_page_permissions(
    group: Group, actions: Iterable[str], pages: Iterable[Any]
) -> int:
    found = find_permissions(f"wagtailcore.{action}_page" for action in actions)
    rows = [
        GroupPagePermission.objects.get_or_create(
            group=group, page_id=page.pk, permission=permission
        )
        for page in pages
        for permission in found
    ]
    return sum(created for _, created in rows)


def _add_file_permissions(group: Group, actions: Iterable[str]) -> int:
    actions = list(actions)
    options = [model._meta for model in (get_document_model(), get_image_model())]
    names = [
        f"{option.app_label}.{action}_{option.model_name}"
        for option in options
        for action in actions
    ]
    root = Collection.get_first_root_node()
    rows = [
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=root, permission=permission
        )
        for permission in find_permissions(names)
    ]
    return sum(created for _, created in rows)


def find_permissions(names: Iterable[str]) -> list[Permission]:
    """Return the permissions of these names ("app.codename") that exist."""
    wanted = {tuple(name.split(".")) for name in names}
    found = Permission.objects.filter(
        content_type__app_label__in={app for app, _ in wanted},
        codename__in={codename for _, codename in wanted},
    ).select_related("content_type")
    return [p for p in found if (p.content_type.app_label, p.codename) in wanted]
