"""Retract means retract: every language and alias says 410, no list names it."""

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageLogEntry

from tests import builders
from tests.embargo.conftest import built, clock, get_live, group, lift, reload  # noqa: F401  # fixtures
from wagtail_rtop.register.models import Entry
from wagtail_rtop.register.query import get_visible_entries
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.gate import Gate
from wagtail_rtop.visibility.models import Retraction
from wagtail_rtop.visibility.retraction import retract, withdraw_retraction


REASON = "A figure was wrong & <b>misleading</b>."


def parse(response):
    return html5lib.parse(response.content.decode(), namespaceHTMLElements=False)


def get_text(response):
    return " ".join("".join(parse(response).itertext()).split())


def get_own_text(node):
    return " ".join("".join(p.text or "" for p in node.findall("p")).split())


@pytest.fixture
def live(group):  # noqa: F811
    for page in (group.release, group.fr, group.ar):
        builders.publish(page)
    return group


ADDRESSES = ["/en/press/release/", "/fr/press/release/", "/ar/press/release/"]


def test_every_language_and_alias_answers_410_at_once(live, client):
    addresses = [*ADDRESSES, "/en/press/alias/"]
    assert [client.get(url).status_code for url in addresses] == [200] * 4

    retract(reload(live.fr), reason=REASON)

    assert [client.get(url).status_code for url in addresses] == [410] * 4
    assert get_live(live.release, live.fr, live.ar, live.alias) == []
    response = client.get("/fr/press/release/")
    assert REASON in get_text(response)
    assert response["X-Robots-Tag"] == "noindex"
    assert client.head("/fr/press/release/").status_code == 410


@pytest.mark.parametrize(
    ("reason", "code", "direction"),
    [
        # What it begins with says nothing of its direction.
        ("UNESCO: رقم خاطئ.", "ar", "rtl"),
        ("رقم, a wrong figure.", "en", "ltr"),
    ],
)
def test_the_reason_is_marked_as_of_its_language(live, client, reason, code, direction):
    retract(reload(live.fr), reason=reason, reason_language=code)

    for url in (*ADDRESSES, "/en/retractions/", "/ar/retractions/"):
        tree = html5lib.parse(
            client.get(url).content.decode(), namespaceHTMLElements=False
        )
        [said] = [div for div in tree.iter("div") if get_own_text(div) == reason]
        assert (said.get("lang"), said.get("dir")) == (code, direction)


def test_addresses_below_it_are_404(live, client):
    retract(reload(live.fr), reason=REASON)

    assert client.get("/en/press/release/versions/1/").status_code == 404
    assert client.get("/en/press/release/nothing/").status_code == 404


def test_a_translation_made_later_answers_410(live, client):
    retract(reload(live.release), reason=REASON)
    builders.make_translated_home(live.home, "es")
    builders.publish(live.index.copy_for_translation(builders.make_locale("es")))

    late = live.release.copy_for_translation(builders.make_locale("es"))
    late.title = "Secret draft title"
    builders.publish(late)

    assert get_live(late) == []
    response = client.get("/es/press/release/", follow=False)
    if response.status_code == 404:
        # The test site's addresses know three languages only.
        request = builders.make_request(path="/en/")
        assert Gate(request).get_verdict(reload(late)).value == "retracted"


def test_a_translation_never_published_lends_no_title(group, client):  # noqa: F811
    builders.publish(group.release)
    group.fr.title = "Titre secret"
    group.fr.save()

    retract(reload(group.release), reason=REASON)

    response = client.get("/fr/press/release/")
    assert response.status_code == 410
    # Else a browser shows it for ever, after a withdrawal too.
    assert response["Cache-Control"] == "no-cache"
    assert "Titre secret" not in get_text(response)
    assert "Release" in get_text(response)


def test_an_unpublished_page_is_404_within_one_request(live, client):
    assert client.get(ADDRESSES[0]).status_code == 200
    reload(live.release).unpublish()

    # Hidden flows from the source to its translations.
    assert [client.get(url).status_code for url in ADDRESSES] == [404] * 3


def test_it_leaves_every_list(live):
    assert get_visible_entries(Gate()).count() >= 4

    retract(reload(live.release), reason=REASON)

    keys = Entry.objects.filter(kind="release")
    assert not get_visible_entries(Gate(), pk__in=keys).exists()
    assert not Page.objects.live().filter(slug__in=["release", "alias"]).exists()


def test_the_title_is_shown_only_if_the_editor_allows_it(live, client):
    retract(reload(live.release), reason=REASON, show_title=False)

    for url in ADDRESSES:
        assert "Release" not in client.get(url).content.decode().replace(
            "Press release", ""
        )
    assert "Release" not in get_text(client.get("/en/retractions/"))


def test_publishing_again_does_not_bring_it_back(live, client):
    retract(reload(live.release), reason=REASON)

    builders.publish(reload(live.release))
    page = reload(live.fr)
    page.live = True
    page.save()

    assert get_live(live.release, live.fr, live.alias) == []
    assert client.get(ADDRESSES[0]).status_code == 410


def test_a_draft_never_published_stays_unknown(group, client):  # noqa: F811
    retract(group.release, reason=REASON)

    assert [client.get(url).status_code for url in ADDRESSES] == [404] * 3
    assert REASON not in get_text(client.get("/en/retractions/"))


