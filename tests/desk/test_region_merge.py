"""Merging two regions: what is shown is what happens, and nothing else does."""

import json

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.management import call_command
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision

from tests import builders
from wagtail_rtop.desk.merging import MergeRefusedError
from wagtail_rtop.desk.regions.merge import RegionMerge
from wagtail_rtop.models import EntryRegion, Region, RegionLabel, RegionSlug
from wagtail_rtop.pages.models import LetterPage


@pytest.fixture(scope="module")
def world(shared_db):
    """Two regions for one part of the world, used in every way."""
    home = builders.make_home()
    builders.make_locale("fr")
    winner = builders.make_region("Western Africa", labels={"fr": "Afrique de l’Ouest"})
    loser = builders.make_region("West Africa", m49="011", labels={"ar": "غرب أفريقيا"})
    loser.slug = "w-africa"
    loser.save()
    builders.make_region("Sahel", parent=loser)
    builders.make_region("Some areas").areas.add(loser)
    letters = builders.make_letter_index(home)
    body = builders.make_organisation(
        builders.make_organisation_index(home), title="ECOWAS", regions=[loser]
    )
    site = {
        "home": home,
        "winner": winner,
        "loser": loser,
        "letters": letters,
        "one": builders.make_report(home, title="Only the one", regions=[loser]),
        "both": builders.make_report(home, title="Both", regions=[loser, winner]),
        "other": builders.make_report(home, title="Other", regions=[winner]),
        "inherits": builders.make_letter(letters, title="Inherits", recipients=[body]),
    }
    draft = builders.make_letter(letters, title="Drafted")
    draft.regions.set([loser])
    draft.save_revision()
    site["draft"] = draft
    builders.make_region_index(home)
    return site


@pytest.fixture
def editor(client):
    group = builders.make_group("Vocabulary")
    group.permissions.add(
        Permission.objects.get(codename="access_admin"),
        *Permission.objects.filter(
            content_type__app_label="wagtail_rtop",
            content_type__model__in=["region", "regionlabel"],
        ),
    )
    client.force_login(builders.make_user(groups=[group]))
    return client


def get_url(region):
    return f"/admin/rtop/regions/{region.pk}/merge/"


def get_tags(page):
    return [item.tag.name for item in page.rtop_region_items.all()]


def get_references(region):
    found = ReferenceIndex.get_references_to(region)
    return sorted(found.values_list("object_id", "content_path"))


def test_through_the_admin_all_of_it_follows(editor, world):
    loser, winner = world["loser"], world["winner"]
    body = editor.get(get_url(loser)).content.decode()
    assert "Show what changes" in body

    shown = editor.post(get_url(loser), {"target": winner.pk})
    body = shown.content.decode()
    assert "Only the one" in body
    assert "Drafted" in body
    assert "1 page has both regions and keeps “Western Africa” alone" in body
    assert "“Western Africa” gets the M49 code 011" in body
    assert Region.objects.count() == 4

    response = editor.post(
        get_url(loser),
        {"target": winner.pk, "confirmed": shown.context["plan"].digest},
    )

    assert response.status_code == 302
    assert not Region.objects.filter(pk=loser.pk).exists()
    for name in ("one", "both", "other"):
        assert get_tags(world[name]) == ["Western Africa"]
    winner.refresh_from_db()
    assert winner.m49 == "011"
    assert Region.objects.get(name="Sahel").parent == winner
    assert list(Region.objects.get(name="Some areas").areas.all()) == [winner]
    labels = {x.locale.language_code: x for x in winner.labels.all()}
    assert {code: x.label for code, x in labels.items()} == {
        "en": "Western Africa",
        "fr": "Afrique de l’Ouest",
        "ar": "غرب أفريقيا",
    }
    assert len({x.translation_key for x in (labels["en"], labels["ar"])}) == 1
    assert set(winner.former_slugs.values_list("slug", flat=True)) == {
        "west-africa",
        "w-africa",
    }
    # Letters without regions of their own stand in those of their recipients.
    entries = EntryRegion.objects.filter(region=winner)
    assert world["inherits"].pk in set(entries.values_list("entry", flat=True))
    call_command("rtop_register", "verify")
    draft = LetterPage.objects.get(pk=world["draft"].pk).get_latest_revision_as_object()
    assert get_tags(draft) == ["Western Africa"]
    assert get_tags(builders.publish(draft)) == ["Western Africa"]
    logged = ModelLogEntry.objects.get(action="wagtail_rtop.merge_region")
    assert logged.data["merged"]["id"] == loser.pk
    assert world["one"].pk in logged.data["pages"]


def test_the_reference_index_is_what_wagtail_would_build(world):
    call_command("rebuild_references_index", verbosity=0)
    RegionMerge(world["loser"], world["winner"]).apply(user=None)

    found = get_references(world["winner"])
    call_command("rebuild_references_index", verbosity=0)
    assert get_references(world["winner"]) == found
    assert len(found) > 4


