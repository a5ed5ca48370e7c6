"""What wagtail-localize has to know of letters. Connected where it is installed."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_save

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.letters.responses import ResponseMixin


def connect() -> None:
    """Listen for submitted translations; does nothing without wagtail-localize."""
    if apps.is_installed("wagtail_localize"):
        post_save.connect(
            submit_letter_too,
            sender=apps.get_model("wagtail_localize", "Translation"),
            dispatch_uid="wagtail_rtop.letters.localize",
        )


def submit_letter_too(sender: type, instance: Any, **kwargs: Any) -> None:
    """Submit a response's letter with it.

    Otherwise wagtail-localize copies the letter as an alias: the English letter,
    live, among the pages of the other language.
    """
    if kwargs.get("raw") or not instance.enabled:
        return
    source = instance.source
    model = source.specific_content_type.model_class()
    if not (model and issubclass(model, ResponseMixin)):
        return
    letter = source.get_source_instance().get_letter()
    if letter is not None:
        submit(letter, instance.target_locale)


def submit(letter: Any, locale: Any) -> None:
    """Submit a letter for translation unless it is in that language already."""
    # Only here is it certain that wagtail-localize is installed.
    from wagtail_localize.models import TranslationSource
    from wagtail_localize.operations import translate_object

    group = get_page_model().objects.filter(translation_key=letter.translation_key)
    if group.filter(locale=locale, alias_of=None).exists():
        return
    # One source a group: a second one breaks the translators' editor.
    source = TranslationSource.objects.filter(object_id=letter.translation_key).first()
    original = source.get_source_instance() if source else letter
    if original.locale_id != locale.pk:
        translate_object(original, [locale])
