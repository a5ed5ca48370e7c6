"""A new region has its name in the default language at once."""

from typing import Any

from django.conf import settings
from django.db.models.signals import post_save
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Locale

from wagtail_rtop.regions.models import Region, RegionLabel


def connect() -> None:
    """Connect the handlers; called once, when the apps are ready."""
    post_save.connect(
        on_region_saved, sender=Region, dispatch_uid="wagtail_rtop.regions.saved"
    )


def on_region_saved(
    sender: type, instance: Region, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    """Create the label that translators translate."""
    if not created or raw:
        return
    code = get_supported_content_language_variant(settings.LANGUAGE_CODE)
    default = Locale.objects.filter(language_code=code).first()
    if default:
        RegionLabel.objects.get_or_create(
            region=instance, locale=default, defaults={"label": instance.name}
        )
