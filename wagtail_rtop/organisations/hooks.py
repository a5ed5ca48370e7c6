"""What organisations add to the admin."""

from typing import Any

from wagtail import hooks

from wagtail_rtop.organisations.choosers import build_chooser_viewset


@hooks.register("register_admin_viewset")
def register_chooser() -> Any:
    return build_chooser_viewset()
