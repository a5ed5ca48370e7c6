"""Builds a coalition's site whose pages stand in every state, with canaries."""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone
from wagtail.models import ReferenceIndex, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from tests import builders
from tests.leaks.cases import SECTIONS, Builder, Case
from tests.leaks.fields import make_empty
from tests.leaks.oracle import LOCALES, STATES, may_see
from tests.leaks.registry import KINDS
from wagtail_rtop.previews.access import give_link


FOLDERS = {"letter": "letters", "release": "press", "organisation": "organisations"}
MAKE_INDEX = {
    "letter": builders.make_letter_index,
    "release": builders.make_release_index,
    "organisation": builders.make_organisation_index,
}


class World:
    """All cases, and what the visitors need to ask about them.

    Attributes:
        cases: pages that probes are asked about.
        others: pages that stand beside them, of known visibility: they count.
        everybody: by locale, the organisation that every letter was sent to.
        letters: by locale, the public letter that responses stand below.
        previews: by locale, the path of a preview link to that letter.
    """

    def __init__(self) -> None:
        # Written through at the end, at once: page by page it takes as long again.
        off = {"default": {**settings.WAGTAILSEARCH_BACKENDS["default"]}}
        off["default"]["AUTO_UPDATE"] = False
        with (
            override_settings(WAGTAILSEARCH_BACKENDS=off),
            disable_reference_index_auto_update(),
        ):
            self._build()
        for case in [*self.cases, *self.others]:
            ReferenceIndex.create_or_update_for_object(case.page)
        call_command("update_index", verbosity=0)

    def _build(self) -> None:
        self.cases: list[Case] = []
        self.others: list[Case] = []
        self.sections: dict[tuple[str, str], dict[str, Any]] = {}
        self.groups = {name: builders.make_group(name) for name in ("In", "Out")}
        self.region = builders.make_region("Everywhere", slug="everywhere")
        self._build_homes()
        self._build_sections()
        for kind, state in itertools.product(KINDS, STATES):
            Builder(self, kind, state).build()
        self._build_viewers()

    def count(self, visit: "Visit", kinds: Any, excuses: Any = ()) -> int:
        """Return how many pages of these kinds the visitor may see in the language."""
        return sum(
            case.kind in kinds
            and case.locale == visit.locale
            and not case.is_excused(excuses)
            and may_see(case.state, case.locale, visit.viewer)
            for case in [*self.cases, *self.others]
        )

    def _build_homes(self) -> None:
        home = builders.make_home("en")
        self.homes = {"en": home}
        self.foreign = {"en": builders.make_home("en", site=False)}
        Site.objects.create(
            hostname="elsewhere.example", root_page=self.foreign["en"], port=80
        )
        for code in LOCALES[1:]:
            self.homes[code] = builders.make_translated_home(home, code)
            self.foreign[code] = builders.make_translated_home(self.foreign["en"], code)
        self.index = self._translate(builders.make_region_index(home))

    def _build_sections(self) -> None:
        for kind, make in MAKE_INDEX.items():
            folder = FOLDERS[kind]
            for name in ("public", "target", "private", "draft", "french", "foreign"):
                home = (self.foreign if name == "foreign" else self.homes)["en"]
                slug = folder if name == "public" else f"{folder}-{name}"
                self._add_section(kind, name, make(home, slug=slug, title=slug))
            if kind == "organisation":
                page = make_empty(kind)
                page.title = page.slug = "everybody"
                page = builders.add(self.sections[kind, "public"]["en"], page)
                self.everybody = self._translate(page)
                self._note(kind, "live", self.everybody)
        # A response's section is the letter it stands below.
        for name in ("public", "target", "private", "draft", "french", "foreign"):
            index = self.sections[
                "letter", "foreign" if name == "foreign" else "public"
            ]
            letter = builders.make_letter(
                index["en"],
                recipients=[self.everybody["en"]],
                regions=[self.region],
                slug=f"letter-{name}",
                title=f"letter-{name}",
            )
            self._add_section("response", name, letter)
            state = {"public": "live", "target": "live", "draft": "draft"}.get(name)
            state = state or {v: k for k, v in SECTIONS.items() if k != "copy"}[name]
            self._note("letter", state, self.sections["response", name])
        self.letters = self.sections["response", "public"]

    def _add_section(self, kind: str, name: str, page: Any) -> None:
        pages = self._translate(page)
        self.sections[kind, name] = pages
        if name == "private":
            builders.restrict(pages["en"])
        elif name == "french":
            builders.restrict(pages["fr"])
        elif name == "draft":
            pages["en"].unpublish()

    def _translate(self, page: Any) -> dict[str, Any]:
        pages = {"en": page}
        for code in LOCALES[1:]:
            copy = page.copy_for_translation(builders.make_locale(code))
            pages[code] = builders.publish(copy)
        return pages

    def _note(self, kind: str, state: str, pages: dict[str, Any]) -> None:
        for locale, page in pages.items():
            self.others.append(Case(kind, state, locale, page))

    def _build_viewers(self) -> None:
        make = builders.make_user
        editors = builders.make_group(
            "Editors", pages=[self.homes["fr"]], actions=["add", "change", "publish"]
        )
        self.users = {
            "anonymous": None,
            "member": make("member", groups=[self.groups["In"]]),
            "wrong": make("wrong", groups=[self.groups["Out"]]),
            "editor": make("editor", groups=[editors]),
        }
        self.previews = {
            code: self._give_link(letter) for code, letter in self.letters.items()
        }
        self.clients = {name: Client() for name in self.users}
        for name, user in self.users.items():
            if user:
                self.clients[name].force_login(user)

    def _give_link(self, letter: Any) -> str:
        user = builders.make_user(superuser=True)
        until = timezone.now() + timedelta(days=29)
        _link, token = give_link(letter, "Somebody", until, user=user)
        return f"/{letter.locale.language_code}/preview/{token}/"


@dataclass
class Visit:
    """One visitor, in one language, asking one surface."""

    world: World
    locale: str
    viewer: str
    case: Case | None = None

    @property
    def client(self) -> Client:
        return self.world.clients[self.viewer]

    def get(self, path: str, **kwargs: Any) -> Any:
        """Return the answer to this visitor."""
        return self.client.get(path, **kwargs)

    def get_all(self, path: str) -> list[Any]:
        """Return the answers of all ``?page=``s of a list."""
        answers = [self.get(path)]
        mark = "&" if "?" in path else "?"
        while answers[-1].status_code == 200 and len(answers) < 50:
            following = self.get(f"{path}{mark}page={len(answers) + 1}")
            if following.status_code != 200 or following.content == answers[-1].content:
                break
            answers.append(following)
        return answers

    def request(self, path: str = "/") -> Any:
        """Return a request of this visitor, for functions and template tags."""
        request = RequestFactory().get(path, HTTP_HOST="testserver")
        client = self.client
        request.user = self.world.users[self.viewer] or builders.AnonymousUser()
        request.session = client.session
        return request

    def __str__(self) -> str:
        return f"{self.viewer} in {self.locale}"
