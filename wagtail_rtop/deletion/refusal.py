"""The refusal: what is in use, by whom, as far as this editor may know."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.admin_url_finder import AdminURLFinder

from wagtail_rtop.deletion.known import build_known_q
from wagtail_rtop.deletion.uses import (
    Uses,
    find_organisation_groups,
    find_organisation_uses,
    find_organisations,
    find_region_relations,
    find_region_uses,
)
from wagtail_rtop.regions.models import Region


# Uses named, of one thing. Count.
NAMED = 20
TEMPLATE = "wagtail_rtop/admin/deletion_refused.html"


@dataclass(frozen=True)
class Use:
    """Something that uses what was to be deleted; ``url`` may be empty."""

    title: str
    url: str
    kind: str


@dataclass(frozen=True)
class InUse:
    """A thing that can't be deleted.

    Attributes:
        uses: at most NAMED of those that the editor may know of.
        more: how many more the editor may know of.
        hidden: how many the editor may not know of.
        all_url: address of the list of all its documents, where not all are named.
    """

    title: str
    kind: str
    uses: list[Use]
    more: int
    hidden: int
    all_url: str = ""

    @property
    def total(self) -> int:
        return len(self.uses) + self.more + self.hidden

    @property
    def summary(self) -> str:
        """One sentence, with the titles that fit into it."""
        count = self.total
        message = ngettext(
            "The %(kind)s “%(title)s” can't be deleted: it is used in %(count)d place.",
            "The %(kind)s “%(title)s” can't be deleted: it is used in %(count)d places.",
            count,
        )
        params = {"kind": self.kind, "title": self.title, "count": count}
        return message % params


def check_pages(pages: Iterable[Any], user: Any) -> list[InUse]:
    """Return what in or below these pages is used from elsewhere."""
    paths = [page.path for page in pages]
    organisations = find_organisations(paths)
    uses = find_organisation_uses(organisations, without=paths)
    groups = find_organisation_groups(organisations)
    return [
        build_in_use(
            page,
            uses.get(page.pk, Uses()),
            groups.get(page.pk, ()),
            user,
            "rtop_organisation_documents",
        )
        for page in organisations
        if page.pk in uses or page.pk in groups
    ]


def check_regions(regions: Collection[Region], user: Any) -> list[InUse]:
    """Return which of the regions are used."""
    uses = find_region_uses(regions)
    related = find_region_relations(regions)
    return [
        build_in_use(
            region,
            uses.get(region.pk, Uses()),
            related.get(region.pk, ()),
            user,
            "rtop_region_documents",
        )
        for region in regions
        if region.pk in uses or region.pk in related
    ]


def build_in_use(
    thing: Any, uses: Uses, others: Iterable[Any], user: Any, all_name: str
) -> InUse:
    """Return the thing with its uses; pages the editor may not see are counted.

    Cost: the same for one use and for a hundred thousand.

    Args:
        thing: an organisation or a region.
        uses: the pages.
        others: other things that use it.
        user: who wants to delete it.
        all_name: name of the address that lists its documents page by page.
    """
    finder = AdminURLFinder(user)
    named = [
        Use(str(other), finder.get_edit_url(other) or "", str(other._meta.verbose_name))
        for other in others
    ]
    pages = uses.get_pages()
    known = pages.filter(build_known_q(user))
    number = known.count()
    for page in known.order_by("-pk")[:NAMED].specific():
        url = finder.get_edit_url(page) or page.full_url or ""
        title = page.get_admin_display_title()
        named.append(Use(title, url, str(page._meta.verbose_name)))
    shown = named[:NAMED]
    more = number - min(number, NAMED) + len(named) - len(shown)
    return InUse(
        title=str(thing),
        kind=str(thing._meta.verbose_name),
        uses=shown,
        more=more,
        hidden=pages.count() - number,
        all_url=reverse(all_name, args=[thing.pk]) if more else "",
    )


def build_refusal(request: Any, found: list[InUse]) -> HttpResponse:
    """Return the page that names the uses; 409 to what would have deleted."""
    status = 409 if request.method == "POST" else 200
    context = {
        "found": found,
        "header_title": _("This can't be deleted"),
    }
    return TemplateResponse(request, TEMPLATE, context, status=status)
