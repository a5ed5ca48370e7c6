"""Translates a page as a translator does, through wagtail-localize."""

from wagtail.models import Locale
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.operations import translate_object

from tests import builders


def submit(instance, *codes):
    """Submit an object to translators; return its translation source."""
    locales = [builders.make_locale(code) for code in codes]
    translate_object(instance, locales)
    return TranslationSource.objects.get_for_instance(instance)


def get_strings(source):
    """Return {content path: [strings]} of what translators see."""
    found = {}
    for segment in StringSegment.objects.filter(source=source).select_related(
        "string", "context"
    ):
        found.setdefault(segment.context.path, []).append(segment.string.data)
    return found


def translate(source, code, strings):
    """Translate the given strings; {source text: translated text}."""
    locale = Locale.objects.get(language_code=code)
    for segment in StringSegment.objects.filter(source=source).select_related(
        "string", "context"
    ):
        if segment.string.data in strings:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                context=segment.context,
                locale=locale,
                defaults={"data": strings[segment.string.data]},
            )


def publish_translation(instance, code, strings):
    """Submit, translate and publish; return the translated object."""
    source = submit(instance, code)
    translate(source, code, strings)
    return publish_target(source, code)


def publish_target(source, code):
    translation = Translation.objects.get(
        source=source, target_locale__language_code=code
    )
    translation.save_target(publish=True)
    return translation.get_target_instance()
