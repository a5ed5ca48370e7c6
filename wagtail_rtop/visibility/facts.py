"""What decides about a page: itself, its ancestors, its source, what it aliases.

Hidden flows from a source and its ancestors to its translations and aliases,
never back. The facts of a page are those of everything it depends on, merged.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import (
    DateTimeField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from wagtail.models import PageViewRestriction

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.models import Embargo, Retraction


# Values in one IN list; every supported database takes as many.
CHUNK = 500
# From here on reading the whole tree at once is cheaper than asking in chunks.
READ_ALL = 2000
STEP = 4  # characters of treebeard's path for one level


class Node(NamedTuple):
    """The columns of a page that the gate reads."""

    pk: int
    path: str
    live: bool
    expire_at: datetime | None
    alias_of_id: int | None
    translation_key: uuid.UUID
    locale_id: int
    source_locale_id: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that may hide a page, whoever asks.

    Attributes:
        live: the page and all it depends on are live and not retracted.
        lift: nothing may be read before; None = no embargo.
        expires: nothing may be read from then on; None = never.
        restrictions: ids of PageViewRestriction, all of which must accept.
    """

    live: bool = True
    lift: datetime | None = None
    expires: datetime | None = None
    restrictions: frozenset[int] = frozenset()

    def merge(self, other: "Facts") -> "Facts":
        """Return the stricter of both in every respect."""
        return Facts(
            live=self.live and other.live,
            lift=max(filter(None, (self.lift, other.lift)), default=None),
            expires=min(filter(None, (self.expires, other.expires)), default=None),
            restrictions=self.restrictions | other.restrictions,
        )


def get_facts(pages: Iterable[int]) -> dict[int, Facts]:
    """Return the facts of each page, by its id.

    Args:
        pages: page ids. Ids that do not exist are left out of the result.

    Cost: four queries up to 500 ids, two more for each further 500; sources
    that lie in other trees than the pages' ancestors add two a round.
    """
    return FactsReader(pages).read()


def get_page_facts(page: Any) -> Facts:
    """Return the facts of one loaded page, as get_facts() does. Three queries."""
    return (
        FactsReader([page.pk], paths=[page.path]).read().get(page.pk, Facts(live=False))
    )


def get_ancestor_paths(path: str) -> list[str]:
    """Return the paths of a page and its ancestors, without the tree's root."""
    return [path[:end] for end in range(2 * STEP, len(path) + 1, STEP)]


