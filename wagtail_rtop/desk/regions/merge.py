"""Merging one region into another: tags, drafts, names, parts, codes, addresses."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex

from wagtail_rtop.deletion.uses import iterate_drafts, read_keys
from wagtail_rtop.desk.merging import (
    MergePlan,
    add_rows,
    fetch_titles,
    is_unique,
    iterate_changed_revisions,
    rewrite_revisions,
    rewrite_translation_sources,
)
from wagtail_rtop.regions.models import (
    Region,
    RegionLabel,
    RegionSlug,
    RegionTagged,
    TaggedRegion,
)
from wagtail_rtop.regions.successors import MERGED
from wagtail_rtop.register.models import EntryRegion
from wagtail_rtop.register.sync import bump_content_version
from wagtail_rtop.visibility.facts import split


ITEMS = "rtop_region_items"


class RegionMerge:
    """One region merged into another; see ``build_plan()`` for what it writes.

    Args:
        loser: the region that goes.
        winner: the region that stays.
        viewer: who reads the plan; None = somebody who may know of all pages.
    """

    def __init__(self, loser: Region, winner: Region, viewer: Any = None) -> None:
        self.viewer = viewer
        self.loser = loser
        self.winner = winner

    def build_plan(self) -> MergePlan:
        """Return what the merge will write, or why it can't; reads only.

        Cost: grows with the pages that have the region, not with the archive.
        """
        plan = MergePlan()
        plan.refusals = list(self._iterate_refusals())
        if plan.refusals:
            return plan
        self._plan_tags(plan)
        self._plan_labels(plan)
        self._plan_tree(plan)
        self._plan_others(plan)
        self._plan_itself(plan)
        return plan

    @transaction.atomic
    def apply(self, *, user: Any, confirmed: str | None = None) -> MergePlan:
        """Carry the plan out, wholly or not at all, and log it.

        Args:
            user: who merges.
            confirmed: digest of the plan that the user has seen; None = any.

        Raises:
            MergeRefusedError: if it can't be done, or is not what was confirmed.
        """
        # Nobody tags a page with either meanwhile.
        locked = Region.objects.select_for_update().order_by("pk")
        found = locked.in_bulk([self.loser.pk, self.winner.pk])
        self.loser = found.get(self.loser.pk, self.loser)
        self.winner = found.get(self.winner.pk, self.winner)
        plan = self.build_plan()
        plan.check(confirmed)
        plan.ids["merged"] = {
            "id": self.loser.pk,
            "name": self.loser.name,
            "slug": self.loser.slug,
            "m49": self.loser.m49,
            "parent": self.loser.parent_id,
        }
        pages = plan.ids["pages"]
        self._move_tags(plan)
        rewrite_revisions(pages, self._change_content)
        plan.ids["sources"] = rewrite_translation_sources(pages, self._change_content)
        self._move_register()
        self._move_labels(plan)
        self._move_tree(plan)
        for relation in iterate_other_relations():
            self._move_others(relation)
        self._finish()
        log(self.winner, MERGED, user=user, data=plan.ids)
        bump_content_version()
        return plan

    def _iterate_refusals(self) -> Iterator[str]:
        loser, winner = self.loser, self.winner
        names = {"loser": loser.name, "winner": winner.name}
        if loser.pk == winner.pk:
            yield (
                _("“%(loser)s” can't be merged into itself. Choose another one.")
                % names
            )
            return
        if self.loser.pk in get_parent_ids(winner):
            yield (
                _(
                    "“%(winner)s” is part of “%(loser)s”. Merge the part into the "
                    "whole, or give “%(winner)s” another “part of” first."
                )
                % names
            )
        if loser.m49 and winner.m49:
            yield _(
                "Both have an M49 code (%(first)s and %(second)s), so they are two "
                "parts of the world. Correct a code first if one is wrong."
            ) % {"first": loser.m49, "second": winner.m49}
        for relation in iterate_other_relations():
            count = self._find_others(relation).count()
            if count and is_unique(relation.field):
                yield ngettext(
                    "%(count)d row of “%(model)s” names “%(loser)s” and can't be "
                    "moved by itself. Change it there first.",
                    "%(count)d rows of “%(model)s” name “%(loser)s” and can't be "
                    "moved by themselves. Change them there first.",
                    count,
                ) % {
                    "count": count,
                    "model": relation.related_model._meta.verbose_name,
                    "loser": loser.name,
                }

    def _plan_tags(self, plan: MergePlan) -> None:
        tagged = TaggedRegion.objects.order_by("pk")
        other = set(
            tagged.filter(tag=self.winner).values_list("content_object", flat=True)
        )
        moved: dict[int, int] = {}
        dropped: dict[int, int] = {}
        mine = tagged.filter(tag=self.loser).values_list("pk", "content_object")
        for pk, page in mine:
            (dropped if page in other else moved)[pk] = page
        pages = {*moved.values(), *dropped.values()}
        for page, content in iterate_drafts(RegionTagged):
            if self.loser.pk in read_keys(content, ITEMS, "tag"):
                pages.add(page)
        revisions = iterate_changed_revisions(pages, self._change_content)
        versions: dict[int, list[int]] = defaultdict(list)
        for pk, page, _content in revisions:
            versions[page].append(pk)
        number = sum(map(len, versions.values()))
        plan.ids |= {
            "tags_moved": list(moved),
            "tags_dropped": list(dropped),
            "pages": sorted(pages),
            "revisions": sorted(pk for pks in versions.values() for pk in pks),
        }
        params = {"winner": self.winner.name}
        plan.add(
            ngettext(
                "%(count)d page is tagged with “%(winner)s” instead",
                "%(count)d pages are tagged with “%(winner)s” instead",
                len(moved),
            )
            % {**params, "count": len(moved)},
            fetch_titles(moved.values(), self.viewer),
        )
        if dropped:
            plan.add(
                ngettext(
                    "%(count)d page has both regions and keeps “%(winner)s” alone",
                    "%(count)d pages have both regions and keep “%(winner)s” alone",
                    len(dropped),
                )
                % {**params, "count": len(dropped)},
                fetch_titles(dropped.values(), self.viewer),
            )
        if number:
            plan.add(
                ngettext(
                    "%(count)d draft or earlier version names “%(winner)s” instead",
                    "%(count)d drafts and earlier versions name “%(winner)s” instead",
                    number,
                )
                % {**params, "count": number},
                fetch_titles(versions, self.viewer),
            )

    def _plan_labels(self, plan: MergePlan) -> None:
        present = set(self.winner.labels.values_list("locale", flat=True))
        labels = list(self.loser.labels.select_related("locale").order_by("pk"))
        moved = [label for label in labels if label.locale_id not in present]
        dropped = [label for label in labels if label.locale_id in present]
        plan.ids["labels_moved"] = [label.pk for label in moved]
        plan.ids["labels_dropped"] = {
            label.locale.language_code: label.label for label in dropped
        }
        if moved:
            plan.add(
                _("Names that “%(winner)s” lacks and gets") % {"winner": self.winner},
                (f"{label.label} ({label.locale})" for label in moved),
            )
        if dropped:
            plan.add(
                _("Names that go"),
                (f"{label.label} ({label.locale})" for label in dropped),
            )

    def _plan_tree(self, plan: MergePlan) -> None:
        children = list(self.loser.children.exclude(pk=self.winner.pk))
        sets = list(self.loser.sets.exclude(pk=self.winner.pk))
        areas = list(self._get_new_areas())
        plan.ids["children"] = [region.pk for region in children]
        plan.ids["sets"] = [region.pk for region in sets]
        plan.ids["areas"] = [region.pk for region in areas]
        params = {"winner": self.winner.name}
        if children:
            plan.add(_("Become parts of “%(winner)s”") % params, children)
        if sets:
            plan.add(_("Are made of “%(winner)s” instead") % params, sets)
        if areas:
            plan.add(_("“%(winner)s” is made of these too") % params, areas)

    def _plan_others(self, plan: MergePlan) -> None:
        others = {}
        for relation in iterate_other_relations():
            rows = list(self._find_others(relation).order_by("pk"))
            if rows:
                meta = relation.related_model._meta
                others[f"{meta.label}.{relation.field.name}"] = [row.pk for row in rows]
                add_rows(plan, relation.related_model, rows)
        plan.ids["others"] = others

    def _plan_itself(self, plan: MergePlan) -> None:
        loser = self.loser
        slugs = [*loser.former_slugs.order_by("slug").values_list("slug", flat=True)]
        plan.ids["slugs"] = [loser.slug, *slugs]
        plan.add(
            _("Addresses that redirect to “%(winner)s”, in every language")
            % {"winner": self.winner.name},
            plan.ids["slugs"],
        )
        if loser.m49:
            plan.add(
                _("“%(winner)s” gets the M49 code %(code)s")
                % {"winner": self.winner.name, "code": loser.m49}
            )
        plan.add(_("“%(loser)s” is deleted") % {"loser": loser.name})

    def _change_content(self, content: dict[str, Any]) -> bool:
        return replace_tag(content, self.loser.pk, self.winner.pk)

    def _get_new_areas(self) -> Iterable[Region]:
        if self.winner.m49 or self.loser.m49:
            # Only a region that M49 lacks is made of others.
            return []
        known = self.winner.areas.values_list("pk", flat=True)
        return self.loser.areas.exclude(pk__in=[*known, self.winner.pk])

    def _move_tags(self, plan: MergePlan) -> None:
        paths = [f"{ITEMS}.{pk}.tag" for pk in plan.ids["tags_dropped"]]
        references = ReferenceIndex.objects.filter(
            to_content_type=ContentType.objects.get_for_model(Region),
            to_object_id=str(self.loser.pk),
        )
        for chunk in split(plan.ids["tags_dropped"]):
            TaggedRegion.objects.filter(pk__in=chunk).delete()
        for chunk in split(paths):
            references.filter(content_path__in=chunk).delete()
        for chunk in split(plan.ids["tags_moved"]):
            TaggedRegion.objects.filter(pk__in=chunk).update(tag=self.winner)
        references.filter(model_path=f"{ITEMS}.item.tag").update(
            to_object_id=str(self.winner.pk)
        )

    def _move_register(self) -> None:
        """Put every entry of the one into the other, tagged or by its recipients."""
        rows = EntryRegion.objects.order_by()
        mine = rows.filter(region=self.loser)
        other = set(rows.filter(region=self.winner).values_list("entry", flat=True))
        twice = [pk for pk, entry in mine.values_list("pk", "entry") if entry in other]
        for chunk in split(twice):
            rows.filter(pk__in=chunk).delete()
        mine.update(region=self.winner)

    def _move_labels(self, plan: MergePlan) -> None:
        group = self.winner.labels.order_by("pk").first()
        for label in self.loser.labels.filter(pk__in=plan.ids["labels_moved"]):
            label.region = self.winner
            if group:
                label.translation_key = group.translation_key
            label.save()
        RegionLabel.objects.filter(region=self.loser).delete()

    def _move_tree(self, plan: MergePlan) -> None:
        for child in self.loser.children.exclude(pk=self.winner.pk):
            child.parent = self.winner
            child.save()
        for made in list(self.loser.sets.all()):
            made.areas.remove(self.loser)
            if made.pk != self.winner.pk:
                made.areas.add(self.winner)
        self.winner.areas.add(*plan.ids["areas"])

    def _find_others(self, relation: Any) -> Any:
        rows = relation.related_model._base_manager
        return rows.filter(**{relation.field.name: self.loser.pk})

    def _move_others(self, relation: Any) -> None:
        for row in self._find_others(relation):
            setattr(row, relation.field.attname, self.winner.pk)
            row.save(update_fields=[relation.field.name])

    def _finish(self) -> None:
        code, slug = self.loser.m49, self.loser.slug
        self.loser.former_slugs.update(region=self.winner)
        self.loser.delete()
        RegionSlug.objects.update_or_create(slug=slug, defaults={"region": self.winner})
        if code:
            self.winner.m49 = code
        self.winner.save()


def replace_tag(content: dict[str, Any], loser: int, winner: int) -> bool:
    """Replace one region by another in a page's stored content; return if it did."""
    rows = content.get(ITEMS) or []
    tags = [row.get("tag") for row in rows if isinstance(row, dict)]
    if loser not in tags:
        return False
    kept, seen = [], winner in tags
    for row in rows:
        if isinstance(row, dict) and row.get("tag") == loser:
            if seen:
                continue
            seen = True
            row = {**row, "tag": winner}
        kept.append(row)
    content[ITEMS] = kept
    return True


def get_parent_ids(region: Region) -> list[int]:
    """Return the ids of the regions it is part of, the nearest first."""
    found: list[int] = []
    parent = region.parent
    while parent and parent.pk not in found:
        found.append(parent.pk)
        parent = parent.parent
    return found


def iterate_other_relations() -> Iterator[Any]:
    """Yield the foreign keys of the site's own models to a region."""
    known = {TaggedRegion, EntryRegion, RegionLabel, RegionSlug, Region}
    for relation in Region._meta.get_fields(include_hidden=True):
        related = getattr(relation, "related_model", None)
        is_key = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        own = related in known or related is Region.areas.through
        if is_key and not relation.concrete and not own:
            yield relation
