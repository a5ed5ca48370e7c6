"""The method of wagtail-localize that our rule stands before is the one we know."""

import functools

import pytest
from wagtail_localize.models import TranslationSource

from wagtail_rtop.visibility.localize import check_wrapped_method, connect


def get_changes():
    messages = check_wrapped_method()
    assert {message.id for message in messages} <= {"wagtail_rtop.E077"}
    return [message.msg.split(": ")[1].split(". ")[0] for message in messages]


def test_the_installed_release_is_the_one_we_know():
    assert get_changes() == []


def test_without_wagtail_localize_nothing_is_said(monkeypatch):
    monkeypatch.setattr(
        "wagtail_rtop.visibility.localize.apps.is_installed", lambda name: False
    )
    monkeypatch.delattr(TranslationSource, "sync_view_restrictions")
    assert get_changes() == []


def sync(self, original, translation_page, groups):
    """What a release might have instead."""


def call_nothing(self, locale):
    """A caller that does it another way."""


def test_a_method_that_is_gone_stops_no_site_but_is_named(monkeypatch):
    monkeypatch.delattr(TranslationSource, "sync_view_restrictions")
    connect()
    assert get_changes() == ["it is gone"]


def test_another_method_is_named(monkeypatch):
    monkeypatch.setattr(TranslationSource, "sync_view_restrictions", sync)
    other = [
        f"it comes from {__name__}, not from wagtail_localize.models",
        "it takes self, original, translation_page, groups, "
        "not self, original, translation_page",
    ]
    replaced = "something has replaced our rule before it"
    assert get_changes() == [replaced, *other]
    connect()
    assert get_changes() == other


@pytest.mark.parametrize(
    "name", ["create_or_update_translation", "update_target_view_restrictions"]
)
def test_a_caller_that_goes_around_it_is_named(monkeypatch, name):
    monkeypatch.setattr(TranslationSource, name, call_nothing)
    assert get_changes() == [f"{name} does not call it"]


def test_others_may_wrap_it_too(monkeypatch):
    ours = TranslationSource.sync_view_restrictions

    @functools.wraps(ours)
    def theirs(*args):
        return ours(*args)

    monkeypatch.setattr(TranslationSource, "sync_view_restrictions", theirs)
    connect()
    assert TranslationSource.sync_view_restrictions is theirs
    assert get_changes() == []
