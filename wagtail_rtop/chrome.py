"""What surrounds a page: its way up, its languages, its head, the coalition.

One object a request. A site's own base template asks for it by the tag
``{% rtop_chrome as chrome %}``; everything in it has passed the gate.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.text import Truncator
from wagtail.models import Locale, Site

from wagtail_rtop.coalition.models import Coalition, get_coalition
from wagtail_rtop.languages import (
    Language,
    get_active_language,
    get_language,
    get_territory,
)
from wagtail_rtop.visibility.facts import Node
from wagtail_rtop.visibility.fallback import MISSING_PARAMETER
from wagtail_rtop.visibility.gate import get_gate
from wagtail_rtop.visibility.menu import find_root, get_root_menu_paths


# Search engines cut a description at about this many characters.
DESCRIPTION_LENGTH = 160


@dataclass(frozen=True)
class Alternate:
    """The same page in a language.

    Attributes:
        url: address as a link on this page, with what the page is narrowed by;
            relative where the site is the same.
        absolute_url: address with scheme and host, for hreflang; of the whole page.
        is_current: whether this is the page being shown.
        is_public: whether everybody sees it; only these are told to machines.
    """

    language: Language
    url: str
    absolute_url: str
    is_current: bool = False
    is_public: bool = True


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Fallback:
    """The page isn't there in the language asked for; another one is shown."""

    missing: Language
    shown: Language


@dataclass(frozen=True)
class Chrome:
    """Everything around a page, for one visitor.

    Attributes:
        language: of the page's tree: menus, labels.
        content_language: of the text; differs for a page that falls back.
        breadcrumbs: from the home page to the page's parent.
        navigation: the home page's children in menus.
        alternates: the page's languages that the visitor may see, this one too.
        hreflang: those of them that machines are told; empty for one language.
        default_alternate: the one for readers of none of these languages.
        canonical: absolute address, "" where there is none.
        open_graph: list of (property, content).
        locale_id: of the page's tree; None where the site has none in this language.
        sign_in_url: "" where the site has no sign-in page.
    """

    language: Language
    content_language: Language
    site_name: str = ""
    home_url: str = "/"
    title: str = ""
    description: str = ""
    breadcrumbs: Sequence[Link] = ()
    navigation: Sequence[Link] = ()
    alternates: Sequence[Alternate] = ()
    canonical: str = ""
    coalition: Coalition | None = None
    fallback: Fallback | None = None
    locale_id: int | None = None
    sign_in_url: str = ""
    sign_out_url: str = ""
    is_signed_in: bool = False

    @property
    def hreflang(self) -> list[Alternate]:
        public = [a for a in self.alternates if a.is_public]
        return public if len(public) > 1 else []

    @property
    def default_alternate(self) -> Alternate | None:
        by_code = {a.language.code: a for a in self.hreflang}
        return by_code.get(settings.LANGUAGE_CODE)

    @property
    def open_graph(self) -> list[tuple[str, str]]:
        tags = [
            ("og:type", "article" if self.breadcrumbs else "website"),
            ("og:title", self.title),
            ("og:description", self.description),
            ("og:url", self.canonical),
            ("og:site_name", self.site_name),
            ("og:locale", get_territory(self.content_language.code)),
        ]
        others = [a.language.code for a in self.hreflang if not a.is_current]
        tags += [("og:locale:alternate", get_territory(code)) for code in others]
        return [(name, content) for name, content in tags if content]


def get_chrome(
    request: Any, page: Any = None, *, subpath: str = "", query: str = ""
) -> Chrome:
    """Return the chrome of a page for the visitor of this request.

    Args:
        request: a preview's or a fragment's will do.
        page: the page being shown; None = a view of the package without one.
        subpath: what follows the page's own address, for example "africa/".
        query: "?…", the parameters that mean the same in every language, or "".

    Cost: one query, whether the coalition that is kept is still the one; another if
    it is not. The gate has read the rest for its verdict; on a page that is not
    guarded it reads that now, in one query.
    """
    key = (getattr(page, "pk", None), subpath, query)
    kept = getattr(request, "_wagtail_rtop_chrome", {})
    if key not in kept:
        kept[key] = ChromeBuilder(request, page, subpath, query).build()
        request._wagtail_rtop_chrome = kept
    return kept[key]


