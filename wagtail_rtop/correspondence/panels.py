"""The ledger in the letter's editor."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from wagtail_rtop.correspondence import access
from wagtail_rtop.correspondence.history import build_ledger
from wagtail_rtop.correspondence.links import get_ledger_url, get_response_url
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.visibility.groups import get_source_page


class CorrespondencePanel(Panel):
    """A read-only summary of the letter's correspondence, with links to the desk.

    To use: put it among the panels of a page type with LetterMixin. It has no
    field, so no revision and no autosave carries anything of the ledger.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("heading", _("Correspondence"))
        super().__init__(*args, **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtail_rtop/admin/correspondence/panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and isinstance(self.instance, LetterMixin)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, "ledger": None, **self._build_ledger()}

        def _build_ledger(self) -> dict[str, Any]:
            if not self.instance.pk or not self.instance.live:
                return {}
            # The editor's instance is the draft; the ledger goes by the live rows.
            live = type(self.instance)._default_manager.get(pk=self.instance.pk)
            letter = get_source_page(live)
            user = self.request.user
            if not letter.live or not access.may_record(user, letter):
                return {}
            ledger = build_ledger(letter)
            unanswered = [
                recipient.standing.recipient.translation_key
                for recipient in ledger.recipients
                if not recipient.standing.is_answered
            ]
            # With one left, it is most likely the one who answered.
            ticked = unanswered if len(unanswered) == 1 else ()
            return {
                "ledger": ledger,
                "ledger_url": get_ledger_url(letter.pk),
                "response_url": get_response_url(letter, user, ticked),
            }
