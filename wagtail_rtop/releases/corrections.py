"""A published correction stays: no form, no code and no earlier draft removes it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.db.models.signals import pre_delete
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.rows import StableFormSet


class PublishedCorrectionError(WagtailRtopError):
    """Somebody tried to delete a correction that readers have seen."""


class CorrectionFormSet(StableFormSet):
    """Refuses to delete the corrections that are published."""

    def clean(self) -> None:
        super().clean()
        published = get_published_keys(self.instance)
        for form in self.forms:
            row = form.instance
            if self._should_delete_form(form) and str(row.translation_key) in published:
                raise ValidationError(describe_refusal(row), code="published")


def get_published_keys(page: Any) -> set[str]:
    """Return the keys of the corrections that the page printed last."""
    return set((page.frozen or {}).get("corrections", []))


def keep_corrections(page: Any) -> None:
    """Put back the published corrections that this state of the page lacks.

    An earlier draft that is restored, or a text that was scheduled before the
    correction, knows nothing of it; a draft that brought it knows it by its key
    alone, and would write it as a new row over the deleted one. One query, none
    for a page without published corrections.
    """
    if not page.pk or page.alias_of_id:
        return
    published = get_published_keys(page)
    if not published:
        return
    model = page.corrections.model
    rows = model._default_manager.filter(
        **{_get_parent_name(model): page.pk}, translation_key__in=published
    )
    stored = {row.translation_key: row for row in rows}
    for row in page.corrections.all():
        if row.translation_key in stored:
            row.pk = stored.pop(row.translation_key).pk
            # Else its own number counts as taken by another row.
            row._state.adding = False
    for row in stored.values():
        page.corrections.add(row)


def connect() -> None:
    """Refuse deletions in code; called once, when the apps are ready."""
    pre_delete.connect(
        refuse_deletion, dispatch_uid="wagtail_rtop.corrections.refuse_deletion"
    )


def refuse_deletion(
    sender: type[Model], instance: Any, origin: Any = None, **kwargs: Any
) -> None:
    """Refuse to delete a published correction by itself; with its page it goes.

    Raises:
        PublishedCorrectionError: the page has printed it.
    """
    # Imported here: the mixin's own module imports this one.
    from wagtail_rtop.releases.models import AbstractCorrection

    if not isinstance(instance, AbstractCorrection):
        return
    model = origin.model if isinstance(origin, QuerySet) else type(origin)
    if not issubclass(model, AbstractCorrection):
        return
    page = getattr(instance, _get_parent_name(sender))
    stored = type(page)._default_manager.filter(pk=page.pk).first()
    if stored and str(instance.translation_key) in get_published_keys(stored):
        raise PublishedCorrectionError(describe_refusal(instance))


def describe_refusal(row: Any) -> str:
    return _(
        "The correction of %(day)s is published and can't be deleted: readers have "
        "seen it. Add another correction that says what was wrong with it."
    ) % {"day": date_format(row.corrected_on, "DATE_FORMAT")}


def get_new_notes(page: Any, keys: Iterable[str]) -> list[str]:
    """Return the notes of the corrections with these keys, in order."""
    wanted = set(keys)
    rows = page.corrections.all()
    return [row.note for row in rows if str(row.translation_key) in wanted]


def _get_parent_name(model: Any) -> str:
    """Return the name of the foreign key from a row to its page."""
    for field in model._meta.fields:
        remote = field.remote_field
        if remote and remote.related_name == "corrections":
            return str(field.name)
    raise LookupError(f"{model.__name__} has no ParentalKey named 'corrections'.")
