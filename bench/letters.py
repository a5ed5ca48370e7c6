"""A letter to fourteen recipients: reading its page, saving and publishing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import transaction
from django.db.models.signals import post_save
from django.test import Client
from modelsearch.signal_handlers import post_save_signal_handler

from bench.data import use_archive
from bench.databases import Database
from bench.measure import count_queries
from bench.registry import Result, item
from tests import builders
from tests.site_app.models import HomePage
from wagtail_rtop import indexing
from wagtail_rtop.pages.models import LetterIndexPage, LetterPage


SIZES = (200, 100_000)


class _RolledBackError(Exception):
    pass


@contextmanager
def rolled_back() -> Iterator[None]:
    """Leave the archive as it was for the next item."""
    try:
        with transaction.atomic():
            yield
            raise _RolledBackError
    except _RolledBackError:
        pass


def get_letter() -> LetterPage:
    """Return a letter of the archive that has fourteen recipients and a profile each."""
    return LetterPage.objects.filter(locale__language_code="en").order_by("pk").first()


def make_french(page: LetterPage) -> LetterPage:
    copy = page.copy_for_translation(builders.make_locale("fr"), copy_parents=True)
    return builders.publish(copy)


def get(page: object) -> None:
    response = Client().get(page.get_url())  # type: ignore[attr-defined]
    assert response.status_code == 200, response.status_code


@item(
    "letter-page",
    unit="queries",
    against="an empty page at the same depth, in French",
    bound=14,
    limit="difference",
)
def measure_page(database: Database) -> list[Result]:
    results = []
    for count in SIZES:
        use_archive(database, count)
        with (
            rolled_back(),
            mock.patch.object(HomePage, "template", "wagtail_rtop/base.html"),
        ):
            letter = make_french(get_letter())
            assert letter.recipients.count() == 14
            builders.make_response(letter)
            index = LetterIndexPage.objects.get(pk=letter.get_parent().pk)
            empty = builders.make_page(index, slug="empty", title="Empty")
            for page in (letter, empty):
                get(page)
            results.append(
                Result(
                    count_queries(lambda page=letter: get(page)),
                    count_queries(lambda page=empty: get(page)),
                    label=str(count),
                )
            )
    return results


@contextmanager
def stock_indexing() -> Iterator[None]:
    """Index as Wagtail does by itself; all else of the model stays."""

    @contextmanager
    def do_nothing() -> Iterator[None]:
        yield

    with (
        mock.patch.object(indexing, "index_once", do_nothing),
        mock.patch.object(indexing, "_note_search", return_value=None),
    ):
        post_save.connect(post_save_signal_handler, sender=LetterPage)
        try:
            yield
        finally:
            post_save.disconnect(post_save_signal_handler, sender=LetterPage)


def save_and_publish() -> None:
    letter = get_letter()
    letter.title += "."
    letter.save_revision().publish()


@item(
    "letter-save",
    unit="queries",
    against="the same model on Wagtail's own indexing",
    bound=0.5,
)
def measure_save(database: Database) -> list[Result]:
    results = []
    for count in SIZES:
        use_archive(database, count)
        with rolled_back():
            save_and_publish()
            ours = count_queries(save_and_publish)
            with stock_indexing():
                stock = count_queries(save_and_publish)
            results.append(Result(ours, stock, label=str(count)))
    return results
