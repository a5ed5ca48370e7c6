"""Builds the pages of one kind in one state, in all languages, with canaries."""

import itertools
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone, translation
from wagtail.models import Page

from tests import builders
from tests.leaks.fields import FIELDS, PAGE_CLASSES, fill, make_empty
from tests.leaks.oracle import LOCALES
from wagtail_rtop.models import CorrespondenceEvent, Embargo, Retraction
from wagtail_rtop.register.sync import refresh_gate_below
from wagtail_rtop.visibility.documents import claim_documents


# State → the section its pages stand in; the others stand in the public one.
SECTIONS = {
    "private_section": "private",
    "child_of_hidden": "draft",
    "private_french_section": "french",
    "other_site": "foreign",
    "copy": "private",
}
# A word that stands in one field of one page: see build_tokens().
CANARY = re.compile(r"cn[a-z]+[0-9]{5,}z")
_numbers = itertools.count(1)


@dataclass
class Case:
    """One page in one state and one language."""

    kind: str
    state: str
    locale: str
    page: Any
    tokens: dict[str, str] = field(default_factory=dict)
    document: Any = None
    # Tokens of a draft that waits on a live page: nobody reads them.
    unpublished: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The page's path, on whichever site it is."""
        with translation.override(self.locale):
            return urlsplit(self.page.get_url()).path

    def is_excused(self, excuses: Any) -> bool:
        names = (self.state, f"{self.kind}/{self.state}", str(self))
        return not {*names}.isdisjoint(excuses)

    def __str__(self) -> str:
        return f"{self.kind}/{self.state}/{self.locale}"


