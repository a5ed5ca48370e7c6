"""The letters, their recipients as written, and the responses below them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from example_site.demo.correspondence import add_events
from example_site.demo.files import add_documents
from example_site.demo.texts import SOURCE, TARGETS, build_strings, build_value, read
from example_site.demo.translating import translate
from example_site.demo.tree import add_page
from wagtail_rtop.models import RecipientGroup, RecipientGroupMember
from wagtail_rtop.organisations.loading import read_organisations
from wagtail_rtop.pages.models import (
    LetterPage,
    LetterRecipient,
    LetterSignatory,
    ResponsePage,
)


def add_letters(
    index: Any, organisations: Mapping[str, Any], user: Any, people: Mapping[str, Any]
) -> Iterator[Any]:
    """Publish the letters with their responses in every language; yield each page."""
    titles = {row["slug"]: row["title"] for row in read_organisations()}
    for data in read("letters"):
        names = [_get_name(row, titles) for row in data["recipients"]]
        page = _build_letter(data, names, organisations)
        files = None
        if "full_text" in data:
            documents = _add_full_text(data)
            page.full_text = documents[SOURCE]
            files = {"full_text": documents}
        letter, _ = add_page(index, page, user)
        texts = dict(data["texts"])
        for row, name in zip(letter.recipients.all(), names, strict=True):
            texts[f"recipients.{row.translation_key}.name"] = name
        for row, signatory in zip(
            letter.signatories.all(), data["signatories"], strict=True
        ):
            for field, text in signatory.items():
                texts[f"signatories.{row.translation_key}.{field}"] = text
        translate(letter, texts, people=people, files=files)
        add_events(letter, data["events"], organisations, user)
        yield letter
        for response in data["responses"]:
            yield _add_response(letter, response, organisations, user, people)


def add_group(pages: Iterable[Any]) -> RecipientGroup:
    """Keep the recipients of 2012 as a group, for the next letter to them."""
    letter = next(
        page
        for page in pages
        if isinstance(page, LetterPage) and page.document_date.year == 2012
    )
    group, made = RecipientGroup.objects.get_or_create(
        name="The fourteen of 2012",
        defaults={"note": "Regional organisations asked to the dialogue of 2012."},
    )
    if made:
        group.members = [
            RecipientGroupMember(
                sort_order=order,
                kind=row.kind,
                organisation_id=row.organisation_id,
                name=row.name,
                office=row.office,
            )
            for order, row in enumerate(letter.recipients.all())
        ]
        group.save()
    return group


def _build_letter(
    data: Mapping[str, Any], names: list[Any], organisations: Mapping[str, Any]
) -> LetterPage:
    page = LetterPage(
        slug=data["slug"],
        document_date=date.fromisoformat(data["document_date"]),
        occasion_date=date.fromisoformat(data["occasion_date"]),
        reference=data["reference"],
        kind=data["kind"],
        is_excerpt=data.get("is_excerpt", False),
        **{name: build_value(text) for name, text in data["texts"].items()},
    )
    page.recipients = [
        LetterRecipient(
            sort_order=order,
            kind=row.get("kind", "organisation"),
            organisation=organisations[row["organisation"]].page_ptr,
            name=name[SOURCE],
        )
        for order, (row, name) in enumerate(zip(data["recipients"], names, strict=True))
    ]
    page.signatories = [
        LetterSignatory(
            sort_order=order,
            **{field: text[SOURCE] for field, text in signatory.items()},
        )
        for order, signatory in enumerate(data["signatories"])
    ]
    return page


def _get_name(row: Mapping[str, Any], titles: Mapping[str, Any]) -> dict[str, str]:
    """Return the name as the letter writes it; the official one if it says nothing."""
    name = row.get("name") or titles[row["organisation"]]
    return {code: name[code] for code in (SOURCE, *TARGETS)}


def _add_full_text(data: Mapping[str, Any]) -> dict[str, Any]:
    texts, more = data["texts"], data["full_text"]
    return add_documents(
        data["slug"],
        more["title"],
        {
            code: [
                texts["salutation"][code],
                *build_strings(texts["body"], code),
                *build_strings(more["rest"], code),
                texts["closing"][code],
            ]
            for code in (SOURCE, *TARGETS)
        },
    )


def _add_response(
    letter: LetterPage,
    data: Mapping[str, Any],
    organisations: Mapping[str, Any],
    user: Any,
    people: Mapping[str, Any],
) -> ResponsePage:
    senders = {organisations[slug].pk for slug in data["from"]}
    page = ResponsePage(
        slug=data["slug"],
        kind=data["kind"],
        document_date=date.fromisoformat(data["document_date"]),
        received_on=date.fromisoformat(data["received_on"]),
        original_language=data["original_language"],
        recipient_keys=[
            str(row.translation_key)
            for row in letter.recipients.all()
            if row.organisation_id in senders
        ],
        **{name: build_value(text) for name, text in data["texts"].items()},
    )
    response, _ = add_page(letter, page, user)
    translate(response, data["texts"], people=people)
    return response
