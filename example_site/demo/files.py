"""Documents of the demonstration: PDF in Latin script, plain text in Arabic."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.utils.html import strip_tags
from wagtail.documents import get_document_model
from wagtail.models import Collection

from example_site.demo.pdf import build_pdf


def add_document(
    name: str,
    title: str,
    paragraphs: Sequence[str],
    code: str,
    collection: Collection | None = None,
) -> Any:
    """Return the document of this title, written if it is not there yet."""
    model = get_document_model()
    collection = collection or Collection.get_first_root_node()
    found = model.objects.filter(title=title, collection=collection).first()
    if found:
        return found
    plain = [strip_tags(paragraph) for paragraph in paragraphs]
    if code == "ar":
        # No font that every reader brings along has Arabic. With a byte order
        # mark no program takes the text for another encoding.
        content = "\n\n".join([title, *plain, ""]).encode("utf-8-sig")
        file = ContentFile(content, name=f"{name}-{code}.txt")
    else:
        file = ContentFile(build_pdf(title, plain, code), name=f"{name}-{code}.pdf")
    document = model(title=title, collection=collection)
    document.file.save(file.name, file, save=False)
    document.file_size = file.size
    document.save()
    return document


def add_documents(
    name: str,
    titles: Mapping[str, str],
    paragraphs: Mapping[str, Sequence[str]],
    collection: Collection | None = None,
) -> dict[str, Any]:
    """Return one document a language, by its code."""
    return {
        code: add_document(name, titles[code], paragraphs[code], code, collection)
        for code in titles
    }
