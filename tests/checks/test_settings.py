"""Each check on settings fires on the mistake, and only then."""

import pytest
from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage
from django.middleware.locale import LocaleMiddleware
from django.test import override_settings
from django.urls import clear_url_caches
from wagtail.documents import get_document_model

from wagtail_rtop import checks, conf


def get_ids(messages):
    return [message.id.removeprefix("wagtail_rtop.") for message in messages]


def check_dict(**own):
    return check_value(own)


def check_value(own):
    with override_settings(WAGTAIL_RTOP=own):
        return checks.check_settings_dict(None)


@pytest.fixture
def use_urls(settings):
    def use(name):
        settings.ROOT_URLCONF = name
        clear_url_caches()

    yield use
    clear_url_caches()


class FakeApps:
    """Stands for the registry of a site with these apps, in this order."""

    def __init__(self, names):
        self.names = names

    def is_installed(self, name):
        return name in self.names

    def get_app_configs(self):
        return [AppConfig(name, conf) for name in self.names]


@pytest.fixture
def install(monkeypatch):
    # Django's own registry cannot be filled twice: Wagtail's ready() refuses.
    return lambda names: monkeypatch.setattr(checks, "apps", FakeApps(names))


class OwnLocaleMiddleware(LocaleMiddleware):
    pass


class RemoteStorage(Storage):
    """Files at an address of their own, none on this disk."""

    def url(self, name):
        return f"https://files.example.org/{name}"


@pytest.mark.django_db
def test_the_test_site_is_clean():
    from django.core.checks import run_checks

    assert run_checks(include_deployment_checks=False) == []


def test_unknown_key_names_the_nearest():
    (message,) = check_dict(PAGESIZE=20)

    assert message.id == "wagtail_rtop.W001"
    assert message.msg == (
        "WAGTAIL_RTOP has an unknown key 'PAGESIZE'; it has no effect."
    )
    assert message.hint == "Did you mean 'PAGE_SIZE'?"


def test_unknown_key_like_no_other_lists_all():
    (message,) = check_dict(XX=1)

    assert message.hint == f"The known keys are: {', '.join(sorted(conf.DEFAULTS))}."


def test_key_that_is_no_string_is_reported():
    assert get_ids(check_value({7: 1})) == ["W001"]


@pytest.mark.parametrize("own", [["PAGE_SIZE"], "PAGE_SIZE", None, 3])
def test_settings_that_are_no_dict(own):
    (message,) = check_value(own)

    assert message.id == "wagtail_rtop.E070"
    assert message.msg == (
        f"WAGTAIL_RTOP is {own!r}; it must be a dict such as "
        '{"PAGE_SIZE": 20}. Mend it in the settings of the site.'
    )
    with (
        override_settings(WAGTAIL_RTOP=own),
        pytest.raises(ImproperlyConfigured, match="must be a dict"),
    ):
        conf.get_setting("PAGE_SIZE")


def test_unknown_setting_is_refused_by_the_reader():
    with pytest.raises(ImproperlyConfigured, match="'PAGESIZE' is not a"):
        conf.get_setting("PAGESIZE")


@pytest.mark.parametrize(
    ("key", "value", "accepted"),
    [
        ("PAGE_SIZE", 0, "a whole number from 1 to 100"),
        ("PAGE_SIZE", 101, "a whole number from 1 to 100"),
        ("PAGE_SIZE", "20", "a whole number from 1 to 100"),
        ("PAGE_SIZE", True, "a whole number from 1 to 100"),
        ("PAGE_SIZE", 2.5, "a whole number from 1 to 100"),
        ("PAGE_SIZE", None, "a whole number from 1 to 100"),
        ("SIGN_IN_ATTEMPTS", 0, "a whole number, 1 or more"),
        ("BASE_TEMPLATE", "", "a string that is not empty"),
        ("BASE_TEMPLATE", None, "a string that is not empty"),
        ("PAGE_TYPES", "LetterPage", "None or a list"),
    ],
)
def test_bad_value(key, value, accepted):
    (message,) = check_dict(**{key: value})

    assert message.id == "wagtail_rtop.E071"
    assert message.msg == (
        f"WAGTAIL_RTOP['{key}'] is {value!r}; it must be {accepted}."
    )


@pytest.mark.parametrize("value", [1, 20, 100])
def test_values_at_the_bounds_are_accepted(value):
    assert check_dict(PAGE_SIZE=value, SIGN_IN_LOCKOUT=10**9) == []


def test_defaults_are_accepted():
    assert check_dict(**conf.DEFAULTS) == []


def test_ranges_are_of_known_keys():
    assert set(conf.RANGES) <= set(conf.DEFAULTS)
    for key, (lowest, highest) in conf.RANGES.items():
        assert lowest <= conf.DEFAULTS[key] <= (highest or conf.DEFAULTS[key])


def test_base_template_that_is_missing():
    with override_settings(WAGTAIL_RTOP={"BASE_TEMPLATE": "no/such.html"}):
        (message,) = checks.check_base_template(None)

    assert message.id == "wagtail_rtop.E072"
    assert message.msg == (
        "The template 'no/such.html', WAGTAIL_RTOP['BASE_TEMPLATE'], cannot be found."
    )


