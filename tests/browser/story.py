"""What a press officer does, step by step, in the admin's own pages."""

import io
import re
import zipfile
from datetime import date, timedelta
from typing import Any

from openpyxl import load_workbook

from tests.browser.admin import Admin
from tests.browser.world import fetch_fourteen, fetch_titles


JOINTS = {"en": (", the ", " and the "), "ar": ("، ", " و")}
REPORTS = {"en": "Reports", "ar": "التقارير"}
# The menu behind the three dots beside the title.
ACTIONS = "#w-slim-header-buttons [data-w-dropdown-target=toggle]"
# Milliseconds without a sign of life after which the editor has saved what it will.
PAUSE = 1500
# The same for a form that has just opened: it looks at itself more than once.
READ = 500
LISTEN = """
window.rtopUnsaved = 0; window.rtopSaving = false; window.rtopWatched = 0;
window.rtopLast = 0;
const hear = (name, heard) => document.addEventListener(name, () => {
    heard(); rtopLast = performance.now();
}, true);
hear("w-unsaved:watch-edits", () => { rtopWatched += 1; });
hear("w-unsaved:add", () => { rtopUnsaved = 1; });
hear("w-unsaved:clear", () => { rtopUnsaved = 0; });
hear("w-autosave:save", () => { rtopSaving = true; });
hear("w-autosave:success", () => { rtopSaving = false; });
hear("w-autosave:error", () => { rtopSaving = false; });
for (const name of ["input", "keydown", "click"]) hear(name, () => {});
"""


def build_prose(code: str) -> str:
    """Return the fourteen recipients as a sentence names them."""
    titles = fetch_titles()
    names = [
        row.get("name", titles[row["organisation"]])[code] for row in fetch_fourteen()
    ]
    comma, last = JOINTS[code]
    start = "the " if code == "en" else ""
    return start + comma.join(names[:-1]) + last + names[-1]


