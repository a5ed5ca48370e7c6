"""System checks on settings. Checks on a page type live with its mixin.

E001 base order, E002 child relation, E003 slug not synchronised (contracts.py,
policy.py), E020 rows without a key (rows.py), W030 scheduler silent
(visibility/scheduler.py), W040 no text index on PostgreSQL
(browse/search_index.py), W060 EarlyNotModifiedMiddleware in the wrong place
(middleware.py), E077 wagtail-localize changed below our rule
(visibility/localize.py). In this module:

W001 unknown key in WAGTAIL_RTOP
E070 WAGTAIL_RTOP is not a dict
E071 value of the wrong kind or out of range
E072 BASE_TEMPLATE not found
E073 PAGE_TYPES names something that is no page type
E074 documents served around serve_view
E075 an app that the package needs is missing
E076 wagtail_rtop.urls not included, or behind Wagtail's
W070 WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE not False
W071 WAGTAILLOCALIZE_DISABLE_ON_DELETE not True
W072 LocaleMiddleware missing
W073 wagtail_localize ahead of wagtail_rtop in INSTALLED_APPS
W074 wagtail_localize on a site with a base page of its own

docs/reference/checks.md lists them all.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from django.utils.module_loading import import_string

from wagtail_rtop.compat import get_page_model_string
from wagtail_rtop.conf import DEFAULTS, RANGES, get_setting, get_site_settings


Messages = list[checks.CheckMessage]
# An address without arguments, as path() writes it.
PLAIN_ADDRESS = re.compile(r"[\w/.~-]*")
LISTS = (list, tuple, set, frozenset)

# Apps whose templates, hooks or views the package uses.
NEEDED_APPS = {
    "wagtail.snippets": "Regions, contacts and the coalition's data are snippets.",
    "wagtail.documents": "Attachments are documents.",
    "wagtail.images": "Pages and press releases have images.",
}


@checks.register(checks.Tags.compatibility)
def check_settings_dict(app_configs: Any, **kwargs: Any) -> Messages:
    """Compare the site's ``WAGTAIL_RTOP`` with the keys and ranges in conf.py."""
    try:
        own = get_site_settings()
    except ImproperlyConfigured as error:
        return [
            checks.Error(
                str(error),
                hint="See docs/reference/settings.md for the keys.",
                id="wagtail_rtop.E070",
            )
        ]
    return [*_find_unknown_keys(own), *_find_bad_values(own)]


def _find_unknown_keys(own: Mapping[str, Any]) -> Iterable[checks.CheckMessage]:
    for key in own:
        if key in DEFAULTS:
            continue
        nearest = difflib.get_close_matches(str(key).upper(), DEFAULTS, n=1, cutoff=0.4)
        known = ", ".join(sorted(DEFAULTS))
        yield checks.Warning(
            f"WAGTAIL_RTOP has an unknown key '{key}'; it has no effect.",
            hint=f"Did you mean '{nearest[0]}'?"
            if nearest
            else f"The known keys are: {known}.",
            id="wagtail_rtop.W001",
        )


def _find_bad_values(own: Mapping[str, Any]) -> Iterable[checks.CheckMessage]:
    for key, value in own.items():
        if key not in DEFAULTS:
            continue
        accepted = _describe_accepted(key, value)
        if accepted:
            yield checks.Error(
                f"WAGTAIL_RTOP['{key}'] is {value!r}; it must be {accepted}.",
                hint="Mend it in the settings of the site; "
                "docs/reference/settings.md explains the key.",
                id="wagtail_rtop.E071",
            )


def _describe_accepted(key: str, value: Any) -> str:
    """Return what would be accepted, or "" if the value is."""
    if key in RANGES:
        lowest, highest = RANGES[key]
        # bool is an int to Python, not to a person who wrote True.
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and lowest <= value and (highest is None or value <= highest):
            return ""
        if highest is None:
            return f"a whole number, {lowest} or more"
        return f"a whole number from {lowest} to {highest}"
    if key == "PAGE_TYPES":
        return "" if value is None or isinstance(value, LISTS) else "None or a list"
    if isinstance(DEFAULTS[key], bool):
        return "" if isinstance(value, bool) else "True or False"
    if isinstance(DEFAULTS[key], list):
        fine = isinstance(value, LISTS) and all(
            isinstance(part, str) and part for part in value
        )
        return "" if fine else "a list of strings that are not empty"
    if DEFAULTS[key] == "":
        return "" if isinstance(value, str) else "a string"
    if isinstance(DEFAULTS[key], str):
        return "" if isinstance(value, str) and value else "a string that is not empty"
    return ""