def test_a_private_page_is_retracted_in_private(live, client):
    group_ = builders.make_group("members")
    builders.restrict(live.release, "groups", groups=[group_])
    retract(reload(live.release), reason=REASON)

    assert [client.get(url).status_code for url in ADDRESSES] == [404] * 3
    assert REASON not in get_text(client.get("/en/retractions/"))
    client.force_login(builders.make_user(groups=[group_]))
    response = client.get(ADDRESSES[0])
    assert response.status_code == 410
    assert response["Cache-Control"] == "private, no-store"
    listed = client.get("/en/retractions/")
    assert REASON in get_text(listed)
    assert listed["Cache-Control"] == "private, no-store"


def test_a_private_section_hides_its_tombstones(live, client):
    retract(reload(live.release), reason=REASON)
    builders.restrict(live.index, "login")

    assert client.get(ADDRESSES[0]).status_code == 404
    assert REASON not in get_text(client.get("/en/retractions/"))


def test_an_unpublished_section_hides_its_tombstones(live, client):
    retract(reload(live.release), reason=REASON)
    reload(live.index).unpublish()

    assert client.get(ADDRESSES[0]).status_code == 404
    assert REASON not in get_text(client.get("/en/retractions/"))


def test_an_embargo_hides_the_tombstone(live, lift, client):  # noqa: F811
    retract(reload(live.release), reason=REASON)
    set_embargo(reload(live.release), lift)

    assert client.get(ADDRESSES[0]).status_code == 404


def test_the_successor_is_linked_while_it_is_visible(live, client):
    successor = builders.make_release(live.index, title="Second try", live=False)
    retract(reload(live.release), reason=REASON, successor=successor)
    assert "Second try" not in get_text(client.get(ADDRESSES[1]))

    builders.publish(successor)

    for url in (*ADDRESSES, "/en/retractions/"):
        links = parse(client.get(url)).iterfind(f".//a[@href='{successor.get_url()}']")
        assert [link.text for link in links] == ["Second try"]


def test_the_list_is_per_language_and_paged(live, client, settings):
    settings.WAGTAIL_RTOP = {"PAGE_SIZE": 2}
    others = [builders.make_release(live.index, title=f"No {n}") for n in range(3)]
    for page in (live.fr, *others):
        retract(reload(page), reason=f"Reason {page.pk}")

    first = get_text(client.get("/fr/retractions/"))
    second = get_text(client.get("/fr/retractions/?page=2"))

    assert [f"Reason {page.pk}" in first for page in others] == [False, True, True]
    assert f"Reason {live.fr.pk}" in second
    for bad in ("3", "0", "-1", "x", "9" * 5000, "%00"):
        assert client.get(f"/fr/retractions/?page={bad}").status_code == 404


def test_the_list_costs_the_same_for_many(live, client):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/en/retractions/").status_code == 200
        return len(queries)

    retract(reload(live.release), reason=REASON)
    count()
    one = count()
    for _ in range(10):
        retract(builders.make_release(live.index), reason=REASON)
    # A tree with more branches may take the gate one step more, not one a row.
    assert count() <= one + 2


def test_withdrawing_restores_what_was_live(live, client):
    retract(reload(live.release), reason=REASON)

    published = withdraw_retraction(reload(live.ar), republish=True)

    assert len(published) == 3
    assert [client.get(url).status_code for url in ADDRESSES] == [200] * 3
    assert client.get("/en/press/alias/").status_code == 200


def test_withdrawing_alone_publishes_nothing(live, client):
    retract(reload(live.release), reason=REASON)

    assert withdraw_retraction(reload(live.ar)) == []

    assert [client.get(url).status_code for url in ADDRESSES] == [404] * 3
    builders.publish(live.release)
    assert client.get(ADDRESSES[0]).status_code == 200


def test_changing_the_reason_keeps_the_date(live):
    first = retract(reload(live.release), reason=REASON)
    second = retract(reload(live.fr), reason="Better said", show_title=False)

    assert second.pk == first.pk
    assert second.retracted_at == first.retracted_at
    assert Retraction.objects.get().taken_down == first.taken_down
    actions = PageLogEntry.objects.filter(action__startswith="wagtail_rtop.")
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        "wagtail_rtop.retract",
        "wagtail_rtop.change_retraction",
    ]


@pytest.mark.parametrize(
    ("reason", "choose", "code"),
    [
        ("  ", lambda g: None, "reason"),
        (REASON, lambda g: g.fr, "itself"),
        (REASON, lambda g: g.alias, "itself"),
        (REASON, lambda g: g.home, "kind"),
    ],
)
def test_contradictions_are_refused(live, reason, choose, code):
    with pytest.raises(ValidationError) as caught:
        retract(reload(live.release), reason=reason, successor=choose(live))

    assert caught.value.code == code
    assert not Retraction.objects.exists()
    assert get_live(live.release) == ["release"]


def test_a_retracted_successor_is_refused(live):
    other = builders.make_release(live.index)
    retract(other, reason=REASON, successor=live.release)

    with pytest.raises(ValidationError) as caught:
        retract(reload(live.release), reason=REASON, successor=other)

    assert caught.value.code == "retracted"
