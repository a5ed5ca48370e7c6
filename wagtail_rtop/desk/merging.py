"""What merging two things has in common: the plan that is shown, then carried out."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Revision

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.deletion.known import build_known_q
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.visibility.facts import split


# Lines named in one section of a plan. Count.
NAMED = 20

Change = Callable[[dict[str, Any]], bool]


class MergeRefusedError(WagtailRtopError):
    """The plan has refusals, or is not the one that was confirmed."""


@dataclass(frozen=True)
class Section:
    """One kind of change: a heading with its figure, and the first lines."""

    heading: str
    lines: tuple[str, ...] = ()
    more: int = 0


@dataclass
class MergePlan:
    """Exactly what a merge will write.

    Attributes:
        refusals: sentences that say why it can't be done; empty = it can.
        sections: what an editor reads.
        ids: what the log records; name of the change to ids or values.
    """

    refusals: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    ids: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return a text that differs as soon as anything in the plan does."""
        text = json.dumps(
            [self.refusals, self.ids], cls=DjangoJSONEncoder, sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def add(self, heading: str, lines: Iterable[Any] = ()) -> None:
        """Add a section; lines beyond the first, and empty ones, are counted."""
        texts = [str(line) for line in lines]
        shown = tuple(text for text in texts[:NAMED] if text)
        self.sections.append(Section(heading, shown, len(texts) - len(shown)))

    def check(self, confirmed: str | None) -> None:
        """Make sure that this is what was confirmed.

        Raises:
            MergeRefusedError: if it can't be done, or has changed since.
        """
        if self.refusals:
            raise MergeRefusedError(" ".join(self.refusals))
        if confirmed is not None and confirmed != self.digest:
            raise MergeRefusedError(
                _("Something has changed since this was shown. Look at it again.")
            )


def iterate_changed_revisions(
    pages: Collection[int], change: Change
) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield (revision id, page id, new content) of what the change would change.

    Every stored version of the pages is read, so that going back to an earlier
    one finds what was merged. Cost: one query a chunk of pages.
    """
    for chunk in split(pages):
        found = Revision.page_revisions.filter(object_id__in=[str(pk) for pk in chunk])
        rows = found.order_by("pk").values_list("pk", "object_id", "content")
        for pk, page, content in rows.iterator(chunk_size=100):
            if isinstance(content, dict) and change(content):
                yield pk, int(page), content


def rewrite_revisions(pages: Collection[int], change: Change) -> None:
    """Write the change into every stored version of the pages."""
    # A list: SQLite reads on while it writes.
    for pk, _page, content in list(iterate_changed_revisions(pages, change)):
        Revision.objects.filter(pk=pk).update(content=content)


def rewrite_translation_sources(pages: Collection[int], change: Change) -> list[int]:
    """Write the change into what wagtail-localize keeps of the pages' originals.

    It would bring the former state back with the next translation. Return the
    ids of the sources that changed.
    """
    if not apps.is_installed("wagtail_localize"):
        return []
    model = apps.get_model("wagtail_localize", "TranslationSource")
    changed = []
    for chunk in split(pages):
        found = get_page_model().objects.filter(pk__in=chunk).order_by()
        keys = set(found.values_list("translation_key", flat=True))
        for source in model.objects.filter(object_id__in=keys).order_by("pk"):
            content = json.loads(source.content_json)
            if change(content):
                text = json.dumps(content, cls=DjangoJSONEncoder)
                # Not save(): nothing a translator reads has changed.
                model.objects.filter(pk=source.pk).update(content_json=text)
                changed.append(source.pk)
    return changed


def is_unique(field: Any) -> bool:
    """Return whether a constraint of its model could refuse another value."""
    meta = field.model._meta
    names = {name for names in meta.unique_together for name in names}
    for constraint in meta.constraints:
        names.update(getattr(constraint, "fields", ()))
    return field.unique or field.name in names


def fetch_titles(pages: Iterable[int], viewer: Any) -> list[str]:
    """Return a title for each of the first pages that the viewer may know of.

    All others, those the viewer may not know of among them, are empty texts: they
    count. One query for each 500 pages, until enough are found.

    Args:
        pages: page ids.
        viewer: the user who reads the plan; None = somebody who may know of all.
    """
    ids = sorted(set(pages))
    known = build_known_q(viewer) if viewer else Q()
    titles: list[str] = []
    for chunk in split(ids):
        found = get_page_model().objects.filter(known, pk__in=chunk).order_by("pk")
        titles += [page.get_admin_display_title() for page in found[:NAMED]]
        if len(titles) >= NAMED:
            break
    titles = titles[:NAMED]
    return titles + [""] * (len(ids) - len(titles))


def add_rows(plan: MergePlan, model: Any, rows: list[Any]) -> None:
    """Add rows of another model to the plan: their number, for they may be private."""
    plan.add(
        ngettext(
            "%(count)d row of “%(model)s” follows",
            "%(count)d rows of “%(model)s” follow",
            len(rows),
        )
        % {"count": len(rows), "model": model._meta.verbose_name_plural}
    )
