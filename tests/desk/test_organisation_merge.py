"""Merging two profiles: letters, drafts, names, regions, addresses follow."""

import json
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.test import override_settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision

from tests import builders
from tests.settings import MIDDLEWARE
from wagtail_rtop.desk.merging import MergeRefusedError
from wagtail_rtop.desk.organisations.merge import (
    OrganisationMerge,
    merge_organisations,
)
from wagtail_rtop.letters.ledger_rows import LedgerRow
from wagtail_rtop.models import (
    CorrespondenceEvent,
    EntryOrganisation,
    RecipientGroup,
    RecipientGroupMember,
)
from wagtail_rtop.pages.models import LetterPage, LetterRecipient, OrganisationPage


REDIRECTING = [
    *MIDDLEWARE,
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]


@pytest.fixture(scope="module")
def world(shared_db):
    home = builders.make_home()
    french_home = builders.make_translated_home(home, "fr")
    west = builders.make_region("Western Africa")
    index = builders.make_organisation_index(home)
    french_index = builders.publish(index.copy_for_translation(french_home.locale))
    winner = builders.make_organisation(
        index,
        title="ECOWAS",
        slug="ecowas",
        names=[{"language": "en", "name": "Economic Community", "acronym": "ECOWAS"}],
        members=[{"country": "GH", "valid_from": "1975-05-28"}],
    )
    loser = builders.make_organisation(
        index,
        title="Community of West African States",
        slug="cwas",
        names=[
            {"language": "en", "name": "ECONOMIC community", "acronym": "ecowas"},
            {"language": "fr", "name": "Communauté économique", "acronym": "CEDEAO"},
        ],
        members=[{"country": "GH"}, {"country": "NG", "note": "Source: treaty"}],
        regions=[west],
    )
    french = builders.publish(loser.copy_for_translation(french_home.locale))
    letters = builders.make_letter_index(home)
    letter = builders.make_letter(
        letters,
        title="Open letter",
        recipients=[{"organisation": loser, "name": "The Community"}, "Somebody"],
    )
    response = builders.make_response(letter, title="Answer")
    french_letters = builders.publish(letters.copy_for_translation(french_home.locale))
    french_letter = builders.publish(letter.copy_for_translation(french_home.locale))
    both = builders.make_letter(letters, title="To both", recipients=[loser, winner])
    draft = builders.make_letter(letters, title="Drafted", recipients=["Nobody yet"])
    draft.recipients.add(LetterRecipient(organisation=loser, name="As drafted"))
    draft.save_revision()
    other = builders.make_letter(letters, title="To others", recipients=["Others"])
    return {
        "home": home,
        "index": index,
        "french_index": french_index,
        "winner": winner,
        "loser": loser,
        "french": french,
        "letter": letter,
        "response": response,
        "french_letter": french_letter,
        "french_letters": french_letters,
        "both": both,
        "draft": draft,
        "other": other,
        "west": west,
    }


@pytest.fixture
def editor(client, world):
    group = builders.make_group(
        "Profile desk",
        pages=[world["home"].get_parent()],
        actions=["change", "publish"],
    )
    client.force_login(builders.make_user(groups=[group]))
    return client


def get_url(page):
    return f"/admin/rtop/organisations/{page.pk}/merge/"


def get_recipients(page):
    rows = LetterRecipient.objects.filter(letter=page).order_by("sort_order")
    return [(row.organisation_id, row.name) for row in rows]


def get_state():
    """Return all that the merge may touch, comparable."""
    return (
        sorted(LetterRecipient.objects.values_list("pk", "organisation", "name")),
        json.dumps(
            list(Revision.objects.order_by("pk").values_list("content", flat=True)),
            default=str,
        ),
        sorted(EntryOrganisation.objects.values_list("entry", "organisation_key")),
        sorted(Page.objects.values_list("pk", "live")),
        sorted(OrganisationPage.objects.values_list("pk", "names", "members")),
        Redirect.objects.count(),
        PageLogEntry.objects.count(),
    )


