"""What would go out, and what would not, language by language.

The release view shows it before anything happens, and again before it is confirmed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.html import strip_tags
from django.utils.translation import gettext
from wagtail.models import Locale, Revision

from wagtail_rtop.visibility.facts import get_facts
from wagtail_rtop.visibility.groups import get_source_page
from wagtail_rtop.visibility.releasing import is_newer, may_release


@dataclass
class Version:
    """The document in one language.

    Attributes:
        locale: the language.
        page: its page; None where there is none, or only an alias.
        latest: its latest revision, None for a page made by code.
        scheduled: the revision that is due next, or None.
        is_stale: the source text was changed after this one.
        is_private: something restricts who may see it.
        may_release: whether the editor may publish it.
        progress: how many of the texts are translated, of how many; None where
            wagtail-localize does not translate it.
    """

    locale: Locale
    page: Any = None
    latest: Revision | None = None
    scheduled: Revision | None = None
    is_stale: bool = False
    is_private: bool = False
    may_release: bool = False
    progress: tuple[int, int] | None = None

    @property
    def untranslated(self) -> int:
        """How many texts would go out in the language of the original."""
        return self.progress[1] - self.progress[0] if self.progress else 0

    @property
    def lacks_text(self) -> bool:
        """Whether what would go out has nothing to read below its title."""
        if self.page is None:
            return False
        content = self.latest.content if self.latest else self.page.serializable_data()
        return lacks_text(self.page, content)

    @property
    def due(self) -> datetime | None:
        return self.scheduled.approved_go_live_at if self.scheduled else None

    @property
    def is_outdated_schedule(self) -> bool:
        """Whether a text was saved after the one that is scheduled."""
        return bool(self.scheduled and is_newer(self.latest, self.scheduled))

    @property
    def has_draft(self) -> bool:
        """Whether there is a text that is neither public nor scheduled."""
        if self.page is None:
            return False
        if self.scheduled:
            return self.is_outdated_schedule
        return not self.page.live or self.page.has_unpublished_changes

    @property
    def title(self) -> str:
        """The title of the latest text, which goes out; of the public one else."""
        return str(self.page.get_admin_display_title()) if self.page else ""

    @property
    def text_key(self) -> str:
        """A name of the text that would go out now: the page and its revision."""
        pk = self.page.pk if self.page else ""
        return f"{pk}:{self.latest.pk if self.latest else 0}"

    @property
    def state(self) -> str:
        """The state in words, without what is scheduled."""
        if self.page is None:
            return gettext("No translation")
        if not self.page.live:
            return gettext("Draft")
        if self.page.has_unpublished_changes:
            return gettext("Public, with a newer draft")
        return gettext("Public")


def lacks_text(page: Any, content: Mapping[str, Any]) -> bool:
    """Return whether a document has none of what readers come for.

    Args:
        page: an instance of its type, which names the fields in ``text_fields``.
        content: values of the fields, as a revision keeps them.
    """
    fields = getattr(page, "text_fields", ())
    return bool(fields) and not any(_says_something(content.get(f)) for f in fields)


def _says_something(value: Any) -> bool:
    if not isinstance(value, str):
        return bool(value)
    # An embedded picture has no text, an empty stream is a list without items.
    return "<embed" in value or strip_tags(value).strip() not in {"", "[]"}


def fetch_versions(page: Any, members: Sequence[Any], user: Any) -> list[Version]:
    """Return the document in each of the site's languages, the source first.

    Cost: about a dozen queries and the rights of each language's page.
    """
    own = [member for member in members if not member.alias_of_id]
    ids = [str(member.pk) for member in own]
    latest = Revision.objects.in_bulk(
        [member.latest_revision_id for member in own if member.latest_revision_id]
    )
    scheduled = _fetch_scheduled(own, ids)
    source = get_source_page(page)
    stale = _fetch_stale(source, own, latest)
    progress = _fetch_progress(source)
    facts = get_facts([member.pk for member in own])
    by_locale = {member.locale_id: member for member in own}
    versions = []
    for locale in Locale.objects.all():
        member = by_locale.get(locale.pk)
        if member is None:
            versions.append(Version(locale))
            continue
        versions.append(
            Version(
                locale,
                member,
                latest.get(member.latest_revision_id),
                scheduled.get(member.pk),
                member.pk in stale,
                bool(facts[member.pk].restrictions),
                may_release(member, user),
                progress.get(member.locale_id),
            )
        )
    return sorted(versions, key=lambda v: v.locale.pk != source.locale_id)


def _fetch_scheduled(members: Iterable[Any], ids: list[str]) -> dict[int, Revision]:
    content_types = {member.get_base_content_type().pk for member in members}
    waiting = Revision.objects.filter(
        base_content_type__in=content_types,
        object_id__in=ids,
        approved_go_live_at__isnull=False,
    )
    found: dict[int, Revision] = {}
    for revision in waiting.order_by("approved_go_live_at", "pk"):
        found.setdefault(int(revision.object_id), revision)
    return found


def _fetch_stale(
    source: Any, members: Iterable[Any], latest: dict[int, Revision]
) -> set[int]:
    """Return ids of translations that are older than what they translate.

    By the dates of the latest revisions; where wagtail-localize translates, also
    by the date at which the translators' strings were last taken from the source.
    """
    changed = getattr(latest.get(source.latest_revision_id), "created_at", None)
    if changed is None:
        return set()
    stale = set()
    synced = _fetch_synced(source)
    for member in members:
        if member.pk == source.pk:
            continue
        own = latest.get(member.latest_revision_id)
        taken = synced.get(member.locale_id)
        if own is None or own.created_at < changed or (taken and taken < changed):
            stale.add(member.pk)
    return stale


def _fetch_progress(source: Any) -> dict[int, tuple[int, int]]:
    """Return how much is translated into each language: of texts, done and all."""
    if not apps.is_installed("wagtail_localize"):
        return {}
    translation = apps.get_model("wagtail_localize", "Translation")
    found = translation.objects.filter(
        source__object_id=source.translation_key, enabled=True
    )
    progress = {}
    for one in found:
        count, done = one.get_progress()
        progress[one.target_locale_id] = (done, count)
    return progress


def _fetch_synced(source: Any) -> dict[int, datetime]:
    """Return when each language's strings were last taken from the source."""
    if not apps.is_installed("wagtail_localize"):
        return {}
    translation = apps.get_model("wagtail_localize", "Translation")
    found = translation.objects.filter(
        source__object_id=source.translation_key, enabled=True
    )
    return dict(found.values_list("target_locale", "source__last_updated_at"))
