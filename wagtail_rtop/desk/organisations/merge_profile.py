"""What a profile takes over from another: names, members, regions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.models import Revision

from wagtail_rtop.desk.merging import MergePlan, rewrite_translation_sources
from wagtail_rtop.organisations.enums import NameKind
from wagtail_rtop.organisations.timeline import describe_period, find_contradictions
from wagtail_rtop.regions.models import Region, build_name_key
from wagtail_rtop.visibility.groups import fetch_schedule


NAME_FIELDS = ("language", "name", "acronym", "kind", "valid_from", "valid_to", "note")
MEMBER_FIELDS = ("country", "status", "valid_from", "valid_to", "note")
RELATIONS = ("names", "members", "rtop_region_items")


class ProfileTransfer:
    """The rows of one profile that each member of another group lacks.

    Args:
        source: the profile that goes, in its own language.
        members: all pages of its group.
        targets: all pages of the group that stays.
    """

    def __init__(
        self, source: Any, members: Sequence[Any], targets: Sequence[Any]
    ) -> None:
        self.source = source
        self.members = members
        self.targets = targets

    @cached_property
    def new_names(self) -> dict[int, list[dict[str, Any]]]:
        return {page.pk: self.get_new_names(page) for page in self.targets}

    @cached_property
    def new_members(self) -> dict[int, list[dict[str, Any]]]:
        return {page.pk: self.get_new_members(page) for page in self.targets}

    def iterate_refusals(self) -> Iterator[str]:
        """Yield a sentence for each row that would make the other profile wrong.

        What it gets it lacks so far, so only rows of the profile that goes can
        contradict each other.
        """
        found: dict[str, None] = {}
        for page in self.targets:
            for relation, new in (
                ("names", self.new_names),
                ("members", self.new_members),
            ):
                model = getattr(page, relation).model
                rows = [model(**fields) for fields in new[page.pk]]
                found |= dict.fromkeys(find_contradictions(rows))
        for problem in found:
            yield (
                _("“%(title)s” contradicts itself. %(problem)s Mend it there first.")
                % {"title": self.source.title, "problem": problem}
            )

    def plan(self, plan: MergePlan) -> None:
        """Add what each page of the other group gets to the plan."""
        names, members = self.new_names, self.new_members
        regions = {page.pk: self.get_new_regions(page) for page in self.targets}
        left = list(self.iterate_members_left())
        plan.ids |= {
            "names": names,
            "members": members,
            "members_left": left,
            "regions": regions,
        }
        added = _take_first(names)
        if added:
            plan.add(
                _("Names that become aliases, in every language of the profile"),
                (
                    f"{row['name'] or row['acronym']} ({row['language']})"
                    for row in added
                ),
            )
        added = _take_first(members)
        if added:
            plan.add(
                _("Member states that it lacks and gets; of all others its own stay"),
                (row["country"] for row in added),
            )
        if left:
            plan.add(
                _(
                    "Rows of states that both have, with other dates: they stay with "
                    "the profile that goes"
                ),
                (_describe_member(self.source, row) for row in left),
            )
        ids = {pk for found in regions.values() for pk in found}
        if ids:
            plan.add(
                _(
                    "Regions that it gets, and with it letters without regions of their own"
                ),
                Region.objects.filter(pk__in=ids),
            )

    def get_new_names(self, page: Any) -> list[dict[str, Any]]:
        """Return the fields of the name rows that ``page`` lacks, as aliases."""
        known = {_get_name_key(row.language, row.name, "") for row in page.names.all()}
        known |= {
            _get_name_key(row.language, "", row.acronym) for row in page.names.all()
        }
        known |= {
            _get_name_key(other.locale.language_code, other.title, "")
            for other in self.targets
        }
        rows = [_read(row, NAME_FIELDS) for row in self.source.names.all()]
        rows += [
            {
                **dict.fromkeys(NAME_FIELDS, ""),
                "language": other.locale.language_code.lower(),
                "name": other.title,
                "valid_from": None,
                "valid_to": None,
            }
            for other in self.members
            if self._has_title_of_its_own(other)
        ]
        found = []
        for row in rows:
            keys = {_get_name_key(row["language"], row["name"], "")} - {EMPTY}
            keys |= {_get_name_key(row["language"], "", row["acronym"])}
            keys = {key for key in keys if key[1:] != ("", "")}
            if keys and not keys <= known:
                known |= keys
                found.append({**row, "kind": NameKind.ALIAS.value})
        return found

    def _has_title_of_its_own(self, page: Any) -> bool:
        """Return whether a page's title is a name: not one left untranslated."""
        if page.pk == self.source.pk:
            return True
        return not page.alias_of_id and page.title != self.source.title

    def get_new_members(self, page: Any) -> list[dict[str, Any]]:
        """Return the fields of the rows of states that ``page`` does not know."""
        known = {row.country for row in page.members.all()}
        return [
            _read(row, MEMBER_FIELDS)
            for row in self.source.members.all()
            if row.country not in known
        ]

    def iterate_members_left(self) -> Iterator[dict[str, Any]]:
        """Yield the fields of the rows that the other profile knows otherwise."""
        rows = list(self.targets[0].members.all())
        known = {row.country for row in rows}
        facts = [{**_read(row, MEMBER_FIELDS), "note": ""} for row in rows]
        for row in self.source.members.all():
            fields = _read(row, MEMBER_FIELDS)
            if row.country in known and {**fields, "note": ""} not in facts:
                yield fields

    def get_new_regions(self, page: Any) -> list[int]:
        mine = set(page.get_region_ids())
        return sorted(set(self.source.get_region_ids()) - mine)

    def apply(self, plan: MergePlan) -> None:
        """Write the rows into each page, its draft, and its translation source."""
        for page in self.targets:
            before = {name: _get_ids(page, name) for name in RELATIONS}
            for relation, fields in (
                ("names", plan.ids["names"][page.pk]),
                ("members", plan.ids["members"][page.pk]),
            ):
                _add_rows(page, relation, fields)
            new = plan.ids["regions"][page.pk]
            page.regions.add(*Region.objects.filter(pk__in=new))
            # Past clean(): what is there already is the editors' to mend.
            page.save(clean=False)
            fresh = type(page)._default_manager.get(pk=page.pk)
            content = fresh.serializable_data()
            added = {
                name: [row for row in content[name] if row["pk"] not in before[name]]
                for name in RELATIONS
            }
            self._write_drafts(page, added)

    def _write_drafts(self, page: Any, added: dict[str, list[Any]]) -> None:
        if not any(added.values()) or page.alias_of_id:
            return

        def change(content: dict[str, Any]) -> bool:
            return append_rows(content, added)

        waiting = {page.latest_revision_id, page.live_revision_id}
        waiting |= {revision.pk for revision in fetch_schedule(page)}
        for revision in Revision.objects.filter(pk__in=waiting - {None}):
            if change(revision.content):
                Revision.objects.filter(pk=revision.pk).update(content=revision.content)
        if page.translation_key == self.targets[0].translation_key and (
            page.pk == self.targets[0].pk
        ):
            rewrite_translation_sources([page.pk], change)


