"""Finds what the gate hides, but the site's own code may show."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.fields import RichTextField
from wagtail.models import get_page_models

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.html import clean_html
from wagtail_rtop.visibility.facts import (
    Facts,
    FactsReader,
    Node,
    get_ancestor_paths,
)
from wagtail_rtop.visibility.models import DocumentClaim, GuardedPageMixin


# Draftail writes new ones at each save.
_BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def audit() -> Iterator[str]:
    """Yield a sentence for each finding. Reads the whole tree of pages."""
    ids = get_page_model().objects.order_by("pk").values_list("pk", flat=True)
    reader = FactsReader(ids)
    for pk, facts in reader.read().items():
        node = reader.by_pk[pk]
        if not node.is_root:
            yield from _check_page(reader, node, facts)
    for model in get_page_models():
        if issubclass(model, GuardedPageMixin):
            yield from _check_bodies(model)
    yield from _check_documents()


def _check_page(reader: FactsReader, node: Node, facts: Facts) -> Iterator[str]:
    if not node.live:
        return
    stock = _get_stock_facts(reader, node)
    name = f"Page {node.pk} “{node.title}” ({node.language_code})"
    if not stock.live:
        yield f"{name} is live below a page that is not."
    if facts.lift and facts.lift > timezone.now():
        yield f"{name} is live under an embargo until {facts.lift.isoformat()}."
    missing = facts.restrictions - stock.restrictions
    if missing:
        yield (
            f"{name} lacks {len(missing)} view restriction(s) of the page it "
            "translates or repeats. Restrict it too: the site's own lists show it."
        )
    if stock.live and not facts.live:
        yield (
            f"{name} is live, but the page it translates or repeats is not, or is "
            "retracted. Unpublish it too: the site's own lists show it."
        )
    if facts.expires and facts.expires != stock.expires:
        yield (
            f"{name} does not expire with the page it translates or repeats, on "
            f"{facts.expires.isoformat()}."
        )


def _get_stock_facts(reader: FactsReader, node: Node) -> Facts:
    """Return what Wagtail alone knows: the page and its ancestors in the tree."""
    facts = Facts()
    for path in get_ancestor_paths(node.path):
        above = reader.by_path[path]
        facts = facts.merge(
            Facts(
                live=above.live or above.is_root,
                expires=above.expire_at,
                restrictions=reader.restrictions.get(above.pk, frozenset()),
            )
        )
    return facts


def _check_bodies(model: Any) -> Iterator[str]:
    names = [f.name for f in model._meta.get_fields() if isinstance(f, RichTextField)]
    if not names:
        return
    rows = model._default_manager.order_by("pk").values_list("pk", *names)
    for pk, *values in rows.iterator():
        for name, value in zip(names, values, strict=True):
            if value and not is_stable(value):
                yield (
                    f"Page {pk}: the text in “{name}” is not as the editor stores "
                    "it. Open the page in the editor, look at it, and save it."
                )


def is_stable(source: str) -> bool:
    """Return whether rich text comes out of clean_html() as it went in."""
    try:
        cleaned = clean_html(source)
    except WagtailRtopError:
        return False
    return _BLOCK_KEY.sub("", cleaned) == _BLOCK_KEY.sub("", source)


def _check_documents() -> Iterator[str]:
    method = getattr(settings, "WAGTAILDOCS_SERVE_METHOD", None)
    # Wagtail's default depends on the storage; a local one is served by the view.
    if method in {"direct", "redirect"}:
        count = DocumentClaim.objects.values("document").distinct().count()
        yield (
            f"WAGTAILDOCS_SERVE_METHOD is {method!r}: {count} attachment(s) can be "
            "read by whoever has the address of the file. Set it to 'serve_view'."
        )