def get_description(page: Any) -> str:
    """Return the page's search description, else the start of its text."""
    if page is None:
        return ""
    written = getattr(page, "search_description", "")
    names = ("subtitle", "cover_note", "summary", "intro")
    source = written or next((v for n in names if (v := getattr(page, n, ""))), "")
    if not source and isinstance(getattr(page, "body", ""), str):
        source = getattr(page, "body", "")
    # Tags become spaces: "</p><p>" must not join two words.
    text = html.unescape(strip_tags(str(source).replace("<", " <")))
    text = " ".join(text.split()).replace(" ,", ",").replace(" .", ".")
    return Truncator(text).chars(DESCRIPTION_LENGTH)


class ChromeBuilder:
    """Gathers the chrome of one page for one request."""

    def __init__(
        self, request: Any, page: Any, subpath: str = "", query: str = ""
    ) -> None:
        self.request = request
        # A new page in a preview has no address and no languages yet.
        self.page = page if page is not None and page.pk else None
        self.shown_page = page
        self.subpath = subpath
        self.query = query
        self.gate = get_gate(request)
        self.reader = self.gate.reader
        self.site = Site.find_for_request(request)
        self.root = self._find_root()
        self.ancestors: list[Node] = []
        self.group: list[Node] = []
        menu = get_root_menu_paths(self.root) if self.root else []
        if self.page:
            self.reader.read_page(self.page, beside=menu)
            self.ancestors = self.gate.get_ancestors(self.page)
            self.group = self.gate.get_visible_group(self.page)
        elif menu:
            self.reader.read_paths(menu)
        self.menu = [self.reader.by_path[p] for p in menu if p in self.reader.by_path]

    def build(self) -> Chrome:
        code = self._get_tree_code()
        language = get_language(code)
        shown = get_language(self._get_content_code() or code)
        user = getattr(self.request, "user", None)
        locale_id = self._get_locale_id()
        coalition = get_coalition(self.site, locale_id, self.request)
        title = getattr(self.shown_page, "title", "")
        return Chrome(
            language=language,
            content_language=shown,
            site_name=coalition.name if coalition else self._get_site_name(),
            home_url=self._get_home_url(),
            title=getattr(self.shown_page, "seo_title", "") or title,
            description=get_description(self.shown_page),
            breadcrumbs=self._get_breadcrumbs(),
            navigation=self._get_navigation(),
            alternates=self._get_alternates(),
            canonical=self._get_canonical(),
            coalition=coalition,
            locale_id=locale_id,
            fallback=self._get_fallback(language, shown),
            sign_in_url=get_sign_in_url(code),
            sign_out_url=reverse_in(code, "wagtail_rtop:sign_out"),
            is_signed_in=bool(user and user.is_authenticated),
        )

    def _find_root(self) -> Any:
        """Return the root path of the page's tree, else that of the language."""
        if self.page:
            return find_root(self.page)
        code = get_active_language()
        by_code = {
            root.language_code: root
            for root in Site.get_site_root_paths()
            if self.site and root.site_id == self.site.pk
        }
        return by_code.get(code) or by_code.get(code.partition("-")[0])

    def _get_tree_code(self) -> str:
        """Return the language of the page's tree, the reader's variant if of the same."""
        active = get_active_language()
        if self.root is None or not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
            return active
        code = self.root.language_code
        return active if active.startswith(f"{code}-") else code

    def _get_locale_id(self) -> int | None:
        if self.page:
            return self.page.locale_id
        code = self.root.language_code if self.root else get_active_language()
        found = Locale.objects.filter(language_code=code)
        return found.values_list("pk", flat=True).first()

    def _get_content_code(self) -> str:
        """Return the language the text is in, "" if it is that of the tree."""
        source = self.page.alias_of_id if self.page else None
        found = self.reader.by_pk.get(source) if source else None
        return found.language_code if found else ""

    def _get_site_name(self) -> str:
        name = getattr(self.site, "site_name", "")
        return name or getattr(settings, "WAGTAIL_SITE_NAME", "")

    def _get_home_url(self) -> str:
        return reverse_in(self._get_tree_code(), "wagtail_serve", "") or "/"

    def _get_breadcrumbs(self) -> list[Link]:
        root_path = self.root.root_path if self.root else ""
        inside = [n for n in self.ancestors if n.url_path.startswith(root_path)]
        links = [Link(n.title, n.get_url(self.request) or "") for n in inside]
        return [link for link in links if link.url]

    def _get_navigation(self) -> list[Link]:
        own = self.page.url_path if self.page else ""
        links = [
            Link(n.title, n.get_url(self.request) or "", own.startswith(n.url_path))
            for n in self.gate.get_visible(n for n in self.menu if n.show_in_menus)
        ]
        return [link for link in links if link.url]

    def _get_alternates(self) -> list[Alternate]:
        if not self.page:
            return self._get_view_alternates()
        facts = self.reader.read(node.pk for node in self.group)
        found = []
        for node in self.group:
            is_current = node.pk == self.page.pk
            # A copy in the page's own language is no other language of it.
            if not is_current and node.locale_id == self.page.locale_id:
                continue
            is_public = not node.alias_of_id and not facts[node.pk].restrictions
            found.append(self._build_alternate(node, is_current, is_public))
        return sorted(filter(None, found), key=lambda a: a.language.code)

    def _build_alternate(
        self, node: Node, is_current: bool, is_public: bool
    ) -> Alternate | None:
        url = node.get_url(self.request)
        if not url:
            return None
        absolute = self._get_absolute(node, url)
        return Alternate(
            get_language(node.language_code),
            url + self.subpath + self.query,
            absolute + self.subpath,
            is_current,
            is_public,
        )

    def _get_view_alternates(self) -> list[Alternate]:
        """Return a view's own languages: those the site has a home page in."""
        # Without its parameters: whoever made the address may have added some.
        path = self.request.get_full_path().partition("?")[0]
        found = []
        for root in Site.get_site_root_paths():
            is_current = root == self.root
            url = translate_url(path, root.language_code)
            if (
                self.site
                and root.site_id == self.site.pk
                and (is_current or url != path)
            ):
                language = get_language(root.language_code)
                absolute = root.root_url + url
                found.append(
                    Alternate(language, url + self.query, absolute, is_current, False)
                )
        return sorted(found, key=lambda a: a.language.code)

    def _get_canonical(self) -> str:
        """Return the address search engines keep: an alias names its original."""
        if not self.page:
            return ""
        node = self.reader.by_pk.get(self.page.alias_of_id or self.page.pk)
        if node is None or not self.gate.get_visible([node]):
            return ""
        url = node.get_url(self.request)
        return self._get_absolute(node, url) + self.subpath if url else ""

    def _get_absolute(self, node: Node, url: str) -> str:
        if not url.startswith("/"):
            return url
        # Never the host of the request: anybody may send any of ALLOWED_HOSTS.
        root = find_root(node)
        return root.root_url + url if root else url

    def _get_fallback(self, language: Language, shown: Language) -> Fallback | None:
        """Return what is missing: the alias's own language, or the one asked for."""
        if shown != language:
            return Fallback(language, shown)
        missing = self.request.GET.get(MISSING_PARAMETER, "")
        known = dict(settings.LANGUAGES)
        if self.page and missing in known and missing != language.code:
            return Fallback(get_language(missing), shown)
        return None


def get_sign_in_url(code: str) -> str:
    """Return the address of the sign-in form, "" if the site has none."""
    own = reverse_in(code, "wagtail_rtop:sign_in")
    return own or str(getattr(settings, "WAGTAIL_FRONTEND_LOGIN_URL", "") or "")


def reverse_in(code: str, name: str, *args: Any) -> str:
    """Return the address of a view in a language, "" if the site doesn't have it."""
    with translation.override(code):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            return ""