@checks.register(checks.Tags.templates)
def check_base_template(app_configs: Any, **kwargs: Any) -> Messages:
    """Find the template that the package's pages extend."""
    name = _get_valid_setting("BASE_TEMPLATE", str)
    if name is None:
        return []
    try:
        get_template(name)
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        reason = (
            "cannot be found"
            if isinstance(error, TemplateDoesNotExist) and str(error) == name
            else f"cannot be loaded: {error}"
        )
        return [
            checks.Error(
                f"The template '{name}', WAGTAIL_RTOP['BASE_TEMPLATE'], {reason}.",
                hint="Name a template of the site with a block 'content', or take the "
                f"key out to use {DEFAULTS['BASE_TEMPLATE']}.",
                id="wagtail_rtop.E072",
            )
        ]
    return []


@checks.register(checks.Tags.models)
def check_page_types(app_configs: Any, **kwargs: Any) -> Messages:
    """Compare ``PAGE_TYPES`` with the ready-made page types."""
    if not apps.is_installed("wagtail_rtop.pages"):
        return []
    offered = _get_valid_setting("PAGE_TYPES", LISTS)
    models = apps.get_app_config("wagtail_rtop_pages").get_models()
    known = sorted(m.__name__ for m in models if hasattr(m, "is_creatable"))
    unknown = [str(name) for name in offered or () if name not in known]
    if not unknown:
        return []
    return [
        checks.Error(
            "WAGTAIL_RTOP['PAGE_TYPES'] names no ready-made page type with "
            f"{', '.join(unknown)}.",
            hint=f"Use None for all, or a list with some of: {', '.join(known)}.",
            id="wagtail_rtop.E073",
        )
    ]


def _get_valid_setting(name: str, kind: type | tuple[type, ...]) -> Any:
    """Return the value, or None if it is of another kind: E070, E071 report that."""
    try:
        value = get_setting(name)
    except ImproperlyConfigured:
        return None
    return value if isinstance(value, kind) else None


@checks.register(checks.Tags.security)
def check_documents(app_configs: Any, **kwargs: Any) -> Messages:
    """Look for a way to documents that does not ask the gate."""
    if not apps.is_installed("wagtail.documents"):
        return []
    method = _get_serve_method()
    if method != "serve_view":
        return [
            checks.Error(
                f"Documents are served by '{method}', around the view that asks "
                "whether the visitor may see the page they are attached to.",
                hint="Set WAGTAILDOCS_SERVE_METHOD = 'serve_view', or silence this "
                "check if every document of the site may be public.",
                id="wagtail_rtop.E074",
            )
        ]
    return _find_public_media()


def _get_serve_method() -> str:
    """Return how Wagtail will serve documents, by its own rule."""
    method = getattr(settings, "WAGTAILDOCS_SERVE_METHOD", None)
    if method:
        return method
    from wagtail.documents import get_document_model

    storage = get_document_model()._meta.get_field("file").storage
    for name, result in (("path", "serve_view"), ("url", "redirect")):
        try:
            getattr(storage, name)("probe.pdf")
        except (NotImplementedError, ValueError):
            # This storage has no such address; the next one decides.
            continue
        return result
    return "serve_view"


def _find_public_media() -> Messages:
    # A development server may show everything.
    if settings.DEBUG or not str(settings.MEDIA_URL).startswith("/"):
        return []
    try:
        match = resolve(f"{settings.MEDIA_URL}documents/probe.pdf")
    except Resolver404:
        return []
    if getattr(match.func, "__module__", "") != "django.views.static":
        return []
    return [
        checks.Error(
            f"The URL configuration serves every file below {settings.MEDIA_URL}, "
            "documents that are attached to hidden pages included.",
            hint="Take the pattern with django.views.static.serve out, and let the "
            "web server serve images alone.",
            id="wagtail_rtop.E074",
        )
    ]


@checks.register(checks.Tags.compatibility)
def check_needed_apps(app_configs: Any, **kwargs: Any) -> Messages:
    """Name the apps that the package needs and the site lacks."""
    return [
        checks.Error(
            f"wagtail_rtop needs '{name}', which is not in INSTALLED_APPS.",
            hint=f"Add '{name}' to INSTALLED_APPS. {reason}",
            id="wagtail_rtop.E075",
        )
        for name, reason in NEEDED_APPS.items()
        if not apps.is_installed(name)
    ]


