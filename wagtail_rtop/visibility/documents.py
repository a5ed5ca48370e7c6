"""Attachments: a document that a page of ours names is served through that page."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey
from django.db.models.signals import post_save
from django.http import Http404
from modelcluster.models import get_all_child_relations
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.models import ReferenceIndex, Revision

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.gate import get_gate
from wagtail_rtop.visibility.models import DocumentClaim, GuardedPageMixin


# Asked about each document that no page claims: whether something else keeps it
# from the public. Each takes the document.
private_holders: list[Callable[[Any], bool]] = []


def connect() -> None:
    """Listen for revisions and for pages written without one."""
    uid = "wagtail_rtop.documents"
    post_save.connect(
        on_revision_saved, sender=Revision, dispatch_uid=f"{uid}.revision"
    )


def on_revision_saved(sender: type, instance: Revision, **kwargs: Any) -> None:
    fields = kwargs.get("update_fields")
    # An autosave writes a revision over again: another text, other documents.
    if kwargs.get("raw") or (fields is not None and "content" not in fields):
        return
    model = instance.content_type.model_class()
    if model and issubclass(model, GuardedPageMixin):
        claim_documents(int(instance.object_id), instance.as_object())


def claim_documents(page_id: int, page: Any) -> None:
    """Claim every document that this state of the page names."""
    named = set(get_document_ids(page))
    if named:
        claims = DocumentClaim.objects.filter(page=page_id, document__in=named)
        named -= set(claims.values_list("document", flat=True))
    if not named:
        return
    existing = get_document_model().objects.filter(pk__in=named)
    DocumentClaim.objects.bulk_create(
        [
            DocumentClaim(document_id=pk, page_id=page_id)
            for pk in existing.values_list("pk", flat=True)
        ],
        ignore_conflicts=True,
    )


def get_document_ids(page: Any) -> Iterable[int]:
    """Yield the ids of documents a page names: fields, child rows, text, blocks."""
    yield from _get_field_ids(page)
    for relation in get_all_child_relations(type(page)):
        manager = getattr(page, relation.get_accessor_name(), None)
        for row in manager.all() if manager is not None else ():
            yield from _get_field_ids(row)


def check_document(document: Any, request: Any) -> None:
    """Refuse a claimed document unless a live page the visitor may see names it.

    Raises:
        Http404: the same as for a document that does not exist.
    """
    if not is_claimed(document):
        return
    gate = get_gate(request)
    for page in fetch_naming_pages(document):
        if gate.can_see(page):
            return
    raise Http404


def is_claimed(document: Any) -> bool:
    """Return whether the gate decides who reads the document."""
    if DocumentClaim.objects.filter(document=document).exists():
        return True
    return any(holds(document) for holds in private_holders)


def fetch_naming_pages(document: Any) -> list[Any]:
    """Return the pages whose live row names the document, by the reference index."""
    base = get_page_model()
    page_type = ContentType.objects.get_for_model(base)
    references = ReferenceIndex.objects.filter(
        base_content_type=page_type,
        to_content_type=ContentType.objects.get_for_model(get_document_model()),
        to_object_id=str(document.pk),
    )
    ids = [int(pk) for pk in references.values_list("object_id", flat=True)]
    return list(base.objects.filter(pk__in=set(ids)))


def _get_field_ids(instance: Any) -> Iterable[int]:
    document_model = get_document_model()
    for field in instance._meta.get_fields():
        if isinstance(field, ForeignKey) and field.related_model is document_model:
            value = getattr(instance, field.attname)
            if value:
                yield value
        elif isinstance(field, StreamField) or hasattr(field, "extract_references"):
            references = field.extract_references(getattr(instance, field.attname))
            for model, object_id, _model_path, _content_path in references:
                if model is document_model:
                    yield int(object_id)
