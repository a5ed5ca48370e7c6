"""The sign-in form: one message for every reason to refuse."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wagtail_rtop.throttle import build_address_throttle, build_name_throttle


class SignInForm(AuthenticationForm):
    """Refuses unknown, inactive and locked names alike, in the same time.

    Attributes:
        wait: seconds until further tries are accepted; 0 = they are.
    """

    error_messages = {
        "invalid_login": _(
            "This name and this password do not go together, or there were too many "
            "tries. Check both, or try again later."
        ),
        "inactive": _(
            "This name and this password do not go together, or there were too many "
            "tries. Check both, or try again later."
        ),
    }
    wait = 0

    def clean(self) -> dict[str, Any]:
        """Count the try, then authenticate.

        Raises:
            ValidationError: if refused, for whichever reason.
        """
        name = self.data.get(self.add_prefix("username")) or ""
        by_address = build_address_throttle(self.request)
        by_name = build_name_throttle(name)
        if not by_address.admit():
            # Says nothing about any name: no need to take time for it.
            self.wait = by_address.get_wait()
            raise self.get_invalid_login_error()
        if not by_name.admit():
            self.wait = by_name.get_wait()
            # As long as a try that is looked at takes.
            make_password(self.cleaned_data.get("password") or "")
            raise self.get_invalid_login_error()
        # Told to ThrottledBackend: this try is counted.
        self.request._rtop_counted = True  # type: ignore[union-attr]  # ours, and the view always gives a request
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        # The same words as for any other refusal.
        if not user.is_active:
            raise ValidationError(self.error_messages["inactive"], code="invalid_login")
