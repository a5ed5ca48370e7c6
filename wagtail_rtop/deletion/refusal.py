"""The refusal: what is in use, by whom, as far as this editor may know."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.admin_url_finder import AdminURLFinder

from wagtail_rtop.compat import get_page_model
from wagtail_rtop.deletion.uses import (
    find_organisation_uses,
    find_organisations,
    find_region_relations,
    find_region_uses,
)
from wagtail_rtop.regions.models import Region
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.visibility.facts import split
from wagtail_rtop.visibility.gate import Gate


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
    """

    title: str
    kind: str
    uses: list[Use]
    more: int
    hidden: int

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
    used = [page for page in organisations if page.pk in uses]
    return [build_in_use(page, uses[page.pk], (), user) for page in used]


def check_regions(regions: Collection[Region], user: Any) -> list[InUse]:
    """Return which of the regions are used."""
    uses = find_region_uses(regions)
    related = find_region_relations(regions)
    return [
        build_in_use(
            region, uses.get(region.pk, set()), related.get(region.pk, ()), user
        )
        for region in regions
        if region.pk in uses or region.pk in related
    ]


def build_in_use(
    thing: Any, pages: Collection[int], others: Iterable[Any], user: Any
) -> InUse:
    """Return the thing with its uses; pages the editor may not see are counted."""
    finder = AdminURLFinder(user)
    uses = [
        Use(str(other), finder.get_edit_url(other) or "", str(other._meta.verbose_name))
        for other in others
    ]
    known = filter_known(pages, user)
    found = get_page_model().objects.filter(pk__in=sorted(known)[:NAMED])
    for page in found.order_by("-pk").specific():
        url = finder.get_edit_url(page) or page.full_url or ""
        title = page.get_admin_display_title()
        uses.append(Use(title, url, str(page._meta.verbose_name)))
    shown = uses[:NAMED]
    return InUse(
        title=str(thing),
        kind=str(thing._meta.verbose_name),
        uses=shown,
        more=len(known) + len(uses) - len(found) - len(shown),
        hidden=len(set(pages) - known),
    )


def filter_known(pages: Collection[int], user: Any) -> set[int]:
    """Return those of the pages that the user edits, or that everybody may read."""
    # Imported here: permissions need the apps to be ready.
    from wagtail.permission_policies.pages import PagePermissionPolicy

    editable = PagePermissionPolicy().instances_user_has_any_permission_for(
        user, {"add", "change", "publish", "lock", "unlock", "bulk_delete"}
    )
    known: set[int] = set()
    for chunk in split(pages):
        known |= set(editable.filter(pk__in=chunk).values_list("pk", flat=True))
        public = Entry.objects.filter(build_visible_q(Gate()), pk__in=chunk)
        known |= set(public.values_list("pk", flat=True))
    return known


def build_refusal(request: Any, found: list[InUse]) -> HttpResponse:
    """Return the page that names the uses; 409 to what would have deleted."""
    status = 409 if request.method == "POST" else 200
    context = {
        "found": found,
        "header_title": _("This can't be deleted"),
    }
    return TemplateResponse(request, TEMPLATE, context, status=status)
