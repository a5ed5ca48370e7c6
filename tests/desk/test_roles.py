"""rtop_create_groups: what it makes, and what it leaves alone."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from wagtail.models import GroupPagePermission, Site

from tests import builders


NAMES = {"Editor", "Press officer", "Archivist", "Member", "Translator fr"}


def run(*args):
    out = StringIO()
    call_command("rtop_create_groups", *args, stdout=out)
    return out.getvalue()


def read_all():
    """Return every right of every group, as sets of ids."""
    return {
        group.name: (
            set(group.permissions.values_list("pk", flat=True)),
            set(group.page_permissions.values_list("page", "permission")),
            set(group.collection_permissions.values_list("collection", "permission")),
        )
        for group in Group.objects.all()
    }


def get_pages(name):
    found = GroupPagePermission.objects.filter(group__name=name)
    return set(found.values_list("page", flat=True))


def test_running_it_twice_adds_nothing(site):
    first = run()
    before = read_all()

    second = run()

    assert set(before) > NAMES
    assert "5 rows: 5 new" in first
    assert "0 new, 0 updated, 5 skipped" in second
    assert read_all() == before
    assert get_pages("Editor") == {site.home.pk, site.french.pk}
    assert get_pages("Translator fr") == {site.french.pk}
    assert get_pages("Member") == set()


def test_a_dry_run_writes_nothing(site):
    before = read_all()

    assert "Dry run, nothing was written." in run("--dry-run")

    assert read_all() == before


def test_what_an_administrator_added_stays_and_what_is_missing_comes_back(site):
    run()
    group = Group.objects.get(name="Editor")
    extra = Permission.objects.get(codename="change_site")
    group.permissions.add(extra)
    builders.make_user("somebody", groups=[group])
    lost = group.page_permissions.first()
    lost.delete()

    said = run("--verbosity=2")

    assert extra in group.permissions.all()
    assert group.page_permissions.filter(
        page=lost.page, permission=lost.permission
    ).exists()
    assert "updated  Editor: 1 permissions added; 1 users are in the group." in said


def test_a_language_without_the_section_is_told(site):
    builders.make_locale("ar")

    said = run()

    assert "Translator ar: " in said
    assert "translate it and run the command again." in said
    assert get_pages("Translator ar") == set()


def test_a_section_a_site_and_a_prefix_are_chosen(site):
    other = builders.make_home("en", site=False)
    Site.objects.create(hostname="other.example", root_page=other)

    run("--section", str(site.letters.pk), "--prefix", "Desk ")
    run("--site", "other.example", "--prefix", "Other ")

    assert get_pages("Desk Editor") == {site.letters.pk}
    assert get_pages("Other Editor") == {other.pk}
    assert not Group.objects.filter(name="Editor").exists()


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["--site", "nowhere.example"], "There is no site “nowhere.example”. Sites: "),
        (["--section", "999999"], "has no page with the id 999999."),
        (["--section", "1"], "has no page with the id 1."),
    ],
)
def test_a_place_that_is_none_is_refused(site, args, error):
    with pytest.raises(CommandError, match=error):
        run(*args)

    assert not Group.objects.filter(name="Editor").exists()