def test_base_template_of_the_package_is_found():
    assert checks.check_base_template(None) == []


def test_page_type_that_does_not_exist():
    with override_settings(WAGTAIL_RTOP={"PAGE_TYPES": ["LetterPage", "Leter"]}):
        (message,) = checks.check_page_types(None)

    assert message.id == "wagtail_rtop.E073"
    assert (
        message.msg
        == "WAGTAIL_RTOP['PAGE_TYPES'] names no ready-made page type with Leter."
    )
    assert "LetterPage" in message.hint
    assert "LetterRecipient" not in message.hint


@pytest.mark.parametrize("offered", [None, [], ["LetterPage"], ("LetterIndexPage",)])
def test_page_types_that_exist(offered):
    with override_settings(WAGTAIL_RTOP={"PAGE_TYPES": offered}):
        assert checks.check_page_types(None) == []


@pytest.mark.parametrize("method", ["direct", "redirect"])
def test_documents_served_around_the_view(method):
    with override_settings(WAGTAILDOCS_SERVE_METHOD=method):
        (message,) = checks.check_documents(None)

    assert message.id == "wagtail_rtop.E074"
    assert f"served by '{method}'" in message.msg


def test_remote_storage_redirects_by_default(settings, monkeypatch):
    field = get_document_model()._meta.get_field("file")
    monkeypatch.setattr(field, "storage", RemoteStorage())
    del settings.WAGTAILDOCS_SERVE_METHOD

    assert get_ids(checks.check_documents(None)) == ["E074"]


@pytest.mark.parametrize("method", ["serve_view", None])
def test_documents_served_by_the_view(method):
    with override_settings(WAGTAILDOCS_SERVE_METHOD=method):
        assert checks.check_documents(None) == []


def test_public_media(use_urls, settings):
    use_urls("tests.checks.urls_without")
    assert get_ids(checks.check_documents(None)) == ["E074"]

    settings.DEBUG = True
    assert checks.check_documents(None) == []


def test_needed_app_that_is_missing(install):
    install(["wagtail_rtop", "wagtail.images", "wagtail.documents"])
    (message,) = checks.check_needed_apps(None)

    assert message.id == "wagtail_rtop.E075"
    assert message.msg == (
        "wagtail_rtop needs 'wagtail.snippets', which is not in INSTALLED_APPS."
    )


def test_needed_apps_that_are_there():
    assert checks.check_needed_apps(None) == []


def test_urls_left_out(use_urls):
    use_urls("tests.checks.urls_without")
    (message,) = checks.check_urls(None)

    assert message.id == "wagtail_rtop.E076"
    assert message.msg == "The URL configuration does not include wagtail_rtop.urls."


def test_urls_behind_wagtails(use_urls):
    use_urls("tests.checks.urls_behind")
    (message,) = checks.check_urls(None)

    assert message.id == "wagtail_rtop.E076"
    assert "after Wagtail's" in message.msg


def test_urls_in_their_place():
    assert checks.check_urls(None) == []


@pytest.mark.parametrize(
    ("name", "unsafe", "safe", "id"),
    [
        ("WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE", True, False, "W070"),
        ("WAGTAILLOCALIZE_DISABLE_ON_DELETE", False, True, "W071"),
    ],
)
def test_unsafe_localize_setting(settings, name, unsafe, safe, id):
    setattr(settings, name, unsafe)
    assert get_ids(checks.check_localize(None)) == [id]

    delattr(settings, name)
    assert get_ids(checks.check_localize(None)) == [id]

    setattr(settings, name, safe)
    assert checks.check_localize(None) == []


def test_localize_settings_do_not_matter_without_it(settings, install):
    settings.WAGTAILLOCALIZE_DISABLE_ON_DELETE = False
    install(["wagtail_rtop"])
    assert checks.check_localize(None) == []


def test_localize_ahead_of_the_package(install):
    install(["wagtail_localize", "wagtail_rtop"])
    assert get_ids(checks.check_localize(None)) == ["W073"]


def test_localize_behind_the_package(install):
    install(["wagtail_rtop", "wagtail_localize"])
    assert checks.check_localize(None) == []


def test_localize_with_a_base_page_of_the_sites_own(monkeypatch):
    monkeypatch.setattr(checks, "get_page_model_string", lambda: "home.BasePage")
    (message,) = checks.check_localize(None)

    assert message.id == "wagtail_rtop.W074"
    assert "(home.BasePage)" in message.msg


def test_locale_middleware_that_is_missing(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "Locale" not in m]
    assert get_ids(checks.check_locale_middleware(None)) == ["W072"]

    settings.WAGTAIL_I18N_ENABLED = False
    assert checks.check_locale_middleware(None) == []


def test_a_subclass_of_locale_middleware_will_do(settings):
    settings.MIDDLEWARE = [
        "tests.checks.test_settings.OwnLocaleMiddleware" if "Locale" in m else m
        for m in settings.MIDDLEWARE
    ]
    assert checks.check_locale_middleware(None) == []
