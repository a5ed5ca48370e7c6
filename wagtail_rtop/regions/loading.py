"""Loads the packaged regions: creates what is missing, changes nothing else."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Locale

from wagtail_rtop.regions.models import (
    Region,
    RegionLabel,
    RegionSlug,
    build_name_key,
)
from wagtail_rtop.seeds import (
    TOOLS,
    Outcome,
    Result,
    can_translate,
    pick_language,
    save_translation,
)


@dataclass(frozen=True)
class PackagedRegion:
    """A row of data/regions.json.

    Attributes:
        code: UN M49 code; None for the two regions that M49 lacks.
        parent: code of the region it is part of; None for the world.
        areas: codes of the regions it is made of, for those that M49 lacks.
        names: language code to name.
        sources: language code to "cldr", "un" or "project".
    """

    code: str | None
    slug: str
    parent: str | None
    areas: tuple[str, ...]
    names: dict[str, str]
    sources: dict[str, str]


@dataclass
class Step:
    """What there is to do for one packaged region."""

    packaged: PackagedRegion
    region: Region | None
    locales: list[Locale] = field(default_factory=list)
    problem: str = ""

    @property
    def result(self) -> Result:
        codes = ", ".join(sorted(locale.language_code for locale in self.locales))
        if self.problem:
            return Result(self.packaged.slug, Outcome.FAILED, self.problem)
        if self.region is None:
            return Result(self.packaged.slug, Outcome.NEW, f"Names: {codes}.")
        if self.locales:
            return Result(self.packaged.slug, Outcome.UPDATED, f"Names added: {codes}.")
        return Result(self.packaged.slug, Outcome.SKIPPED, "Nothing is missing.")


def read_regions() -> list[PackagedRegion]:
    """Return the packaged regions, each after the one it is part of."""
    data = files("wagtail_rtop.regions") / "data" / "regions.json"
    return [
        PackagedRegion(
            code=row["code"],
            slug=row["slug"],
            parent=row.get("parent"),
            areas=tuple(row.get("areas", ())),
            names=row["names"],
            sources=row["source"],
        )
        for row in json.loads(data.read_text(encoding="utf-8"))
    ]


def plan_regions(packaged: Iterable[PackagedRegion]) -> list[Step]:
    """Return what is missing on this site; reads only. Four queries.

    A region is the packaged one if its M49 code, its slug, a slug it once had or
    its name says so, in this order. The name of an existing region, its parent
    and its labels are the editors' and stay.
    """
    locales = list(Locale.objects.all())
    regions = list(Region.objects.all())
    by_pk = {region.pk: region for region in regions}
    found = {("m49", r.m49): r for r in regions if r.m49}
    found |= {("slug", r.slug): r for r in regions}
    found |= {("name", r.name_key): r for r in regions}
    for slug, pk in RegionSlug.objects.values_list("slug", "region"):
        found.setdefault(("slug", slug), by_pk[pk])
    labelled: dict[int, set[int]] = {}
    for region_id, locale_id in RegionLabel.objects.values_list("region", "locale"):
        labelled.setdefault(region_id, set()).add(locale_id)

    steps: list[Step] = []
    taken: dict[int, str] = {}
    for row in packaged:
        region = _match(row, found)
        step = Step(row, region)
        if region and region.pk in taken:
            step.problem = (
                f"The region “{region.name}” ({region.slug}) already stands for "
                f"“{taken[region.pk]}”. Correct its M49 code or slug in the admin."
            )
        elif region:
            taken[region.pk] = row.slug
        present = labelled.get(region.pk, set()) if region else set()
        step.locales = [
            locale
            for locale in locales
            if locale.pk not in present
            and pick_language(row.names, locale.language_code)
        ]
        steps.append(step)
    return steps


def apply_regions(steps: Iterable[Step]) -> Iterator[Result]:
    """Create what the steps say, one transaction a region; yield each result."""
    default = Locale.get_default()
    by_code: dict[str, Region] = {}
    for step in steps:
        result = step.result
        if not step.problem:
            try:
                with transaction.atomic():
                    region = step.region or _create(step.packaged, by_code, default)
                    _add_labels(step, region, default)
            except ValidationError as error:
                detail = " ".join(error.messages)
                result = Result(step.packaged.slug, Outcome.FAILED, detail)
            else:
                if step.packaged.code:
                    by_code[step.packaged.code] = region
        yield result


def _match(row: PackagedRegion, found: dict[tuple[str, Any], Region]) -> Region | None:
    keys: list[tuple[str, Any]] = [("m49", row.code), ("slug", row.slug)]
    keys += [("name", build_name_key(name)) for name in row.names.values()]
    for key in keys:
        region = found.get(key)
        # Another code means another region, whatever it is called.
        if region and (region.m49 in {None, row.code}):
            return region
    return None


def _create(row: PackagedRegion, by_code: dict[str, Region], default: Locale) -> Region:
    language = pick_language(row.names, default.language_code) or "en"
    region = Region(
        name=row.names[language],
        slug=row.slug,
        m49=row.code,
        parent=by_code.get(row.parent or ""),
    )
    region.full_clean()
    region.save()
    region.areas.set([by_code[code] for code in row.areas if code in by_code])
    return region


def _add_labels(step: Step, region: Region, default: Locale) -> None:
    """Create the missing labels, as translations of the default locale's."""
    present = {label.locale_id: label for label in region.labels.all()}
    row = step.packaged
    # The default locale first: the others are its translations.
    for locale in sorted(step.locales, key=lambda found: found != default):
        # A new region has its label in the default locale already.
        if locale.pk in present:
            continue
        language = pick_language(row.names, locale.language_code)
        if language is None:
            continue
        source = present.get(default.pk)
        if source and can_translate():
            save_translation(
                source,
                locale,
                {"label": row.names[language]},
                tool=TOOLS[row.sources[language]],
            )
            continue
        label = RegionLabel(region=region, locale=locale, label=row.names[language])
        group = next(iter(present.values()), None)
        if group:
            label.translation_key = group.translation_key
        label.full_clean()
        label.save()
        present[locale.pk] = label
