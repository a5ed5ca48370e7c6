"""Who works on the demonstration, and what each of them may do."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from wagtail_rtop.desk.roles import create_groups


MEMBERS = "Member"


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
    Account("editor", "Editor"),
    Account("press-officer", "Press officer"),
    Account("archivist", "Archivist"),
    Account("translator-fr", "Translator fr", "fr"),
    Account("translator-ar", "Translator ar", "ar"),
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


def grant(home: Any) -> None:
    """Let each group work below ``home`` and its translations."""
    # A generator: each group is made when it is asked for.
    list(create_groups(home))
