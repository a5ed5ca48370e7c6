"""docs/reference/permissions.md is true: each role tries each action of its table."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import PageViewRestriction, Site

from tests import builders
from tests.desk.test_bulk import get_url as get_bulk_url
from tests.rows.editor import Editor
from tests.test_docs import REFERENCE, read_rows
from wagtail_rtop.correspondence.links import get_ledger_url
from wagtail_rtop.letters.ledger import record_events
from wagtail_rtop.models import Boilerplate, Coalition, CorrespondenceEvent, Retraction
from wagtail_rtop.pages.models import LetterPage
from wagtail_rtop.visibility.embargo import may_tighten


ROLES = {
    "Editor": "Editor",
    "Press officer": "Press officer",
    "Archivist": "Archivist",
    "Translator": "Translator fr",
    "Member": "Member",
}
TABLE = {
    row[0]: dict(zip(ROLES, row[1:], strict=True))
    for row in read_rows(REFERENCE / "permissions.md")
}
SNIPPETS = "/admin/snippets/wagtail_rtop"


def build_world():
    home = builders.make_home()
    french = builders.make_translated_home(home, "fr")
    index = builders.make_letter_index(home)
    letter = builders.make_letter(index, recipients=["Somebody"])
    translation = builders.publish(
        letter.copy_for_translation(french.locale, copy_parents=True)
    )
    call_command("rtop_create_groups", verbosity=0)
    members = builders.make_letter(index)
    builders.restrict(members, "groups", groups=[Group.objects.get(name="Member")])
    region = builders.make_region("Africa", labels={"fr": "Afrique"})
    world = SimpleNamespace(
        home=home,
        pages={"en": letter, "fr": translation},
        members=members,
        region=region,
        label=region.labels.get(locale=french.locale),
        boilerplate=Boilerplate.objects.create(name="About us", text="<p>We are.</p>"),
        coalition=Coalition.objects.create(
            name="We", site=Site.objects.get(is_default_site=True)
        ),
        users={
            role: builders.make_user(groups=[Group.objects.get(name=name)])
            for role, name in ROLES.items()
        },
        forms={},
    )
    chief = Client()
    chief.force_login(builders.make_user(superuser=True))
    for page in world.pages.values():
        add = reverse(
            "wagtailadmin_pages:add",
            args=["wagtail_rtop_pages", "letterpage", page.get_parent().pk],
        )
        world.forms[page.pk] = Editor(chief, page), Editor(chief, url=add)
    return world


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        yield build_world()
        transaction.set_rollback(True)
    cache.clear()


def post_form(client, editor, **values):
    editor = SimpleNamespace(data=editor.data.copy(), url=editor.url)
    for name, value in values.items():
        editor.data[name.replace("_", "-", 1) if "action" in name else name] = value
    data = {k: v if len(v) > 1 else v[0] for k, v in editor.data.lists()}
    client.post(editor.url, data)


def reload(page):
    return LetterPage.objects.filter(pk=page.pk).first()


def open_admin(client, page, world):
    return client.get("/admin/").status_code == 200


def create(client, page, world):
    form = world.forms[page.pk][1]
    post_form(
        client, form, title="New", slug="new", document_date="2012-03-22", issuer="We"
    )
    return LetterPage.objects.child_of(page.get_parent()).filter(slug="new").exists()


def edit(client, page, world):
    post_form(client, world.forms[page.pk][0], title="Changed")
    return reload(page).draft_title == "Changed"


def publish(client, page, world):
    form = world.forms[page.pk][0]
    post_form(client, form, title="Changed", action_publish="1")
    return reload(page).title == "Changed"


def delete(client, page, world):
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    return reload(page) is None


def embargo(client, page, world):
    return may_tighten(reload(page), client.user)


def retract(client, page, world):
    url = reverse("rtop_retraction", args=[page.pk])
    live = ",".join(str(p.pk) for p in world.pages.values())
    data = {"reason": "Wrong", "reason_language": "en", "confirmed": live}
    client.post(url, data)
    return Retraction.objects.exists()


def record(client, page, world):
    data = {"kind": "sent", "happened_on": str(date(2012, 3, 22))}
    client.post(get_bulk_url("event", page), data)
    return CorrespondenceEvent.objects.exists()


def read_notes(client, page, world):
    record_events(
        page,
        [row.translation_key for row in page.recipients.all()],
        "sent",
        date(2012, 3, 22),
        note="For the desk alone",
    )
    ledger = client.get(get_ledger_url(page.pk))
    return "For the desk alone" in ledger.content.decode()


def tag(client, page, world):
    client.post(get_bulk_url("regions", page), {"add": "Africa"})
    return page.rtop_region_items.model.objects.filter(content_object=page.pk).exists()


def restrict(client, page, world):
    client.post(get_bulk_url("privacy", page), {"kind": "login"})
    return PageViewRestriction.objects.filter(page=page.pk).exists()


def let_in(client, page, world):
    builders.restrict(page, "login")
    client.post(get_bulk_url("privacy", page), {"kind": "none"})
    return not PageViewRestriction.objects.filter(page=page.pk).exists()


def submit(client, page, world):
    arabic = builders.make_locale("ar")
    world.home.copy_for_translation(arabic)
    # The new language's section is theirs as soon as the command has run again.
    call_command("rtop_create_groups", verbosity=0)
    client.post(get_bulk_url("translate", page), {"locales": [arabic.pk]})
    return page.has_translation(arabic)


def opens(client, url):
    return client.get(url).status_code == 200


def change_region(client, page, world):
    return opens(client, f"{SNIPPETS}/region/edit/{world.region.pk}/")


def change_label(client, page, world):
    return opens(client, f"{SNIPPETS}/regionlabel/edit/{world.label.pk}/")


def change_boilerplate(client, page, world):
    return opens(client, f"{SNIPPETS}/boilerplate/edit/{world.boilerplate.pk}/")


def change_coalition(client, page, world):
    return opens(client, f"{SNIPPETS}/coalition/edit/{world.coalition.pk}/")


def add_document(client, page, world):
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4")
    client.post(reverse("wagtaildocs:add"), {"title": "A file", "file": file})
    return get_document_model().objects.filter(title="A file").exists()


def read_members_page(client, page, world):
    return client.get(world.members.url).status_code == 200


ACTIONS = {
    "Open the admin": open_admin,
    "Create a letter": create,
    "Edit a letter": edit,
    "Publish a letter": publish,
    "Delete a letter": delete,
    "Embargo a live letter": embargo,
    "Retract a letter": retract,
    "Record an event": record,
    "Read private notes": read_notes,
    "Change the regions of a live letter": tag,
    "Make a letter private": restrict,
    "Let everybody read a private letter": let_in,
    "Submit a letter for translation": submit,
    "Change a region": change_region,
    "Change a region's name in a language": change_label,
    "Change a boilerplate": change_boilerplate,
    "Change the coalition's particulars": change_coalition,
    "Add a document": add_document,
    "Read a page for members": read_members_page,
}
EXPECTED = {
    "yes": {"en": True},
    "no": {"en": False, "fr": False},
    "own language": {"en": False, "fr": True},
}


def attempt(world, role, action, code):
    """Return whether the role could do it; undo it."""
    client = Client()
    client.user = world.users[role]
    client.force_login(client.user)
    with transaction.atomic():
        done = ACTIONS[action](client, world.pages[code], world)
        transaction.set_rollback(True)
    return done


def test_the_table_names_every_action():
    assert list(TABLE) == list(ACTIONS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(world, role):
    found, expected = {}, {}
    for action, cells in TABLE.items():
        for code, answer in EXPECTED[cells[role]].items():
            expected[action, code] = answer
            found[action, code] = attempt(world, role, action, code)

    assert found == expected
