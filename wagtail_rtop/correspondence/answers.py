"""Who has answered, for readers: figures by organisation, and how they are counted."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from wagtail_rtop.conf import get_setting
from wagtail_rtop.letters.ledger_rows import LedgerRow
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.regions.models import build_name_key
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q, remember
from wagtail_rtop.visibility.gate import Gate, get_gate
from wagtail_rtop.visibility.hooks import mark_private


@dataclass(frozen=True)
class OrganisationAnswers:
    """How often one organisation was written to, and how often it answered.

    Attributes:
        title: of its profile; "" for all those without one that the reader may see.
        url: of the profile, or "".
        language: code of the language of the title, "" if it is the reader's.
        letters: to it; each counts once, however many of its offices it went to.
        answered: how many of them it has answered in public.
    """

    title: str
    url: str
    language: str
    letters: int
    answered: int


def fetch_answers(request: Any, locale: Any) -> list[OrganisationAnswers]:
    """Return the figures by organisation for this visitor, most letters first.

    The last one has no title: recipients without a profile that the visitor may
    see. Letters count by their source, in whatever languages they are.

    Args:
        request: the visitor's; None: an anonymous reader's.
        locale: Locale, or its id: in which the titles are wanted.

    Cost: one query, and one more for the profiles; the figures are remembered.
    """
    gate = get_gate(request)
    figures = remember(gate, ["answers"], lambda: fetch_figures(gate) or {None: (0, 0)})
    return build_answers(figures, getattr(locale, "pk", locale), gate)


def fetch_figures(
    gate: Gate, letters: Iterable[int] | None = None
) -> dict[uuid.UUID | None, tuple[int, int]]:
    """Return (letters, answered) by the profile's translation key. One query.

    Args:
        gate: who reads.
        letters: ids of the letters that may count; None: all.

    The key None stands for recipients without a profile; each counts by itself.
    """
    rows = LedgerRow.objects.filter(build_visible_q(gate, "letter__rtop_entry__"))
    if letters is not None:
        rows = rows.filter(letter__in=list(letters))
    answered = Q(publicly_answered=True)
    found: dict[uuid.UUID | None, tuple[int, int]] = {}
    by_profile: Any = rows.order_by().values("organisation_key")
    for row in by_profile.annotate(
        letters=Count("letter", distinct=True),
        answered=Count("letter", distinct=True, filter=answered),
        rows=Count("pk"),
        answered_rows=Count("pk", filter=answered),
    ):
        key = row["organisation_key"]
        counts = ("letters", "answered") if key else ("rows", "answered_rows")
        found[key] = (row[counts[0]], row[counts[1]])
    return found


def build_answers(
    figures: Mapping[uuid.UUID | None, tuple[int, int]], locale_id: Any, gate: Gate
) -> list[OrganisationAnswers]:
    """Return the figures with the profiles that the visitor may see. One query."""
    entries = (
        Entry.objects.filter(
            build_visible_q(gate),
            kind=OrganisationMixin.register_kind,
            translation_key__in=[key for key in figures if key],
            is_alias=False,
        )
        .select_related("page", "locale")
        .order_by("pk")
    )
    profiles: dict[uuid.UUID, Entry] = {}
    for entry in entries:
        known = profiles.get(entry.translation_key)
        # In the reader's language, else in the source's.
        if known is None or (
            entry.locale_id == locale_id and known.locale_id != locale_id
        ):
            profiles[entry.translation_key] = entry
    found, letters, answered = [], 0, 0
    for key, (written, replied) in figures.items():
        profile = profiles.get(key) if key else None
        if profile is None:
            letters, answered = letters + written, answered + replied
            continue
        language = profile.locale.language_code
        found.append(
            OrganisationAnswers(
                profile.page.title,
                profile.page.get_url(gate.request) or "",
                "" if profile.locale_id == locale_id else language,
                written,
                replied,
            )
        )
    found.sort(key=lambda row: (-row.letters, build_name_key(row.title), row.title))
    if letters:
        found.append(OrganisationAnswers("", "", "", letters, answered))
    return found


@require_safe
def show_answers(request: HttpRequest) -> HttpResponse:
    """Show who has answered, with how it is counted."""
    locale = Locale.get_active()
    context = {
        "answers": fetch_answers(request, locale),
        "locale": locale,
        "rtop_base": get_setting("BASE_TEMPLATE"),
    }
    response = TemplateResponse(
        request, "wagtail_rtop/correspondence/answers.html", context
    )
    # Members may see more than others.
    patch_vary_headers(response, ["Cookie"])
    return response if get_gate(request).is_anonymous else mark_private(response)
