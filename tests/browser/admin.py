"""A person at the admin, and what the console and the server said meanwhile."""

import re
import sys
from typing import Any

from tests.browser.conftest import PICTURES


# What has the focus, what is disabled, and what is open.
STATE = """() => [
    document.activeElement.outerHTML.slice(0, 300),
    ...[...document.querySelectorAll("button[disabled]:not([disabled=false])")]
        .map(button => "disabled: " + button.outerHTML.slice(0, 200)),
    ...[...document.querySelectorAll("body > .modal")]
        .map(modal => "modal: " + modal.outerHTML.slice(0, 300)),
].join("\\n")"""


class Admin:
    """A window of the admin, signed in.

    Attributes:
        page: Playwright's.
        code: the language of the user's admin.
        faults: script errors, errors in the console, answers of 500 and above.
    """

    def __init__(self, browser: Any, site_url: str, user: str) -> None:
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 900}, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.site_url = site_url
        self.user = user
        self.code = user.rsplit("-", 1)[-1]
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("response", self._look)
        # What Wagtail says when a modal does not come.
        self.page.add_init_script("window.alert = text => console.error(text)")

    def __enter__(self) -> "Admin":
        self.page.goto(f"{self.site_url}/admin/login/")
        self.page.fill("[name=username]", self.user)
        self.page.fill("[name=password]", "password")
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/admin/")
        return self

    def __exit__(self, kind: Any, *exc_info: Any) -> None:
        if kind:
            self._tell()
        self.context.close()

    def open(self, path: str) -> Any:
        """Open a path below the admin's; the page must be there."""
        answer = self.page.goto(f"{self.site_url}/admin/{path}")
        assert answer.status == 200, (path, answer.status)
        return self.page

    def find_pages(self, **query: Any) -> list[int]:
        """Return ids of pages, oldest first, by the admin's own API."""
        found = self.page.request.get(
            f"{self.site_url}/admin/api/main/pages/",
            params={"order": "id", **query},
        )
        return [item["id"] for item in found.json()["items"]]

    def find_page(self, slug: str, **query: Any) -> int:
        return self.find_pages(slug=slug, **query)[0]

    def find_link(self, pattern: str) -> str:
        """Return the first link of this page whose address has the pattern."""
        links = self.page.eval_on_selector_all(
            "main a[href]", "all => all.map(a => a.getAttribute('href'))"
        )
        return next(link for link in links if re.search(pattern, link))

    def picture(self, name: str, *, full: bool = False) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}-{self.code}.png"
        self.page.screenshot(path=str(path), full_page=full)

    def _hear(self, message: Any) -> None:
        where = message.location.get("url", "")
        # Browsers ask for an icon that the test site lacks.
        if message.type == "error" and not where.endswith("/favicon.ico"):
            self.faults.append(f"{message.text} {where}")

    def _tell(self) -> None:
        """Say how things stood when a test failed; pytest shows it."""
        self.picture("failed")
        state = self.page.evaluate(STATE)
        sys.stdout.write(f"{self.page.url} {self.faults}\n{state}\n")

    def _look(self, response: Any) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")