class Builder:
    """Builds the pages of one kind in one state, in all languages."""

    def __init__(self, world: Any, kind: str, state: str) -> None:
        self.world, self.kind, self.state = world, kind, state
        self.sections = world.sections[kind, SECTIONS.get(state, "public")]
        self.tokens = {code: build_tokens() for code in LOCALES}
        self.documents: dict[str, Any] = {}

    def build(self) -> None:
        published = self.state not in ("draft", "scheduled")
        pages = self._make_pages(published)
        pages = getattr(self, f"_make_{self.state}", lambda p: p)(pages)
        for code, page in pages.items():
            case = Case(
                self.kind,
                self.state,
                code,
                type(page).objects.get(pk=page.pk),
                self.tokens[code],
                self.documents.get(code),
            )
            if self.state == "pending_edit":
                case.unpublished = self._edit(page)
            self.world.cases.append(case)
        if self.kind == "letter":
            # Written to the table itself: the ledger refuses drafts.
            CorrespondenceEvent.objects.create(
                letter_key=pages["en"].translation_key,
                recipient_key=pages["en"].recipients.last().translation_key,
                kind="sent",
                happened_on=timezone.localdate(),
                note=self.tokens["en"]["note"],
            )

    def _make_pages(self, published: bool) -> dict[str, Any]:
        page = make_empty(self.kind, everybody=self.world.everybody["en"])
        if self.kind == "response":
            row = self.sections["en"].recipients.first()
            page.recipient_keys = [str(row.translation_key)]
        regions = [self.world.region, self._make_region()]
        pages = {"en": self._place(page, "en", published, regions)}
        for code in LOCALES[1:]:
            if self.state == "translated_alias":
                self.tokens[code] = self.tokens["en"]
                self.documents[code] = self.documents.get("en")
                locale = builders.make_locale(code)
                pages[code] = pages["en"].copy_for_translation(locale, alias=True)
                continue
            page = make_empty(self.kind, everybody=self.world.everybody["en"])
            page.translation_key = pages["en"].translation_key
            if self.kind == "response":
                page.recipient_keys = pages["en"].recipient_keys
            pages[code] = self._place(page, code, published, regions)
        return pages

    def _place(self, page: Any, code: str, published: bool, regions: Any) -> Any:
        """Write the page as publishing leaves it, in a tenth of the time."""
        self._fill(page, code)
        page.regions.set(regions)
        page.live, page.has_unpublished_changes = published, not published
        page.locale = builders.make_locale(code)
        if published:
            page.first_published_at = timezone.now()
        parent = Page.objects.get(pk=self.sections[code].pk)
        parent.add_child(instance=page)
        claim_documents(page.pk, page)
        if self.state == "scheduled":
            page.go_live_at = timezone.now() + timedelta(days=30)
            return builders.publish(page)
        return page

    def _fill(self, page: Any, code: str) -> None:
        tokens = self.tokens[code]
        if self.kind != "organisation":
            self.documents[code] = builders.make_document(
                tokens["document_title"], tokens["document_bytes"].encode()
            )
        fill(page, tokens, self.documents.get(code))

    def _make_region(self) -> Any:
        labels = {code: self.tokens[code]["region"] for code in LOCALES}
        name = f"Part {next(_numbers)}"
        return builders.make_region(name, labels=labels)

    def _edit(self, page: Any) -> dict[str, str]:
        tokens = build_tokens()
        document = builders.make_document(
            tokens["document_title"], tokens["document_bytes"].encode()
        )
        draft = page.get_latest_revision_as_object()
        fill(draft, {**tokens, "slug": page.slug}, document)
        draft.save_revision()
        return tokens

    def _force_live(self, pages: dict[str, Any]) -> dict[str, Any]:
        """Let only the gate stand between the pages and their readers."""
        ids = [page.pk for page in pages.values()]
        Page.objects.filter(pk__in=ids).update(live=True)
        refresh_gate_below(ids)
        return pages

    def _make_embargoed(self, pages: Any) -> Any:
        lift = timezone.now() + timedelta(days=30)
        Embargo.objects.create(group_key=pages["en"].translation_key, lift=lift)
        return self._force_live(pages)

    def _make_expired(self, pages: Any) -> Any:
        past = timezone.now() - timedelta(days=1)
        Page.objects.filter(pk=pages["en"].pk).update(expire_at=past)
        refresh_gate_below([pages["en"].pk])
        return pages

    def _make_retracted(self, pages: Any) -> Any:
        Retraction.objects.create(
            group_key=pages["en"].translation_key,
            reason="It was wrong.",
            reason_language="en",
            show_title=False,
        )
        return self._force_live(pages)

    def _make_private_page(self, pages: Any) -> Any:
        builders.restrict(pages["en"])
        return pages

    def _make_group_only(self, pages: Any) -> Any:
        builders.restrict(pages["en"], "groups", groups=[self.world.groups["In"]])
        return pages

    _make_translated_alias = _make_group_only

    def _make_retracted_private(self, pages: Any) -> Any:
        # For a group of nobody: not even that there was something is to be told.
        builders.restrict(pages["en"], "groups")
        Retraction.objects.create(
            group_key=pages["en"].translation_key,
            reason="It was wrong.",
            reason_language="en",
        )
        Page.objects.filter(pk__in=[p.pk for p in pages.values()]).update(
            last_published_at=timezone.now()
        )
        return self._force_live(pages)

    def _make_password(self, pages: Any) -> Any:
        builders.restrict(pages["en"], "password", password="secret")
        return pages

    def _make_private_translation(self, pages: Any) -> Any:
        builders.restrict(pages["fr"], "groups", groups=[self.world.groups["In"]])
        return pages

    def _make_source_unpublished(self, pages: Any) -> Any:
        pages["en"].unpublish()
        return pages

    def _make_moved(self, pages: Any) -> Any:
        target = self.world.sections[self.kind, "private"]["en"]
        pages["en"].move(Page.objects.get(pk=target.pk), pos="last-child")
        return pages

    def _make_aliases(self, pages: Any, state: str) -> Any:
        """Make the pages aliases of what was made; that counts as ``state``."""
        self.world._note(self.kind, state, pages)
        targets = self.world.sections[self.kind, "target"]
        return {
            code: page.create_alias(
                parent=Page.objects.get(pk=targets[code].pk), update_slug=page.slug
            )
            for code, page in pages.items()
        }

    def _make_alias_private_later(self, pages: Any) -> Any:
        aliases = self._make_aliases(pages, "group_only")
        self._make_group_only(pages)
        return aliases

    def _make_same_locale_alias(self, pages: Any) -> Any:
        aliases = self._make_aliases(pages, "embargoed")
        self._make_embargoed(pages)
        return self._force_live(aliases)

    def _make_copy(self, pages: Any) -> Any:
        self.world._note(self.kind, "private_section", pages)
        targets = self.world.sections[self.kind, "public"]
        copies = {}
        for code, page in pages.items():
            self.tokens[code] = build_tokens()
            copy = page.copy(
                to=Page.objects.get(pk=targets[code].pk),
                update_attrs={"slug": f"{page.slug}-copy"},
            )
            copy = PAGE_CLASSES[self.kind].objects.get(pk=copy.pk)
            self._fill(copy, code)
            copy.save()
            copies[code] = copy
        return copies


def build_tokens() -> dict[str, str]:
    """Return a word for each field that stands nowhere else."""
    number = next(_numbers)
    tokens = {name: f"cn{name.replace('_', '')}{number:05}z" for name in FIELDS}
    assert all(CANARY.fullmatch(token) for token in tokens.values())
    return tokens
