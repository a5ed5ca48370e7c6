"""Settings of wagtail_rtop: one dict, ``WAGTAIL_RTOP``, read when it is needed.

Nothing is cached, so ``override_settings`` works in tests.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


# Every supported key, with its default. The settings table in docs/ is tested
# against this.
DEFAULTS: dict[str, Any] = {
    # Template that the package's pages extend. It needs a block ``content``;
    # the optional blocks are listed in docs/reference/templates.md.
    "BASE_TEMPLATE": "wagtail_rtop/base.html",
    # Names of the ready-made page types editors may create, for example
    # ["LetterPage", "LetterIndexPage"]; None = all of them.
    "PAGE_TYPES": None,
    # Documents on one page of a list. Count, 1 to 100.
    "PAGE_SIZE": 20,
    # How long a profile counts as verified. Months, 1 to 120.
    "VERIFY_MONTHS": 12,
    # Failed sign-ins from one address or for one name before further tries are
    # refused. Count, 1 or more.
    "SIGN_IN_ATTEMPTS": 10,
    # How long a refusal lasts. Seconds.
    "SIGN_IN_LOCKOUT": 900,
    # Key of request.META that holds the visitor's address. Behind a proxy name the
    # header that the proxy sets itself, for example "HTTP_X_REAL_IP"; otherwise
    # all visitors share one address and one limit.
    "SIGN_IN_ADDRESS_KEY": "REMOTE_ADDR",
    # Who is told by e-mail of a release that failed or came late: a list of
    # addresses; None = the site's MANAGERS, else its ADMINS.
    "ALERT_EMAILS": None,
    # What EarlyNotModifiedMiddleware holds its pages for, however quiet the site.
    # Seconds, 1 or more.
    "EARLY_304_SECONDS": 300,
    # Changes with each deployment, for example a commit's id: pages that were made
    # by earlier templates are rendered anew.
    "EARLY_304_KEY": "",
    # Beginnings of the names of cookies that change nothing on a page.
    "EARLY_304_COOKIES": ["_pk_", "_ga"],
}

# Bounds of the keys that are numbers: lowest, highest (None = no bound), both
# inclusive. A check at start-up compares a site's values with them.
RANGES: dict[str, tuple[int, int | None]] = {
    "PAGE_SIZE": (1, 100),
    "VERIFY_MONTHS": (1, 120),
    "SIGN_IN_ATTEMPTS": (1, None),
    "SIGN_IN_LOCKOUT": (1, None),
    "EARLY_304_SECONDS": (1, None),
}


def get_setting(name: str) -> Any:
    """Return the site's value of ``name``, or the default.

    Raises:
        ImproperlyConfigured: if ``name`` is not a setting of this package, or
            ``WAGTAIL_RTOP`` is not a dict.
    """
    if name not in DEFAULTS:
        known = ", ".join(sorted(DEFAULTS))
        raise ImproperlyConfigured(
            f"'{name}' is not a wagtail_rtop setting. Known settings: {known}."
        )
    return get_site_settings().get(name, DEFAULTS[name])


def get_site_settings() -> Mapping[str, Any]:
    """Return what the site has set.

    Raises:
        ImproperlyConfigured: if ``WAGTAIL_RTOP`` is not a dict.
    """
    own = getattr(settings, "WAGTAIL_RTOP", {})
    if not isinstance(own, Mapping):
        raise ImproperlyConfigured(
            f"WAGTAIL_RTOP is {own!r}; it must be a dict such as "
            '{"PAGE_SIZE": 20}. Mend it in the settings of the site.'
        )
    return own
