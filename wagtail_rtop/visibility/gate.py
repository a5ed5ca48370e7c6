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
from wagtail.models import BaseViewRestriction, PageViewRestriction

from wagtail_rtop.visibility.facts import Facts, get_facts, get_page_facts
from wagtail_rtop.visibility.models import GuardedPageMixin, Retraction


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
        self._accepted: dict[int, bool] = {}

    @property
    def user(self) -> Any:
        return getattr(self.request, "user", None) or AnonymousUser()

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing tells this visitor from any other."""
        return not self.user.is_authenticated and not self._get_passed_passwords()

    def get_verdict(self, page: Any) -> Verdict:
        """Return what the visitor gets at the page's address. Four queries."""
        facts = get_page_facts(page)
        if not facts.live and get_retraction(page):
            return Verdict.RETRACTED
        if not self._is_open(facts):
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

    def can_see(self, page: Any) -> bool:
        """Return whether the page may be shown or mentioned. Three queries."""
        return self.accepts(get_page_facts(page))

    def accepts(self, facts: Facts) -> bool:
        """Return whether a page with these facts may be shown or mentioned."""
        return self._is_open(facts) and not self.get_refused(facts.restrictions)

    def get_visible(self, pages: Iterable[Any]) -> list[Any]:
        """Return those of the pages that the visitor may see, order kept."""
        pages = list(pages)
        facts = get_facts(page.pk for page in pages)
        return [p for p in pages if p.pk in facts and self.accepts(facts[p.pk])]

    def filter_queryset(self, queryset: Any) -> Any:
        """Return the queryset of pages without those the visitor may not see.

        Cost: reads the facts of every page of the queryset; for lists of any
        size ask the register instead.
        """
        facts = get_facts(queryset.order_by().values_list("pk", flat=True))
        visible = [pk for pk, found in facts.items() if self.accepts(found)]
        return queryset.filter(pk__in=visible)

    def get_refused(self, restrictions: Iterable[int]) -> list[PageViewRestriction]:
        """Return the restrictions that do not let this visitor pass."""
        unknown = [pk for pk in restrictions if pk not in self._accepted]
        found = (
            {
                restriction.pk: restriction
                for restriction in PageViewRestriction.objects.filter(
                    pk__in=list(restrictions)
                )
            }
            if unknown or not all(self._accepted.get(pk) for pk in restrictions)
            else {}
        )
        for pk in unknown:
            self._accepted[pk] = pk not in found or self._accepts(found[pk])
        return [r for pk, r in found.items() if not self._accepted[pk]]

    def _is_open(self, facts: Facts) -> bool:
        return (
            facts.live
            and (facts.lift is None or facts.lift <= self.at)
            and (facts.expires is None or facts.expires > self.at)
        )

    def _accepts(self, restriction: PageViewRestriction) -> bool:
        if restriction.restriction_type == BaseViewRestriction.PASSWORD:
            return restriction.pk in self._get_passed_passwords()
        if not self.user.is_authenticated:
            return False
        # Wagtail reads the user off the request; a gate for a user alone has none.
        return restriction.accept_request(self.request)

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
