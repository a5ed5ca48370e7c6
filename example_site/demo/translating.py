"""Translates what the demonstration made, as a translator would: with wagtail-localize.

Sources, strings and targets are those of its own editor, so a translator opens a
page and finds each sentence translated, to be changed and published again.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from wagtail.models import Locale
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.strings import StringValue

from example_site.demo.texts import TARGETS, Text, build_strings, is_rich


@transaction.atomic
def translate(
    instance: Any,
    texts: Mapping[str, Text],
    *,
    people: Mapping[str, Any],
    files: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[str]:
    """Translate into every language that is missing; return their codes.

    Args:
        instance: a page or snippet in English.
        texts: content path, for example "title", to the text in all languages.
        people: language code to the translator who is named as the author.
        files: content path to ``{code: document}``, for a file of its own there.

    Raises:
        CommandError: if a sentence of the instance has no translation here.
    """
    known = Translation.objects.filter(
        source__object_id=instance.translation_key,
        target_locale__language_code__in=TARGETS,
    )
    present = set(known.values_list("target_locale__language_code", flat=True))
    missing = [code for code in TARGETS if code not in present]
    if not missing:
        # Left as it is: to update a source is the translators' decision.
        return []
    source, _ = TranslationSource.update_or_create_from_instance(instance)
    for code in missing:
        locale = Locale.objects.get(language_code=code)
        _write_strings(source, locale, texts, people[code])
        for path, documents in (files or {}).items():
            _write_override(source, locale, path, documents[code].pk, people[code])
        translation = Translation.objects.create(source=source, target_locale=locale)
        translation.save_target(user=people[code], publish=True)
    return missing


def _write_strings(
    source: Any, locale: Locale, texts: Mapping[str, Text], user: Any
) -> None:
    by_path: dict[str, list[Any]] = {}
    segments = source.stringsegment_set.select_related("string", "context")
    for segment in segments.order_by("order", "pk"):
        by_path.setdefault(segment.context.path, []).append(segment)
    for path, found in by_path.items():
        strings = (
            build_strings(texts[path], locale.language_code) if path in texts else []
        )
        if len(strings) != len(found):
            raise CommandError(
                f"“{source.object_repr}”, {path}: {len(found)} sentences, but "
                f"{len(strings)} translations into {locale.language_code}. Mend "
                "example_site/demo/data/."
            )
        make = (
            StringValue.from_translated_html
            if is_rich(texts[path])
            else StringValue.from_plaintext
        )
        for segment, string in zip(found, strings, strict=True):
            StringTranslation.objects.get_or_create(
                translation_of=segment.string,
                locale=locale,
                context=segment.context,
                defaults={
                    "data": make(string).data,
                    "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                    "last_translated_by": user,
                },
            )


def _write_override(source: Any, locale: Locale, path: str, value: Any, user: Any):
    segment = OverridableSegment.objects.get(source=source, context__path=path)
    SegmentOverride.objects.get_or_create(
        locale=locale,
        context=segment.context,
        defaults={"data_json": json.dumps(value), "last_translated_by": user},
    )
