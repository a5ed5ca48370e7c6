"""Search on MariaDB and MySQL, whose text index knows committed rows only.

Run by themselves, ``pytest -m mariadb``: each empties the database at its end.
"""

import pytest
from django.core.management import call_command
from django.db import connection
from wagtail.models import Page

from tests import builders
from wagtail_rtop.desk.organisations.merge import (
    OrganisationMerge,
    merge_organisations,
)
from wagtail_rtop.desk.regions.merge import RegionMerge
from wagtail_rtop.pages.models import OrganisationPage


pytestmark = [
    pytest.mark.mariadb,
    pytest.mark.skipif(connection.vendor != "mysql", reason="about InnoDB's index"),
    pytest.mark.django_db(transaction=True),
]
UNION = "African Union"


@pytest.fixture
def letters():
    # An earlier test of this kind has emptied the tables, of the root as well.
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root", slug="root", locale=builders.make_locale("en"))
    home = builders.make_home()
    builders.make_region_index(home)
    organisations = builders.make_organisation_index(home)
    union = builders.make_organisation(
        organisations,
        title=UNION,
        names=[
            {"language": "en", "name": UNION, "acronym": "AU"},
            {"language": "fr", "name": "Union africaine", "acronym": "UA"},
        ],
    )
    letters = builders.make_letter_index(home)
    builders.make_letter(
        letters,
        title="Okapi",
        body="<p>On the protection of civilians in 2012.</p>",
        recipients=[{"organisation": union, "name": "The Chairperson"}],
    )
    builders.make_letter(
        letters,
        title="Quagga",
        body="<p>On the protection of archives.</p>",
        recipients=["Ms Unusualname"],
    )
    return letters


def find(client, text, path="/en/regions/"):
    response = client.get(path, {"q": text})
    assert response.status_code == 200
    listing = response.context["listing"]
    assert listing["total"] == len(listing["rows"])
    return {row["title"] for row in listing["rows"]}


def test_what_is_committed_is_found(client, letters):
    expected = {
        "protection": {"Okapi", "Quagga"},
        "archives protection": {"Quagga"},
        "civilians archives": set(),
        "unusualname": {"Quagga"},
        "nowhere": set(),
        # Of two letters: not in the index, yet an organisation's.
        "UA": {UNION, "Okapi"},
        "union africaine": {UNION, "Okapi"},
        "UA civilians": {"Okapi"},
        # As a word it is left out: what has the others is found too.
        "UA archives": {"Quagga"},
        # Too short for the index, and words that it leaves out.
        "civilians in 2012": {"Okapi"},
        "the protection of archives": {"Quagga"},
        "civilians, what, who and www": set(),
        "civilians, what, who": {"Okapi"},
        "to UA": {UNION, "Okapi"},
        "in": set(),
        "the www": set(),
        '"+(-~*@': set(),
    }
    found = {text: find(client, text) for text in expected}
    assert found == expected

    assert find(client, "UA", "/en/letters/") == {"Okapi"}
    filtered = client.get("/en/letters/?q=protection&year=1999")
    assert filtered.context["listing"]["total"] == 0


def test_what_changes_is_followed_and_what_is_hidden_absent(client, letters):
    okapi, quagga = letters.get_children().specific().order_by("pk")
    group = builders.make_group("In")
    member = builders.make_user(groups=[group])

    builders.restrict(okapi, "groups", groups=[group])
    assert find(client, "protection") == {"Quagga"}
    client.force_login(member)
    assert find(client, "protection") == {"Okapi", "Quagga"}
    client.logout()
    okapi.view_restrictions.all().delete()

    quagga.unpublish()
    assert find(client, "protection") == {"Okapi"}
    quagga.refresh_from_db()
    quagga.title = "Zebra"
    quagga.recipients = []
    quagga = builders.publish(quagga)
    assert find(client, "protection") == {"Okapi", "Zebra"}
    assert find(client, "Quagga") == find(client, "unusualname") == set()
    assert find(client, "zebra") == {"Zebra"}

    draft = quagga.get_latest_revision_as_object()
    draft.title = "Giraffe"
    draft.save_revision()
    assert find(client, "Giraffe") == set()
    assert find(client, "Zebra") == {"Zebra"}

    quagga.delete()
    assert find(client, "Zebra") == set()
    assert find(client, "protection") == {"Okapi"}

    alias = okapi.create_alias(update_slug="alias")
    assert find(client, "civilians") == {"Okapi"}
    assert client.get("/en/letters/?q=civilians").context["listing"]["total"] == 2
    alias.unpublish()
    assert client.get("/en/letters/?q=civilians").context["listing"]["total"] == 1


def test_merges_are_followed(client, letters):
    """In transactions that are committed, unlike those of the other tests."""
    index = OrganisationPage.objects.get().get_parent()
    old = builders.make_organisation(
        index,
        title="Sahara League",
        names=[{"language": "fr", "name": "Ligue saharienne", "acronym": "LIGSAH"}],
    )
    west, africa = builders.make_region("Occident"), builders.make_region("Afrique")
    letter = builders.make_letter(
        letters, title="Gnu", recipients=[old], regions=[west]
    )
    assert find(client, "LIGSAH") == {"Sahara League", "Gnu"}

    union = OrganisationPage.objects.get(title=UNION)
    plan = OrganisationMerge(old, union).build_plan()
    merge_organisations(old, union, user=None, confirmed=plan.digest)

    letter.refresh_from_db()
    assert letter.recipients.get().organisation_id == union.pk
    # By every name of the one that went; the name as written stays.
    for text in ("LIGSAH", "ligue saharienne"):
        assert find(client, text) == {UNION, "Okapi", "Gnu"}
    assert find(client, "Sahara League", "/en/letters/") == {"Okapi", "Gnu"}

    merge = RegionMerge(west, africa)
    merge.apply(user=None, confirmed=merge.build_plan().digest)

    response = client.get("/en/regions/occident/")
    assert (response.status_code, response["Location"]) == (301, "/en/regions/afrique/")
    assert find(client, "Gnu", "/en/regions/afrique/") == {"Gnu"}
    call_command("rtop_register", "verify")