class FactsReader:
    """Loads the closure of some pages level by level and merges its facts."""

    def __init__(self, pages: Iterable[int], paths: Iterable[str] = ()) -> None:
        self.wanted = list(dict.fromkeys(pages))
        self.paths = set(paths)
        self.by_pk: dict[int, Node] = {}
        self.by_path: dict[str, Node] = {}
        self.groups: dict[uuid.UUID, dict[int, Node]] = {}
        self.merged: dict[int, Facts] = {}
        self.loop_met = False

    def read(self) -> dict[int, Facts]:
        self._load_closure()
        self._load_marks()
        return {pk: self._merge(pk, set()) for pk in self.wanted if pk in self.by_pk}

    def get_group_key(self, node: Node) -> uuid.UUID:
        seen: set[int] = set()
        while node.alias_of_id in self.by_pk and node.pk not in seen:
            seen.add(node.pk)
            node = self.by_pk[node.alias_of_id]
        return node.translation_key

    def get_source(self, node: Node) -> Node | None:
        """Return the page this one is a translation of, or None."""
        group = self.groups.get(node.translation_key, {}).values()
        members = [member for member in group if not member.alias_of_id] or list(group)
        if not members:
            return None
        source = min(
            members,
            key=lambda member: (
                member.source_locale_id is not None
                and member.locale_id != member.source_locale_id,
                member.pk,
            ),
        )
        return None if source.pk == node.pk else source

    def _load_closure(self) -> None:
        if len(self.wanted) > READ_ALL:
            self._add(_annotate_source(get_page_model().objects.all()))
            return
        if self.paths:
            self._load_paths(self.paths)
        else:
            self._load_with_ancestors(Q(pk__in=c) for c in split(self.wanted))
        frontier = [self.by_pk[pk] for pk in self.wanted if pk in self.by_pk]
        done: set[int] = set()
        while frontier:
            needed_pks: set[int] = set()
            needed_paths: set[str] = set()
            following: list[Node] = []
            for node in frontier:
                if node.pk in done:
                    continue
                done.add(node.pk)
                for path in get_ancestor_paths(node.path)[:-1]:
                    if path in self.by_path:
                        following.append(self.by_path[path])
                    else:
                        needed_paths.add(path)
                source = self.get_source(node)
                if source:
                    following.append(source)
                if node.alias_of_id in self.by_pk:
                    following.append(self.by_pk[node.alias_of_id])
                elif node.alias_of_id:
                    needed_pks.add(node.alias_of_id)
            self._load_with_ancestors(
                [
                    *(Q(pk__in=chunk) for chunk in split(needed_pks)),
                    *(Q(path__in=chunk) for chunk in split(needed_paths)),
                ]
            )
            following += [self.by_pk[pk] for pk in needed_pks if pk in self.by_pk]
            following += [self.by_path[p] for p in needed_paths if p in self.by_path]
            frontier = [node for node in following if node.pk not in done]

    def _load_with_ancestors(self, conditions: Iterable[Q]) -> None:
        """Load the pages, their ancestors, and the groups of all of these."""
        page_model = get_page_model()
        for condition in conditions:
            paths = list(
                page_model.objects.filter(condition)
                .order_by()
                .values_list("path", flat=True)
            )
            self._load_paths(paths)

    def _load_paths(self, paths: Iterable[str]) -> None:
        ancestors = {p for path in paths for p in get_ancestor_paths(path)}
        pages = get_page_model().objects.order_by()
        for chunk in split(ancestors - self.by_path.keys()):
            keys = pages.filter(path__in=chunk).values("translation_key")
            self._add(_annotate_source(pages.filter(translation_key__in=keys)))

    def _add(self, queryset: QuerySet[Any]) -> None:
        rows = queryset.order_by().values_list(
            "pk",
            "path",
            "live",
            "expire_at",
            "alias_of_id",
            "translation_key",
            "locale_id",
            "rtop_source_locale",
        )
        for row in rows:
            node = Node(*row)
            self.by_pk[node.pk] = node
            self.by_path[node.path] = node
            self.groups.setdefault(node.translation_key, {})[node.pk] = node

    def _load_marks(self) -> None:
        self.restrictions: dict[int, frozenset[int]] = {}
        rows = PageViewRestriction.objects.values_list("page_id", "pk")
        if len(self.by_pk) <= CHUNK:
            rows = rows.filter(page_id__in=list(self.by_pk))
        for page_id, pk in rows:
            self.restrictions[page_id] = self.restrictions.get(page_id, frozenset()) | {
                pk
            }
        keys = {self.get_group_key(node) for node in self.by_pk.values()}
        self.lifts, self.retracted = get_group_marks(keys)

    def _merge(self, pk: int, path: set[int]) -> Facts:
        if pk in self.merged:
            return self.merged[pk]
        if pk in path:
            # A loop of aliases or of sources: what is on the way counts once.
            self.loop_met = True
            return Facts()
        node = self.by_pk[pk]
        facts = self._get_own(node)
        for other in self._get_dependencies(node):
            facts = facts.merge(self._merge(other.pk, path | {pk}))
        if not path:
            self.loop_met = False
        if not self.loop_met:
            self.merged[pk] = facts
        return facts

    def _get_own(self, node: Node) -> Facts:
        key = self.get_group_key(node)
        return Facts(
            live=node.live and key not in self.retracted,
            lift=self.lifts.get(key),
            expires=node.expire_at,
            restrictions=self.restrictions.get(node.pk, frozenset()),
        )

    def _get_dependencies(self, node: Node) -> Iterable[Node]:
        parent = self.by_path.get(node.path[:-STEP])
        alias_of = self.by_pk.get(node.alias_of_id) if node.alias_of_id else None
        return filter(None, (parent, alias_of, self.get_source(node)))


def get_group_marks(
    keys: set[uuid.UUID],
) -> tuple[dict[uuid.UUID, datetime], set[uuid.UUID]]:
    """Return the lift of each group under embargo, and the retracted groups.

    One query: both tables are read in one statement.
    """
    embargoes = Embargo.objects.values_list("group_key", "lift")
    no_lift = Value(None, output_field=DateTimeField())
    retractions = Retraction.objects.order_by().annotate(no_lift=no_lift)
    retractions = retractions.values_list("group_key", "no_lift")
    if len(keys) <= CHUNK:
        embargoes = embargoes.filter(group_key__in=keys)
        retractions = retractions.filter(group_key__in=keys)
    lifts: dict[uuid.UUID, datetime] = {}
    retracted: set[uuid.UUID] = set()
    for key, lift in embargoes.union(retractions, all=True):
        if lift is None:
            retracted.add(key)
        else:
            lifts[key] = lift
    return lifts, retracted


def _annotate_source(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Add the locale that wagtail-localize takes as the group's source."""
    if not apps.is_installed("wagtail_localize"):
        return queryset.annotate(rtop_source_locale=Cast(Value(None), IntegerField()))
    source = apps.get_model("wagtail_localize", "TranslationSource").objects.filter(
        object_id=OuterRef("translation_key")
    )
    return queryset.annotate(
        rtop_source_locale=Subquery(source.order_by("pk").values("locale_id")[:1])
    )


def split(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Yield the values in lists that fit into an IN clause."""
    items = list(values)
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