def test_old_addresses_and_filters_move_for_good(client, world):
    RegionMerge(world["loser"], world["winner"]).apply(user=None)

    for old in ("west-africa", "w-africa"):
        for path, target in (
            (f"/en/regions/{old}/", "/en/regions/western-africa/"),
            (f"/en/letters/?region={old}", "/en/letters/?region=western-africa"),
            (
                f"/en/letters/?region={old}&region=western-africa",
                "/en/letters/?region=western-africa",
            ),
        ):
            response = client.get(path)
            assert (response.status_code, response["Location"]) == (301, target)
    assert client.get("/en/letters/?region=nowhere").status_code == 404


def test_a_draft_may_have_both(world):
    report = world["both"]
    report.title = "Draft of both"
    report.save_revision()

    RegionMerge(world["loser"], world["winner"]).apply(user=None)

    fresh = type(report).objects.get(pk=report.pk)
    assert get_tags(builders.publish(fresh.get_latest_revision_as_object())) == [
        "Western Africa"
    ]


def test_every_stored_version_can_be_gone_back_to(world):
    report = world["one"]
    RegionMerge(world["loser"], world["winner"]).apply(user=None)

    for revision in Revision.page_revisions.filter(object_id=str(report.pk)):
        rows = revision.content["rtop_region_items"]
        assert world["loser"].pk not in {row["tag"] for row in rows}


@pytest.mark.skipif(
    not apps.is_installed("wagtail_localize"), reason="needs wagtail-localize"
)
def test_a_translation_does_not_bring_the_region_back(world):
    from wagtail_localize.models import TranslationSource

    source, _created = TranslationSource.get_or_create_from_instance(world["one"])

    RegionMerge(world["loser"], world["winner"]).apply(user=None)

    source.refresh_from_db()
    rows = json.loads(source.content_json)["rtop_region_items"]
    assert [row["tag"] for row in rows] == [world["winner"].pk]


def test_a_failing_step_undoes_all(world, monkeypatch):
    before = count_all()

    def fail(self):
        raise RuntimeError("The last step.")

    monkeypatch.setattr(RegionMerge, "_finish", fail)
    with pytest.raises(RuntimeError):
        RegionMerge(world["loser"], world["winner"]).apply(user=None)

    assert count_all() == before
    assert get_tags(world["one"]) == ["West Africa"]


def count_all():
    contents = Revision.objects.order_by("pk").values_list("content", flat=True)
    return (
        json.dumps(list(contents), default=str),
        sorted(EntryRegion.objects.values_list("entry", "region")),
        sorted(RegionLabel.objects.values_list("pk", "region")),
        sorted(Region.objects.values_list("pk", "parent", "m49")),
        sorted(RegionSlug.objects.values_list("slug", "region")),
        ModelLogEntry.objects.count(),
    )


def refuse(loser, winner):
    with pytest.raises(MergeRefusedError) as error:
        RegionMerge(loser, winner).apply(user=None)
    return str(error.value)


def test_what_can_not_be_merged_says_why(world):
    loser, winner = world["loser"], world["winner"]
    sahel = Region.objects.get(name="Sahel")
    assert "can't be merged into itself" in refuse(loser, loser)
    assert "“Sahel” is part of “West Africa”" in refuse(loser, sahel)
    winner.m49 = "002"
    winner.save()
    assert "two parts of the world" in refuse(loser, winner)
    assert Region.objects.count() == 4


def test_a_part_may_be_merged_into_the_whole(world):
    sahel = Region.objects.get(name="Sahel")

    RegionMerge(sahel, world["loser"]).apply(user=None)

    assert not Region.objects.filter(name="Sahel").exists()


def test_what_changed_since_it_was_shown_is_shown_again(editor, world):
    loser, winner = world["loser"], world["winner"]
    shown = editor.post(get_url(loser), {"target": winner.pk})
    builders.make_report(world["home"], title="Came later", regions=[loser])

    response = editor.post(
        get_url(loser),
        {"target": winner.pk, "confirmed": shown.context["plan"].digest},
    )

    body = response.content.decode()
    assert "Something has changed since this was shown." in body
    assert "Came later" in body
    assert Region.objects.filter(pk=loser.pk).exists()


def test_who_may_not_delete_regions_may_not_merge_them(client, world):
    group = builders.make_group("Half")
    group.permissions.add(
        Permission.objects.get(codename="access_admin"),
        Permission.objects.get(codename="change_region"),
    )
    client.force_login(builders.make_user(groups=[group]))
    url = get_url(world["loser"])

    assert client.get(url).status_code == 302
    assert client.post(url, {"target": world["winner"].pk}).status_code == 302
    assert (
        "/merge/"
        not in client.get("/admin/snippets/wagtail_rtop/region/").content.decode()
    )


def test_a_target_that_is_none_is_an_error_at_the_field(editor, world):
    for value in ("", "x", "999999999999999999999", world["loser"].pk):
        response = editor.post(get_url(world["loser"]), {"target": value})
        assert response.status_code == 200
        assert "target" in response.context["form"].errors
