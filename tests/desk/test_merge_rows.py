"""Merging two profiles: names and states over time, of both and of drafts."""

from datetime import date

import pytest
from wagtail.models import PageLogEntry

from tests import builders
from wagtail_rtop.desk.merging import MergeRefusedError
from wagtail_rtop.desk.organisations.merge import merge_organisations
from wagtail_rtop.organisations.successors import MERGED
from wagtail_rtop.pages.models import Membership, OrganisationName, OrganisationPage


@pytest.fixture(scope="module")
def world(shared_db):
    home = builders.make_home()
    index = builders.make_organisation_index(home)
    return {
        "home": home,
        "winner": builders.make_organisation(
            index,
            title="ECOWAS",
            members=[{"country": "GH", "valid_from": "1975-05-28"}],
        ),
        "loser": builders.make_organisation(
            index,
            title="Community of West African States",
            names=[{"language": "fr", "name": "Communauté économique"}],
            members=[{"country": "GH"}, {"country": "NG", "note": "Source: treaty"}],
        ),
    }


@pytest.fixture
def editor(client, world):
    group = builders.make_group(
        "Desk", pages=[world["home"]], actions=["change", "publish"]
    )
    client.force_login(builders.make_user(groups=[group]))
    return client


def get_url(page):
    return f"/admin/rtop/organisations/{page.pk}/merge/"


def test_rows_that_contradict_each_other_are_refused_by_name(editor, world):
    loser = world["loser"]
    loser.members = [
        Membership(country="NG"),
        Membership(country="NG", valid_from=date(1975, 5, 28)),
    ]
    loser.save(clean=False)

    shown = editor.post(get_url(loser), {"target": world["winner"].pk})

    expected = (
        "“Community of West African States” contradicts itself. NG (member): This "
        "overlaps with the row of the same country that holds always. End one on the "
        "day on which the other begins, or remove one. Mend it there first."
    )
    assert expected in shown.content.decode()
    with pytest.raises(MergeRefusedError, match="contradicts itself"):
        merge_organisations(loser, world["winner"], user=None)
    assert world["winner"].members.count() == 1


def test_states_of_both_are_shown_and_stay_as_they_are(editor, world):
    shown = editor.post(get_url(world["loser"]), {"target": world["winner"].pk})

    plan = shown.context["plan"]
    assert [
        (row["country"], row["valid_from"]) for row in plan.ids["members_left"]
    ] == [("GH", None)]
    body = shown.content.decode()
    assert "Rows of states that both have, with other dates" in body
    assert "GH (member), always" in body
    merge_organisations(world["loser"], world["winner"], user=None)
    entry = PageLogEntry.objects.get(page=world["winner"].pk, action=MERGED)
    assert [row["country"] for row in entry.data["members_left"]] == ["GH"]


def test_a_draft_that_has_the_state_already_keeps_its_own_row(editor, world):
    winner = OrganisationPage.objects.get(pk=world["winner"].pk)
    winner.members.add(Membership(country="NG", valid_from="1975-05-28"))
    winner.names.add(OrganisationName(language="fr", name="communauté ÉCONOMIQUE"))
    winner.save_revision()

    merge_organisations(world["loser"], world["winner"], user=None)

    live = OrganisationPage.objects.get(pk=winner.pk)
    assert [row.country for row in live.members.all()] == ["GH", "NG"]
    draft = live.get_latest_revision_as_object()
    members = [(row.country, str(row.valid_from)) for row in draft.members.all()]
    assert sorted(members) == [("GH", "1975-05-28"), ("NG", "1975-05-28")]
    # It can be published: nothing in it excludes anything else.
    builders.publish(draft)
