"""No public list asks a query more for twenty rows than for one."""

from itertools import product

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from tests import builders
from tests.site_app.models import HomePage
from wagtail_rtop.pages.models import (
    LetterPage,
    OrganisationPage,
    PressReleasePage,
    ResponsePage,
)
from wagtail_rtop.visibility.models import Retraction


pytestmark = pytest.mark.django_db
ROWS = 20
LISTS = [
    "/en/letters/",
    "/en/letters/?region=part&year=2012",
    "/en/letters/letter/",
    "/en/press/",
    "/en/organisations/",
    "/en/organisations/body/",
    "/en/regions/",
    "/en/regions/part/",
    "/en/regions/?kind=letter",
    "/en/retractions/",
    "/en/letters/?q=letter",
    "/en/regions/?q=letter",
]
# A list → how the addresses begin that it links at least twenty of.
SHOWN = {
    "/en/letters/": "/en/letters/letter",
    "/en/letters/letter/": "/en/letters/letter/response",
    "/en/press/": "/en/press/release",
    "/en/organisations/": "/en/organisations/body",
    "/en/organisations/body/": "/en/letters/letter",
}
EMPTY = "/en/empty/"


def count_queries(client, path, *, changed):
    client.get(path)
    if changed:
        cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(queries)


class Site:
    """A site with one document of each kind in one region, and then with twenty."""

    def __init__(self):
        home = builders.make_home()
        builders.make_page(home, slug="empty")
        builders.make_region_index(home)
        self.region = builders.make_region("Part")
        self.sections = {
            "organisation": builders.make_organisation_index(home),
            "letter": builders.make_letter_index(home),
            "release": builders.make_release_index(home),
        }
        self.body = self.add_organisation("body")
        self.letter = self.add_letter("letter", self.body)
        self.rows = [str(self.letter.recipients.get().translation_key)]
        self.add_rest("1")

    def grow(self):
        bodies = [self.add_organisation(f"body-{n}") for n in range(2, ROWS + 1)]
        for n, body in enumerate(bodies, 2):
            self.add_letter(f"letter-{n}", self.body, body)
            self.add_rest(n)

    def add_organisation(self, slug):
        return self.add("organisation", OrganisationPage(title=slug, slug=slug))

    def add_letter(self, slug, *bodies):
        page = LetterPage(
            title=slug, slug=slug, issuer="Us", document_date=builders.LETTER_DAY
        )
        page.recipients = [
            builders.LetterRecipient(organisation=body, name=body.title)
            for body in bodies
        ]
        return self.add("letter", page)

    def add_rest(self, n):
        day = builders.LETTER_DAY
        response = ResponsePage(
            title=f"response-{n}",
            slug=f"response-{n}",
            document_date=day,
            recipient_keys=self.rows,
        )
        self.add("response", response, self.letter)
        slug = f"release-{n}"
        self.add("release", PressReleasePage(title=slug, slug=slug, document_date=day))
        slug = f"gone-{n}"
        page = PressReleasePage(title=slug, slug=slug, document_date=day)
        page = self.add("release", page)
        Retraction.objects.create(
            group_key=page.translation_key, reason="Wrong.", reason_language="en"
        )

    def add(self, kind, page, parent=None):
        """Add a live page with the region; without a revision, to be quick."""
        page.regions.set([self.region])
        parent = Page.objects.get(pk=(parent or self.sections[kind]).pk)
        page.locale = parent.locale
        return parent.add_child(instance=page)


def measure(client, paths):
    return {
        (path, changed): count_queries(client, path, changed=changed)
        for path in paths
        for changed in (False, True)
    }


def test_no_list_grows_with_its_rows(client, monkeypatch):
    # The frame of a region's page, around nothing.
    monkeypatch.setattr(HomePage, "template", "wagtail_rtop/base.html")
    site = Site()
    one = measure(client, [*LISTS, EMPTY])
    site.grow()
    twenty = measure(client, [*LISTS, EMPTY])

    more = {key: twenty[key] - one[key] for key in one if twenty[key] > one[key]}
    # A profile shows the newest of each of two kinds, with a link to all of them.
    assert more == {("/en/organisations/body/", changed): 2 for changed in (0, 1)}
    # What is shown are the rows that were added.
    for path, parts in SHOWN.items():
        html = client.get(path).content.decode()
        assert len({part for part in html.split('"') if part.startswith(parts)}) >= ROWS
    for counts, changed in product((one, twenty), (False, True)):
        empty, region = counts[EMPTY, changed], counts["/en/regions/part/", changed]
        assert region <= empty + 12, (region, empty, changed)
