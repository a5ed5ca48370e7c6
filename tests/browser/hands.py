"""Two ways to work a page: with the mouse, and with the keyboard alone."""

from typing import Any


TABS = "main form [role=tab]"
# Milliseconds until a calendar has opened.
CALENDAR = 200
# Stops of the Tab key before something counts as out of reach.
MOST_STOPS = 400
TRIES = 3
# Whether the modal around an element, if any, has the focus.
FADED = """target => {
    const modal = target.closest(".modal");
    return !modal || modal.contains(document.activeElement);
}"""
# Whether the selected tab has the focus.
FOCUSED = """tabs => {
    const here = document.activeElement;
    return here.matches(tabs) && here.getAttribute("aria-selected") === "true";
}"""
# Where the focus stands, as seen from an element: on it or in it, ahead, behind.
WHERE = """target => {
    const here = document.activeElement;
    if (here === target) return "here";
    const ahead = here === document.body
        || here.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING;
    return ahead ? "ahead" : "behind";
}"""


class Mouse:
    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, target: Any) -> None:
        """Press a button, or follow a link."""
        target.click()

    def write(self, target: Any, text: str) -> None:
        target.fill(text)
        if target.get_attribute("autocomplete") == "off":
            # A calendar opens a moment after the focus came; it closes with it.
            self.page.wait_for_timeout(CALENDAR)
        target.blur()

    def tick(self, target: Any) -> None:
        """Tick a box, or choose one of several buttons."""
        target.check()

    def select(self, target: Any, value: str) -> None:
        target.select_option(value)

    def open_tab(self, number: int) -> None:
        """Open a tab of the editor; their ids are in the language of the admin."""
        self.page.locator(TABS).nth(number).click()

    def choose_first(self, options: str) -> None:
        """Choose the first entry of a list that has opened."""
        self.page.locator(options).first.click()


class Keyboard:
    """Tab and Shift+Tab lead everywhere; no pointer is ever moved."""

    def __init__(self, page: Any) -> None:
        self.page = page
        page.add_init_script(
            "window.rtopPointer = 0;"
            "addEventListener('pointerdown', () => rtopPointer++, true);"
        )

    def reach(self, target: Any) -> None:
        """Move the focus to the element as somebody does who has no pointer.

        Raises:
            AssertionError: if the Tab key does not lead there.
        """
        target.wait_for(state="visible")
        element = target.element_handle()
        # A modal takes the focus once it has faded in; people see it fade.
        self.page.wait_for_function(FADED, arg=element)
        for _ in range(MOST_STOPS):
            where = self.page.evaluate(WHERE, element)
            if where == "here":
                return
            self.page.keyboard.press("Tab" if where == "ahead" else "Shift+Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def press(self, target: Any) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Any, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        # Leaves the field, and closes a calendar that opened with it.
        self.page.keyboard.press("Tab")

    def tick(self, target: Any) -> None:
        if target.get_attribute("type") == "radio":
            self._choose(target)
            return
        for _ in range(TRIES):
            if target.is_checked():
                return
            self.reach(target)
            self.page.keyboard.press("Space")
            self.page.wait_for_timeout(100)
            # Only what has lost the focus since is gone to again.
            where = self.page.evaluate(WHERE, target.element_handle())
            assert target.is_checked() or where != "here"
        assert target.is_checked()

    def select(self, target: Any, value: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Home")
        while target.input_value() != value:
            before = target.input_value()
            self.page.keyboard.press("ArrowDown")
            assert target.input_value() != before, value

    def open_tab(self, number: int) -> None:
        self.reach(self.page.locator(f"{TABS}[aria-selected=true]"))
        tabs = self.page.locator(TABS)
        for _ in range(tabs.count()):
            if tabs.nth(number).get_attribute("aria-selected") == "true":
                return
            self.page.keyboard.press("ArrowRight")
            # The next one is selected first, and takes the focus a moment after: from
            # wherever it is by then.
            self.page.wait_for_function(FOCUSED, arg=TABS)
        raise AssertionError(f"The arrow keys do not lead to tab {number}")

    def choose_first(self, options: str) -> None:
        self.reach(self.page.locator("[role=combobox]:visible"))
        self.page.keyboard.press("ArrowDown")
        assert self.page.locator(options).first.get_attribute("aria-selected") == "true"
        self.page.keyboard.press("Enter")

    def _choose(self, target: Any) -> None:
        """Tab to the buttons of one name, then arrows to the one."""
        name = target.get_attribute("name")
        form = target.locator("xpath=ancestor::form[1]")
        buttons = form.locator(f"[type=radio][name='{name}']")
        checked = form.locator(f"[type=radio][name='{name}']:checked")
        self.reach(checked if checked.count() else buttons.first)
        if not checked.count():
            self.page.keyboard.press("Space")
        for _ in range(buttons.count()):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrow keys do not lead to {target}")
