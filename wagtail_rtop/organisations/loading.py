"""Loads the packaged organisations below an index page: adds what is missing."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Locale

from wagtail_rtop.regions.models import Region, RegionSlug
from wagtail_rtop.seeds import (
    Outcome,
    Result,
    pick_language,
    save_translation,
)


# The day on which the packaged facts were compared with their sources.
VERIFIED = date(2026, 11, 1)
TOOL = "wagtail-rtop"


@dataclass
class Step:
    """What there is to do for one packaged organisation.

    Attributes:
        packaged: a row of data/organisations.json.
        page: the profile that is there already, or None.
        locales: locales without a translation of it, of those asked for.
    """

    packaged: Mapping[str, Any]
    page: Any
    locales: list[Locale] = field(default_factory=list)

    @property
    def result(self) -> Result:
        codes = ", ".join(locale.language_code for locale in self.locales)
        translated = f" Translations: {codes}." if codes else ""
        key = self.packaged["slug"]
        if self.page is None:
            rows = (
                f"{len(self.packaged['names'])} names, "
                f"{len(self.packaged['members'])} memberships."
            )
            return Result(key, Outcome.NEW, rows + translated)
        if codes:
            return Result(key, Outcome.UPDATED, translated.strip())
        return Result(key, Outcome.SKIPPED, f"It is page {self.page.pk}, left alone.")


def read_organisations() -> list[dict[str, Any]]:
    """Return the packaged organisations, in the order of the file."""
    data = files("wagtail_rtop.organisations") / "data" / "organisations.json"
    rows: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))
    return rows


def find_missing_regions(packaged: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the region slugs that the site does not know, sorted. Two queries."""
    wanted = {slug for row in packaged for slug in row["regions"]}
    return sorted(wanted - set(map_regions()))


def map_regions() -> dict[str, int]:
    """Return slug → id of the region, former slugs included. Two queries."""
    former = dict(RegionSlug.objects.values_list("slug", "region"))
    return {**former, **dict(Region.objects.values_list("slug", "pk"))}


def plan_organisations(
    packaged: Iterable[Mapping[str, Any]],
    parent: Any,
    model: Any,
    locales: Sequence[Locale] = (),
) -> list[Step]:
    """Return what is missing; reads only. Two queries.

    A profile in the parent's language is the packaged one if it has the same
    Wikidata item or title, wherever it stands, or the same slug below the parent.

    Args:
        packaged: rows of ``read_organisations()``.
        parent: the index page.
        model: the page type to create, with ``OrganisationMixin``.
        locales: into which to translate; none = not at all.
    """
    pages = list(model.objects.filter(locale=parent.locale, alias_of=None))
    found = {("wikidata", page.wikidata): page for page in pages if page.wikidata}
    found |= {("title", page.title): page for page in pages}
    found |= {("slug", page.slug): page for page in pages if page.is_child_of(parent)}
    keys = [page.translation_key for page in pages]
    translated = set(
        model.objects.filter(translation_key__in=keys, alias_of=None).values_list(
            "translation_key", "locale"
        )
    )
    steps = []
    for row in packaged:
        page = found.get(("wikidata", row["wikidata"]))
        page = page or found.get(("slug", row["slug"]))
        page = page or found.get(("title", _pick(row["title"], parent.locale)))
        missing = [
            locale
            for locale in locales
            if locale != parent.locale
            and pick_language(row["title"], locale.language_code)
            and not (page and (page.translation_key, locale.pk) in translated)
        ]
        steps.append(Step(row, page, missing))
    return steps


def apply_organisations(
    steps: Iterable[Step], parent: Any, model: Any
) -> Iterator[Result]:
    """Create what the steps say, one transaction a profile; yield each result."""
    regions = map_regions()
    for step in steps:
        result = step.result
        try:
            with transaction.atomic():
                # Each child added moves the parent's numbers.
                parent.refresh_from_db()
                page = step.page or _create(step.packaged, parent, model, regions)
                for locale in step.locales:
                    _translate(page, step.packaged, locale)
        except ValidationError as error:
            result = Result(result.key, Outcome.FAILED, " ".join(error.messages))
        yield result


def _create(
    row: Mapping[str, Any], parent: Any, model: Any, regions: Mapping[str, int]
) -> Any:
    """Return the profile, published as an editor does it."""
    page = model(
        title=_pick(row["title"], parent.locale),
        slug=row["slug"],
        seat=_pick(row["seat"], parent.locale)[:255],
        seat_country=row["seat_country"],
        working_languages=", ".join(row["working_languages"]),
        website=row["website"],
        wikidata=row["wikidata"],
        last_verified=VERIFIED,
        locale=parent.locale,
        live=False,
    )
    page.names = _build_names(row, model)
    page.members = _build_members(row, model)
    parent.add_child(instance=page)
    page.regions.set(Region.objects.filter(pk__in=[regions[s] for s in row["regions"]]))
    page.save_revision().publish()
    return model.objects.get(pk=page.pk)


def _build_names(row: Mapping[str, Any], model: Any) -> list[Any]:
    names = []
    for order, found in enumerate(row["names"]):
        # What is known about the whole profile stands with its first name.
        note = f"{found['note']} {row['note']}" if order == 0 else found["note"]
        names.append({**found, "note": note.strip(), "sort_order": order})
    return _build_rows(model, "names", names)


def _build_members(row: Mapping[str, Any], model: Any) -> list[Any]:
    members = [
        {
            "country": found["country"],
            "status": found["status"],
            "valid_from": found["start"],
            "valid_to": found["end"],
            "note": f"{found['note']} Confidence: {found['confidence']}.".strip(),
            "sort_order": order,
        }
        for order, found in enumerate(row["members"])
    ]
    return _build_rows(model, "members", members)


def _build_rows(model: Any, name: str, rows: list[dict[str, Any]]) -> list[Any]:
    relation = model._meta.get_field(name)
    built = [relation.related_model(**row) for row in rows]
    for row in built:
        # Also turns the dates of the file into dates.
        row.clean_fields(exclude=[relation.field.name])
        row.clean()
    return built


def _translate(page: Any, row: Mapping[str, Any], locale: Locale) -> None:
    texts = {"title": _pick(row["title"], locale), "seat": _pick(row["seat"], locale)}
    save_translation(page, locale, texts, tool=TOOL)


def _pick(texts: Mapping[str, str], locale: Locale) -> str:
    return texts[pick_language(texts, locale.language_code) or "en"]
