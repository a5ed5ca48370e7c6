"""The buttons of a row, without the queries that some of them cost."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.widgets.button import (
    Button,
    ButtonWithDropdownFromHook,
    ListingButton,
)

from wagtail_rtop.desk.facts import get_facts


MORE = "register_page_listing_more_buttons"


class RowDropdown(ButtonWithDropdownFromHook):
    """Wagtail's menu of a row; wagtail-localize's part comes from the row's facts.

    Its own hook asks the database twice or three times for each row.
    """

    def __init__(self, button: ButtonWithDropdownFromHook) -> None:
        super().__init__(
            button.label,
            hook_name=button.hook_name,
            page=button.page,
            user=button.user,
            next_url=button.next_url,
            icon_name=button.icon_name,
            attrs={k: v for k, v in button.attrs.items() if k != "type"},
            priority=button.priority,
            classname=button.classname,
        )
        self.dropdown_buttons = list(self._build_buttons())

    def _build_buttons(self) -> Iterator[Any]:
        slow = get_localize_hook()
        for hook in hooks.get_hooks(self.hook_name):
            if hook is slow:
                found = build_translation_buttons(self.page, self.user, self.next_url)
            else:
                found = hook(page=self.page, user=self.user, next_url=self.next_url)
            yield from filter_buttons(found, self.user, Button)


def build_row_buttons(page: Any, user: Any, next_url: str, context: Any) -> list[Any]:
    """Return what Wagtail's tag ``page_listing_buttons`` returns, from the same hooks."""
    found: list[Any] = []
    for hook in hooks.get_hooks("register_page_listing_buttons"):
        for button in hook(page=page, user=user, next_url=next_url):
            is_menu = isinstance(button, ButtonWithDropdownFromHook)
            if is_menu and button.hook_name == MORE:
                button = RowDropdown(button)
            found.append(button)
    buttons = sorted(filter_buttons(found, user, ListingButton))
    for construct in hooks.get_hooks("construct_page_listing_buttons"):
        construct(buttons, page=page, user=user, context=context)
    return buttons


def filter_buttons(found: Any, user: Any, button_class: type) -> Iterator[Any]:
    """Yield the buttons that this user is shown; menu items become buttons."""
    for button in found:
        if isinstance(button, MenuItem):
            if button.is_shown(user):
                yield button_class.from_menu_item(button)  # type: ignore[attr-defined]  # a BaseButton
        elif button.show:
            yield button


def get_localize_hook() -> Any:
    """Return the function with which wagtail-localize adds to a row's menu, or None."""
    if not apps.is_installed("wagtail_localize"):
        return None
    # Imported here: the app may be absent.
    from wagtail_localize import wagtail_hooks

    return getattr(wagtail_hooks, "page_listing_more_buttons", None)


def build_translation_buttons(
    page: Any, user: Any, next_url: str | None
) -> Iterator[Button]:
    """Yield wagtail-localize's buttons for a page whose facts are attached."""
    if page.is_root() or not user.has_perm("wagtail_localize.submit_translation"):
        return
    facts = get_facts(page)
    if facts.missing_locales > 0:
        yield Button(
            _("Translate this page"),
            reverse(
                "wagtail_localize:submit_page_translation",
                args=[page.alias_of_id or page.pk],
            ),
            priority=60,
            icon_name="wagtail-localize-language",
        )
    if facts.source:
        url = reverse("wagtail_localize:update_translations", args=[facts.source])
        if next_url is not None:
            url += "?" + urlencode({"next": next_url})
        yield Button(_("Sync translated pages"), url, priority=60, icon_name="resubmit")
