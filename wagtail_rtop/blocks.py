"""Blocks that wagtail-localize can take apart and put together again."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.models import Locale
from wagtail.rich_text import RichText
from wagtail_localize.segments import StringSegmentValue


class CharBlock(blocks.CharBlock):
    """A CharBlock that an empty value does not break on the way to translators.

    wagtail-localize up to 1.14 raises on None; see its issue 918.
    """

    def get_translatable_segments(self, value: Any) -> list[StringSegmentValue]:
        return [StringSegmentValue("", value)] if value else []

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> Any:
        return segments[0].render_text() if segments else value


class TextBlock(blocks.TextBlock):
    """A TextBlock that survives an empty value; see CharBlock."""

    get_translatable_segments = CharBlock.get_translatable_segments
    restore_translated_segments = CharBlock.restore_translated_segments


def find_locale_id(context: Mapping[str, Any]) -> int | None:
    """Return the locale that a block lists in: its page's, else the active one's."""
    if locale_id := getattr(context.get("page"), "locale_id", None):
        return locale_id
    found = Locale.objects.filter(language_code=get_language())
    return found.values_list("pk", flat=True).first()


class SicRichText(RichText):
    """Rich text that prints "[sic]" after each passage marked as such.

    The mark is text, not a style: it is read aloud, copied and printed. Passages
    are stored as a bare ``abbr``; see wagtail_rtop.letters.hooks.
    """

    def __html__(self) -> str:
        mark = format_html(
            '</abbr> <span class="rtop-sic" title="{}">[<i lang="la">sic</i>]</span>',
            gettext("Reproduced as it stood"),
        )
        return super().__html__().replace("</abbr>", mark)


class RichTextBlock(blocks.RichTextBlock):
    """A RichTextBlock whose "[sic]" marks are printed."""

    def render_basic(self, value: Any, context: Any = None) -> Any:
        return str(SicRichText(value.source))


class QuoteBlock(blocks.StructBlock):
    """What somebody said, with who said it."""

    quote = TextBlock(label=_("Quote"))
    speaker = CharBlock(label=_("Speaker"), required=False)
    role = CharBlock(label=_("Role"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "wagtail_rtop/blocks/quote.html"


class ReleaseBodyBlock(blocks.StreamBlock):
    """The body of a press release."""

    paragraph = RichTextBlock(
        label=_("Text"),
        features=[
            "h2",
            "h3",
            "bold",
            "italic",
            "sic",
            "ol",
            "ul",
            "link",
            "document-link",
        ],
    )
    quote = QuoteBlock()
    image = ImageBlock(label=_("Image"), template="wagtail_rtop/blocks/image.html")
