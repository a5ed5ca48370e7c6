"""What uses an organisation's profile, and how it is put on another one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, UUIDField
from django.utils.translation import ngettext
from modelcluster.fields import ParentalKey
from wagtail.models import ReferenceIndex

from wagtail_rtop.compat import BasePage, get_page_model
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
from wagtail_rtop.letters.ledger_rows import LedgerRow
from wagtail_rtop.letters.models import LetterMixin
from wagtail_rtop.letters.rows import AbstractLetterRecipient, RecipientFields
from wagtail_rtop.register.models import EntryOrganisation
from wagtail_rtop.register.sync import get_entries_naming, sync_rows


# The path of a recipient's organisation in Wagtail's index of references.
REFERENCE = "recipients.item.organisation"


class OrganisationUses:
    """The uses of the members of one group, moved to those of another.

    Args:
        targets: page id of each member that goes → the page it is replaced by.
        titles: page id of each member that goes → its title.
        keys: key of each member that goes → the key of what replaces it.
        viewer: who reads the plan; None = somebody who may know of all pages.
    """

    def __init__(
        self,
        targets: Mapping[int, Any],
        titles: Mapping[int, str],
        keys: Mapping[Any, Any],
        viewer: Any = None,
    ) -> None:
        self.viewer = viewer
        self.targets = targets
        self.titles = titles
        self.keys = keys

    def iterate_refusals(self) -> Iterator[str]:
        """Yield a sentence for each model whose rows can't be moved."""
        for model, field in iterate_organisation_fields():
            count = self._find(model, field).count()
            if count and is_unique(field):
                yield ngettext(
                    "%(count)d row of “%(model)s” names this organisation and can't be "
                    "moved by itself. Change it there first.",
                    "%(count)d rows of “%(model)s” name this organisation and can't be "
                    "moved by themselves. Change them there first.",
                    count,
                ) % {"count": count, "model": model._meta.verbose_name}

    def plan(self, plan: MergePlan) -> None:
        """Add what will be moved to the plan."""
        rows: dict[str, list[int]] = {}
        pages: set[int] = set()
        for model in iterate_recipient_models():
            letter = get_parental_key(model)
            found = model._default_manager.filter(organisation__in=self.targets)
            pairs = list(found.order_by("pk").values_list("pk", letter.attname))
            if pairs:
                rows[model._meta.label] = [pk for pk, _page in pairs]
                pages.update(page for _pk, page in pairs)
        live = len(pages)
        number = sum(map(len, rows.values()))
        plan.add(
            ngettext(
                "%(count)d recipient is linked to the other profile; its name as "
                "written stays",
                "%(count)d recipients are linked to the other profile; their names as "
                "written stay",
                number,
            )
            % {"count": number},
            fetch_titles(pages, self.viewer),
        )
        for page, content in iterate_drafts(LetterMixin):
            if set(read_keys(content, "recipients", "organisation")) & set(
                self.targets
            ):
                pages.add(page)
        versions: dict[int, list[int]] = defaultdict(list)
        for pk, page, _content in iterate_changed_revisions(pages, self.change):
            versions[page].append(pk)
        revisions = sorted(pk for pks in versions.values() for pk in pks)
        plan.ids |= {
            "recipients": rows,
            "pages": sorted(pages),
            "revisions": revisions,
        }
        if revisions:
            plan.add(
                ngettext(
                    "%(count)d draft or earlier version of a letter follows",
                    "%(count)d drafts and earlier versions of letters follow",
                    len(revisions),
                )
                % {"count": len(revisions)},
                fetch_titles(versions, self.viewer) if len(pages) > live else (),
            )
        self._plan_others(plan)
        self._plan_links(plan)

    def move(self, plan: MergePlan) -> None:
        """Carry out what plan() has added to the plan."""
        entries = get_entries_naming(self.keys)
        content_type = ContentType.objects.get_for_model(get_page_model())
        for old, new in self.targets.items():
            for model in iterate_recipient_models():
                rows = model._default_manager.filter(organisation=old)
                # An empty name would change its meaning with the link.
                rows.filter(name="").update(name=self.titles[old])
                rows.update(organisation=new.pk)
            ReferenceIndex.objects.filter(
                model_path=REFERENCE,
                to_content_type=content_type,
                to_object_id=str(old),
            ).update(to_object_id=str(new.pk))
        pages = plan.ids["pages"]
        rewrite_revisions(pages, self.change)
        plan.ids["sources"] = rewrite_translation_sources(pages, self.change)
        for model, field in iterate_organisation_fields():
            for row in self._find(model, field):
                values: dict[str, Any] = {
                    field.attname: self._get_new_value(row, field)
                }
                if isinstance(row, RecipientFields) and not row.name:
                    values["name"] = self.titles[getattr(row, field.attname)]
                # Past save(): some rows are append-only, and this is no new event.
                model._base_manager.filter(pk=row.pk).update(**values)
        sync_rows({*entries, *pages})

    def change(self, content: dict[str, Any]) -> bool:
        """Put the recipients of a stored letter on the other profile."""
        changed = False
        for row in content.get("recipients") or ():
            old: Any = row.get("organisation") if isinstance(row, dict) else None
            if old in self.targets:
                row["name"] = row.get("name") or self.titles[old]
                row["organisation"] = self.targets[old].pk
                changed = True
        return changed

    def _plan_others(self, plan: MergePlan) -> None:
        others = {}
        for model, field in iterate_organisation_fields():
            found = list(self._find(model, field).order_by("pk"))
            if found:
                others[f"{model._meta.label}.{field.name}"] = [row.pk for row in found]
                add_rows(plan, model, found)
        plan.ids["others"] = others

    def _plan_links(self, plan: MergePlan) -> None:
        content_type = ContentType.objects.get_for_model(get_page_model())
        links = ReferenceIndex.objects.filter(
            to_content_type=content_type,
            to_object_id__in=[str(pk) for pk in self.targets],
            base_content_type=content_type,
        ).exclude(model_path=REFERENCE)
        pages = {int(pk) for pk in links.values_list("object_id", flat=True)}
        pages -= set(self.targets)
        if pages:
            plan.add(
                ngettext(
                    "%(count)d page links to it and stays as it is: the address redirects",
                    "%(count)d pages link to it and stay as they are: the address "
                    "redirects",
                    len(pages),
                )
                % {"count": len(pages)},
                fetch_titles(pages, self.viewer),
            )

    def _get_new_value(self, row: Any, field: Any) -> Any:
        old = getattr(row, field.attname)
        return self.keys[old] if isinstance(field, UUIDField) else self.targets[old].pk

    def _find(self, model: Any, field: Any) -> Any:
        values = self.keys if isinstance(field, UUIDField) else self.targets
        return model._base_manager.filter(**{f"{field.name}__in": list(values)})


def iterate_recipient_models() -> Iterator[Any]:
    """Yield the concrete models of letters' recipients."""
    for model in apps.get_models():
        if issubclass(model, AbstractLetterRecipient):
            yield model


def iterate_organisation_fields() -> Iterator[tuple[Any, Any]]:
    """Yield (model, field) of what else names an organisation.

    That is a foreign key to a page called ``organisation``, or a UUID called
    ``organisation_key``; what is derived from letters is written anew instead.
    """
    for model in apps.get_models():
        if issubclass(model, (AbstractLetterRecipient, EntryOrganisation, LedgerRow)):
            continue
        for field in model._meta.local_fields:
            is_link = (
                field.name == "organisation"
                and isinstance(field, ForeignKey)
                and not isinstance(field, ParentalKey)
                and issubclass(field.related_model, BasePage)
            )
            is_key = field.name == "organisation_key" and isinstance(field, UUIDField)
            if is_link or is_key:
                yield model, field


def get_parental_key(model: Any) -> Any:
    return next(f for f in model._meta.fields if isinstance(f, ParentalKey))
