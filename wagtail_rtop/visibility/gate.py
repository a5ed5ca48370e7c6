"""One answer to "may this visitor know that this page exists?".

Every surface of the package asks here: a page that is served, a list, a count,
a document. See docs/explanation/gate.md.
"""

import enum
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import BaseViewRestriction, PageViewRestriction, Site

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.visibility.facts import (
    Facts,
    FactsReader,
    Node,
    get_ancestor_paths,
    split,
)
from wagtail_rtop.visibility.models import GuardedPageMixin, Retraction


UNKNOWN: Any = object()
LOGIN_TYPES = {BaseViewRestriction.LOGIN, BaseViewRestriction.GROUPS}


class Verdict(enum.Enum):
    """What a visitor gets to see at a page's own address.

    VISIBLE: the page. SIGN_IN: the way to the sign-in form. PASSWORD: Wagtail's
    form for a shared password. HIDDEN: 404, as if there were no such page.
    RETRACTED: 410 with a tombstone.
    """

    VISIBLE = "visible"
    SIGN_IN = "sign_in"
    PASSWORD = "password"  # noqa: S105  # a state, not a secret
    HIDDEN = "hidden"
    RETRACTED = "retracted"


class Gate:
    """Answers for one visitor at one moment.

    Args:
        request: who asks; None = an anonymous visitor without a session.
        at: the moment, UTC; None = now.

    To use in a view: ``get_gate(request)``, which keeps one gate a request.
    """

    def __init__(self, request: Any = None, at: datetime | None = None) -> None:
        self.request = request
        self.at = at or timezone.now()
        self.reader = FactsReader()
        # Whether a guarded page has answered the request by its own view.
        self.has_served = False
        # By id: the restriction if it refuses the visitor, else None.
        self._refused: dict[int, PageViewRestriction | None] = {}
        self._groups: set[int] | None = None
        self._site_paths: Any = UNKNOWN

    @property
    def user(self) -> Any:
        return getattr(self.request, "user", None) or AnonymousUser()

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing tells this visitor from any other."""
        return not self.user.is_authenticated and not self._get_passed_passwords()

    def get_verdict(self, page: Any) -> Verdict:
        """Return what the visitor gets at the page's address. Two queries."""
        facts = self.reader.read_page(page)
        if self._is_retracted(page):
            known = self.may_know_of(facts) and self._was_known(page)
            return Verdict.RETRACTED if known else Verdict.HIDDEN
        if not self._is_open(facts) or not self.is_on_site(page.path):
            return Verdict.HIDDEN
        refused = self.get_refused(facts.restrictions)
        if not refused:
            return Verdict.VISIBLE
        types = {restriction.restriction_type for restriction in refused}
        if types <= LOGIN_TYPES:
            return Verdict.HIDDEN if self.user.is_authenticated else Verdict.SIGN_IN
        own = {restriction.pk for restriction in page.get_view_restrictions()}
        if all(restriction.pk in own for restriction in refused):
            return Verdict.PASSWORD
        return Verdict.HIDDEN

    def may_know_of(self, facts: Facts) -> bool:
        """Return whether a retracted page may say that it was there."""
        lifted = facts.lift is None or facts.lift <= self.at
        return facts.stands and lifted and not self.get_refused(facts.restrictions)

    def can_see(self, page: Any) -> bool:
        """Return whether the page may be shown or mentioned.

        One query, none for a page whose verdict was asked, its ancestors and
        its translations.
        """
        facts = self.reader.read_page(page)
        return self.accepts(facts) and self.is_on_site(page.path)

    def accepts(self, facts: Facts) -> bool:
        """Return whether a page of the site with these facts may be shown."""
        return self._is_open(facts) and not self.get_refused(facts.restrictions)

    def get_visible(self, pages: Iterable[Any]) -> list[Any]:
        """Return those of the pages that the visitor may see, order kept."""
        pages = list(pages)
        visible = self._get_visible_ids(page.pk for page in pages)
        return [page for page in pages if page.pk in visible]

    def get_ancestors(self, page: Any) -> list[Node]:
        """Return the page's visible ancestors on this site, outermost first.

        No query after get_verdict() or can_see() of the page.
        """
        nodes = self.reader.get_ancestors(page)
        return self._get_visible_nodes(nodes)

    def get_visible_group(self, page: Any) -> list[Node]:
        """Return the visible members of the page's translation group, by id.

        Aliases among them have ``alias_of_id``. No query after get_verdict() of
        the page where the trees of its languages mirror each other.
        """
        return self._get_visible_nodes(self.reader.get_group(page))

    def filter_queryset(self, queryset: Any) -> Any:
        """Return the queryset of pages without those the visitor may not see.

        Cost: reads the facts of every page of the queryset; for lists of any
        size ask the register instead.
        """
        ids = queryset.order_by().values_list("pk", flat=True)
        return queryset.filter(pk__in=self._get_visible_ids(ids))

    def get_refused(self, restrictions: Iterable[int]) -> list[PageViewRestriction]:
        """Return the restrictions that do not let this visitor pass.

        Two queries for those not asked about before, one more for the groups of a
        signed-in visitor.
        """
        wanted = set(restrictions)
        unknown = wanted - self._refused.keys()
        if unknown:
            self._refused.update(dict.fromkeys(unknown))
            found = PageViewRestriction.objects.prefetch_related("groups")
            for chunk in split(unknown):
                for restriction in found.filter(pk__in=chunk):
                    if not self._accepts(restriction):
                        self._refused[restriction.pk] = restriction
        return [r for pk in sorted(wanted) if (r := self._refused[pk])]

    def get_site_paths(self) -> tuple[str, ...] | None:
        """Return the url paths of this site's roots; None where they don't matter.

        They don't for a visitor without a request, nor on an installation with
        one site. Cost: Wagtail's cached table of sites.
        """
        if self._site_paths is UNKNOWN:
            self._site_paths = self._read_site_paths()
        return self._site_paths

    def is_on_site(self, path: str) -> bool:
        """Return whether a page with this tree path belongs to the request's site."""
        roots = self.get_site_paths()
        if roots is None:
            return True
        # The reader has the page's ancestors: a site's root is one of them.
        return any(
            node.url_path in roots
            for node in map(self.reader.by_path.get, get_ancestor_paths(path))
            if node
        )

    def _read_site_paths(self) -> tuple[str, ...] | None:
        roots = Site.get_site_root_paths() if self.request is not None else []
        if len({root.site_id for root in roots}) < 2:
            return None
        site = Site.find_for_request(self.request)
        return tuple(
            root.root_path for root in roots if site and root.site_id == site.pk
        )

    def _get_visible_ids(self, ids: Iterable[int]) -> set[int]:
        found = self.reader.read(ids)
        # Read at once what accepts() would read page by page.
        self.get_refused({pk for facts in found.values() for pk in facts.restrictions})
        by_pk = self.reader.by_pk
        return {
            pk
            for pk, facts in found.items()
            if self.accepts(facts) and self.is_on_site(by_pk[pk].path)
        }

    def _get_visible_nodes(self, nodes: list[Node]) -> list[Node]:
        visible = self._get_visible_ids(node.pk for node in nodes)
        return [node for node in nodes if node.pk in visible]

    def _is_retracted(self, page: Any) -> bool:
        node = self.reader.by_pk.get(page.pk)
        return bool(node and self.reader.get_group_key(node) in self.reader.retracted)

    def _was_known(self, page: Any) -> bool:
        """Return whether the group was ever public."""
        members = get_page_model().objects.filter(translation_key=page.get_group_key())
        return members.exclude(last_published_at=None).exists()

    def _is_open(self, facts: Facts) -> bool:
        return (
            facts.live
            and (facts.lift is None or facts.lift <= self.at)
            and (facts.expires is None or facts.expires > self.at)
        )

    def _accepts(self, restriction: PageViewRestriction) -> bool:
        if restriction.restriction_type == BaseViewRestriction.PASSWORD:
            return restriction.pk in self._get_passed_passwords()
        user = self.user
        if not user.is_authenticated:
            return False
        if restriction.restriction_type == BaseViewRestriction.LOGIN:
            return True
        # As restriction.accept_request() decides, without its queries each time.
        if user.is_superuser:
            return True
        if self._groups is None:
            self._groups = set(user.groups.values_list("pk", flat=True))
        return any(group.pk in self._groups for group in restriction.groups.all())

    def _get_passed_passwords(self) -> list[int]:
        session = getattr(self.request, "session", None) or {}
        key = PageViewRestriction.passed_view_restrictions_session_key
        return session.get(key, [])


def get_gate(request: Any = None) -> Gate:
    """Return the gate of this request, always the same one for one request."""
    if request is None:
        return Gate()
    gate = getattr(request, "_wagtail_rtop_gate", None)
    if gate is None:
        gate = request._wagtail_rtop_gate = Gate(request)
    return gate


def get_retraction(page: Any) -> Retraction | None:
    """Return the retraction of the page's translation group, or None."""
    if not isinstance(page, GuardedPageMixin):
        return None
    return Retraction.objects.filter(group_key=page.get_group_key()).first()
