"""Two sections with letters, and who may do what in them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from tests import builders


NOTE = "The minister rang at night."


@pytest.fixture
def world(db):
    """``letter`` to three recipients in ``section``, ``other`` in a section beside it.

    Users: ``publisher`` and ``editor`` of the section, ``stranger`` of the other
    one, ``reader`` with admin access and no page.
    """
    home = builders.make_home()
    profiles = builders.make_organisation_index(home)
    union = builders.make_organisation(profiles, title="African Union", slug="au")
    section = builders.make_letter_index(home)
    aside = builders.make_letter_index(home, title="Aside", slug="aside")
    day = timezone.localdate() - timedelta(days=10)
    letter = builders.make_letter(
        section,
        title="To all",
        document_date=day,
        recipients=[union, {"name": "Gulf Council", "office": "Chair"}, "Somebody"],
    )
    other = builders.make_letter(
        aside, title="Another one", document_date=day, recipients=["Third party"]
    )
    make = builders.make_group
    groups = {
        "publisher": make("p", pages=[section], actions=["add", "change", "publish"]),
        "editor": make("e", pages=[section], actions=["change"]),
        "stranger": make("s", pages=[aside], actions=["change", "publish"]),
    }
    users = {k: builders.make_user(k, groups=[g]) for k, g in groups.items()}
    users["reader"] = builders.make_user("reader", groups=[make("r")])
    admin = Permission.objects.get(codename="access_admin")
    users["reader"].user_permissions.add(admin)
    return SimpleNamespace(
        home=home, section=section, letter=letter, other=other, union=union, **users
    )


@pytest.fixture
def may_read_notes(world):
    permission = Permission.objects.get(codename="read_private_notes")
    world.editor.user_permissions.add(permission)
    world.publisher.user_permissions.add(permission)
