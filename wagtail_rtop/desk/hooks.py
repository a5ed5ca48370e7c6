"""What the desk brings to Wagtail's admin."""

from typing import Any

from wagtail import hooks

from wagtail_rtop.desk.listings import build_viewsets


# Ahead of a site's own, so that a viewset it registers for the same type replaces
# ours.
@hooks.register("register_admin_viewset", order=-1)
def register_viewsets() -> list[Any]:
    return build_viewsets()
