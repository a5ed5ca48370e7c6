"""Recipients as readers meet them: a sentence of names, each linked to its profile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from wagtail_rtop.letters.ledger import Standing
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import build_visible_q
from wagtail_rtop.visibility.gate import Gate


@dataclass(frozen=True)
class Separators:
    """What stands between the names of a list: of two, in the midst, at the end."""

    two: str
    middle: str
    end: str


# Unicode CLDR 47, listPattern "standard":
# https://cldr.unicode.org/translation/miscellaneous-displaying-lists
# In all of these a pattern is its separator alone.
SEPARATORS = {
    "ar": Separators(" و", " و", " و"),
    "en": Separators(" and ", ", ", " and "),
    "en-us": Separators(" and ", ", ", ", and "),
    "es": Separators(" y ", ", ", " y "),
    "fr": Separators(" et ", ", ", " et "),
    "pt": Separators(" e ", ", ", " e "),
    "ru": Separators(" и ", ", ", " и "),
    "sw": Separators(" na ", ", ", " na "),
    "zh": Separators("和", "、", "和"),
}
# A list in a language that isn't packaged: no word of another language in it.
PLAIN = Separators(", ", ", ", ", ")


@dataclass(frozen=True)
class Profile:
    """Where a recipient's profile is, for one reader.

    Attributes:
        title: its title there.
        url: its address.
        language: code of the language it is in.
        titles: those the reader may see: in that language and in the source's, by code.
    """

    title: str
    url: str
    language: str
    titles: dict[str, str]


@dataclass(frozen=True)
class Recipient:
    """One recipient as the page shows it.

    Attributes:
        name: as written in the letter.
        name_language: its language code where it isn't the page's, else "".
        profile: of the organisation; None if there is none for this reader.
        standing: where the correspondence stands, by public facts.
    """

    row: Any
    name: str
    name_language: str = ""
    profile: Profile | None = None
    standing: Standing | None = None


def get_separators(language: str) -> Separators:
    """Return the separators of a language tag, or of the longest part that is known."""
    tag = language.lower()
    while tag:
        if tag in SEPARATORS:
            return SEPARATORS[tag]
        tag = tag.rpartition("-")[0]
    return PLAIN


def split_list(items: Sequence[Any], language: str) -> list[tuple[str, Any]]:
    """Return (separator before, item) for each item of a list in ``language``."""
    separators = get_separators(language)
    last = len(items) - 1
    found = []
    for i, item in enumerate(items):
        if i == 0:
            before = ""
        elif i < last:
            before = separators.middle
        else:
            before = separators.two if last == 1 else separators.end
        found.append((before, item))
    return found


def build_sentence(recipients: Sequence[Recipient], language: str) -> SafeString | str:
    """Return one sentence that names the recipients, as HTML; "" without any.

    The names follow a colon, so that none has to be declined; the words are
    those of the active language, the conjunction that of ``language``.
    """
    if not recipients:
        return ""
    parts = split_list(recipients, language)
    names = format_html_join(
        "", "{}{}", ((before, build_link(recipient)) for before, recipient in parts)
    )
    pattern = ngettext(
        "This letter is addressed to {count} recipient: {recipients}.",
        "This letter is addressed to {count} recipients: {recipients}.",
        len(recipients),
    )
    return format_html(pattern, count=len(recipients), recipients=names)


def build_link(recipient: Recipient) -> SafeString:
    """Return a recipient's name, linked to its profile if there is one."""
    name = format_html(
        "<bdi{}>{}</bdi>",
        format_html(' lang="{}"', recipient.name_language)
        if recipient.name_language
        else "",
        recipient.name,
    )
    if recipient.profile is None:
        return name
    return format_html(
        '<a href="{}" hreflang="{}">{}</a>',
        recipient.profile.url,
        recipient.profile.language,
        name,
    )


def fetch_profiles(
    rows: Iterable[Any],
    organisations: dict[int, Any],
    locale_id: int,
    gate: Gate,
) -> dict[Any, Profile]:
    """Return the profile of each organisation for this reader, by translation key.

    Args:
        rows: recipient rows; the page in the row's own language is the second choice.
        organisations: translation key of each profile, by page id.
        locale_id: the language wanted.
        gate: who reads.

    Cost: one query, whatever the number of rows.
    """
    ids = {row.organisation_id for row in rows if row.organisation_id in organisations}
    if not ids:
        return {}
    entries = Entry.objects.filter(
        build_visible_q(gate),
        Q(locale=locale_id, is_alias=False) | Q(pk__in=ids),
        translation_key__in=set(organisations.values()),
    ).select_related("page", "locale")
    found: dict[Any, list[Any]] = {}
    for entry in entries.order_by("pk"):
        found.setdefault(entry.translation_key, []).append(entry)
    return {
        key: profile
        for key, group in found.items()
        if (profile := _build_profile(group, locale_id, gate))
    }


def build_recipients(
    rows: Iterable[Any],
    standings: Iterable[Standing],
    organisations: dict[int, Any],
    profiles: dict[Any, Profile],
    language: str,
) -> list[Recipient]:
    """Return the recipients of a page in ``language``, in the order of the rows."""
    found = []
    for row, standing in zip(rows, standings, strict=True):
        key = organisations.get(row.organisation_id)
        profile = profiles.get(key)
        name = row.name or (profile.title if profile else "")
        name_language = _find_language(name, profile, language)
        if name:
            found.append(Recipient(row, name, name_language, profile, standing))
    return found


def _build_profile(group: list[Any], locale_id: int, gate: Gate) -> Profile | None:
    group = sorted(group, key=lambda entry: entry.locale_id != locale_id)
    entry = group[0]
    url = entry.page.get_url(gate.request)
    if not url:
        return None
    titles = {e.locale.language_code: e.page.title for e in reversed(group)}
    return Profile(entry.page.title, url, entry.locale.language_code, titles)


def _find_language(name: str, profile: Profile | None, language: str) -> str:
    """Return the language a name was left in, "" if it is the page's or unknown."""
    if profile is None or profile.titles.get(language) == name:
        return ""
    codes = [code for code, title in profile.titles.items() if title == name]
    return codes[0] if codes else ""
