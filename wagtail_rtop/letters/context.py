"""What the templates of a letter and of a response get to see."""

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language_info
from wagtail.documents import get_document_model
from wagtail.models import Site

from wagtail_rtop.blocks import SicRichText
from wagtail_rtop.coalition.models import get_coalition
from wagtail_rtop.letters.ledger import (
    count_answers,
    fetch_responses,
    get_standings,
)
from wagtail_rtop.letters.names import (
    Recipient,
    build_recipients,
    build_sentence,
    fetch_profiles,
)
from wagtail_rtop.regions.models import Region
from wagtail_rtop.register.models import EntryRegion
from wagtail_rtop.visibility.gate import get_gate


def build_letter_context(letter: Any, request: Any) -> dict[str, Any]:
    """Return the context of a letter page.

    Shape: ``issuer``, ``recipients`` (list of Recipient), ``recipients_sentence``
    (HTML), ``body`` (rich text with its marks), ``signatories``, ``copied_to``
    (list of lines), ``full_text`` (document or None), ``attachments`` (rows),
    ``responses`` (those this visitor may see, oldest first, each once: in the
    letter's language or, if it can't be read in it, in another one), ``tally`` (Tally
    of what everybody may see), ``regions``.
    Cost: eleven queries, whatever the number of rows and of letters; one more if a
    response is in another language.
    """
    gate = get_gate(request)
    rows = list(letter.recipients.all())
    organisations = letter.get_organisation_keys(rows)
    responses = fetch_responses(letter, gate)
    others = [page for page in responses if page.locale_id != letter.locale_id]
    prefetch_related_objects(others, "locale")
    standings = get_standings(letter, rows, responses)
    language = letter.get_content_language() or letter.locale.language_code
    recipients = build_recipients(
        rows,
        standings,
        organisations,
        fetch_profiles(rows, organisations, letter.locale_id, gate),
        language,
    )
    attachments = list(letter.attachments.all())
    full_text = attach_documents(attachments, letter.full_text_id)
    return {
        "issuer": letter.issuer or get_default_issuer(letter, request),
        "recipients": recipients,
        "recipients_sentence": build_sentence(recipients, language),
        "body": SicRichText(letter.body),
        "signatories": list(letter.signatories.all()),
        "copied_to": [line for line in letter.copied_to.splitlines() if line.strip()],
        "full_text": full_text,
        "attachments": [row for row in attachments if row.document_id],
        "responses": responses,
        "tally": count_answers(standings, organisations),
        "regions": fetch_regions(letter, request, rows),
    }


def build_response_context(response: Any, request: Any) -> dict[str, Any]:
    """Return the context of a response page.

    Shape: ``letter`` (page or None), ``recipients`` (list of Recipient that
    answer), ``body``, ``original_language`` (its name), ``document``, ``regions``.
    Cost: seven queries, whatever the number of rows.
    """
    gate = get_gate(request)
    letter = response.get_letter()
    if getattr(request, "rtop_is_shared_preview", False) and letter:
        # Somebody was let see the response ahead of the gate, not the letter.
        letter = letter if gate.can_see(letter) else None
    rows = response.get_recipient_rows(letter)
    organisations = letter.get_organisation_keys(rows) if letter else {}
    recipients: list[Recipient] = []
    if letter:
        recipients = build_recipients(
            rows,
            get_standings(letter, rows, [response]),
            organisations,
            fetch_profiles(rows, organisations, response.locale_id, gate),
            response.get_content_language() or response.locale.language_code,
        )
    return {
        # The gate hides a response with its letter, so this one may be shown.
        "letter": letter,
        "recipients": recipients,
        "summary": SicRichText(response.summary),
        "body": SicRichText(response.body),
        "original_language": get_language_label(response.original_language),
        "document": attach_documents([], response.document_id),
        "regions": fetch_regions(response, request, rows),
    }


def get_default_issuer(page: Any, request: Any) -> str:
    """Return the issuer of letters that name none, "" if the site has no default."""
    site = Site.find_for_request(request)
    coalition = get_coalition(site, page.locale_id, request)
    return (coalition.default_issuer or coalition.name) if coalition else ""


def get_language_label(code: str) -> str:
    """Return a language's name in the active language; its code if unknown."""
    if not code:
        return ""
    try:
        return get_language_info(code.lower())["name_translated"]
    except KeyError:
        return code


def attach_documents(rows: Iterable[Any], extra_id: int | None) -> Any:
    """Give each row its document; return the one of ``extra_id``. One query, or none."""
    rows = list(rows)
    ids = {row.document_id for row in rows} | {extra_id}
    ids.discard(None)
    if not ids:
        return None
    documents = get_document_model()._default_manager.in_bulk(ids)
    for row in rows:
        # A file deleted since a revision was written is left out.
        row.document = documents.get(row.document_id)
    return documents.get(extra_id)


def fetch_regions(page: Any, request: Any, rows: Iterable[Any]) -> list[Region]:
    """Return the page's regions in its language: its own tags or its recipients'.

    One query: the register knows both. A preview has rows that it does not.
    """
    if page.pk and not getattr(request, "is_preview", False):
        of_page = EntryRegion.objects.filter(entry=page.pk).values("region")
        found = Region.objects.filter(pk__in=of_page)
    else:
        found = Region.objects.filter(pk__in=page.get_all_region_ids(rows))
    return list(found.with_label(page.locale_id).order_by("localized_label"))
