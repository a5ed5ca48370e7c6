"""``rtop_load_regions`` adds what is missing and overwrites nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from tests import builders
from wagtail_rtop.models import Region, RegionLabel, RegionSlug


pytestmark = pytest.mark.django_db


@pytest.fixture
def locales(db):
    return {code: builders.make_locale(code) for code in ("en", "fr", "ar")}


def load(**options):
    out, err = StringIO(), StringIO()
    call_command("rtop_load_regions", stdout=out, stderr=err, **options)
    return out.getvalue()


def get_state():
    return [
        list(model.objects.order_by("pk").values())
        for model in (
            Region,
            Region.areas.through,
            RegionLabel,
            RegionSlug,
            TranslationSource,
            StringTranslation,
            Translation,
        )
    ]


def test_an_empty_site_gets_every_region_named_in_its_languages(locales):
    out = load()

    assert Region.objects.count() == 32
    assert "32 rows: 32 new, 0 updated, 0 skipped, 0 failed." in out
    western = Region.objects.get(slug="western-africa")
    assert (western.name, western.m49) == ("Western Africa", "011")
    assert western.parent.slug == "sub-saharan-africa"
    assert western.parent.parent.parent.slug == "world"
    labels = dict(western.labels.values_list("locale__language_code", "label"))
    assert labels == {
        "en": "Western Africa",
        "fr": "Afrique occidentale",
        "ar": "غرب أفريقيا",
    }
    assert RegionLabel.objects.count() == 96


def test_the_regions_that_m49_lacks_are_sets_of_areas(locales):
    load()

    asia_pacific = Region.objects.get(slug="asia-pacific")
    assert asia_pacific.m49 is None
    assert sorted(asia_pacific.areas.values_list("m49", flat=True)) == [
        "009",
        "030",
        "034",
        "035",
        "143",
    ]


def test_running_again_changes_no_row(locales):
    load()
    before = get_state()

    out = load()

    assert "32 rows: 0 new, 0 updated, 32 skipped, 0 failed." in out
    assert get_state() == before


def test_a_dry_run_reports_the_same_and_writes_nothing(locales):
    out = load(dry_run=True)

    assert "Dry run, nothing was written. 32 rows: 32 new" in out
    assert not Region.objects.exists()
    real = load()
    assert out.splitlines()[:-1] == real.splitlines()[:-1]


def test_what_an_editor_changed_stays(locales):
    load()
    region = Region.objects.get(m49="011")
    region.name, region.slug, region.parent = "West Africa", "west-africa", None
    region.save()
    label = region.labels.get(locale=locales["fr"])
    label.label = "Afrique de l’Ouest"
    label.save()
    region.labels.get(locale=locales["ar"]).delete()
    before = get_state()[0]

    out = load()

    assert get_state()[0] == before
    assert region.labels.get(locale=locales["fr"]).label == "Afrique de l’Ouest"
    # Missing, so it came back.
    assert region.labels.get(locale=locales["ar"]).label == "غرب أفريقيا"
    assert "updated  western-africa: Names added: ar." in out
    assert "0 new, 1 updated, 31 skipped" in out


def test_a_region_of_the_site_is_recognised_by_slug_or_name(locales):
    by_slug = builders.make_region("The Caribbean of ours", slug="caribbean")
    by_name = builders.make_region("AFRIQUE  occidentale", slug="ouest")

    load()

    assert Region.objects.count() == 32
    assert Region.objects.get(slug="caribbean") == by_slug
    assert by_slug.labels.get(locale=locales["fr"]).label == "Caraïbes"
    by_name.refresh_from_db()
    assert (by_name.slug, by_name.m49) == ("ouest", None)


def test_a_namesake_with_another_code_is_another_region_and_fails_alone(locales):
    builders.make_region("Western Africa", slug="western-africa", m49="999")

    with pytest.raises(CommandError, match="1 of 32 rows failed"):
        load()

    assert Region.objects.count() == 32
    assert Region.objects.filter(m49="014").exists()


def test_labels_are_translations_that_the_editor_can_go_on_from(locales):
    load()

    region = Region.objects.get(m49="011")
    assert len(set(region.labels.values_list("translation_key", flat=True))) == 1
    english = region.labels.get(locale=locales["en"])
    source = TranslationSource.objects.get(object_id=english.translation_key)
    assert source.locale == locales["en"]
    translation = source.translations.get(target_locale=locales["fr"])
    assert translation.enabled
    assert translation.get_progress() == (1, 1)
    string = StringTranslation.objects.get(
        locale=locales["fr"], context__object_id=english.translation_key
    )
    assert string.data == "Afrique occidentale"
    assert string.translation_type == "machine"
    assert string.tool_name == "Unicode CLDR"


def test_a_translator_finds_the_label_in_the_ordinary_editor(locales, client):
    load()
    label = RegionLabel.objects.get(region__m49="011", locale=locales["fr"])
    client.force_login(builders.make_user(superuser=True))

    response = client.get(f"/admin/snippets/wagtail_rtop/regionlabel/edit/{label.pk}/")

    assert response.status_code == 200
    assert "wagtail_localize/admin/edit_translation.html" in {
        template.name for template in response.templates
    }
    assert "Afrique occidentale" in response.content.decode()


def test_a_locale_that_is_added_later_gets_its_names(locales):
    load()
    spanish = builders.make_locale("es")

    out = load()

    assert "0 new, 32 updated, 0 skipped" in out
    assert RegionLabel.objects.filter(locale=spanish).count() == 32


def test_without_a_locale_for_the_default_language_it_says_so(db, settings):
    settings.LANGUAGE_CODE = "fr"

    with pytest.raises(CommandError, match="There is no locale for LANGUAGE_CODE"):
        load()


def test_without_wagtail_localize_the_names_are_plain_translations(
    locales, monkeypatch
):
    monkeypatch.setattr("wagtail_rtop.regions.loading.can_translate", lambda: False)

    load()

    region = Region.objects.get(m49="011")
    assert region.labels.count() == 3
    assert len(set(region.labels.values_list("translation_key", flat=True))) == 1
    assert not TranslationSource.objects.exists()
