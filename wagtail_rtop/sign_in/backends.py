"""Extends the limit on tries to every form that signs in, the admin's included."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied

from wagtail_rtop.throttle import build_address_throttle, build_name_throttle


class ThrottledBackend(BaseBackend):
    """Lets nobody in; refuses those who tried too often before others are asked.

    To use: put "wagtail_rtop.sign_in.backends.ThrottledBackend" first in
    ``AUTHENTICATION_BACKENDS``, before the backends that know your users.
    """

    def authenticate(
        self, request: Any, username: str | None = None, **credentials: Any
    ) -> None:
        """Count the try, unless the sign-in form has.

        Raises:
            PermissionDenied: after too many; Django then asks no other backend.
        """
        name = username or credentials.get(get_user_model().USERNAME_FIELD)
        if request is None or name is None or hasattr(request, "_rtop_counted"):
            return
        if not build_address_throttle(request).admit():
            raise PermissionDenied
        if not build_name_throttle(str(name)).admit():
            raise PermissionDenied
        request._rtop_counted = True
