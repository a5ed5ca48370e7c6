"""Merging one organisation's profile into another, in every language at once."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from wagtail_rtop.desk.merging import MergePlan
from wagtail_rtop.desk.organisations.merge_profile import ProfileTransfer
from wagtail_rtop.desk.organisations.merge_uses import OrganisationUses
from wagtail_rtop.organisations.successors import MERGED
from wagtail_rtop.register.sync import bump_content_version
from wagtail_rtop.visibility.facts import get_facts
from wagtail_rtop.visibility.gate import get_retraction
from wagtail_rtop.visibility.groups import (
    approve,
    describe_member,
    fetch_members,
    fetch_schedule,
    get_source_page,
    take_off_line,
)


class OrganisationMerge:
    """One profile merged into another; ``build_plan()`` says what it writes.

    Args:
        loser: the profile that goes, a specific page in any language.
        winner: the profile that stays.
        viewer: who reads the plan; None = somebody who may know of all pages.
        lock: whether to lock the rows of both until the transaction ends.
    """

    def __init__(
        self, loser: Any, winner: Any, *, viewer: Any = None, lock: bool = False
    ) -> None:
        self.viewer = viewer
        self.losers = sort_source_first(loser, lock=lock)
        self.winners = sort_source_first(winner, lock=lock)

    @property
    def loser(self) -> Any:
        return self.losers[0]

    @property
    def winner(self) -> Any:
        return self.winners[0]

    @cached_property
    def targets(self) -> dict[int, Any]:
        """What each page that goes is replaced by: its language, else the original."""
        by_locale: dict[int, Any] = {}
        for page in self.winners:
            by_locale.setdefault(page.locale_id, page)
        return {
            page.pk: by_locale.get(page.locale_id, self.winner) for page in self.losers
        }

    @cached_property
    def uses(self) -> OrganisationUses:
        winner = self.winner.get_organisation_key()
        return OrganisationUses(
            self.targets,
            {page.pk: page.title for page in self.losers},
            {page.get_organisation_key(): winner for page in self.losers},
            self.viewer,
        )

    @cached_property
    def transfer(self) -> ProfileTransfer:
        return ProfileTransfer(self.loser, self.losers, self.winners)

    def build_plan(self) -> MergePlan:
        """Return what the merge will write, or why it can't; reads only.

        Cost: grows with the letters to this organisation, not with the archive.
        """
        plan = MergePlan()
        plan.refusals = list(self._iterate_refusals())
        if plan.refusals:
            return plan
        self.uses.plan(plan)
        self.transfer.plan(plan)
        self._plan_addresses(plan)
        plan.ids["merged"] = [describe_member(page) for page in self.losers]
        plan.add(
            _("Taken off line, and kept as a draft"),
            (f"{page.title} ({page.locale})" for page in self.losers),
        )
        return plan

    def apply(self, plan: MergePlan, *, user: Any) -> None:
        """Carry out the plan; call it inside a transaction, through merge()."""
        self.uses.move(plan)
        self.transfer.apply(plan)
        self._write_redirects(plan)
        for page in self.losers:
            for revision in fetch_schedule(page):
                approve(revision, None)
            take_off_line(page, user)
            log(
                page,
                MERGED,
                user=user,
                data={"into": describe_member(self.winner)},
            )
        log(self.winner, MERGED, user=user, data=plan.ids)
        bump_content_version()

    def _iterate_refusals(self) -> Iterator[str]:
        loser, winner = self.loser, self.winner
        names = {"loser": loser.title, "winner": winner.title}
        if {page.pk for page in self.losers} & {page.pk for page in self.winners}:
            yield _("“%(loser)s” and “%(winner)s” are the same profile.") % names
            return
        sites = {get_site_id(loser), get_site_id(winner)}
        if len(sites) != 1:
            yield (
                _(
                    "“%(loser)s” and “%(winner)s” stand in different sites. Move one first."
                )
                % names
            )
        if any(page.get_children().exists() for page in self.losers):
            yield (
                _(
                    "There are pages below “%(loser)s”, which would go off line with it. "
                    "Move them first."
                )
                % names
            )
        yield from self._iterate_hidden(names)
        for page in (*self.losers, *self.winners):
            if page.locked:
                yield _("“%(title)s” (%(language)s) is locked. Unlock it first.") % {
                    "title": page.title,
                    "language": page.locale,
                }
        yield from self.uses.iterate_refusals()
        yield from self.transfer.iterate_refusals()

    def _iterate_hidden(self, names: dict[str, str]) -> Iterator[str]:
        """Refuse to join what the public sees with what it does not."""
        facts = get_facts([page.pk for page in (*self.losers, *self.winners)])
        if any(fact.lift for fact in facts.values()):
            yield _("One of the two is under an embargo. Wait for it, or lift it.")
        if get_retraction(self.loser) or get_retraction(self.winner):
            yield _("One of the two is retracted. Withdraw the retraction first.")
        for page in self.losers:
            mine, other = facts[page.pk], facts[self.targets[page.pk].pk]
            # A language that the other lacks redirects to its original.
            if page.locale_id != self.targets[page.pk].locale_id and not mine.live:
                continue
            if (mine.live, mine.restrictions) != (other.live, other.restrictions):
                yield (
                    _(
                        "Not the same readers see “%(loser)s” and “%(winner)s” in "
                        "%(language)s: one is a draft or restricted. Publish, take off "
                        "line or restrict both alike first."
                    )
                    % {**names, "language": page.locale}
                )

    def _plan_addresses(self, plan: MergePlan) -> None:
        plan.ids["redirects"] = []
        plan.ids["redirects_moved"] = []
        if not apps.is_installed("wagtail.contrib.redirects"):
            plan.add(_("No redirects: wagtail.contrib.redirects is not installed"))
            return
        model = get_redirect_model()
        for page in self.losers:
            parts = page.get_url_parts()
            target = self.targets[page.pk]
            if parts and parts[2]:
                path = model.normalise_path(parts[2])
                plan.ids["redirects"].append([parts[0], path, target.pk])
        moved = model.objects.filter(redirect_page__in=self.targets).order_by("pk")
        plan.ids["redirects_moved"] = list(moved.values_list("pk", flat=True))
        plan.add(
            _("Addresses that redirect, for good"),
            [
                *(path for _site, path, _target in plan.ids["redirects"]),
                *moved.values_list("old_path", flat=True),
            ],
        )

    def _write_redirects(self, plan: MergePlan) -> None:
        if not plan.ids["redirects"] and not plan.ids["redirects_moved"]:
            return
        model = get_redirect_model()
        for redirect in model.objects.filter(pk__in=plan.ids["redirects_moved"]):
            redirect.redirect_page = self.targets[redirect.redirect_page_id]
            redirect.save()
        for site, path, target in plan.ids["redirects"]:
            model.objects.update_or_create(
                site_id=site,
                old_path=path,
                defaults={
                    "redirect_page_id": target,
                    "redirect_link": "",
                    "is_permanent": True,
                },
            )


@transaction.atomic
def merge_organisations(
    loser: Any, winner: Any, *, user: Any, confirmed: str | None = None
) -> MergePlan:
    """Merge one profile into another, wholly or not at all, and log it.

    Args:
        loser: the profile that goes.
        winner: the profile that stays.
        user: who merges; may_merge_organisation() is the caller's to ask.
        confirmed: digest of the plan that the user has seen; None = any.

    Raises:
        MergeRefusedError: if it can't be done, or is not what was confirmed.
    """
    merge = OrganisationMerge(loser, winner, lock=True)
    plan = merge.build_plan()
    plan.check(confirmed)
    merge.apply(plan, user=user)
    return plan


def may_merge_organisation(page: Any, user: Any) -> bool:
    """Return whether the user may take off line and publish every language of it."""
    for member in fetch_members(page.get_group_key()):
        permissions = member.permissions_for_user(user)
        if not (permissions.can_edit() and permissions.can_publish()):
            return False
    return True


def sort_source_first(page: Any, *, lock: bool) -> list[Any]:
    """Return the pages of a group: the original, translations, then aliases."""
    source = get_source_page(page)
    members = fetch_members(page.get_group_key(), lock=lock)
    return sorted(
        members,
        key=lambda p: (
            p.pk != source.pk,
            p.translation_key != source.translation_key,
            bool(p.alias_of_id),
            p.pk,
        ),
    )


def get_site_id(page: Any) -> int | None:
    parts = page.get_url_parts()
    return parts[0] if parts else None


def get_redirect_model() -> Any:
    return apps.get_model("wagtailredirects", "Redirect")