def append_rows(content: dict[str, Any], added: dict[str, list[Any]]) -> bool:
    """Append child rows to a page's stored content; return if there were any.

    A draft may have the name, the state or the region already: then its own rows
    stay, as they do in what is live.
    """
    changed = False
    for name, rows in added.items():
        present = content.setdefault(name, [])
        taken = {_get_row_key(row) for row in present}
        more = [row for row in rows if _get_row_key(row) not in taken]
        present.extend(more)
        changed |= bool(more)
    return changed


def _get_row_key(row: dict[str, Any]) -> Any:
    """Return what a stored row is about: a region, a state or a name."""
    if "tag" in row or "country" in row:
        return row.get("tag") or row.get("country")
    return _get_name_key(row["language"], row["name"], row["acronym"])


def _describe_member(source: Any, fields: dict[str, Any]) -> str:
    row = source.members.model(**fields)
    return f"{row}, {describe_period(row)}"


EMPTY = ("", "", "")


def _get_name_key(language: str, name: str, acronym: str) -> tuple[str, str, str]:
    if not name and not acronym:
        return EMPTY
    return language.lower(), build_name_key(name), build_name_key(acronym)


def _read(row: Any, fields: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}


def _take_first(found: dict[int, list[Any]]) -> list[Any]:
    """Return the longest list: what the page that lacks most gets."""
    return max(found.values(), key=len, default=[])


def _get_ids(page: Any, relation: str) -> set[int]:
    return {row.pk for row in getattr(page, relation).all()}


def _add_rows(page: Any, relation: str, fields: Iterable[dict[str, Any]]) -> None:
    manager = getattr(page, relation)
    last = max((row.sort_order or 0 for row in manager.all()), default=-1)
    model = manager.model
    manager.add(
        *(
            model(sort_order=last + place, **row)
            for place, row in enumerate(fields, start=1)
        )
    )