def verify_register():
    from django.core.management import call_command

    call_command("rtop_register", "verify")


def test_through_the_admin_all_of_it_follows(editor, world):
    loser, winner = world["loser"], world["winner"]
    CorrespondenceEvent.objects.create(
        letter_key=world["letter"].get_group_key(),
        recipient_key=world["letter"].recipients.first().translation_key,
        kind="sent",
        happened_on="2012-03-22",
    )
    others = get_recipients(world["other"])
    counts = (LetterRecipient.objects.count(), CorrespondenceEvent.objects.count())
    assert "Show what changes" in editor.get(get_url(loser)).content.decode()

    shown = editor.post(get_url(loser), {"target": winner.pk})

    body = shown.content.decode()
    plan = shown.context["plan"]
    for text in (
        "3 recipients are linked to the other profile",
        "Communauté économique (fr)",
        "NG",
        "Western Africa",
        "/en/organisations/cwas",
        "/fr/organisations/cwas",
    ):
        assert text in body
    response = editor.post(
        get_url(loser),
        {"target": winner.pk, "confirmed": plan.digest},
    )

    assert response.status_code == 302
    assert get_recipients(world["letter"]) == [
        (winner.pk, "The Community"),
        (None, "Somebody"),
    ]
    assert get_recipients(world["french_letter"])[0] == (winner.pk, "The Community")
    assert get_recipients(world["both"]) == [
        (winner.pk, "Community of West African States"),
        (winner.pk, "ECOWAS"),
    ]
    assert get_recipients(world["other"]) == others
    assert (
        LetterRecipient.objects.count(),
        CorrespondenceEvent.objects.count(),
    ) == counts
    verify_register()
    ledger = LedgerRow.objects.exclude(organisation_key=None)
    assert set(ledger.values_list("organisation_key", flat=True)) == {
        winner.translation_key
    }
    assert plan.ids["others"] == {}
    keys = Counter(
        EntryOrganisation.objects.filter(kind__in=["letter", "response"]).values_list(
            "organisation_key", flat=True
        )
    )
    assert set(keys) == {winner.translation_key}
    for page in (loser, world["french"]):
        page.refresh_from_db()
        assert not page.live


def test_letters_the_editor_may_not_know_of_are_counted_not_named(client, world):
    closed = builders.make_letter_index(world["home"].get_parent(), slug="closed")
    builders.make_letter(
        closed, title="Secret draft", recipients=[world["loser"]], live=False
    )
    pages = [world["index"], world["french_index"]]
    group = builders.make_group("Profiles", pages=pages, actions=["change", "publish"])
    client.force_login(builders.make_user(groups=[group]))

    shown = client.post(get_url(world["loser"]), {"target": world["winner"].pk})

    body = shown.content.decode()
    assert "4 recipients are linked to the other profile" in body
    assert "Open letter" in body
    assert "Secret draft" not in body
    assert "and 1 more" in body


def test_the_other_profile_gets_names_states_and_regions(world):
    winner = world["winner"]
    winner.body = "<p>Drafted text.</p>"
    winner.save_revision()

    merge_organisations(world["loser"], winner, user=None)

    winner = OrganisationPage.objects.get(pk=winner.pk)
    for page in (winner, winner.get_latest_revision_as_object()):
        names = [(row.language, row.name, row.kind) for row in page.names.all()]
        assert names == [
            ("en", "Economic Community", "official"),
            ("fr", "Communauté économique", "alias"),
            ("en", "Community of West African States", "alias"),
        ]
        members = [(row.country, str(row.valid_from)) for row in page.members.all()]
        assert members == [("GH", "1975-05-28"), ("NG", "None")]
        assert [item.tag for item in page.rtop_region_items.all()] == [world["west"]]
    assert winner.body == ""
    published = builders.publish(winner.get_latest_revision_as_object())
    assert published.names.count() == 3
    assert published.body == "<p>Drafted text.</p>"


