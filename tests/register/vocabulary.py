"""What is done to regions, locales and sites; see operations.py."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from wagtail.models import Locale, Site

from tests import builders
from tests.site_app.models import HomePage
from wagtail_rtop.models import Region, RegionLabel


def rename_region(world):
    region = world.pick_one(Region.objects.all())
    if world.rng.random() < 0.5:
        region.name = f"Region {world.get_slug()}"
    else:
        # Its address alone: no label follows.
        region.slug = world.get_slug()
    region.save()
    return True


def rename_label(world):
    label = world.pick_one(RegionLabel.objects.all())
    if not label:
        return False
    label.label = f"Name {world.get_slug()}"
    label.save()
    return True


def delete_region(world):
    region = world.pick_one(Region.objects.all())
    if world.rng.random() < 0.5:
        region = builders.make_region()
    try:
        with transaction.atomic():
            region.delete()
    except ProtectedError:
        return False
    world.regions = list(Region.objects.values_list("pk", flat=True))
    return True


def remove_locale(world):
    locale = world.pick_one(Locale.objects.all())
    try:
        with transaction.atomic():
            locale.delete()
    except (ProtectedError, ValidationError):
        return False
    return True


def add_locale(world):
    codes = Locale.objects.values_list("language_code", flat=True)
    missing = sorted({"en", "fr", "ar"} - set(codes))
    return bool(missing) and bool(builders.make_locale(missing[0]))


def change_site(world):
    site = Site.objects.filter(is_default_site=True).first()
    if site:
        site.delete()
    else:
        Site.objects.create(
            hostname="testserver", root_page=world.pick(HomePage), is_default_site=True
        )
    return True


def rename_site(world):
    site = world.pick_one(Site.objects.all())
    if not site:
        return False
    site.hostname = f"{world.get_slug()}.example"
    site.save()
    return True


def recode_locale(world):
    """Another spelling of a language: its addresses change, its pages don't."""
    locale = world.pick_one(Locale.objects.all())
    codes = set(Locale.objects.values_list("language_code", flat=True))
    free = sorted({"en", "fr", "ar"} - codes)
    if not locale or not free:
        return False
    locale.language_code = free[0]
    locale.save()
    return True