def read_sheet(content: bytes) -> list[tuple[Any, ...]]:
    """Return the cells of a workbook's first sheet, row by row."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
    return list(load_workbook(io.BytesIO(content)).active.values)


class Officer(Admin):
    """A press officer with a pair of hands; ``name`` tells their documents apart."""

    def __init__(self, browser: Any, site_url: str, code: str, hands: type) -> None:
        super().__init__(browser, site_url, f"press-{code}")
        self.hands = hands(self.page)
        self.page.add_init_script(LISTEN)
        self.name = f"{hands.__name__} {code}"
        # Long enough ago that an answer is overdue.
        self.sent = date.today() - timedelta(days=120)

    def find(self, selector: Any) -> Any:
        """Return the first element of a selector, or of a locator."""
        if isinstance(selector, str):
            return self.page.locator(selector).first
        return selector.first

    def press(self, selector: Any) -> None:
        self.hands.press(self.find(selector))

    def write(self, selector: str, text: str) -> None:
        self.hands.write(self.find(selector), text)

    def tick(self, selector: str) -> None:
        self.hands.tick(self.find(selector))

    def select(self, selector: str, value: str) -> None:
        self.hands.select(self.find(selector), value)

    def go(self, selector: Any, url: str) -> None:
        """Press what leads to another page, and wait until it is there."""
        # Not expect_navigation: an autosave changes the address, too.
        with self.page.expect_event("domcontentloaded"):
            self.press(selector)
        assert re.search(url, self.page.url), (selector, self.page.url)

    def read(self, selector: str) -> str:
        return self.find(selector).inner_text()

    def drop_down(self, menu: str, selector: str, url: str) -> None:
        """Open a menu, and go where its entry leads."""
        self.press(f"{menu} [data-w-dropdown-target=toggle]")
        self.find(selector).wait_for()
        self.go(selector, url)

    def search(self, text: str) -> None:
        """Search in a list, and wait for what is found."""
        with self.page.expect_response(re.compile("/results/.*q=")):
            self.write("header [name=q]", text)
        self.wait_for_results()

    def wait_for_results(self) -> None:
        busy = "[data-w-swap-loading-value=true]"
        self.page.locator(busy).wait_for(state="detached")

    def settle(self) -> None:
        """Wait until the editor has saved by itself what was typed.

        Nobody is as fast as this: what is sent while it saves may be a second page.
        """
        self.page.wait_for_function(
            "pause => window.rtopWatched && !window.rtopSaving"
            " && window.rtopUnsaved === 0"
            " && performance.now() - window.rtopLast > pause",
            arg=PAUSE,
        )

    def read_form(self) -> None:
        """Wait as who reads the form first: what is typed before is no edit to it."""
        self.page.wait_for_function(
            "pause => window.rtopWatched && performance.now() - window.rtopLast > pause",
            arg=READ,
        )

    def publish(self) -> None:
        self.settle()
        self.drop_down("footer", "[name=action-publish]", "/admin/pages/")
        assert self.page.locator(".messages .success").count(), self.read("main")

    def save(self) -> None:
        self.settle()
        self.go("footer .action-save", "/edit/")

    # The letter

    def write_letter(self) -> None:
        self.go("aside a[href*='letterpage']", "letterpage")
        self.go("header a[href*=choose_parent]", "add")
        self.read_form()
        self.write("#id_title", f"Letter, {self.name}")
        self.write("#id_document_date", self.sent.isoformat())
        self.write("#id_occasion", self.name)
        body = "[data-contentpath=body] [contenteditable=true]"
        self.write(body, "We write to you.")

    def paste_recipients(self, prose: str) -> None:
        self.press("[data-rtop-recipients*=paste]")
        self.write(".modal textarea", prose)
        self.press(".modal button[type=submit]")
        self.find(".modal fieldset").wait_for()

    def decide(self) -> None:
        """Take the profile wherever a name only came near one."""
        doubtful = self.page.locator(".modal [value=skip]:checked").all()
        for name in [radio.get_attribute("name") for radio in doubtful]:
            self.tick(f".modal [name={name}][value=profile]")

    def add_group(self, name: str) -> None:
        self.press("[data-rtop-recipients*='/add/']")
        self.find(".modal [type=radio]").wait_for()
        self.tick(f".modal label:has-text('{name}') input")
        self.close_modal()

    def close_modal(self) -> None:
        self.press(".modal button[type=submit]")
        self.find(".modal").wait_for(state="detached")

    def count_recipients(self) -> int:
        return self.page.locator(
            "#id_recipients-FORMS [data-inline-panel-child]"
        ).count()

    # Its answers

    def open_desk(self) -> None:
        self.go("aside a[href*='rtop/correspondence']", "correspondence")

    def search_desk(self, count: int) -> None:
        """List this letter's recipients in the Correspondence section."""
        self.search(self.name)
        rows = self.page.locator(f"tr:has(td.rtop-tick):has-text('{self.name}')")
        assert rows.count() == count
        assert self.page.locator("td.rtop-tick").count() == count

    def get_recipients(self) -> list[str]:
        """Return the names on the ledger that is open, in its order."""
        return self.page.locator("section h2 bdi").all_inner_texts()

    def open_ledger(self, name: str) -> None:
        self.go(f"td.title a:has-text('{name}')", "correspondence/letter")

    def tick_recipient(self, name: str) -> None:
        """Open the form of an event for one recipient of the ledger."""
        self.tick(f"section:has(h2:has-text('{name}')) [name=row]")
        self.go("button[form=rtop-record]", "record")

    def add_response(self, name: str) -> None:
        """Open the form of a response from the recipient: theirs alone is ticked."""
        self.go(f"section:has(h2:has-text('{name}')) a[href*='?recipient=']", "add")
        ticked = self.page.locator("label:has([name=recipient_keys]:checked)")
        assert [t.strip() for t in ticked.all_inner_texts()] == [name]

    def attach_file(self) -> None:
        self.press("#id_document-chooser [data-chooser-action-choose] >> visible=true")
        self.press(".modal a[data-chooser-modal-choice]")
        self.find(".modal").wait_for(state="detached")

    def record(self, kind: str, day: date, *, note: str = "") -> None:
        """Fill the form of an event for those who were ticked."""
        self.select("[name=kind]", kind)
        self.write("[name=happened_on]", day.isoformat())
        if note:
            self.write("[name=note]", note)
        self.go("main form button[type=submit]", "correspondence")

    def record_for_all(self, kind: str, day: date, *, note: str = "") -> None:
        self.tick("th.rtop-tick input")
        self.go("form[data-controller=w-bulk] button[type=submit]", "record")
        self.record(kind, day, note=note)

    def respond(self, kind: str, title: str, day: date, note: str) -> None:
        """Publish the response whose form is open; its recipient is ticked."""
        self.write("#id_title", title)
        self.select("#id_kind", kind)
        self.write("#id_document_date", day.isoformat())
        self.write("[data-contentpath=summary] [contenteditable=true]", note)
        self.publish()

    # The release

    def write_release(self) -> None:
        self.go("aside a[href*='pressreleasepage']", "pressreleasepage")
        self.go("header a[href*=choose_parent]", "/pages/add/")
        self.write("#id_title", f"Release, {self.name}")
        self.write("#id_subtitle", "Twelve have answered")
        self.write("#id_document_date", date.today().isoformat())
        self.press("#body-root .c-sf-add-button")
        self.hands.choose_first(".w-combobox [role=option]")
        text = "[data-contentpath=body] [contenteditable=true]"
        self.write(text, "Most of those we wrote to have not answered.")
        self.save()

    def find_in_list(self, title: str) -> None:
        """Open the editor of a release, by the list of them."""
        self.go("aside a[href*='pressreleasepage']", "pressreleasepage")
        self.search(title)
        # The whole title: translations have more than that.
        exact = re.compile(rf"^\s*{re.escape(title)}\s*$")
        links = self.page.locator("td.title a[href*='/edit/']")
        self.go(links.filter(has_text=exact), "/edit/")

    def open_release(self) -> None:
        """Open the release view over the editor."""
        self.press(ACTIONS)
        self.press("[data-rtop-hold=release]")
        self.find(".modal [name=when]").wait_for()

    def embargo(self, moment: str) -> str:
        """Hold every language back until then; return what was told beforehand."""
        self.open_release()
        self.tick(".modal [name=when][value=embargo]")
        self.write(".modal [name=lift]", moment)
        for box in self.page.locator(".modal [name=pages]").all():
            self.hands.tick(box)
        self.picture("story-release")
        self.press(".modal form:has([name=lift]) button[type=submit]")
        self.find(".modal [name=back]").wait_for()
        self.picture("story-release-confirm")
        told = self.read(".modal-body")
        self.go(".modal form:has([name=back]) button:not([name])", "/edit/")
        return told

    def correct(self, subtitle: str, note: str) -> None:
        """Publish the release that is open with another subtitle, and say so."""
        self.write("#id_subtitle", subtitle)
        self.press("#id_corrections-ADD")
        self.write("#id_corrections-0-note", note)
        self.publish()

    def retract(self, reason: str) -> None:
        """Retract the release that is open."""
        self.press(ACTIONS)
        self.find("a[href*='rtop/retraction']").wait_for()
        self.go("a[href*='rtop/retraction']", "retraction")
        self.write("[name=reason]", reason)
        self.picture("story-retraction")
        self.press("main form button[type=submit]")
        self.find("main blockquote").wait_for()
        self.go("main form button[type=submit]", "/edit/")

    # The report

    def open_report(self) -> None:
        self.press(f"aside button:has-text('{REPORTS[self.code]}')")
        link = "aside a[href*='rtop-correspondence']"
        self.find(link).wait_for()
        self.go(link, "rtop-correspondence")

    def filter_report(self, name: str, value: str) -> None:
        """Narrow the report by one of its filters."""
        self.press("#filters-drilldown [data-w-dropdown-target=toggle]")
        self.press(f"[aria-controls=drilldown-id_{name}]")
        with self.page.expect_response(re.compile(f"results.*{name}=[^&]")):
            self.write(f"#id_{name}", value)
        self.page.keyboard.press("Escape")
        self.find(f"#drilldown-id_{name}").wait_for(state="hidden")
        self.wait_for_results()

    def read_figures(self) -> list[list[str]]:
        """Return the rows of the table of figures; the chart's cell is empty."""
        table = self.find("table:has(caption)")
        rows = table.locator("tbody tr").all()
        return [[c.inner_text() for c in r.locator("th, td").all()] for r in rows]

    def download(self) -> list[tuple[Any, ...]]:
        """Return the rows of the spreadsheet that the report's menu hands out."""
        self.press(ACTIONS)
        with self.page.expect_download() as found:
            self.press("a[href*='export=xlsx']")
        return read_sheet(found.value.path().read_bytes())
