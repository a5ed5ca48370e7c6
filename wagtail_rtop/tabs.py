"""An editor in tabs, made of what a page type's panels say."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList, TabbedInterface


class TabPanel(ObjectList):
    """Panels that stand in a tab of their own.

    In a site's ``content_panels`` it may stand anywhere; ``build_tabs`` lifts it
    out. In an ``edit_handler`` of the site's own it is a plain group.
    """


def build_tabs(
    cls: Any, heading: Any, more: Sequence[ObjectList] = ()
) -> TabbedInterface:
    """Return the editor of a page type: its panels, tabs out of the way.

    What stands in ``content_panels`` is the first tab, under ``heading``, each
    TabPanel in it one of its own; ``more`` follow, then Wagtail's Promote and
    Settings. Tabs without panels are left out.
    """
    content = list(cls.content_panels)
    own = [panel for panel in content if isinstance(panel, TabPanel)]
    tabs = [
        ObjectList([p for p in content if p not in own], heading=heading),
        *own,
        *more,
        ObjectList(cls.promote_panels, heading=_("Promote")),
        ObjectList(cls.settings_panels, heading=_("Settings")),
    ]
    filled = [tab for tab in tabs if tab.children]
    return TabbedInterface(filled, base_form_class=cls.base_form_class)
