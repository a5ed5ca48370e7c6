"""A search that fails is a page that says so, and no more than the search fails."""

import logging

import pytest
from wagtail.models import Page

from tests import builders
from tests.search.server import serve_search
from wagtail_rtop.browse import search


PATHS = ("/en/letters/", "/en/regions/", "/en/regions/western-africa/")


class NoAnswerError(Exception):
    """As a client's own time-outs: of no class that Django or Wagtail knows."""


def fail(self, **options):
    raise NoAnswerError("The server did not answer in time.")


@pytest.fixture(scope="module")
def site(shared_db):
    home = builders.make_home()
    region = builders.make_region("Western Africa")
    letters = builders.make_letter_index(home)
    builders.make_letter(letters, title="Okapi", regions=[region])
    builders.make_region_index(home)
    return home


@pytest.fixture
def dead_server(site, monkeypatch):
    with serve_search() as server:
        monkeypatch.setattr(server, "search", fail)
        yield server


def check_unavailable(response, path):
    assert response.status_code == 503, path
    assert response["Retry-After"] == "60"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response
    body = response.content.decode()
    assert "The search does not answer at the moment. Try again in a minute." in body
    assert "Okapi" not in body
    assert f'href="{path}?year=2012">Show the list without a question</a>' in body
    assert 'content="noindex, follow"' in body


@pytest.mark.parametrize("path", PATHS)
def test_a_dead_server_is_said_and_logged(client, dead_server, caplog, path):
    with caplog.at_level(logging.ERROR, logger="wagtail_rtop"):
        response = client.get(f"{path}?q=okapi&year=2012")

    check_unavailable(response, path)
    [record] = [r for r in caplog.records if r.name == "wagtail_rtop"]
    assert isinstance(record.exc_info[1].__cause__, NoAnswerError)
    assert "okapi" not in record.getMessage()


@pytest.mark.parametrize("path", PATHS)
def test_lists_without_a_question_do_not_ask_it(client, dead_server, path):
    response = client.get(f"{path}?year=2012")
    assert response.status_code == 200
    assert "Okapi" in response.content.decode()


def test_a_text_index_that_can_not_be_read(client, site, monkeypatch):
    def ask(text):
        return Page.objects.extra(where=["no_such_column = 1"]).values("pk")

    monkeypatch.setattr(search, "_ask_backend", ask)

    check_unavailable(client.get("/en/letters/?q=okapi&year=2012"), "/en/letters/")
    assert client.get("/en/letters/?year=2012").status_code == 200


def test_what_is_not_there_stays_absent(client, dead_server):
    assert client.get("/en/letters/?q=okapi&region=nowhere").status_code == 404


def test_an_answer_after_a_failure_is_not_the_failure(client, site, monkeypatch):
    def ask(text):
        raise NoAnswerError

    with monkeypatch.context() as patch:
        patch.setattr(search, "_ask_backend", ask)
        assert client.get("/en/letters/?q=okapi").status_code == 503
    assert client.get("/en/letters/?q=okapi").status_code == 200
