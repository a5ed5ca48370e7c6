"""Text search as a condition on the register, on any of Wagtail's backends.

The backend says which pages match; the register says which of them this visitor
may know of, how many there are and in which order they are listed.
"""

import unicodedata
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections
from django.db.models import BigIntegerField, Case, F, Q, When
from django.db.models.functions import Cast
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.models import get_page_models
from wagtail.search.backends import get_search_backend

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.errors import WagtailRtopError
from wagtail_rtop.organisations.models import OrganisationMixin
from wagtail_rtop.regions.models import build_name_key
from wagtail_rtop.register.models import Entry, EntryOrganisation
from wagtail_rtop.register.query import build_visible_q, remember
from wagtail_rtop.visibility.gate import Gate


# What InnoDB's text index leaves out, and a question for it finds nothing: words
# shorter than innodb_ft_min_token_size, and those in the server's table
# information_schema.INNODB_FT_DEFAULT_STOPWORD; here its longer ones.
MYSQL_SHORTEST = 3
MYSQL_STOPWORDS = {
    *("about", "are", "com", "for", "from", "how", "that", "the", "this", "und"),
    *("was", "what", "when", "where", "who", "will", "with", "www"),
}
# What a search server hands out at most; see Elasticsearch's
# ``index.max_result_window``. Pages.
SERVER_WINDOW = 10_000


class SearchUnavailableError(WagtailRtopError):
    """The search backend failed or did not answer; what it said is the cause."""


def build_match(gate: Gate, text: str) -> Callable[[str], Q]:
    """Return the condition for entries that a text search finds.

    A page is found if every word of ``text`` occurs in what it gives the search
    index. A name, alias or acronym of an organisation in ``text``, in any
    language, stands for the organisation: "CEDEAO" finds the documents that
    concern ECOWAS although none of them has the word.

    Args:
        gate: only names of organisations that its visitor may see stand for them.
        text: as ListFilter has it; not empty.

    Returns:
        A function of the path to an entry's id, for example "page_id".

    Raises:
        SearchUnavailableError: as search_pages() does.
    """
    words = text.split()
    keys, rest = find_named_organisations(gate, words)
    found = search_pages(text)
    if not keys:
        return lambda path: Q(**{f"{path}__in": found})
    concerned = EntryOrganisation.objects.filter(organisation_key__in=keys)
    entries = concerned.values("entry")
    others = " ".join(rest)
    rest_found = search_pages(others) if clean_text(others) else None

    def match(path: str) -> Q:
        by_name = Q(**{f"{path}__in": entries})
        if rest_found is not None:
            by_name &= Q(**{f"{path}__in": rest_found})
        return Q(**{f"{path}__in": found}) | by_name

    return match


def search_pages(text: str) -> Any:
    """Return the ids of pages that match, as a subquery or as a list.

    Not filtered by the gate: it is for conditions on the register alone.

    Raises:
        SearchUnavailableError: if a search server failed. A database is asked only
            when the condition is used.
    """
    cleaned = clean_text(text)
    if not cleaned:
        return []
    try:
        return _ask_backend(cleaned)
    except Exception as error:  # each backend has errors of its own
        raise SearchUnavailableError("The search backend failed.") from error


def _ask_backend(cleaned: str) -> Any:
    backend = get_search_backend()
    pages = get_page_model().objects.order_by()
    results = backend.search(cleaned, pages, operator="and", order_by_relevance=False)
    if not hasattr(results, "get_queryset"):
        return [page.pk for page in results[:SERVER_WINDOW]]
    indexed = _search_postgresql(results)
    if indexed is not None:
        return indexed
    return results.get_queryset().order_by().values("pk")


def clean_text(text: str) -> str:
    """Return the words of ``text`` without the signs that backends take for syntax.

    On MySQL without the words that its text index leaves out: nothing would be
    found for the others either.
    """
    kept = (c if unicodedata.category(c)[0] in "LNM" else " " for c in text)
    words = "".join(kept).split()
    if connections[Entry.objects.db].vendor == "mysql":
        words = [word for word in words if _is_indexed_by_mysql(word)]
    return " ".join(words)


def _is_indexed_by_mysql(word: str) -> bool:
    return len(word) >= MYSQL_SHORTEST and word.lower() not in MYSQL_STOPWORDS


def find_named_organisations(
    gate: Gate, words: list[str]
) -> tuple[list[uuid.UUID], list[str]]:
    """Return the organisations that the longest name among ``words`` stands for.

    Returns:
        Their keys, and the words that are not part of the name.
    """
    names = remember(gate, ("names",), lambda: _read_names(gate))
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            name = build_name_key(" ".join(words[start : start + length]))
            if name in names:
                return names[name], words[:start] + words[start + length :]
    return [], words


def get_name_models() -> Iterable[Any]:
    """Yield the models of organisations' names, with their key to the profile."""
    for model in get_page_models():
        if issubclass(model, OrganisationMixin):
            relation = model._meta.get_field("names")
            yield relation.related_model, relation.field.name


def _read_names(gate: Gate) -> dict[str, list[uuid.UUID]]:
    """Return the keys of visible organisations by the folded names they go by."""
    profiles = Entry.objects.filter(
        build_visible_q(gate), kind=OrganisationMixin.register_kind
    )
    found: dict[str, set[uuid.UUID]] = {}

    def add(name: str, key: uuid.UUID) -> None:
        folded = build_name_key(name)
        if folded:
            found.setdefault(folded, set()).add(key)

    for title, key in profiles.values_list("page__title", "translation_key"):
        add(title, key)
    for model, field in get_name_models():
        rows = model.objects.filter(**{f"{field}__in": profiles.values("pk")})
        columns = ("name", "acronym", f"{field}__translation_key")
        for name, acronym, key in rows.values_list(*columns):
            add(name, key)
            add(acronym, key)
    return {name: sorted(keys) for name, keys in found.items()}


def _search_postgresql(results: Any) -> Any:
    """Return the same pages by way of the GIN index; None on other databases.

    Wagtail's own statement casts each page's id to text and joins by it, which no
    index can serve. This one goes from the text index to the pages.
    """
    if connections[Entry.objects.db].vendor != "postgresql":
        return None
    # Here, because this module imports on PostgreSQL alone.
    from modelsearch.backends.database.postgres.postgres import IndexEntry

    compiler = results.query_compiler
    query = compiler.build_tsquery(
        compiler.query, config=compiler.get_config(results.backend)
    )
    types = get_descendants_content_types_pks(compiler.queryset.model)
    # The very expression that the index of rtop_search_index is made of.
    vector = F("title")._combine(F("body"), "||", False)  # type: ignore[attr-defined]  # Combinable's
    # CASE, because other models have ids that are no numbers.
    page = Case(
        When(content_type__in=types, then=Cast("object_id", BigIntegerField())),
        default=None,
    )
    rows = IndexEntry.objects.annotate(rtop_vector=vector, rtop_page=page)
    rows = rows.filter(rtop_vector=query, content_type__in=types)
    return rows.order_by().values("rtop_page")
