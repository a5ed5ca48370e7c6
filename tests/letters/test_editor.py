"""Writing a letter in the admin: its tabs, its recipients, their names and regions."""

import json
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import builders
from tests.rows.editor import Editor
from wagtail_rtop.models import RecipientGroup
from wagtail_rtop.pages.models import LetterPage


pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return builders.make_home()


@pytest.fixture
def letters(home):
    return builders.make_letter_index(home)


@pytest.fixture
def index(home):
    return builders.make_organisation_index(home)


@pytest.fixture
def desk(home):
    actions = ["add", "change", "publish"]
    return builders.make_group("Desk", pages=[home], actions=actions)


@pytest.fixture
def editor(client, desk):
    client.force_login(builders.make_user("editor", groups=[desk]))
    return client


def open_editor(client, letter):
    response = client.get(f"/admin/pages/{letter.pk}/edit/")
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html5lib")


def make_body(index, title, *names, **fields):
    rows = [{"language": "en", "name": name} for name in names or [title]]
    return builders.make_organisation(index, title=title, names=rows, **fields)


def test_tabs(editor, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    soup = open_editor(editor, letter)

    tabs = [
        tab.get_text(strip=True).removesuffix("()")
        for tab in soup.select("a[role=tab]")
    ]
    assert tabs[:3] == ["Letter", "Recipients", "Signatories and files"]
    assert "Promote" in tabs
    assert soup.select_one("#tab-recipients #id_recipients-FORMS")
    assert soup.select_one("#tab-recipients [name=regions]")
    assert soup.select_one("#tab-signatories_and_files #id_signatories-FORMS")
    assert soup.select_one("#tab-letter [name=title]")


def test_what_is_added_for_responses_has_a_tab():
    from wagtail.admin.panels import HelpPanel

    from wagtail_rtop.letters.panels import build_letter_tabs

    class Letter(LetterPage):
        response_tab_panels = [HelpPanel("Ledger")]

        class Meta:
            abstract = True

    headings = [str(tab.heading) for tab in build_letter_tabs(Letter).children]
    assert headings[:4] == [
        *("Letter", "Recipients", "Signatories and files", "Responses"),
    ]


def test_a_letter_to_fourteen_opens_with_few_queries(
    editor, letters, index, django_assert_max_num_queries
):
    bodies = [make_body(index, f"Body {number}") for number in range(14)]
    letter = builders.make_letter(letters, recipients=bodies)
    open_editor(editor, letter)

    # 58; each row took three of its own before they were read together: 88 then.
    with django_assert_max_num_queries(60):
        soup = open_editor(editor, letter)

    chosen = soup.select("#tab-recipients [data-chooser-title]")
    assert [c.get_text() for c in chosen[:14]] == [body.title for body in bodies]


def test_todays_name_stands_beside_the_one_written(editor, letters, index):
    body = make_body(index, "Old name")
    same = make_body(index, "Same name")
    letter = builders.make_letter(letters, recipients=[body, same])
    body.title = "New name"
    body.names.all().delete()
    builders.publish(body)

    soup = open_editor(editor, letter)

    assert [n.bdi.get_text() for n in soup.select("[data-rtop-name-today]")] == [
        "New name"
    ]
    assert soup.select_one("#id_recipients-0-name")["value"] == "Old name"
    # And for readers, and after another publication.
    Editor(editor, letter).post(**{"action-publish": "1"})
    assert "Old name" in editor.get(letter.url).content.decode()
    assert [r.name for r in letter.recipients.all()] == ["Old name", "Same name"]


def test_regions_come_from_the_recipients_or_replace_them(editor, letters, index):
    west = builders.make_region("Western Africa")
    east = builders.make_region("Eastern Africa")
    body = make_body(index, "Body", regions=[west])
    letter = builders.make_letter(letters, recipients=[body])

    text = open_editor(editor, letter).select_one("#tab-recipients").get_text(" ")
    assert "From the recipients, as last saved: Western Africa" in " ".join(
        text.split()
    )
    assert "unless you name others" in text
    assert letter.get_all_region_ids(letter.recipients.all()) == [west.pk]

    form = Editor(editor, letter)
    form.set(regions='"Eastern Africa"')
    assert form.post(**{"action-publish": "1"}).status_code == 302

    text = open_editor(editor, letter).select_one("#tab-recipients").get_text(" ")
    assert "The regions below replace them" in text
    letter = LetterPage.objects.get(pk=letter.pk)
    assert letter.get_all_region_ids(letter.recipients.all()) == [east.pk]


def test_a_translated_profile_is_stored_as_its_source(editor, home, letters, index):
    body = make_body(index, "Body")
    french = builders.make_translated_home(home, "fr")
    index.copy_for_translation(french.locale)
    copy = body.copy_for_translation(french.locale)
    letter = builders.make_letter(letters, recipients=["First"])
    form = Editor(editor, letter)
    form.add_row("recipients", kind="organisation", name="", organisation=copy.pk)

    assert form.post(**{"action-publish": "1"}).status_code == 302

    row = LetterPage.objects.get(pk=letter.pk).recipients.last()
    assert row.organisation_id == body.pk
    assert row.name == "Body"


@pytest.mark.parametrize("value", ["x", "999999", "9" * 40, "-1", "\x00"])
def test_what_is_no_id_is_an_error_of_the_field(editor, letters, value):
    letter = builders.make_letter(letters, recipients=["First"])
    form = Editor(editor, letter)
    form.add_row("recipients", kind="organisation", name="Second", organisation=value)

    response = form.post(**{"action-publish": "1"})

    assert response.status_code == 200
    assert "Second" in response.content.decode()


def test_a_page_that_is_no_profile_is_refused(editor, home, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    form = Editor(editor, letter)
    form.add_row("recipients", kind="organisation", name="", organisation=home.pk)

    html = form.post(**{"action-publish": "1"}).content.decode()

    assert "is not the profile of an organisation" in html
    assert "neither an organisation nor a name" not in html


def try_day(client, page, name, day):
    """Publish the page with this day; return what is said at the field."""
    form = Editor(client, page)
    form.data[name] = str(day)
    # A mistyped date is not a draft's either, whose empty one is.
    saved = form.autosave()["success"]
    response = form.post(**{"action-publish": "1"})
    assert saved is (response.status_code == 302)
    if saved:
        return ""
    [error] = response.context["form"].errors[name]
    return error


def test_a_letter_is_dated_within_reason(editor, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    today = timezone.localdate()

    for day in (date(1900, 1, 1), today, today + timedelta(days=366)):
        assert try_day(editor, letter, "document_date", day) == ""
    for day in (date(9999, 12, 31), today + timedelta(days=367)):
        error = try_day(editor, letter, "document_date", day)
        assert "is more than a year ahead. Check the year" in error
    for day in (date(1899, 12, 31), date(12, 3, 22)):
        error = try_day(editor, letter, "document_date", day)
        assert error.endswith("is before 1900. Check the year.")


def test_a_date_given_by_code_does_not_keep_a_letter_back(letters):
    day = date(9999, 12, 31)

    letter = builders.make_letter(letters, recipients=["First"], document_date=day)

    assert LetterPage.objects.get(pk=letter.pk).live


def test_a_response_has_come(editor, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    response = builders.make_response(letter, received_on=None)
    today = timezone.localdate()

    # Where it was written it may be tomorrow already.
    for day in (date(1900, 1, 1), today + timedelta(days=1)):
        assert try_day(editor, response, "document_date", day) == ""
    assert try_day(editor, response, "received_on", today + timedelta(days=1)) == ""
    for name in ("document_date", "received_on"):
        for day in (date(9999, 12, 31), today + timedelta(days=2)):
            error = try_day(editor, response, name, day)
            assert "is still to come. Check the date" in error
        assert "Check the year" in try_day(editor, response, name, date(1899, 12, 31))


REPEATED = "This is recipient 1 again, “{}”. Remove one of the two rows, or"


def publish_rows(client, letters, *rows):
    """Publish a letter to these rows; return [(number, error)] of its recipients."""
    form = Editor(client, builders.make_letter(letters, recipients=["Nobody else"]))
    form.data["recipients-0-DELETE"] = "1"
    for row in rows:
        values = {"kind": "organisation", "organisation": "", "office": "", **row}
        form.add_row("recipients", **values)
    assert form.autosave()["success"]
    response = form.post(**{"action-publish": "1"})
    if response.status_code == 302:
        return []
    forms = response.context["form"].formsets["recipients"].forms
    return [
        (number, error)
        for number, row in enumerate(forms)
        for error in row.non_field_errors()
    ]


def test_the_same_recipient_twice_is_refused(editor, letters, index):
    body = make_body(index, "Body")
    row = {"organisation": body.pk, "name": "", "office": "Chair"}

    # The second has the first's name, which an empty one is filled with.
    [(number, error)] = publish_rows(editor, letters, row, {**row, "name": "Body"})
    assert number == 2
    assert error.startswith(REPEATED.format("Body"))

    [(number, error)] = publish_rows(
        editor, letters, {"name": "Ally"}, {"name": "Else"}, {"name": " Ally "}
    )
    assert number == 3
    assert error.startswith(REPEATED.format("Ally"))


def test_the_repeated_row_is_named_by_its_place(editor, letters):
    rows = [
        {"name": "Last", "ORDER": "9"},
        {"name": "Ally", "ORDER": "5"},
        {"name": "Ally", "ORDER": "3"},
    ]
    [(number, error)] = publish_rows(editor, letters, *rows)

    # What stands lower repeats what stands higher, in whatever order they were added.
    assert number == 2
    assert error.startswith(REPEATED.format("Ally"))


def test_offices_and_names_tell_recipients_apart(editor, letters, index):
    body, same = make_body(index, "Body"), make_body(index, "Other")
    rows = [
        {"organisation": body.pk, "name": "Body", "office": "Chair"},
        {"organisation": body.pk, "name": "Body", "office": "Secretary-General"},
        {"organisation": body.pk, "name": "Former body", "office": "Chair"},
        {"organisation": same.pk, "name": "Body", "office": "Chair"},
        {"name": "Body", "office": "Chair"},
        {"name": "Body", "office": ""},
    ]

    assert publish_rows(editor, letters, *rows) == []


def test_a_removed_row_is_not_repeated(editor, letters):
    rows = [{"name": "Ally", "DELETE": "1"}, {"name": "Ally"}]

    assert publish_rows(editor, letters, *rows) == []


def paste(client, **data):
    response = client.post("/admin/rtop/recipients/paste/", data)
    return json.loads(response.content)


def read_proposals(answer):
    """Return [(name, profile or None, choice)]."""
    soup = BeautifulSoup(answer["html"], "html5lib")
    found = []
    for field in soup.select("fieldset[data-rtop-proposal]"):
        profile = field.select_one("input[value=profile]")
        title = profile.find_parent("label").bdi.get_text() if profile else None
        name = field.select_one("legend bdi").get_text()
        found.append((name, title, field["data-rtop-proposal"]))
    return found


@pytest.fixture
def bodies(index):
    osce = make_body(index, "Organization for Security and Co-operation in Europe")
    return [make_body(index, "African Union"), osce]


def test_a_pasted_list_becomes_proposals(editor, bodies):
    answer = paste(
        editor,
        text="the AFRICAN UNION, the Organisation for Security and Cooperation in "
        "Europe, the Afrcan Unoin and the Institute for Peace",
    )

    assert read_proposals(answer) == [
        ("AFRICAN UNION", "African Union", "profile"),
        (
            "Organisation for Security and Cooperation in Europe",
            "Organization for Security and Co-operation in Europe",
            "profile",
        ),
        # Comes near, and is not added unasked.
        ("Afrcan Unoin", "African Union", "skip"),
        ("Institute for Peace", None, "name"),
    ]


def test_what_was_decided_comes_back_as_rows(editor, bodies):
    answer = paste(
        editor,
        **{
            "rows": "4",
            "choice-0": "profile",
            "name-0": "the AU",
            "organisation-0": bodies[0].pk,
            "choice-1": "skip",
            "name-1": "Nobody",
            "choice-2": "name",
            "name-2": "Institute for Peace",
            # Gone meanwhile: its name stays.
            "choice-3": "profile",
            "name-3": "Gone",
            "organisation-3": "999999",
        },
    )

    assert answer["step"] == "done"
    assert [(r["name"], r["organisation"]) for r in answer["rows"]] == [
        (
            "the AU",
            {
                "id": str(bodies[0].pk),
                "title": "African Union",
                "edit_url": f"/admin/pages/{bodies[0].pk}/edit/",
            },
        ),
        ("Institute for Peace", None),
        ("Gone", None),
    ]


@pytest.mark.parametrize(
    "data", [{"text": ""}, {"text": " ,; "}, {"text": "x" * 20_001}]
)
def test_nothing_to_read_is_said(editor, data):
    answer = paste(editor, **data)
    assert answer["step"] == "form"
    assert "error-message" in answer["html"]


@pytest.mark.parametrize("rows", ["x", "-1", "9" * 30, ""])
def test_a_broken_number_of_rows_adds_nothing(editor, rows):
    assert paste(editor, rows=rows)["rows"] == []


def test_pasting_is_for_the_admin_alone(client):
    assert client.post("/admin/rtop/recipients/paste/", {}).status_code == 302
    assert client.get("/admin/rtop/recipients/add/").status_code == 302


SAVE = "/admin/rtop/recipients/save/"


def allow_groups(desk):
    from django.contrib.auth.models import Permission

    desk.permissions.add(Permission.objects.get(codename="add_recipientgroup"))


def test_the_letters_recipients_are_kept_as_a_group(editor, desk, bodies):
    allow_groups(desk)
    rows = [
        {"kind": "organ", "office": "Chair", "name": "", "organisation": bodies[1].pk},
        {"kind": "x", "office": "", "name": "The Institute", "organisation": ""},
        {"kind": "person", "office": "", "name": "", "organisation": ""},
        "nonsense",
    ]
    answer = json.loads(
        editor.post(SAVE, {"name": "Two", "rows": json.dumps(rows)}).content
    )

    assert answer["step"] == "done"
    group = RecipientGroup.objects.get(name="Two")
    found = group.members.values_list("kind", "organisation", "name", "office")
    assert list(found) == [
        ("organ", bodies[1].pk, bodies[1].title, "Chair"),
        ("organisation", None, "The Institute", ""),
    ]

    form = json.loads(editor.get("/admin/rtop/recipients/add/").content)
    assert "Two" in form["html"]
    answer = json.loads(
        editor.post("/admin/rtop/recipients/add/", {"group": group.pk}).content
    )
    assert [(r["kind"], r["name"], r["office"]) for r in answer["rows"]] == [
        ("organ", bodies[1].title, "Chair"),
        ("organisation", "The Institute", ""),
    ]
    assert answer["rows"][0]["organisation"]["id"] == str(bodies[1].pk)


@pytest.mark.parametrize("rows", ["", "[]", "{", "7", '[{"name": " "}]', "[[1]]"])
def test_no_group_without_recipients(editor, desk, rows):
    allow_groups(desk)
    answer = json.loads(editor.post(SAVE, {"name": "None", "rows": rows}).content)
    assert "The letter has no recipients yet" in answer["html"]
    assert not RecipientGroup.objects.exists()


def test_no_two_groups_of_one_name(editor, desk):
    allow_groups(desk)
    RecipientGroup.objects.create(name="The fourteen")
    rows = json.dumps([{"name": "Somebody"}])
    answer = json.loads(
        editor.post(SAVE, {"name": "the Fourteen", "rows": rows}).content
    )
    assert "There is a group" in answer["html"]
    assert RecipientGroup.objects.count() == 1


def test_who_may_add_no_group_has_no_button_and_no_view(editor, letters):
    letter = builders.make_letter(letters, recipients=["First"])
    soup = open_editor(editor, letter)
    urls = [b["data-rtop-recipients"] for b in soup.select("[data-rtop-recipients]")]
    assert urls == ["/admin/rtop/recipients/paste/", "/admin/rtop/recipients/add/"]

    rows = json.dumps([{"name": "Somebody"}])
    assert editor.post(SAVE, {"name": "X", "rows": rows}).status_code == 302
    assert not RecipientGroup.objects.exists()


def test_a_group_is_edited_as_a_snippet(client, bodies, django_assert_max_num_queries):
    client.force_login(builders.make_user(superuser=True))
    group = RecipientGroup(name="Two")
    model = RecipientGroup._meta.get_field("members").related_model
    group.members = [
        model(organisation=body, name=body.title, sort_order=n)
        for n, body in enumerate(bodies)
    ]
    group.save()
    base = "/admin/snippets/wagtail_rtop/recipientgroup/"
    edit = f"{base}edit/{group.pk}/"

    assert "Two" in client.get(base).content.decode()
    assert "African Union" in client.get(edit).content.decode()
    with CaptureQueriesContext(connection) as two:
        client.get(edit)
    group.members = [
        model(organisation=bodies[0], name=f"Name {n}", sort_order=n) for n in range(9)
    ]
    group.save()
    with django_assert_max_num_queries(len(two)):
        client.get(edit)


def test_no_letter_to_add_a_group_to_says_so(editor):
    answer = json.loads(editor.get("/admin/rtop/recipients/add/").content)
    assert "No groups yet." in answer["html"]
