"""A sign-in that succeeds is not counted among those that failed."""

from typing import Any

from django.contrib.auth.signals import user_logged_in

from wagtail_rtop.throttle import build_address_throttle, build_name_throttle


def connect() -> None:
    """Connect the handlers; called once, when the apps are ready."""
    user_logged_in.connect(
        on_signed_in, dispatch_uid="wagtail_rtop.sign_in.user_logged_in"
    )


def on_signed_in(sender: type, request: Any, user: Any, **kwargs: Any) -> None:
    if not getattr(request, "_rtop_counted", False):
        return
    build_address_throttle(request).take_back()
    build_name_throttle(user.get_username()).forget()
