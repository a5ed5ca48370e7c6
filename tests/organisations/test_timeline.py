"""Rows that exclude each other, gaps, and looking back in the editor."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from tests import builders
from tests.rows.editor import Editor
from wagtail_rtop.organisations.timeline import build_changes, find_overlaps
from wagtail_rtop.pages.models import Membership, OrganisationName, OrganisationPage


def make_names(*rows):
    return [
        OrganisationName(language=code, name=name, kind=kind, **_read(start, end))
        for code, name, kind, start, end in rows
    ]


def make_members(*rows):
    return [
        Membership(country=country, status=status, **_read(start, end))
        for country, status, start, end in rows
    ]


def _read(start, end):
    return {
        "valid_from": date(start, 1, 1) if start else None,
        "valid_to": date(end, 1, 1) if end else None,
    }


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        # The last day is exclusive: one ends when the next begins.
        ([("KE", "member", 1990, 2000), ("KE", "member", 2000, None)], []),
        ([("KE", "member", 1990, 2001), ("KE", "member", 2000, None)], [(1, 0)]),
        ([("KE", "member", None, None), ("KE", "member", 2000, 2001)], [(1, 0)]),
        ([("KE", "member", 2000, 2001), ("KE", "member", None, None)], [(1, 0)]),
        ([("KE", "member", None, 1990), ("KE", "member", 1990, None)], []),
        ([("KE", "member", None, None), ("UG", "member", None, None)], []),
        # A suspended state is a member meanwhile.
        ([("ML", "member", 1990, None), ("ML", "suspended", 2012, 2013)], []),
        ([("ML", "suspended", 2011, None), ("ML", "suspended", 2012, 2013)], [(1, 0)]),
        ([("ML", "member", 1990, None), ("ML", "left", 2012, None)], [(1, 0)]),
        ([("ML", "left", 2012, None), ("ML", "member", 1990, 2012)], []),
        ([("ML", "left", None, None), ("ML", "member", 1990, 2012)], []),
        (
            [
                ("KE", "member", 1990, None),
                ("KE", "member", 1991, None),
                ("KE", "member", 1992, 1993),
            ],
            [(1, 0), (2, 0)],
        ),
    ],
)
def test_members_that_exclude_each_other(rows, found):
    assert list(find_overlaps(make_members(*rows))) == found


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            [("en", "OAU", "official", 1963, 2002), ("en", "AU", "official", 2002, 0)],
            [],
        ),
        (
            [("en", "OAU", "official", 1963, 0), ("EN", "AU", "official", 2002, 0)],
            [(1, 0)],
        ),
        ([("en", "AU", "official", 0, 0), ("fr", "UA", "official", 0, 0)], []),
        ([("en", "AU", "official", 0, 0), ("en", "A.U.", "alias", 0, 0)], []),
        ([("en", "AU", "official", 0, 0), ("en", "OAU", "former", 0, 2002)], []),
    ],
)
def test_names_that_exclude_each_other(rows, found):
    assert list(find_overlaps(make_names(*rows))) == found


@pytest.fixture
def editor(client, home):
    group = builders.make_group("Desk", pages=[home], actions=["change", "publish"])
    client.force_login(builders.make_user(groups=[group]))
    return client


@pytest.fixture
def home(db):
    return builders.make_home()


@pytest.fixture
def profile(home):
    return builders.make_organisation(
        builders.make_organisation_index(home), title="African Union"
    )


def post(client, page, *, names=(), members=(), **fields):
    dated = {"valid_from": "", "valid_to": "", "note": ""}
    name = {"language": "en", "name": "", "acronym": "", "kind": "official", **dated}
    return client.post(
        f"/admin/pages/{page.pk}/edit/",
        nested_form_data(
            {
                "title": page.title,
                "slug": page.slug,
                "body": rich_text(""),
                "regions": "",
                **dict.fromkeys(
                    ("seat", "seat_country", "working_languages", "website"), ""
                ),
                "wikidata": "",
                "names": inline_formset([{**name, **row} for row in names]),
                "members": inline_formset(
                    [{"status": "member", **dated, **row} for row in members]
                ),
                "comments": inline_formset([]),
                **fields,
            }
        ),
    )


def test_an_overlap_is_an_error_at_the_later_row(editor, profile):
    response = post(
        editor,
        profile,
        members=[
            {"country": "KE", "valid_from": "1963-05-25"},
            {"country": "UG", "valid_from": "1963-05-25"},
            {"country": "KE", "valid_from": "1990-01-01", "valid_to": "1991-01-01"},
        ],
        names=[{"name": "African Union"}, {"name": "The African Union"}],
    )

    assert response.status_code == 200
    formsets = response.context["form"].formsets
    errors = formsets["members"].errors
    assert errors[:2] == [{}, {}]
    assert errors[2]["valid_from"] == [
        "This overlaps with the row of the same country that holds from May 25, 1963 "
        "on. End one on the day on which the other begins, or remove one."
    ]
    assert formsets["names"].errors[1]["valid_from"] == [
        "This overlaps with “African Union”, official in the same language always. End "
        "one on the day on which the other begins, or choose another kind."
    ]
    # What was typed stands in the form.
    assert "The African Union" in response.content.decode()


def test_a_row_that_goes_overlaps_with_nothing(editor, profile):
    response = post(
        editor,
        profile,
        members=[{"country": "KE", "DELETE": "on"}, {"country": "KE"}],
        **{"action-publish": "1"},
    )

    assert response.status_code == 302
    assert OrganisationPage.objects.get(pk=profile.pk).members.count() == 1


NAMES = [
    {
        "language": "en",
        "name": "Organization of African Unity",
        "kind": "former",
        "valid_from": "1963-05-25",
        "valid_to": "2001-05-26",
    },
    {"language": "en", "name": "African Union", "valid_from": "2002-07-09"},
]


def test_the_editor_shows_what_changed_and_what_is_missing(editor, profile):
    post(
        editor,
        profile,
        names=NAMES,
        members=[
            {"country": "ML", "valid_from": "1963-05-25"},
            {
                "country": "ML",
                "status": "suspended",
                "valid_from": "2012-03-23",
                "valid_to": "2013-10-24",
            },
        ],
        **{"action-publish": "1"},
    )

    body = editor.get(f"/admin/pages/{profile.pk}/edit/").content.decode()

    order = [
        "Mali becomes a member",
        "“Organization of African Unity” is no longer the name",
        "“African Union” becomes the name",
        "Mali is suspended",
        "Mali is no longer suspended",
    ]
    places = [body.index(text) for text in order]
    assert places == sorted(places)
    assert "Between May 26, 2001 and July 9, 2002 there is no official name" in body


def test_a_suspended_member_has_not_left(home):
    rows = [
        ("member", None, "2012-03-27"),
        ("suspended", "2012-03-27", "2012-04-08"),
        ("member", "2012-04-08", "2025-01-29"),
        ("left", "2025-01-29", "2026-01-01"),
        ("member", "2026-01-01", None),
    ]
    profile = builders.make_organisation(
        builders.make_organisation_index(home),
        members=[
            {"country": "ML", "status": status, "valid_from": start, "valid_to": end}
            for status, start, end in rows
        ],
    )
    profile = type(profile).objects.get(pk=profile.pk)

    assert [change.text for change in build_changes(profile, "en")] == [
        "Mali is suspended",
        "Mali is no longer suspended",
        "Mali leaves",
        "Mali becomes a member",
    ]


def test_the_preview_goes_back_to_a_day(editor, profile):
    post(
        editor,
        profile,
        names=NAMES,
        members=[
            {"country": "KE"},
            {"country": "SS", "valid_from": "2011-07-27", "valid_to": "2020-01-01"},
        ],
        **{"action-publish": "1"},
    )
    url = f"/admin/pages/{profile.pk}/edit/preview/"
    page = OrganisationPage.objects.get(pk=profile.pk)
    assert ("on-2011-07-27", "As at July 27, 2011") in [
        (name, str(label)) for name, label in page.preview_modes
    ]
    dated = {"valid_from": "", "valid_to": "", "note": ""}
    name = {"acronym": "", "kind": "official", **dated}
    ids = list(page.names.values_list("pk", flat=True))
    kenya = page.members.get(country="KE")
    editor.post(
        url,
        nested_form_data(
            {
                "title": page.title,
                "slug": page.slug,
                "body": rich_text(""),
                "regions": "",
                **dict.fromkeys(
                    ("seat", "seat_country", "working_languages", "website"), ""
                ),
                "wikidata": "",
                "names": inline_formset(
                    [
                        {**name, **row, "id": pk}
                        for row, pk in zip(NAMES, ids, strict=True)
                    ],
                    initial=2,
                ),
                "members": inline_formset(
                    [{**dated, "status": "member", "country": "KE", "id": kenya.pk}],
                    initial=1,
                ),
                "comments": inline_formset([]),
            }
        ),
    )

    today = editor.get(url).content.decode()
    then = editor.get(url, {"mode": "on-2002-07-09"}).content.decode()
    before = editor.get(url, {"mode": "on-1963-05-25"}).content.decode()

    assert "1 member" in today
    assert 'value="2002-07-09"' in then
    assert "Organization of African Unity" in before
    assert 'value="1963-05-25"' in before


def test_a_new_profile_has_no_past_yet(client, home):
    index = builders.make_organisation_index(home)
    client.force_login(builders.make_user(superuser=True))

    response = client.get(
        f"/admin/pages/add/wagtail_rtop_pages/organisationpage/{index.pk}/"
    )

    assert response.status_code == 200
    assert "No name and no member has a date yet." in response.content.decode()


@pytest.fixture
def overlap():
    return [
        Membership(country="KE", valid_from=date(1963, 5, 25)),
        Membership(country="KE", valid_from=date(1990, 1, 1)),
    ]


def get_errors(profile):
    with pytest.raises(ValidationError) as error:
        profile.full_clean()
    return error.value.message_dict


def test_code_can_not_save_rows_that_exclude_each_other(profile):
    profile.members = [
        Membership(country="KE", valid_from="1963-05-25"),
        # Dates as text, as code may give them.
        Membership(country="KE", valid_from="1990-01-01"),
    ]
    expected = {
        "members": [
            "KE (member): This overlaps with the row of the same country that holds "
            "from May 25, 1963 on. End one on the day on which the other begins, or "
            "remove one."
        ]
    }

    assert get_errors(profile) == expected
    for save in (profile.save, profile.save_revision):
        with pytest.raises(ValidationError) as error:
            save()
        assert error.value.message_dict == expected
    assert not OrganisationPage.objects.get(pk=profile.pk).members.exists()


def test_code_can_not_save_a_row_that_ends_before_it_begins(profile):
    profile.names = [
        OrganisationName(
            language="en", name="OAU", valid_from="2002-01-01", valid_to="1963-01-01"
        ),
        OrganisationName(language="en", name="AU", valid_from="no day"),
    ]

    ends, no_day = get_errors(profile)["names"]

    assert ends.startswith("OAU: This ends on 1963-01-01, before or on the day it")
    assert no_day.startswith("AU: “no day” value has an invalid date format.")


def test_rows_that_nobody_touched_stop_nobody(
    profile, overlap, django_assert_num_queries
):
    page = OrganisationPage.objects.get(pk=profile.pk)
    # Past all validation.
    for row in overlap:
        row.organisation = page
    Membership.objects.bulk_create(overlap)
    page = OrganisationPage.objects.get(pk=profile.pk)

    page.seat = "Nairobi"
    with django_assert_num_queries(0):
        page._check_rows()
    page.save()

    assert OrganisationPage.objects.get(pk=profile.pk).members.count() == 2


def save_unchecked(profile, members):
    page = OrganisationPage.objects.get(pk=profile.pk)
    page.members = members
    page.save(clean=False)
    page.save_revision(clean=False)


def test_what_overlaps_already_can_be_mended_in_the_editor(editor, profile, overlap):
    save_unchecked(profile, overlap)
    form = Editor(editor, profile)

    refused = form.post(**{"action-publish": "1"})
    assert refused.status_code == 200
    assert "This overlaps with the row" in refused.content.decode()
    form.set(**{"members-1-DELETE": "on"})

    assert form.post(**{"action-publish": "1"}).status_code == 302
    assert OrganisationPage.objects.get(pk=profile.pk).members.count() == 1


def test_a_row_that_somebody_added_meanwhile_counts(editor, profile, overlap):
    """Its form is not among those posted; saving both would be an overlap."""
    save_unchecked(profile, overlap[:1])

    response = post(
        editor, profile, members=[{"country": "KE"}], **{"action-publish": "1"}
    )

    assert response.status_code == 200
    errors = response.context["form"].formsets["members"].errors
    assert "This overlaps with the row" in errors[0]["valid_from"][0]
    save_unchecked(profile, overlap)
    response = post(editor, profile, members=[], **{"action-publish": "1"})
    assert response.status_code == 200
    [error] = response.context["form"].formsets["members"].non_form_errors()
    assert error.startswith("KE (member): This overlaps with the row")


def test_rows_that_are_still_to_be_filled_in_exclude_nothing():
    assert list(find_overlaps([Membership(), Membership()])) == []
