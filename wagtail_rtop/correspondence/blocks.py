"""A block for any page of the site: who has answered the coalition's letters."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from wagtail_rtop.blocks import CharBlock, find_locale_id
from wagtail_rtop.correspondence.answers import fetch_answers


class AnswersBlock(blocks.StructBlock):
    """Lists who was written to and who has answered, as the reader may know it.

    To use: ``("answers", AnswersBlock())`` in a StreamField of your own.
    """

    heading = CharBlock(
        label=_("Heading"),
        required=False,
        help_text=_("Empty: “Who has answered”."),
    )

    class Meta:
        icon = "mail"
        label = _("Who has answered")
        template = "wagtail_rtop/correspondence/block_answers.html"

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return ``answers`` (see ``fetch_answers()``) and ``heading``."""
        context = super().get_context(value, parent_context=parent_context)
        locale = find_locale_id(context)
        return {
            **context,
            "answers": fetch_answers(context.get("request"), locale),
            "heading": _("Who has answered"),
        }
