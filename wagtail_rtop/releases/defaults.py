"""What a new press release starts with in the editor."""

from typing import Any

from wagtail.signals import init_new_page

from wagtail_rtop.coalition.models import get_coalition
from wagtail_rtop.releases.models import PressReleaseMixin


def connect() -> None:
    """Connect the handler; called once, when the apps are ready."""
    init_new_page.connect(fill_boilerplate, dispatch_uid="wagtail_rtop.releases.new")


def fill_boilerplate(sender: Any, page: Any, parent: Any, **kwargs: Any) -> None:
    """Fill in the coalition's default boilerplate, where the editor sees it.

    Wagtail sends the signal when it shows the form of a new page, and never when
    it saves or publishes one: an editor who empties the field has emptied it.
    """
    if not isinstance(page, PressReleaseMixin) or page.boilerplate_id:
        return
    coalition = get_coalition(parent.get_site(), parent.locale_id)
    if coalition:
        page.boilerplate = coalition.get_boilerplate(parent.locale_id)
