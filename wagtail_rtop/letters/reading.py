"""What the register asks of many letters or responses, read at once.

Each page keeps what was read for it, and answers from there.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    Subquery,
    prefetch_related_objects,
)
from wagtail.models import get_page_models

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.letters.events import CorrespondenceEvent
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.letters.responses import ResponseMixin
from wagtail_rtop.regions.models import TaggedRegion
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.register.writing import group_by_type
from wagtail_rtop.visibility.facts import STEP, FactsReader, split
from wagtail_rtop.visibility.gate import Gate


@dataclass(frozen=True)
class Profiles:
    """The organisation profiles that the recipients of some letters name.

    Attributes:
        keys: page id → translation key.
        regions: page id → ids of its regions; only of those that have any.
    """

    keys: dict[int, uuid.UUID]
    regions: dict[int, set[int]]


def read_letters(letters: Sequence[Any], reader: FactsReader) -> None:
    """Give each letter its recipients, their profiles, its events and responses.

    ``letters``: of one class. ``reader``: has read their facts. Seven queries.
    """
    read_recipients(letters)
    keys = {
        letter.pk: reader.get_group_key(reader.by_pk[letter.pk]) for letter in letters
    }
    events = fetch_events_of(keys.values())
    responses = fetch_responses_to(letters, reader)
    for letter in letters:
        letter._rtop_correspondence = (
            events.get(keys[letter.pk], []),
            responses.get(letter.pk, []),
        )


def read_responses(responses: Sequence[Any]) -> None:
    """Give each response its letter, with recipients and their profiles."""
    paths = {response.path[:-STEP] for response in responses}
    by_path: dict[str, Any] = {}
    for chunk in split(paths):
        parents = get_page_model().objects.filter(path__in=chunk).specific()
        by_path.update((parent.path, parent) for parent in parents)
    letters = (page for page in by_path.values() if isinstance(page, LetterMixin))
    for found in group_by_type(letters).values():
        read_recipients(found)
    for response in responses:
        parent = by_path.get(response.path[:-STEP])
        if parent:
            # Where treebeard keeps what get_parent() has read.
            response._cached_parent_obj = parent


def read_recipients(letters: Sequence[Any]) -> None:
    """Give each letter, all of one class, its recipients and their profiles."""
    prefetch_related_objects(letters, "recipients")
    rows = [row for letter in letters for row in letter.recipients.all()]
    # Named as its profile is.
    unnamed = [row for row in rows if row.organisation_id and not row.name]
    prefetch_related_objects(unnamed, "organisation")
    profiles = fetch_profiles(row.organisation_id for row in rows)
    for letter in letters:
        letter._rtop_profiles = profiles


def fetch_profiles(ids: Iterable[int | None]) -> Profiles:
    """Return the profiles with these page ids. Two queries for each 500."""
    profiles = Profiles({}, {})
    tagged = TaggedRegion.objects.order_by()
    for chunk in split({pk for pk in ids if pk}):
        pages = get_page_model().objects.filter(pk__in=chunk).order_by()
        profiles.keys.update(pages.values_list("pk", "translation_key"))
        rows = tagged.filter(content_object__in=chunk)
        for pk, region in rows.values_list("content_object", "tag"):
            profiles.regions.setdefault(pk, set()).add(region)
    return profiles


def fetch_events_of(
    letter_keys: Iterable[uuid.UUID],
) -> dict[uuid.UUID, list[CorrespondenceEvent]]:
    """Return all that is on record, withdrawn events too, by letter; oldest first."""
    found: dict[uuid.UUID, list[CorrespondenceEvent]] = {}
    for chunk in split(set(letter_keys)):
        events = CorrespondenceEvent.objects.filter(letter_key__in=chunk)
        for event in events.order_by("happened_on", "pk"):
            found.setdefault(event.letter_key, []).append(event)
    return found


def fetch_responses_to(
    letters: Iterable[Any], reader: FactsReader, gate: Gate | None = None
) -> dict[int, list[Any]]:
    """Return every response to the letters, published or not, oldest first.

    They stand below the letter or below a translation of it. One that is there in
    several languages counts once: in the letter's own language if the gate (default:
    an anonymous reader's) lets that version through, else in one that it does.

    Shape: id of the letter → responses; only of those that have any.
    ``rtop_visible`` of each: whether the gate lets it through. Cost: a query for each
    type of response and 500 letters and translations, and what the ``reader`` has not
    read yet.
    """
    by_pk = {letter.pk: letter for letter in letters if letter.pk}
    above: dict[str, list[int]] = {}
    for letter in by_pk.values():
        for path in reader.get_version_paths(letter):
            above.setdefault(path, []).append(letter.pk)
    visible = Entry.objects.filter(
        build_visible_q(gate or Gate()), kind=ResponseMixin.register_kind
    )
    mine = Entry.objects.filter(pk=OuterRef("pk"))
    versions: dict[int, dict[uuid.UUID, list[Any]]] = {}
    for chunk in split(above):
        # Ranges, as treebeard asks: SQLite takes no index for a LIKE.
        below = reduce(or_, (Q(path__range=get_children_range(path)) for path in chunk))
        # Not specific(): of pages that are being deleted a part is gone already.
        pages = (
            page
            for model in get_response_models()
            for page in model.objects.filter(below)
            .exact_type(model)
            .annotate(
                rtop_visible=Exists(visible.filter(pk=OuterRef("pk"))),
                rtop_group=Subquery(mine.values("group_key")[:1]),
            )
        )
        for page in pages:
            for pk in above.get(page.path[:-STEP], ()):
                groups = versions.setdefault(pk, {})
                groups.setdefault(page.rtop_group, []).append(page)
    return {
        pk: sorted(
            (_choose_version(by_pk[pk], found) for found in groups.values()),
            key=lambda r: (r.get_document_date(), r.pk),
        )
        for pk, groups in versions.items()
    }


def _choose_version(letter: Any, versions: Iterable[Any]) -> Any:
    """Return the one of a response's versions to show with the letter."""
    return min(
        versions,
        key=lambda page: (
            not page.rtop_visible,
            not page.path.startswith(letter.path),
            page.locale_id != letter.locale_id,
            page.alias_of_id is not None,
            page.pk,
        ),
    )


def get_response_models() -> list[Any]:
    """Return the page types of responses."""
    return [m for m in get_page_models() if issubclass(m, ResponseMixin)]


def get_children_range(path: str) -> tuple[str, str]:
    """Return the first and the last tree path that a child can have."""
    alphabet = get_page_model().alphabet
    return path + alphabet[0] * STEP, path + alphabet[-1] * STEP
