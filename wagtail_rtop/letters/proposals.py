"""Recipient rows that are proposed to an editor: from a pasted list, from a group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail_rtop.letters.enums import RecipientKind
from wagtail_rtop.organisations.choosers import build_choice
from wagtail_rtop.organisations.directory import (
    Directory,
    Listed,
    fetch_directory,
    parse_ids,
)
from wagtail_rtop.organisations.successors import fetch_current_directory


# Rows of one list. Count; what is more than a letter can have is left out.
MOST_ROWS = 300


@dataclass(frozen=True)
class Proposal:
    """One name of a pasted list.

    Attributes:
        name: as written.
        entry: the organisation it may stand for; None if nothing comes near.
        is_certain: whether nobody has to look.
        is_repeated: whether the same organisation stands higher up already.
    """

    name: str
    entry: Listed | None
    is_certain: bool
    is_repeated: bool = False

    @property
    def choice(self) -> str:
        """What happens if the editor changes nothing: "profile", "name" or "skip".

        What only comes near is never added unasked.
        """
        if self.entry is None:
            return "name"
        return "profile" if self.is_certain and not self.is_repeated else "skip"


def build_proposals(text: str, directory: Directory) -> list[Proposal]:
    """Return what a pasted list names, in its order."""
    found: list[Proposal] = []
    seen: set[Any] = set()
    for match in directory.matcher.match_list(text)[:MOST_ROWS]:
        entry = directory.get(match.key) if match.key is not None else None
        name = match.text[:255]
        found.append(Proposal(name, entry, match.is_certain, match.key in seen))
        if match.is_certain:
            seen.add(match.key)
    return found


def read_decisions(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that an editor has decided to add.

    Args:
        data: ``rows`` (their number), and for each number ``choice-0``, ``name-0``
            and ``organisation-0``.

    Shape: as build_row() returns them. Two queries.
    """
    counts = parse_ids([data.get("rows", "")])
    numbers = range(min(counts[0], MOST_ROWS) if counts else 0)
    ids = parse_ids(data.get(f"organisation-{n}", "") for n in numbers)
    directory = fetch_directory(set(ids))
    rows = []
    for number in numbers:
        choice = data.get(f"choice-{number}")
        name = str(data.get(f"name-{number}", "")).strip()[:255]
        entry = directory.get(data.get(f"organisation-{number}", ""))
        if choice == "profile" and entry:
            rows.append(build_row(entry, name))
        elif choice in {"name", "profile"} and name:
            # A profile that was deleted meanwhile leaves its name.
            rows.append(build_row(None, name))
    return rows


def build_row(
    entry: Listed | None,
    name: str,
    kind: str = RecipientKind.ORGANISATION,
    office: str = "",
) -> dict[str, Any]:
    """Return a row as the editor's script takes it.

    Shape: {"kind", "office", "name", "organisation": build_choice() or None}.
    """
    return {
        "kind": str(kind),
        "office": office,
        "name": name,
        "organisation": build_choice(entry) if entry else None,
    }


def build_group_rows(group: Any) -> list[dict[str, Any]]:
    """Return the rows of a group, in its order. Three queries."""
    members = list(group.members.all())
    directory = fetch_directory({m.organisation_id for m in members} - {None})
    return [
        build_row(directory.get(m.organisation_id), m.name, m.kind, m.office)
        for m in members
    ]


def read_members(rows: Iterable[Any], model: Any) -> list[Any]:
    """Return members of a group, unsaved, from what the editor's script has sent.

    Args:
        rows: of {"kind", "office", "name", "organisation" (id)}; anything else,
            and a row that names nobody, is left out.
        model: RecipientGroupMember.
    """
    rows = [row for row in rows if isinstance(row, dict)][:MOST_ROWS]
    ids = set(parse_ids(r.get("organisation") for r in rows))
    directory, successors = fetch_current_directory(ids)
    members = []
    for order, row in enumerate(rows):
        found = parse_ids([row.get("organisation")])
        entry = directory.get(successors.get(found[0], found[0])) if found else None
        name = str(row.get("name") or "").strip()[:255] or (
            entry.title if entry else ""
        )
        kind = row.get("kind")
        if name:
            members.append(
                model(
                    sort_order=order,
                    kind=kind if kind in RecipientKind.values else "organisation",
                    organisation_id=entry.pk if entry else None,
                    name=name,
                    office=str(row.get("office") or "").strip()[:255],
                )
            )
    return members
