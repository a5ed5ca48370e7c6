"""Nobody meets a barrier in our parts of the admin that Wagtail's own pages lack.

axe looks at pages of Wagtail's own kinds, then at ours: what it finds in ours must
be a piece of a template that it finds fault with there, too.
"""

import pytest

from tests.browser.admin import Admin
from tests.browser.axe import ADVICE, describe, name_markup, run_axe
from tests.browser.hands import Mouse


pytestmark = pytest.mark.browser

# An editor with rich text, lists, a form, a search, reports, a bulk action.
STOCK = [
    *("pages/{home}/edit/", "pages/add/site_app/reportpage/{home}/", "pages/{home}/"),
    *("snippets/site_app/note/add/", "redirects/", "users/new/", "account/"),
    *("reports/site-history/", "pages/search/?q=a", "pages/{home}/delete/"),
    "bulk/wagtailcore/page/unpublish/?next=/admin/&id={home}",
    # Last: a modal is open in it.
    "redirects/add/",
]
CHOOSE = "[data-chooser-action-choose] >> visible=true"
EDIT, ADD = "pages/{%s}/edit/", "pages/add/wagtail_rtop_pages/%s/{%s}/"
SNIPPETS = "snippets/wagtail_rtop/"
BULK = "bulk/wagtailcore/page/%s/?next=/admin/&id={letter}&id={home}"
PASTE = "[data-rtop-recipients*=paste]"
SUBMIT = ".modal button[type=submit]"
TAB = "main form [role=tab] >> nth=%s"

# Name → address, and what is pressed there: a list of selectors, or pairs of one
# and what is typed into it.
PAGES = {
    "letter": (EDIT % "letter", []),
    "letter-recipients": (EDIT % "letter", [TAB % 1]),
    "letter-signatories": (EDIT % "letter", [TAB % 2]),
    "letter-responses": (EDIT % "letter", [TAB % 3]),
    "letter-paste": (EDIT % "letter", [TAB % 1, PASTE]),
    "letter-proposals": (
        EDIT % "letter",
        [TAB % 1, PASTE, (".modal textarea", "African Unity and the Moon"), SUBMIT],
    ),
    "letter-group": (EDIT % "letter", [TAB % 1, "[data-rtop-recipients*='/add/']"]),
    "letter-save-group": (EDIT % "letter", [TAB % 1, "[data-rtop-sends-rows]"]),
    "letter-chooser": (
        ADD % ("letterpage", "letters"),
        [
            *(TAB % 1, "#id_recipients-ADD"),
            "#id_recipients-0-organisation-chooser [data-chooser-action-choose]",
        ],
    ),
    "response": (EDIT % "response", []),
    "response-add": (ADD % ("responsepage", "letter"), []),
    "release": (EDIT % "release", ["#id_corrections-ADD"]),
    "organisation": (EDIT % "organisation", []),
    "correspondence": ("rtop/correspondence/", []),
    "correspondence-filters": (
        "rtop/correspondence/",
        ["#filters-drilldown button", "[aria-controls=drilldown-id_due]"],
    ),
    "ledger": ("rtop/correspondence/letter/{letter}/", []),
    "record": (
        "rtop/correspondence/letter/{letter}/",
        ["[name=row]", "button[form=rtop-record]"],
    ),
    "report": ("reports/rtop-correspondence/", []),
    "verification": ("rtop/organisations/verify/", []),
    "regions": (f"{SNIPPETS}region/", []),
    "region": (f"{SNIPPETS}region/edit/{{region}}/", []),
    "region-documents": ("rtop/regions/{region}/documents/", []),
    "region-merge": (
        "rtop/regions/{region}/merge/",
        [("[name=target]", ""), "main form button[type=submit]"],
    ),
    "organisation-documents": ("rtop/organisations/{organisation}/documents/", []),
    "organisation-merge": ("rtop/organisations/{organisation}/merge/", []),
    "organisation-delete": ("pages/{organisation}/delete/", []),
    "groups": (f"{SNIPPETS}recipientgroup/", []),
    "group": (f"{SNIPPETS}recipientgroup/edit/{{group}}/", []),
    "coalition": (f"{SNIPPETS}coalition/edit/{{coalition}}/", []),
    "boilerplate": (f"{SNIPPETS}boilerplate/add/", []),
    "contact": (f"{SNIPPETS}presscontact/add/", []),
    "hold": ("rtop/release/{release}/", []),
    "hold-modal": (
        EDIT % "release",
        ["#w-slim-header-buttons [data-w-dropdown-target=toggle]", "[data-rtop-hold]"],
    ),
    "hold-confirm": (
        "rtop/release/{release}/",
        [
            ("[name=lift]", "2031-05-02 12:00"),
            "main form:has([name=lift]) button[type=submit]",
        ],
    ),
    "retraction": ("rtop/retraction/{withdrawn}/", []),
    "retraction-confirm": (
        "rtop/retraction/{release}/",
        [("[name=reason]", "Wrong."), "main form button[type=submit]"],
    ),
    "previews": (
        "rtop/previews/{release}/",
        [("[name=recipient]", "The Gazette"), "main form button[type=submit]"],
    ),
    "home": ("", []),
    "account": ("account/#tab-notifications", []),
    "letters": ("pages/{letters}/", []),
    "press": ("pages/{press}/", []),
    "organisations": ("pages/{organisations}/", []),
    "list": ("rtop/list/wagtail_rtop_pages.letterpage/", []),
    **{
        name: (BULK % name, [])
        for name in ("rtop_event", "rtop_privacy", "rtop_regions", "rtop_translate")
    },
}


