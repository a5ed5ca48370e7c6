"""Records that many letters were sent, or what else happened to all their recipients."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.widgets import AdminDateInput

from wagtail_rtop.desk.bulk.base import DeskBulkAction, explain_lock
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.letters.enums import EventKind
from wagtail_rtop.letters.events import CorrespondenceEvent
from wagtail_rtop.letters.ledger import record_events, withdraw_events
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.visibility.groups import get_source_page


class EventsForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=EventKind.choices
    )
    happened_on = forms.DateField(
        label=gettext_lazy("On"), widget=AdminDateInput, initial=timezone.localdate
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Count it in the figures that readers see"),
        required=False,
        help_text=gettext_lazy(
            "For the letters that you may publish; for the others it stays with the "
            "desk."
        ),
    )

    def clean_happened_on(self) -> date:
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise ValidationError(
                _(
                    "%(day)s is still to come. Record what has happened, on that day "
                    "or later."
                ),
                code="future",
                params={"day": day},
            )
        return day


class RecordEvents(DeskBulkAction):
    """Records one event for every recipient of each letter."""

    display_name = gettext_lazy("Record event")
    action_type = "rtop_event"
    aria_label = gettext_lazy("Record an event for all recipients of selected letters")
    action_priority = 120
    # Fourteen recipients each.
    most = 50
    form_class = EventsForm
    icon = "mail"
    title = gettext_lazy("Record an event for many letters")
    question = gettext_lazy("Recorded for every recipient of these letters:")
    button = gettext_lazy("Record")
    undo_action = "wagtail_rtop.record_event"

    def __init__(self, request: Any, model: Any) -> None:
        super().__init__(request, model)
        # The key of a letter's group → the page that stands for it.
        self.chosen: dict[Any, int] = {}

    def check_perm(self, page: Any) -> bool:
        if not super().check_perm(page):
            return False
        if self.chosen.setdefault(page.get_group_key(), page.pk) == page.pk:
            return True
        self.refusals[page.pk] = _(
            "It is chosen in another language already; both have one ledger."
        )
        return False

    @classmethod
    def find_refusal(cls, page: Any, user: Any) -> str:
        if not isinstance(page, LetterMixin):
            return _("It is no letter.")
        if page.alias_of_id:
            return _("It repeats another page. Choose the original.")
        if not page.live:
            return _("It is not published.")
        letter: Any = page
        if not letter.recipients.exists():
            return _("It has no recipients.")
        # The ledger is one for all languages, so the original decides.
        source = get_source_page(letter)
        if not source.permissions_for_user(user).can_edit():
            return explain_lock(source, user)
        return ""

    def describe(self, page: Any) -> str:
        count = page.recipients.count()
        return ngettext("%(count)s recipient", "%(count)s recipients", count) % {
            "count": count
        }

    @classmethod
    def apply(cls, page: Any, **context: Any) -> bool:
        user = context["user"]
        may_publish = get_source_page(page).permissions_for_user(user).can_publish()
        record_events(
            page,
            [row.translation_key for row in page.recipients.all()],
            context["kind"],
            context["happened_on"],
            is_public=context["is_public"] and may_publish,
            user=user,
        )
        return True

    @classmethod
    def undo(cls, page: Any, entries: list[Any], *, user: Any) -> int:
        ids = [entry.data["event"] for entry in entries]
        events = CorrespondenceEvent.objects.filter(pk__in=ids, withdrawn_at=None)
        found = list(events.select_for_update().order_by("pk"))
        source = get_source_page(page)
        if not source.permissions_for_user(user).can_edit():
            raise WagtailRtopError(explain_lock(source, user))
        may_publish = source.permissions_for_user(user).can_publish()
        if any(event.is_public for event in found) and not may_publish:
            raise WagtailRtopError(
                _("Readers' figures count the event, and you may not publish it.")
            )
        withdrawn = withdraw_events(found, user=user)
        if not withdrawn:
            raise WagtailRtopError(_("The event is withdrawn already."))
        return len(withdrawn)

    @classmethod
    def count_undone(cls, count: int) -> str:
        return ngettext(
            "%(count)s event is withdrawn.", "%(count)s events are withdrawn.", count
        ) % {"count": count}

    def count_changed(self, count: int) -> str:
        return ngettext(
            "Recorded for all recipients of %(count)s letter. It can be withdrawn in "
            "the letter's correspondence.",
            "Recorded for all recipients of %(count)s letters. It can be withdrawn in "
            "each letter's correspondence.",
            count,
        ) % {"count": count}