def test_groups_of_recipients_follow(world):
    group = RecipientGroup.objects.create(name="The fourteen")
    RecipientGroupMember.objects.create(
        group=group, organisation=world["loser"], name="As written"
    )
    RecipientGroupMember.objects.create(
        group=group, organisation=world["loser"], name=""
    )

    plan = merge_organisations(world["loser"], world["winner"], user=None)

    rows = RecipientGroupMember.objects.order_by("pk").values_list(
        "organisation", "name"
    )
    assert list(rows) == [
        (world["winner"].pk, "As written"),
        (world["winner"].pk, "Community of West African States"),
    ]
    assert (
        len(plan.ids["others"]["wagtail_rtop.RecipientGroupMember.organisation"]) == 2
    )


def test_drafts_and_earlier_versions_follow(world):
    loser, winner = world["loser"], world["winner"]

    merge_organisations(loser, winner, user=None)

    draft = LetterPage.objects.get(pk=world["draft"].pk).get_latest_revision_as_object()
    rows = {(row.organisation_id, row.name) for row in draft.recipients.all()}
    assert rows == {(None, "Nobody yet"), (winner.pk, "As drafted")}
    builders.publish(draft)
    verify_register()
    contents = Revision.objects.values_list("content", flat=True)
    named = {
        row["organisation"] for found in contents for row in found.get("recipients", ())
    }
    assert named == {winner.pk, None}


def test_old_addresses_redirect_in_every_language(client, world):
    Redirect.add_redirect("/en/older/", world["loser"])
    with override_settings(MIDDLEWARE=REDIRECTING):
        merge_organisations(world["loser"], world["winner"], user=None)

        for path in (
            "/en/organisations/cwas/",
            "/fr/organisations/cwas/",
            "/en/older/",
        ):
            response = client.get(path)
            assert response.status_code == 301, path
            assert response["Location"].endswith("/en/organisations/ecowas/")


def test_filters_by_the_old_slug_move_for_good(client, world):
    url = "/en/letters/?organisation="
    merge_organisations(world["loser"], world["winner"], user=None)

    response = client.get(f"{url}cwas&year=2012")
    assert response.status_code == 301
    assert response["Location"] == f"{url}ecowas&year=2012"
    assert client.get(response["Location"]).status_code == 200
    assert client.get(f"{url}nobody").status_code == 404
    # What is hidden is as good as absent.
    builders.restrict(OrganisationPage.objects.get(pk=world["winner"].pk))
    assert client.get(f"{url}cwas").status_code == 404


def test_the_reference_index_follows(world):
    merge_organisations(world["loser"], world["winner"], user=None)

    found = ReferenceIndex.get_references_to(world["winner"])
    assert str(world["letter"].pk) in set(found.values_list("object_id", flat=True))
    left = ReferenceIndex.get_references_to(world["loser"])
    assert not left.filter(model_path="recipients.item.organisation").exists()


def test_a_translation_does_not_bring_the_old_profile_back(world):
    pytest.importorskip("wagtail_localize")
    from wagtail_localize.models import TranslationSource

    source, _created = TranslationSource.get_or_create_from_instance(world["letter"])

    merge_organisations(world["loser"], world["winner"], user=None)

    source.refresh_from_db()
    rows = json.loads(source.content_json)["recipients"]
    assert rows[0]["organisation"] == world["winner"].pk


def test_the_log_names_every_id(world):
    user = builders.make_user(superuser=True)

    merge_organisations(world["loser"], world["winner"], user=user)

    entries = PageLogEntry.objects.filter(action="wagtail_rtop.merge_organisation")
    assert entries.count() == 3
    data = entries.get(page=world["winner"].pk).data
    assert [found["id"] for found in data["merged"]] == [
        world["loser"].pk,
        world["french"].pk,
    ]
    assert world["letter"].pk in data["pages"]
    assert entries.get(page=world["loser"].pk).user == user


