"""Names of regions: equal to a reader, renamed, part of each other."""

import pytest
from django.core.exceptions import ValidationError

from tests import builders
from wagtail_rtop.models import Region, RegionSlug
from wagtail_rtop.regions.models import build_name_key


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Africa", "AFRICA"),
        ("Africa", "  africa "),
        ("Africa", "África"),
        ("Africa", "Ａｆｒｉｃａ"),  # full width
        ("Western Africa", "Western\u00a0 Africa"),
        ("Straße", "STRASSE"),
        ("Africa", "Af\u200brica"),  # zero width
        ("أفريقيا", "أَفريقيا"),  # vowel point
    ],
)
def test_a_reader_takes_these_for_the_same_name(one, other):
    assert build_name_key(one) == build_name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North Africa", "South Africa"),
        ("か", "が"),
        ("कि", "कु"),
        ("Africa", "Africa (south)"),
    ],
)
def test_a_reader_takes_these_for_different_names(one, other):
    assert build_name_key(one) != build_name_key(other)


@pytest.mark.parametrize("name", ["AFRICA", "Ａfrica", "África", " africa "])
def test_renaming_to_an_existing_name_is_refused(name):
    builders.make_region("Africa")
    region = builders.make_region("Asia")
    region.name = name

    with pytest.raises(ValidationError) as refused:
        region.full_clean()

    assert refused.value.message_dict == {
        "name": [
            "There is already a region “Africa”. Use that one, or choose a name that "
            "differs in more than case and accents."
        ]
    }


def test_a_region_cannot_be_part_of_itself():
    world = builders.make_region("World")
    africa = builders.make_region("Africa", parent=world)
    world.parent = africa

    with pytest.raises(ValidationError) as refused:
        world.full_clean()

    assert "parent" in refused.value.message_dict


def test_a_new_region_has_its_label_at_once():
    region = builders.make_region("Sahel")

    assert [(label.label, label.locale.language_code) for label in region.labels.all()]
    assert region.labels.get().label == "Sahel"


def test_the_label_follows_a_new_name_unless_it_is_another():
    region = builders.make_region("Sahel", labels={"fr": "Sahel"})
    region.name = "The Sahel"
    region.save()

    labels = region.labels.values_list("locale__language_code", "label")
    assert dict(labels) == {"en": "The Sahel", "fr": "Sahel"}

    region.labels.filter(locale__language_code="en").update(label="Sahel belt")
    region.name = "Sahel region"
    region.save()
    assert region.labels.get(locale__language_code="en").label == "Sahel belt"


def test_a_former_slug_is_kept_until_another_region_takes_it():
    region = builders.make_region("Sahel", slug="sahel")
    region.slug = "the-sahel"
    region.save()

    assert RegionSlug.objects.get(slug="sahel").region == region

    other = builders.make_region("Sahel proper", slug="sahel")
    assert not RegionSlug.objects.filter(slug="sahel").exists()
    assert Region.objects.get(slug="sahel") == other