class Auditor(Admin):
    """A superuser who knows the ids of the world."""

    ids: dict[str, int]
    known: set[tuple[str, str]]
    known_faults: set[str]

    def __enter__(self):
        super().__enter__()
        slugs = {
            "letter": "dialogue",
            "response": "gcc-response",
            "release": "report",
            "organisation": "association-of-southeast-asian-nations",
            "withdrawn": "withdrawn",
            **{n: n for n in ("letters", "press", "organisations")},
        }
        self.ids = {name: self.find_page(slug) for name, slug in slugs.items()}
        self.ids["home"] = self.find_pages(child_of=1)[0]
        for name in ("region", "coalition", "recipientgroup"):
            self.open(f"{SNIPPETS}{name}/")
            link = self.find_link(f"/{name}/edit/")
            self.ids[name] = int(link.rstrip("/").rsplit("/", 1)[-1])
        self.ids["group"] = self.ids["recipientgroup"]
        self.known = set()
        for path in STOCK:
            self.open(path.format(**self.ids))
            self.known |= {name_markup(found) for found in self.find()}
        self.page.locator(CHOOSE).first.click()
        self.page.locator(".modal-content h1").wait_for()
        self.known |= {name_markup(found) for found in self.find()}
        # A browser may lack a time zone that Wagtail's account page lists.
        self.known_faults = {fault.split("://")[0] for fault in self.faults}
        return self

    def find(self):
        # The list of a form's panels comes a moment after the form.
        if self.page.locator("[data-minimap-container]").count():
            self.page.locator(".w-minimap__list li").first.wait_for(state="attached")
        # A modal fades in: its colours are those meant only then.
        self.page.wait_for_function(
            "[...document.querySelectorAll('.modal')]"
            ".every(modal => getComputedStyle(modal).opacity === '1')"
        )
        # What lies over the page hides parts of it, which are too small then.
        over = self.page.locator("#filters-drilldown .tippy-box:visible").count()
        return run_axe(self.page, ADVICE, "#filters-drilldown" if over else "body")

    def find_violations(self):
        """Return what is wrong here and in no page of Wagtail's own."""
        return [
            describe(found)
            for found in self.find()
            if found["ours"] or not self.is_stock(found)
        ]

    def is_stock(self, found):
        # Wagtail's sign that somebody else looks at a page, shown for a minute after.
        return "w-editing-sessions" in found["html"] or name_markup(found) in self.known

    def find_faults(self):
        return [f for f in self.faults if f.split("://")[0] not in self.known_faults]

    def show(self, name):
        self.faults.clear()
        path, steps = PAGES[name]
        self.open(path.format(**self.ids))
        for step in steps:
            self._do(step)

    def _do(self, step):
        if isinstance(step, str):
            self.page.locator(f"{step} >> visible=true").first.click()
            self.page.wait_for_load_state("networkidle")
            return
        field = self.page.locator(step[0]).first
        if step[1]:
            Mouse(self.page).write(field, step[1])
        else:
            field.select_option(index=1)


@pytest.fixture(scope="module", params=["en", "ar"])
def auditor(request, browser, site_url):
    with Auditor(browser, site_url, f"editor-{request.param}") as auditor:
        yield auditor


@pytest.mark.parametrize("name", PAGES)
def test_no_barrier_that_wagtail_lacks(auditor, name):
    auditor.show(name)
    auditor.picture(f"admin-{name}")
    assert auditor.find_violations() == []
    assert auditor.find_faults() == []


def test_axe_finds_what_is_wrong_in_the_admin(auditor):
    auditor.show("ledger")
    auditor.page.evaluate(
        "for (const box of document.querySelectorAll('main [name=row]'))"
        " box.removeAttribute('aria-labelledby')"
    )
    assert any(line.startswith("label:") for line in auditor.find_violations())
    auditor.show("letter-recipients")
    auditor.page.evaluate(
        "document.querySelector('[data-rtop-recipients]').innerHTML = ''"
    )
    assert any(line.startswith("button-name") for line in auditor.find_violations())