@pytest.mark.parametrize(
    "step",
    [
        "merge_uses.sync_rows",
        "merge_profile.append_rows",
        "merge.take_off_line",
        "merge.OrganisationMerge._write_redirects",
    ],
)
def test_a_failing_step_undoes_all(world, monkeypatch, step):
    world["winner"].save_revision()
    before = get_state()

    def fail(*args):
        raise RuntimeError(step)

    monkeypatch.setattr(f"wagtail_rtop.desk.organisations.{step}", fail)
    with pytest.raises(RuntimeError):
        merge_organisations(world["loser"], world["winner"], user=None)

    assert get_state() == before


def refuse(loser, winner):
    before = get_state()
    with pytest.raises(MergeRefusedError) as error:
        merge_organisations(loser, winner, user=None)
    assert get_state() == before
    return str(error.value)


def test_the_same_profile_in_two_languages(world):
    assert "are the same profile" in refuse(world["loser"], world["french"])


def test_a_profile_that_not_the_same_readers_see(world):
    hidden = builders.make_organisation(world["index"], title="Hidden", live=False)
    assert "Not the same readers" in refuse(world["loser"], hidden)
    assert "Not the same readers" in refuse(hidden, world["winner"])
    builders.restrict(world["winner"])
    assert "Not the same readers" in refuse(world["loser"], world["winner"])


def test_a_profile_of_another_site(world):
    from wagtail.models import Site

    home = builders.make_home(site=False)
    Site.objects.create(hostname="other.example", root_page=home)
    other = builders.make_organisation(builders.make_organisation_index(home))

    assert "stand in different sites" in refuse(world["loser"], other)


def test_a_profile_with_pages_below_or_a_lock(world):
    Page.objects.filter(pk=world["winner"].pk).update(locked=True)
    builders.make_page(world["loser"])

    message = refuse(world["loser"], world["winner"])

    assert "There are pages below" in message
    assert "is locked. Unlock it first." in message


def test_two_drafts_may_be_merged(world):
    one, two = (
        builders.make_organisation(world["index"], title=title, live=False)
        for title in ("One", "Two")
    )

    merge_organisations(one, two, user=None)

    assert two.names.get().name == "One"


def test_who_may_not_publish_is_refused(client, world):
    group = builders.make_group(
        "Writers", pages=[world["home"].get_parent()], actions=["change"]
    )
    client.force_login(builders.make_user(groups=[group]))
    url = get_url(world["loser"])

    assert client.get(url).status_code == 302
    assert client.post(url, {"target": world["winner"].pk}).status_code == 302
    edit = client.get(f"/admin/pages/{world['loser'].pk}/edit/").content.decode()
    assert url not in edit


def test_a_target_that_is_no_profile_is_an_error_at_the_field(editor, world):
    for value in ("", "x", world["home"].pk, 999999):
        response = editor.post(get_url(world["loser"]), {"target": value})
        assert response.status_code == 200
        assert "target" in response.context["form"].errors


def test_the_other_profile_is_found_by_any_of_its_names(editor, world):
    url = get_url(world["winner"])

    form = BeautifulSoup(editor.get(url).content, "html5lib").select_one(
        "form [data-chooser-url]"
    )
    found = editor.get(f"{form['data-chooser-url']}results/", {"q": "CEDEAO"})

    assert "Community of West African States" in found.content.decode()
    shown = editor.post(url, {"target": world["loser"].pk})
    assert not shown.context["plan"].refusals


def test_what_changed_since_it_was_shown_is_shown_again(editor, world):
    url = get_url(world["loser"])
    shown = editor.post(url, {"target": world["winner"].pk})
    world["letter"].save_revision()

    response = editor.post(
        url,
        {"target": world["winner"].pk, "confirmed": shown.context["plan"].digest},
    )

    assert "Something has changed since this was shown" in response.content.decode()
    world["loser"].refresh_from_db()
    assert world["loser"].live


def test_looking_changes_nothing(world):
    before = get_state()

    OrganisationMerge(world["loser"], world["winner"]).build_plan()

    assert get_state() == before
