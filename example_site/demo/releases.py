"""Six press releases: one corrected, one retracted, one under embargo."""

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from example_site.demo.texts import SOURCE, Text, build_value, read
from example_site.demo.translating import translate
from example_site.demo.tree import add_page
from wagtail_rtop.pages.models import (
    PressReleasePage,
    ReleaseContact,
    ReleaseCorrection,
)
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.retraction import retract


def add_releases(
    index: Any, snippets: Mapping[str, Any], user: Any, people: Mapping[str, Any]
) -> Iterator[Any]:
    """Publish the releases in every language; yield each page."""
    pages: dict[str, Any] = {}
    for data in read("releases"):
        release = _add_release(index, data, snippets, pages, user)
        translate(release, _collect_texts(release, data), people=people)
        pages[data["slug"]] = release
        yield release


@transaction.atomic
def _add_release(
    index: Any,
    data: Mapping[str, Any],
    snippets: Mapping[str, Any],
    pages: Mapping[str, Any],
    user: Any,
) -> Any:
    page = _build_release(data, snippets, pages)
    held = "embargo_days" in data
    release, created = add_page(
        index, page, user, regions=data["regions"], live=not held
    )
    if not created:
        return release
    if held:
        # Before it is published: nothing is readable for a moment.
        set_embargo(release, _get_lift(data), user=user)
        release.save_revision(user=user).publish(user=user)
    if "corrections" in data:
        _correct(release, data, user)
    if "retracts" in data:
        old = pages[data["supersedes"]]
        # In the interface the press officer does this from the page's menu.
        retract(
            type(old).objects.get(pk=old.pk),
            reason=data["retracts"],
            reason_language=SOURCE,
            successor=release,
            user=user,
        )
    return type(release).objects.get(pk=release.pk)


def _build_release(
    data: Mapping[str, Any], snippets: Mapping[str, Any], pages: Mapping[str, Any]
) -> PressReleasePage:
    superseded = pages.get(data.get("supersedes", ""))
    if "embargo_days" in data:
        day = _get_lift(data).date()
    else:
        day = date.fromisoformat(data["document_date"])
    page = PressReleasePage(
        slug=data["slug"],
        document_date=day,
        kind=data["kind"],
        body=json.dumps(_build_body(data, data.get("before"))),
        notes_to_editors=build_value(_get_notes(data)),
        boilerplate=snippets["boilerplate"],
        supersedes=superseded.page_ptr if superseded else None,
        **{name: build_value(text) for name, text in data["texts"].items()},
    )
    page.contacts = [ReleaseContact(sort_order=0, contact=snippets["contact"])]
    return page


def _get_lift(data: Mapping[str, Any]) -> Any:
    """Return nine in the morning, UTC, that many days from now."""
    day = timezone.now() + timedelta(days=data["embargo_days"])
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def _get_notes(data: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{**note, "tag": "p"} for note in data.get("notes", ())]


def _get_block_id(data: Mapping[str, Any], order: int) -> str:
    # The same at every run, so that translations find their block again.
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{data['slug']}#{order}"))


def _build_body(data: Mapping[str, Any], before: str | None) -> list[dict[str, Any]]:
    """Return the text; ``before`` replaces the first paragraph if it is given."""
    blocks = []
    for order, block in enumerate(data["body"]):
        value: Any
        if block["type"] == "paragraph":
            value = build_value(block["text"])
            if before and order == 0:
                value = f"<p>{before}</p>"
        else:
            value = {k: build_value(v) for k, v in block.items() if k != "type"}
        blocks.append(
            {"type": block["type"], "id": _get_block_id(data, order), "value": value}
        )
    return blocks


def _correct(release: Any, data: Mapping[str, Any], user: Any) -> None:
    """Publish the corrected text with its notes; the earlier one stays readable."""
    release = type(release).objects.get(pk=release.pk)
    release.body = json.dumps(_build_body(data, None))
    release.corrections = [
        ReleaseCorrection(
            sort_order=order,
            corrected_on=date.fromisoformat(row["corrected_on"]),
            note=row["note"][SOURCE],
        )
        for order, row in enumerate(data["corrections"])
    ]
    release.save_revision(user=user).publish(user=user)


def _collect_texts(release: Any, data: Mapping[str, Any]) -> dict[str, Text]:
    """Return content path → text, for all that a translator of the page reads."""
    texts: dict[str, Text] = dict(data["texts"])
    if data.get("notes"):
        texts["notes_to_editors"] = _get_notes(data)
    for order, block in enumerate(data["body"]):
        path = f"body.{_get_block_id(data, order)}"
        if block["type"] == "paragraph":
            texts[path] = block["text"]
            continue
        for name, text in block.items():
            if name != "type":
                texts[f"{path}.{name}"] = text
    rows = release.corrections.all()
    for row, correction in zip(rows, data.get("corrections", ()), strict=True):
        texts[f"corrections.{row.translation_key}.note"] = correction["note"]
    return texts
