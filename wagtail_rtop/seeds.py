"""Packaged data as content: which language, what was done, and how to translate it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.apps import apps


# Codes that name a script only by their region.
SCRIPTS = {"zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-my": "zh-hans"}

# What a translator reads beside a packaged string, by the source of its wording.
TOOLS = {"cldr": "Unicode CLDR", "un": "United Nations", "project": "wagtail-rtop"}


class Outcome(Enum):
    """What loading did, or would do, with one packaged row.

    UPDATED: something that was missing was added; nothing is ever overwritten.
    """

    NEW = "new"
    UPDATED = "updated"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """One packaged row and what became of it; ``detail`` is a full sentence."""

    key: str
    outcome: Outcome
    detail: str = ""


def count_outcomes(results: Iterable[Result]) -> Counter[Outcome]:
    return Counter(result.outcome for result in results)


def pick_language(texts: Mapping[str, Any], code: str) -> str | None:
    """Return the key of ``texts`` that serves the language, or None.

    "fr-ca" is served by "fr"; "zh-hant" is not served by "zh-hans".
    """
    code = SCRIPTS.get(code.lower(), code.lower())
    while code:
        if code in texts:
            return code
        code = code.rpartition("-")[0]
    return None


def save_translation(
    source: Any, locale: Any, texts: Mapping[str, str], *, tool: str
) -> None:
    """Translate ``source`` into ``locale`` through wagtail-localize, and publish.

    The strings are marked as machine-made, so that a translator sees where they
    come from and can go on in the ordinary editor. A string that is translated
    already is left as it is.

    Args:
        source: the instance in its source language.
        locale: the target Locale.
        texts: content path, for example "title", to plain text.
        tool: named beside the string in the editor.

    Cost: some 30 queries for a snippet, 60 for a page.
    """
    # Optional app: its models exist only where it is installed.
    from wagtail_localize.models import (
        StringTranslation,
        Translation,
        TranslationSource,
    )
    from wagtail_localize.strings import StringValue

    row, _ = TranslationSource.update_or_create_from_instance(source)
    segments = row.stringsegment_set.select_related("string", "context")
    for segment in segments.filter(context__path__in=list(texts)):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            locale=locale,
            context=segment.context,
            defaults={
                "data": StringValue.from_plaintext(texts[segment.context.path]).data,
                "translation_type": StringTranslation.TRANSLATION_TYPE_MACHINE,
                "tool_name": tool,
            },
        )
    translation, _ = Translation.objects.get_or_create(source=row, target_locale=locale)
    translation.save_target(publish=True)


def can_translate() -> bool:
    """Return whether wagtail-localize is installed on this site."""
    return apps.is_installed("wagtail_localize")
