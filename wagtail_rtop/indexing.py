"""Indexes a page once a change, after its child rows are written.

Wagtail's own handlers read a whole page into the reference index once for each
child row that is saved, and into the search index before the rows are there. A
letter to fourteen recipients is read some forty times for one publishing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from asgiref.local import Local
from django.db import models
from django.db.models.signals import post_delete, post_save
from modelcluster.fields import ParentalKey
from modelsearch import index
from modelsearch.backends import get_search_backends
from modelsearch.tasks import insert_or_update_object_task
from wagtail.models import ReferenceIndex
from wagtail.tasks import update_reference_index_task


# What the change that goes on in this thread or task has touched so far.
_change = Local()


class LeanIndexMixin(models.Model):
    """A page that is indexed once a save, whatever the number of its rows.

    To use: inherit it before the page class; the package's mixins do. "Used by",
    search and the background tasks of the site stay as they are.
    """

    # Wagtail's handler comes before the rows are written; save() does it.
    search_auto_update = False

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with index_once():
            super().save(*args, **kwargs)
            _note_search(self, kwargs.get("update_fields"))

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        with index_once():
            return super().publish(*args, **kwargs)  # type: ignore[misc]  # Page's


def connect() -> None:
    """Listen for what is saved during a change; called when the apps are ready."""
    post_save.connect(note_save, dispatch_uid="wagtail_rtop.indexing.save")
    post_delete.connect(note_delete, dispatch_uid="wagtail_rtop.indexing.delete")


@contextmanager
def index_once() -> Iterator[None]:
    """Index all that is saved within, once, at the end; changes may be nested.

    If the block raises, nothing is indexed: its transaction is rolled back.
    """
    # Loaded late: the module reads the page model.
    from wagtail.signal_handlers import (
        reference_index_auto_update_disabled as disabled,
    )

    if hasattr(_change, "references"):
        yield
        return
    # Somebody who has switched the reference index off keeps it off.
    was_disabled = getattr(disabled, "value", False)
    _change.references, _change.pages = {}, {}
    disabled.value = True
    try:
        yield
        references, pages = _change.references, _change.pages
    finally:
        del _change.references, _change.pages
        if was_disabled:
            disabled.value = was_disabled
        else:
            del disabled.value
    if not was_disabled:
        for model, pk in references:
            update_reference_index_task.enqueue(
                model._meta.app_label, model._meta.model_name, pk
            )
    for page in pages.values():
        update_search(page)


def note_save(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Remember a saved object whose references Wagtail's handler left for later."""
    if not hasattr(_change, "references") or kwargs.get("raw"):
        return
    if sender not in ReferenceIndex.tracked_models:
        return
    if _holds_references(sender, kwargs.get("update_fields")):
        root = _get_root(instance)
        if root is not None:
            _change.references[type(root), str(root.pk)] = None


def note_delete(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Drop a deleted page from the search index, and what it referred to."""
    if isinstance(instance, LeanIndexMixin):
        index.remove_object(instance)
    if not hasattr(_change, "references"):
        return
    _change.references.pop((sender, str(instance.pk)), None)
    _change.pages.pop((sender, instance.pk), None)
    if sender in ReferenceIndex.tracked_models:
        ReferenceIndex.remove_for_object(instance)
        ReferenceIndex.remove_references_to(instance)
        root = _get_root(instance)
        if root is not None and root is not instance:
            _change.references[type(root), str(root.pk)] = None


def update_search(page: Any) -> None:
    """Write the page into the search indexes that follow changes by themselves.

    A database backend measures every title of the site after each object it
    adds, which grows with the archive. That weight of the title is left for the
    next ``update_index``; until then a new page has the weight of an average one.
    """
    backends = list(get_search_backends(with_auto_update=True))
    if not all(_is_database(backend) for backend in backends):
        meta = page._meta
        insert_or_update_object_task.enqueue(
            meta.app_label, meta.model_name, str(page.pk)
        )
        return
    found = index.get_indexed_instance(page)
    for backend in backends if found else ():
        target = backend.get_index_for_object(found)
        # On this backend's own index object; others keep their measure.
        target._refresh_title_norms = lambda full=False: None
        target.add_item(found)


def _note_search(page: Any, update_fields: Any) -> None:
    if update_fields is None or _concerns_search(page, update_fields):
        _change.pages[type(page), page.pk] = page


def _concerns_search(page: Any, update_fields: Iterable[str]) -> bool:
    backends = get_search_backends(with_auto_update=True)
    if not all(_is_database(backend) for backend in backends):
        # Filters are stored there, and a draft's time is one.
        return True
    texts = {
        field.field_name
        for field in type(page).get_search_fields()
        if not isinstance(field, index.FilterField)
    }
    return bool(texts.intersection(update_fields))


def _is_database(backend: Any) -> bool:
    return hasattr(getattr(backend, "index_class", None), "_refresh_title_norms")


def _holds_references(model: Any, update_fields: Any) -> bool:
    """Return whether a save of these fields can change what the object refers to."""
    if update_fields is None:
        return True
    fields = (model._meta.get_field(name) for name in update_fields)
    return any(_is_reference(field) for field in fields)


def _is_reference(field: Any) -> bool:
    if hasattr(field, "extract_references"):
        return True
    if not (field.is_relation and field.many_to_one):
        return False
    ignored = "wagtail_reference_index_ignore"
    return not (
        getattr(field, ignored, False) or getattr(field.related_model, ignored, False)
    )


def _get_root(instance: Any) -> Any:
    """Return the object at the top of the parental keys, None if there is none."""
    while instance is not None:
        keys = [f for f in instance._meta.get_fields() if isinstance(f, ParentalKey)]
        if not keys:
            return instance
        instance = getattr(instance, keys[0].name)
    return None
