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
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from wagtail.models import Locale

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.models import Embargo, Retraction


# Values in one IN list; every supported database takes as many.
CHUNK = 500
# From here on reading the whole tree at once is cheaper than asking in chunks.
READ_ALL = 2000
STEP = 4  # characters of treebeard's path for one level


class Node(NamedTuple):
    """The columns of a page that the gate reads, and what a link to it needs."""

    pk: int
    path: str
    live: bool
    expire_at: datetime | None
    alias_of_id: int | None
    translation_key: uuid.UUID
    locale_id: int
    source_locale_id: int | None
    title: str
    slug: str
    url_path: str
    language_code: str
    show_in_menus: bool

    @property
    def is_root(self) -> bool:
        """Whether this is the root of the whole tree, which is no page to read."""
        return len(self.path) == STEP

    def get_url(self, request: Any = None) -> str | None:
        """Return the page's address, None if it has none. No query.

        A page class that overrides get_url_parts() is not asked: its rows
        would have to be loaded for that.
        """
        page = get_page_model()(
            pk=self.pk, path=self.path, url_path=self.url_path, slug=self.slug
        )
        return page.get_url(request)


# In the order of Node's fields.
NODE_COLUMNS = (
    *("pk", "path", "live", "expire_at", "alias_of_id", "translation_key"),
    *("locale_id", "rtop_source_locale", "title", "slug", "url_path"),
    *("locale__language_code", "show_in_menus"),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that may hide a page, whoever asks.

    Attributes:
        live: the page and all it depends on are live and not retracted.
        lift: nothing may be read before; None = no embargo.
        expires: nothing may be read from then on; None = never.
        restrictions: ids of PageViewRestriction, all of which must accept.
        stands: as ``live``, but what is retracted counts as live: nothing else
            than a retraction keeps the page from being read.
    """

    live: bool = True
    lift: datetime | None = None
    expires: datetime | None = None
    restrictions: frozenset[int] = frozenset()
    stands: bool = True

    def merge(self, other: "Facts") -> "Facts":
        """Return the stricter of both in every respect."""
        return Facts(
            live=self.live and other.live,
            lift=max(filter(None, (self.lift, other.lift)), default=None),
            expires=min(filter(None, (self.expires, other.expires)), default=None),
            restrictions=self.restrictions | other.restrictions,
            stands=self.stands and other.stands,
        )


HIDDEN = Facts(live=False, stands=False)


def get_facts(pages: Iterable[int]) -> dict[int, Facts]:
    """Return the facts of each page, by its id.

    Args:
        pages: page ids. Ids that do not exist are left out of the result.

    Cost: two queries up to 500 ids, two more for each further 500; sources
    that lie in other trees than the pages' ancestors add two a round.
    """
    return FactsReader(pages).read()


def get_page_facts(page: Any) -> Facts:
    """Return the facts of one loaded page, as get_facts() does. One query."""
    return FactsReader().read_page(page)


def get_ancestor_paths(path: str) -> list[str]:
    """Return the paths of a page and its ancestors, the tree's root first."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


class FactsReader:
    """Loads the closure of some pages level by level and merges its facts.

    It keeps what it has read, so that further questions about the same pages,
    their ancestors and their translations cost no query.
    """

    def __init__(self, pages: Iterable[int] = ()) -> None:
        self.wanted = list(dict.fromkeys(pages))
        self.by_pk: dict[int, Node] = {}
        self.by_path: dict[str, Node] = {}
        self.groups: dict[uuid.UUID, dict[int, Node]] = {}
        self.restrictions: dict[int, frozenset[int]] = {}
        self.lifts: dict[uuid.UUID, datetime] = {}
        self.retracted: set[uuid.UUID] = set()
        self._merged: dict[int, Facts] = {}
        self._closed: set[int] = set()

    def read(self, pages: Iterable[int] | None = None) -> dict[int, Facts]:
        """Return the facts of these pages (default: those the reader was made for)."""
        wanted = self.wanted if pages is None else list(dict.fromkeys(pages))
        unknown = [pk for pk in wanted if pk not in self.by_pk]
        if len(unknown) > READ_ALL:
            self._add(annotate_source(get_page_model().objects.all()))
        else:
            self._load_with_ancestors(Q(pk__in=chunk) for chunk in split(unknown))
        return self._answer(wanted)

    def read_page(self, page: Any, beside: Iterable[str] = ()) -> Facts:
        """Return the facts of one loaded page. One query, none the second time.

        ``beside``: paths of pages that will be asked about too, read at once.
        """
        if page.pk not in self.by_pk:
            self._load_paths([page.path, *beside])
        return self._answer([page.pk]).get(page.pk, HIDDEN)

    def read_paths(self, paths: Iterable[str]) -> None:
        """Read the pages with these tree paths, for questions to come."""
        self._load_paths(paths)
        self._answer([self.by_path[p].pk for p in paths if p in self.by_path])

    def get_ancestors(self, page: Any) -> list[Node]:
        """Return the page's ancestors, outermost first, without the tree's root."""
        self.read_page(page)
        node = self.by_pk.get(page.pk)
        if node is None:
            return []
        paths = get_ancestor_paths(node.path)[1:-1]
        return [self.by_path[path] for path in paths if path in self.by_path]

    def get_moments(self) -> set[datetime]:
        """Return when any page that was asked about lifts or expires. No query."""
        facts = self._merged.values()
        moments = {f.lift for f in facts} | {f.expires for f in facts}
        return {moment for moment in moments if moment}

    def get_group(self, page: Any) -> list[Node]:
        """Return the members of the page's translation group, by id."""
        self.read_page(page)
        members = self.groups.get(page.translation_key, {})
        return [members[pk] for pk in sorted(members)]

    def get_version_paths(self, page: Any) -> set[str]:
        """Return the tree paths of the page in all its languages, its own among them.

        An alias stands with its original's languages. One query, none if the page
        was read before.
        """
        self.read_page(page)
        node = self.by_pk.get(page.pk)
        if node is None:
            return {page.path}
        members = self.groups.get(self.get_group_key(node), {}).values()
        return {page.path, *(member.path for member in members)}

    def attach_locale(self, page: Any) -> None:
        """Give a page that was read its locale, which else costs a query."""
        node = self.by_pk.get(page.pk)
        if (
            node
            and "locale" not in page._state.fields_cache
            and node.locale_id == page.locale_id
        ):
            page.locale = Locale.from_db(
                page._state.db,
                ["id", "language_code"],
                [node.locale_id, node.language_code],
            )

    def get_group_key(self, node: Node) -> uuid.UUID:
        """Return the translation key at the end of the alias chain."""
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

    def _answer(self, wanted: list[int]) -> dict[int, Facts]:
        known = [pk for pk in wanted if pk in self.by_pk]
        self._close([self.by_pk[pk] for pk in known])
        return {pk: self._merge(pk) for pk in known}

    def _close(self, frontier: list[Node]) -> None:
        """Load whatever these pages depend on, and what that depends on."""
        while frontier := [node for node in frontier if node.pk not in self._closed]:
            needed_pks: set[int] = set()
            needed_paths: set[str] = set()
            for node in frontier:
                self._closed.add(node.pk)
                needed_paths.update(get_ancestor_paths(node.path))
                if node.alias_of_id:
                    needed_pks.add(node.alias_of_id)
            self._load_with_ancestors(
                [
                    *(Q(pk__in=c) for c in split(needed_pks - self.by_pk.keys())),
                    *(Q(path__in=c) for c in split(needed_paths - self.by_path.keys())),
                ]
            )
            following = [self.by_pk[pk] for pk in needed_pks if pk in self.by_pk]
            following += [self.by_path[p] for p in needed_paths if p in self.by_path]
            following += filter(None, map(self.get_source, frontier))
            frontier = list({node.pk: node for node in following}.values())

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
            self._add(annotate_source(pages.filter(translation_key__in=keys)))

    def _add(self, queryset: QuerySet[Any]) -> None:
        # A base page of the site's own need not have the menu field.
        if not hasattr(queryset.model, "show_in_menus"):
            queryset = queryset.annotate(show_in_menus=Value(False))
        rows = annotate_marks(queryset).order_by()
        for *columns, restriction, lift, retracted in rows.values_list(
            *NODE_COLUMNS, "view_restrictions", "rtop_lift", "rtop_retracted"
        ):
            node = Node(*columns)
            self.by_pk[node.pk] = node
            self.by_path[node.path] = node
            self.groups.setdefault(node.translation_key, {})[node.pk] = node
            if restriction:
                # A row each, if a page has several.
                known = self.restrictions.get(node.pk, frozenset())
                self.restrictions[node.pk] = known | {restriction}
            if lift:
                self.lifts[node.translation_key] = lift
            if retracted:
                self.retracted.add(node.translation_key)

    def _merge(self, pk: int) -> Facts:
        # Outermost first, so that no walk goes far: a page finds its section done.
        for path in get_ancestor_paths(self.by_pk[pk].path):
            if path in self.by_path:
                self._walk(self.by_path[path].pk)
        return self._walk(pk)

    def _walk(self, pk: int) -> Facts:
        """Merge the facts of all that can be reached from the page; loops end."""
        if pk in self._merged:
            return self._merged[pk]
        facts, seen, waiting = Facts(), {pk}, [self.by_pk[pk]]
        while waiting:
            node = waiting.pop()
            if node.pk in self._merged:
                facts = facts.merge(self._merged[node.pk])
                continue
            facts = facts.merge(self._get_own(node))
            for other in self._get_dependencies(node):
                if other.pk not in seen:
                    seen.add(other.pk)
                    waiting.append(other)
        self._merged[pk] = facts
        return facts

    def _get_own(self, node: Node) -> Facts:
        if node.is_root:
            # It has no text of its own; a restriction on it holds for the site.
            return Facts(restrictions=self.restrictions.get(node.pk, frozenset()))
        key = self.get_group_key(node)
        retracted = key in self.retracted
        return Facts(
            live=node.live and not retracted,
            lift=self.lifts.get(key),
            # Withdrawn for good: a tombstone does not expire.
            expires=None if retracted else node.expire_at,
            restrictions=self.restrictions.get(node.pk, frozenset()),
            stands=node.live or retracted,
        )

    def _get_dependencies(self, node: Node) -> Iterable[Node]:
        parent = self.by_path.get(node.path[:-STEP])
        alias_of = self.by_pk.get(node.alias_of_id) if node.alias_of_id else None
        return filter(None, (parent, alias_of, self.get_source(node)))


def annotate_marks(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Add the embargo and the retraction of the page's own translation group.

    Those of an alias are its original's, a page that is read with it.
    """
    own = {"group_key": OuterRef("translation_key")}
    return queryset.annotate(
        rtop_lift=Subquery(Embargo.objects.filter(**own).values("lift")[:1]),
        rtop_retracted=Exists(Retraction.objects.filter(**own)),
    )


def annotate_source(queryset: QuerySet[Any]) -> QuerySet[Any]:
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
