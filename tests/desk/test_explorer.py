"""The lists of letters, releases and profiles, as an editor sees them."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.viewsets.pages import page_viewset_registry

from tests import builders
from tests.search.committed import searches_uncommitted
from wagtail_rtop.desk.listings import DocumentPageViewSet
from wagtail_rtop.pages.models import LetterIndexPage
from wagtail_rtop.visibility.embargo import set_embargo
from wagtail_rtop.visibility.retraction import retract


FLAT = "/admin/rtop/list/wagtail_rtop_pages.letterpage/"


def explore(client, page, **parameters):
    url = reverse("wagtailadmin_explore", args=[page.pk])
    response = client.get(url, parameters)
    assert response.status_code == 200
    return response


def get_titles(response):
    return sorted(page.title for page in response.context["object_list"])


def get_row(response, title):
    heads = BeautifulSoup(response.content, "html5lib")
    cell = heads.find(string=title).find_parent("tr")
    return [" ".join(td.get_text().split()) for td in cell.find_all("td")]


def test_a_row_says_what_the_desk_wants_to_know(site, editor):
    site.letter.copy_for_translation(builders.make_locale("fr"), copy_parents=True)

    row = get_row(explore(editor, site.letters), "To both")

    assert row[2:7] == [
        "March 22, 2012",
        "Same letter to each recipient",
        "1 of 2",
        "Africa",
        "en, fr (draft)",
    ]


@pytest.mark.parametrize("place", ["letters", "releases"])
def test_every_choice_of_the_filters_begins_with_a_capital(site, editor, place):
    form = explore(editor, getattr(site, place)).context["filters"].form

    for name in ("kind", "hold", "missing"):
        labels = [str(label) for _value, label in form.fields[name].choices]
        assert labels
        assert [label for label in labels if not label[0].isupper()] == []


def test_an_alias_is_no_language_it_is_written_in(site, editor):
    fr = site.letters.copy_for_translation(builders.make_locale("fr"), alias=True)
    site.letter.create_alias(parent=fr, update_locale=fr.locale)

    assert get_row(explore(editor, site.letters), "To both")[6] == "en"


def test_what_is_held_back_says_so(site, editor):
    set_embargo(site.letter, timezone.now() + timedelta(days=2))
    retract(site.other, reason="Wrong")

    response = explore(editor, site.letters)

    assert get_row(response, "To both")[7].startswith("until ")
    assert get_row(response, "To nobody")[7] == "retracted"
    assert get_titles(explore(editor, site.letters, hold="embargo")) == ["To both"]
    assert get_titles(explore(editor, site.letters, hold="retracted")) == ["To nobody"]


@pytest.mark.parametrize(
    ("parameters", "titles"),
    [
        ({"kind": "open"}, ["To nobody"]),
        ({"answered": "some"}, ["To both"]),
        ({"answered": "all"}, []),
        ({"answered": "none"}, []),
        ({"document_date_from": "2012-03-22"}, ["To both", "To nobody"]),
        ({"document_date_to": "2012-03-22"}, ["To both", "To nobody"]),
        ({"document_date_from": "2012-03-23"}, []),
        ({"missing": "fr"}, ["To both", "To nobody"]),
        ({"missing": "en"}, []),
        pytest.param(
            {"q": "both", "ordering": "kind"}, ["To both"], marks=searches_uncommitted
        ),
        pytest.param(
            {"q": "both", "ordering": "document_date"},
            ["To both"],
            marks=searches_uncommitted,
        ),
        pytest.param(
            {"q": "to", "kind": "open"}, ["To nobody"], marks=searches_uncommitted
        ),
        ({"ordering": "-document_date"}, ["To both", "To nobody"]),
        # Wagtail leaves out what is no value.
        ({"kind": "rubbish", "region": "x"}, ["To both", "To nobody"]),
    ],
)
def test_filters_and_orders(site, editor, parameters, titles):
    assert get_titles(explore(editor, site.letters, **parameters)) == titles


def test_many_regions_are_shortened(site, editor):
    regions = [builders.make_region(f"Area {number}") for number in range(5)]
    builders.make_letter(site.letters, title="To all", regions=regions)

    row = get_row(explore(editor, site.letters), "To all")

    assert "Area 0, Area 1, Area 2 and 2 more" in row


def test_filtered_by_region_in_the_editors_language(site, editor):
    response = explore(editor, site.letters, region=site.asia.pk)

    assert get_titles(response) == ["To nobody"]
    both = explore(editor, site.letters, region=[site.asia.pk, site.africa.pk])
    assert get_titles(both) == ["To both", "To nobody"]


def test_releases_and_profiles_have_lists_of_their_own(site, editor):
    release = get_row(explore(editor, site.releases), "News")
    body = get_row(explore(editor, site.organisations), site.bodies[0].title)

    assert release[3:6] == ["Statement", "Africa", "en"]
    assert body[2:5] == ["", "", "en"]
    for name in ("pressreleasepage", "organisationpage"):
        flat = editor.get(f"/admin/rtop/list/wagtail_rtop_pages.{name}/")
        assert flat.status_code == 200


def test_the_flat_list_has_what_the_editor_may_work_on(site, client):
    client.force_login(site.stranger)
    assert get_titles(client.get(FLAT)) == []

    client.force_login(site.editor)
    assert get_titles(client.get(FLAT)) == ["To both", "To nobody"]
    assert get_titles(client.get(FLAT, {"answered": "some"})) == ["To both"]
    assert client.get(f"{FLAT}results/", {"q": "nobody"}).status_code == 200


def test_who_has_no_pages_has_no_lists(site, client):
    from django.contrib.auth.models import Permission

    user = builders.make_user("librarian")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)

    assert FLAT not in client.get("/admin/").content.decode()
    assert client.get(FLAT).status_code == 302
    client.force_login(site.editor)
    assert FLAT in client.get("/admin/").content.decode()


def test_a_list_costs_the_same_for_any_number_of_rows(site, editor):
    counts = []
    for _ in range(2):
        # What a process keeps is read the first time.
        explore(editor, site.letters)
        with CaptureQueriesContext(connection) as queries:
            response = explore(editor, site.letters)
        counts.append((len(queries), len(response.context["object_list"])))
        for _ in range(4):
            builders.make_letter(
                site.letters, recipients=site.bodies, regions=[site.asia]
            )

    assert counts[0][1] + 4 == counts[1][1]
    assert counts[0][0] == counts[1][0] <= 40


def test_a_rows_menu_is_the_one_of_wagtail_localize(site, editor):
    """The same buttons, for a page with a source, one without, and one complete."""
    from wagtail_localize.models import Translation, TranslationSource
    from wagtail_localize.wagtail_hooks import page_listing_more_buttons

    source, _ = TranslationSource.get_or_create_from_instance(site.letter)
    Translation.objects.create(source=source, target_locale=site.french.locale)
    site.other.copy_for_translation(site.french.locale, copy_parents=True)

    response = explore(editor, site.letters)

    soup = BeautifulSoup(response.content, "html5lib")
    for page in response.context["object_list"]:
        row = soup.find(id=f"page_{page.pk}_title").find_parent("tr")
        ours = {
            (a.get_text(strip=True), a["href"])
            for a in row.find_all("a")
            if "/localize/" in a["href"]
        }
        next_url = reverse("wagtailadmin_explore", args=[site.letters.pk])
        theirs = page_listing_more_buttons(page, site.editor, next_url=next_url)
        assert ours == {(str(button.label), button.url) for button in theirs}


def test_a_site_s_own_list_goes_first(site):
    """A viewset registered later replaces ours, as the hook's order promises."""
    from wagtail import hooks

    registered = hooks.get_hooks("register_admin_viewset")
    own = [h for h in registered if h.__module__.startswith("wagtail_rtop.desk")]

    assert isinstance(
        page_viewset_registry.get_by_parent_model(LetterIndexPage), DocumentPageViewSet
    )
    with hooks.register_temporarily("register_admin_viewset", list):
        names = [h in own for h in hooks.get_hooks("register_admin_viewset")]
    assert names.index(True) < len(names) - 1


def test_the_number_of_pages_is_that_of_the_rows(site, editor):
    response = explore(editor, site.letters)
    paginator = response.context["paginator"]

    assert paginator.count == len(get_titles(response)) > 1
    assert paginator.count == paginator.object_list.count()


def test_a_sites_hook_narrows_the_number_too(site, editor):
    def hide(parent_page, pages, request):
        return pages.none()

    with hooks.register_temporarily("construct_explorer_page_queryset", hide):
        assert explore(editor, site.letters).context["paginator"].count == 0
