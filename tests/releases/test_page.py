"""What a reader finds on a press release."""

from datetime import date, timedelta

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import builders
from tests.releases.conftest import reload
from wagtail_rtop.pages.models import (
    ReleaseAttachment,
    ReleaseContact,
    ReleaseCorrection,
)
from wagtail_rtop.visibility.embargo import set_embargo


def parse(response):
    assert response.status_code == 200
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def get_text(response):
    return " ".join("".join(parse(response).itertext()).split())


def find(response, name):
    path = f".//*[@class='{name}']"
    return [
        " ".join("".join(e.itertext()).split()) for e in parse(response).iterfind(path)
    ]


def make(press, **fields):
    fields = {
        "slug": "release",
        "subtitle": "A subtitle",
        "dateline": "NAIROBI, i.e. “Nairobi”",
        "notes_to_editors": "<p>A note.</p>",
        "boilerplate": press.about,
        "body": [
            ("paragraph", "<p>First paragraph.</p>"),
            (
                "quote",
                {"quote": "We <told> them.", "speaker": "A. B.", "role": "Chair"},
            ),
        ],
        **fields,
    }
    page = builders.make_release(press.index, live=False, **fields)
    page.contacts = [ReleaseContact(contact=press.contact)]
    page.attachments = [
        ReleaseAttachment(document=builders.make_document("Annex"), caption="The annex")
    ]
    return builders.publish(page)


def test_all_its_parts(press, client):
    page = make(press, title="Title & <b>more</b>")

    response = client.get(page.get_url())

    text = get_text(response)
    for expected in (
        "Title & <b>more</b>",
        "A subtitle",
        "NAIROBI, i.e. “Nairobi”",
        "For immediate release",
        "May 6, 2013",
        "First paragraph.",
        "We <told> them.",
        "A. B., Chair",
        "A note.",
        "We are a coalition.",
        "A. Speaker, Press",
        "+254 20 1",
        "The annex",
    ):
        assert expected in text, expected
    links = {a.get("href") for a in parse(response).iter("a")}
    assert {"mailto:p@example.org", "tel:+254201"} <= links
    assert page.attachments.get().document.url in links


def test_nothing_is_said_of_what_it_lacks(press, client):
    page = builders.make_release(press.index)

    text = get_text(client.get(page.get_url()))

    for absent in ("Notes to editors", "About us", "Press contacts", "Corrections"):
        assert absent not in text


def test_a_missing_translation_says_its_language(press, client):
    page = make(press)
    french = page.copy_for_translation(builders.make_locale("fr"))
    builders.publish(french)

    document = parse(client.get("/fr/press/release/"))

    items = [li for li in document.iter("li") if "A. Speaker" in "".join(li.itertext())]
    assert [(li.get("lang"), li.get("dir")) for li in items] == [("en", "ltr")]


def test_superseding_is_linked_both_ways_in_the_readers_language(press, client):
    old = builders.make_release(press.index, title="Old", slug="old")
    new = builders.make_release(press.index, title="New", slug="new", supersedes=old)
    french_old = old.copy_for_translation(builders.make_locale("fr"))
    french_old.title = "Ancien"
    builders.publish(french_old)
    french_new = new.copy_for_translation(builders.make_locale("fr"))
    french_new.title = "Nouveau"
    french_new = builders.publish(french_new)

    assert find(client.get("/en/press/new/"), "rtop-supersedes") == [
        "This press release supersedes: Old"
    ]
    assert "superseded by: New" in find(client.get("/en/press/old/"), "rtop-notice")[0]
    links = {
        a.get("href"): a.text for a in parse(client.get("/fr/press/old/")).iter("a")
    }
    assert links["/fr/press/new/"] == "Nouveau"

    french_new.unpublish()
    links = {
        a.get("href"): (a.text, a.get("lang"), a.get("dir"))
        for a in parse(client.get("/fr/press/old/")).iter("a")
    }
    assert links["/en/press/new/"] == ("New", "en", "ltr")

    reload(new).unpublish()
    assert "superseded" not in get_text(client.get("/fr/press/old/"))


def test_hidden_predecessors_are_not_named(press, client):
    old = builders.make_release(press.index, title="Secret predecessor", live=False)
    builders.make_release(press.index, slug="new", supersedes=old)

    text = get_text(client.get("/en/press/new/"))

    assert "Secret predecessor" not in text
    assert "supersedes" not in text


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_loops_are_refused(press, steps):
    first = page = builders.make_release(press.index)
    for _ in range(steps):
        page = builders.make_release(press.index, supersedes=page)
    first.supersedes = page

    with pytest.raises(ValidationError) as caught:
        first.full_clean()

    message = caught.value.message_dict["supersedes"][0]
    assert ("can't supersede itself" in message) == (steps == 0)
    assert page.title in message or steps == 0


def test_its_own_translation_and_strangers_are_refused(press):
    page = builders.make_release(press.index)
    french = page.copy_for_translation(builders.make_locale("fr"))
    for other, expected in ((french, "itself"), (press.home, "no press release")):
        page.supersedes = other
        with pytest.raises(ValidationError, match=expected):
            page.full_clean()


def test_a_preview_shows_the_embargo_and_the_present_boilerplate(press, client):
    from wagtail.models import Site

    from wagtail_rtop.models import Coalition

    Coalition.objects.create(
        site=Site.objects.get(),
        locale=press.index.locale,
        name="Coalition",
        audience_time_zone="Africa/Nairobi",
    )
    page = make(press)
    press.about.text = "<p>We have changed.</p>"
    press.about.save()
    lift = timezone.now() + timedelta(days=2)
    lift = lift.replace(hour=9, minute=0, second=0, microsecond=0)
    set_embargo(reload(page), lift)
    client.force_login(builders.make_user(superuser=True))

    url = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    text = get_text(client.get(url))

    assert "Embargoed until 12:00 (Africa/Nairobi)" in text
    assert "For immediate release" not in text
    assert "We have changed." in text


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        parse(client.get(url))
    return len(queries)


def test_the_number_of_queries_does_not_grow(press, client):
    page = make(press)
    small = count_queries(client, page.get_url())
    page = reload(page)
    for n in range(15):
        page.attachments.add(
            ReleaseAttachment(document=builders.make_document(f"Annex {n}"))
        )
        page.corrections.add(ReleaseCorrection(note=f"No {n}"))
        page.contacts.add(ReleaseContact(contact=press.contact))
    page.regions.add(*[builders.make_region() for _ in range(10)])
    builders.publish(page)
    for _ in range(10):
        builders.make_release(press.index, supersedes=page)

    assert count_queries(client, page.get_url()) <= small + 1


def test_document_date_orders_it(press):
    page = builders.make_release(press.index, document_date=date(2001, 2, 3))

    assert page.rtop_entry.document_date == date(2001, 2, 3)