@checks.register(checks.Tags.urls)
def check_urls(app_configs: Any, **kwargs: Any) -> Messages:
    """Find the package's own addresses, ahead of Wagtail's catch-all."""
    from wagtail_rtop.urls import app_name

    if not getattr(settings, "ROOT_URLCONF", ""):
        return []
    message = ""
    found = next(_find_resolvers(app_name, get_resolver(), "/"), None)
    if found is None:
        message = "The URL configuration does not include wagtail_rtop.urls."
    elif not _is_reachable(app_name, *found):
        message = (
            "The URL configuration includes wagtail_rtop.urls after Wagtail's, whose "
            "pattern for pages takes every address."
        )
    if not message:
        return []
    return [
        checks.Error(
            message,
            hint="Put path('', include('wagtail_rtop.urls')) ahead of "
            "path('', include(wagtail.urls)).",
            id="wagtail_rtop.E076",
        )
    ]


def _find_resolvers(
    app_name: str, resolver: URLResolver, prefix: str
) -> Iterator[tuple[str, URLResolver]]:
    """Yield each place where this app is included, with the address before it.

    By hand: ``reverse()`` would first index every address of the site, the admin's
    included, which costs more than all other checks of ours together.
    """
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            address = f"{prefix}{entry.pattern}"
            if entry.app_name == app_name:
                yield address, entry
            else:
                yield from _find_resolvers(app_name, entry, address)


def _is_reachable(app_name: str, prefix: str, resolver: URLResolver) -> bool:
    """Return whether the first address that takes no argument leads to us."""
    for entry in resolver.url_patterns:
        address = f"{prefix}{entry.pattern}"
        # What takes arguments or is a regular expression is no address; another
        # will tell.
        if isinstance(entry, URLResolver) or not PLAIN_ADDRESS.fullmatch(address):
            continue
        try:
            return app_name in resolve(address).app_names
        except Resolver404:
            return False
    return True


@checks.register(checks.Tags.translation)
def check_localize(app_configs: Any, **kwargs: Any) -> Messages:
    """Look at wagtail-localize's order and at settings that publish too much."""
    if not apps.is_installed("wagtail_localize"):
        return []
    found: Messages = []
    if getattr(settings, "WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE", True):
        found.append(
            checks.Warning(
                "wagtail-localize publishes a page in the new language before a word "
                "of it is translated.",
                hint="Set WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False.",
                id="wagtail_rtop.W070",
            )
        )
    if not getattr(settings, "WAGTAILLOCALIZE_DISABLE_ON_DELETE", False):
        found.append(
            checks.Warning(
                "wagtail-localize forgets the translated sentences of a page that is "
                "deleted.",
                hint="Set WAGTAILLOCALIZE_DISABLE_ON_DELETE = True.",
                id="wagtail_rtop.W071",
            )
        )
    names = [config.name for config in apps.get_app_configs()]
    if names.index("wagtail_localize") < names.index("wagtail_rtop"):
        found.append(
            checks.Warning(
                "wagtail_localize comes ahead of wagtail_rtop in INSTALLED_APPS, so "
                "it answers an editor's request before the package can look at it.",
                hint="Move 'wagtail_rtop' above 'wagtail_localize'.",
                id="wagtail_rtop.W073",
            )
        )
    if get_page_model_string() != "wagtailcore.Page":
        found.append(
            checks.Warning(
                "wagtail_localize does not support a base page of the site's own "
                f"({get_page_model_string()}).",
                hint="Take wagtail_localize out of INSTALLED_APPS, or use Wagtail's "
                "own Page.",
                id="wagtail_rtop.W074",
            )
        )
    return found


@checks.register(checks.Tags.translation)
def check_locale_middleware(app_configs: Any, **kwargs: Any) -> Messages:
    """A site in several languages has to find out which one is asked for."""
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False) or any(
        _is_locale_middleware(path) for path in settings.MIDDLEWARE
    ):
        return []
    return [
        checks.Warning(
            "WAGTAIL_I18N_ENABLED is set, but no LocaleMiddleware is in MIDDLEWARE: "
            "every page is shown with the interface in one language.",
            hint="Add 'django.middleware.locale.LocaleMiddleware' after "
            "SessionMiddleware.",
            id="wagtail_rtop.W072",
        )
    ]


def _is_locale_middleware(path: str) -> bool:
    """Return whether this is Django's LocaleMiddleware or a subclass of it."""
    from django.middleware.locale import LocaleMiddleware

    middleware = import_string(path)
    return isinstance(middleware, type) and issubclass(middleware, LocaleMiddleware)
