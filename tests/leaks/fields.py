"""Writes a canary into every field of a page that could be shown."""

import json
from datetime import date
from typing import Any

from wagtail_rtop.models import ReleaseVersion
from wagtail_rtop.pages.models import (
    LetterAttachment,
    LetterPage,
    LetterRecipient,
    LetterSignatory,
    OrganisationName,
    OrganisationPage,
    PressReleasePage,
    ReleaseAttachment,
    ReleaseCorrection,
    ResponsePage,
)


PAGE_CLASSES = {
    "letter": LetterPage,
    "response": ResponsePage,
    "release": PressReleasePage,
    "organisation": OrganisationPage,
}
FIELDS = (
    # Every kind has these.
    *("title", "slug", "body", "search_description"),
    # One kind or two have these.
    *("issuer", "reference", "occasion", "cover_note", "salutation", "closing"),
    *("copied_to", "recipient", "office", "signatory", "caption", "summary"),
    *("subtitle", "dateline", "notes", "quote", "correction", "name", "acronym"),
    *("seat", "website"),
    # Beside the page.
    *("document_title", "document_bytes", "region", "note"),
)
# Nobody may read these at all.
NEVER = ("note",)


def fill(page: Any, tokens: dict[str, str], document: Any = None) -> None:
    """Write the tokens into the page's fields and child rows, unsaved."""
    page.title = tokens["title"]
    page.slug = tokens["slug"].lower()
    page.search_description = tokens["search_description"]
    _FILLERS[type(page)](page, tokens, document)


def _fill_letter(page: Any, tokens: dict[str, str], document: Any) -> None:
    page.document_date = date(2012, 3, 22)
    for name in ("issuer", "reference", "occasion", "salutation", "closing"):
        setattr(page, name, tokens[name])
    page.copied_to = tokens["copied_to"]
    page.cover_note = f"<p>{tokens['cover_note']}</p>"
    page.body = f"<p>{tokens['body']}</p>"
    rows = list(page.recipients.all())
    rows[-1].name, rows[-1].office = tokens["recipient"], tokens["office"]
    page.recipients = rows
    page.signatories = [LetterSignatory(name=tokens["signatory"])]
    if document:
        page.attachments = [
            LetterAttachment(document=document, caption=tokens["caption"])
        ]


def _fill_response(page: Any, tokens: dict[str, str], document: Any) -> None:
    page.document_date = date(2012, 4, 2)
    page.signatory, page.office = tokens["signatory"], tokens["office"]
    page.summary = f"<p>{tokens['summary']}</p>"
    page.body = f"<p>{tokens['body']}</p>"
    page.document = document


def _fill_release(page: Any, tokens: dict[str, str], document: Any) -> None:
    page.document_date = date(2013, 5, 6)
    page.subtitle, page.dateline = tokens["subtitle"], tokens["dateline"]
    page.notes_to_editors = f"<p>{tokens['notes']}</p>"
    page.body = json.dumps(
        [
            {"type": "paragraph", "value": f"<p>{tokens['body']}</p>"},
            {"type": "quote", "value": {"quote": tokens["quote"], "speaker": "She"}},
        ]
    )
    page.corrections = [ReleaseCorrection(note=tokens["correction"])]
    if document:
        page.attachments = [
            ReleaseAttachment(document=document, caption=tokens["caption"])
        ]


def _fill_organisation(page: Any, tokens: dict[str, str], document: Any) -> None:
    page.seat = tokens["seat"]
    page.website = f"https://{tokens['website'].lower()}.example/"
    page.body = f"<p>{tokens['body']}</p>"
    page.names = [
        OrganisationName(
            language="en", name=tokens["name"], acronym=tokens["acronym"][:50]
        )
    ]


_FILLERS = {
    LetterPage: _fill_letter,
    ResponsePage: _fill_response,
    PressReleasePage: _fill_release,
    OrganisationPage: _fill_organisation,
}


def keep_version(page: Any) -> None:
    """Give a release an earlier text that says the same: it must be as hidden."""
    if not isinstance(page, PressReleasePage):
        return
    while page.alias_of_id:
        # An alias shows its source's.
        page = page.alias_of.specific
    content = page.serializable_data()
    content["frozen"] = {"at": "2013-05-06T00:00:00+00:00"}
    ReleaseVersion.objects.get_or_create(
        page=page, number=1, defaults={"content": content}
    )


def make_empty(kind: str, *, everybody: Any = None) -> Any:
    """Return an unsaved page of this kind, to be filled."""
    page = PAGE_CLASSES[kind]()
    if kind == "letter":
        page.recipients = [
            LetterRecipient(sort_order=0, organisation=everybody, name="Everybody"),
            LetterRecipient(sort_order=1, name="Somebody"),
        ]
    return page
