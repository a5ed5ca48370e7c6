"""The desk through HTTP: its list, a letter's ledger, recording and withdrawing."""

from datetime import timedelta

import html5lib
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, PageLogEntry

from tests import builders
from tests.correspondence.conftest import NOTE
from wagtail_rtop.letters.ledger import record_event, withdraw_event
from wagtail_rtop.models import Coalition, CorrespondenceEvent, Entry, LedgerRow


INDEX = "/admin/rtop/correspondence/"
RECORD = f"{INDEX}record/"


def get_ledger(page):
    return reverse("rtop_ledger", args=[page.pk])


def get_text(response):
    tree = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    return " ".join("".join(tree.itertext()).split())


def get_rows(client, query=""):
    response = client.get(f"{INDEX}{query}")
    assert response.status_code == 200
    return [row.name for row in response.context["object_list"]]


def get_row(letter, number=0):
    return LedgerRow.objects.filter(letter=letter.pk).order_by("position")[number]


def post(client, rows, **fields):
    data = {
        "row": [row.pk for row in rows],
        "kind": "sent",
        "happened_on": str(timezone.localdate()),
        **fields,
    }
    return client.post(RECORD, data)


def record(letter, number=0, kind="sent", days=1, **fields):
    row = letter.recipients.all()[number]
    day = timezone.localdate() - timedelta(days=days)
    return record_event(letter, row.translation_key, kind, day, **fields)


def test_the_list_shows_the_recipients_of_the_letters_one_may_edit(world, client):
    draft = builders.make_letter(world.section, recipients=["Nobody yet"], live=False)
    client.force_login(world.editor)
    assert get_rows(client) == ["African Union", "Gulf Council", "Somebody"]

    builders.publish(draft)
    assert "Nobody yet" in get_rows(client)
    client.force_login(world.stranger)
    assert get_rows(client) == ["Third party"]
    client.force_login(builders.make_user(superuser=True))
    assert len(get_rows(client)) == 5


def test_whoever_edits_no_page_gets_no_desk(world, client):
    record(world.letter, note=NOTE)
    event = CorrespondenceEvent.objects.get()
    client.force_login(world.reader)
    home = client.get("/admin/")

    assert home.status_code == 200
    assert INDEX not in home.content.decode()
    for url in (INDEX, RECORD, get_ledger(world.letter)):
        assert client.get(url).status_code == 302
    for name in ("withdraw", "restore"):
        url = reverse(f"rtop_{name}_event", args=[event.pk])
        assert client.post(url).status_code == 302
    event.refresh_from_db()
    assert event.withdrawn_at is None


def test_a_row_a_letter_not_a_language(world, client):
    builders.make_translated_home(world.home, "fr")
    french = builders.make_locale("fr")
    builders.publish(world.letter.copy_for_translation(french, copy_parents=True))
    client.force_login(builders.make_user(superuser=True))

    assert get_rows(client).count("Somebody") == 1


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?status=answered", ["Gulf Council"]),
        ("?status=answered&status=sent", ["African Union", "Gulf Council"]),
        ("?due=overdue", ["African Union"]),
        ("?due=waiting", ["African Union"]),
        ("?due=soon", []),
        ("?q=chair", ["Gulf Council"]),
        ("?q=to+all", ["African Union", "Gulf Council", "Somebody"]),
        ("?status=nonsense&due=x&letter=y&organisation=z", None),
        ("?document_date_from=2012-01-01&document_date_to=2012-12-31", []),
    ],
)
def test_filters(world, client, query, names):
    site = world.home.get_site()
    Coalition.objects.create(
        site=site, locale=world.home.locale, name="We", overdue_days=1, weekend="none"
    )
    record(world.letter, 0, days=5)
    record(world.letter, 1, "answered")
    client.force_login(world.editor)

    found = get_rows(client, query)

    # What can't be a value narrows nothing, and is no failure.
    assert found == (names if names is not None else get_rows(client))


def test_filter_by_organisation_and_letter(world, client):
    client.force_login(world.editor)
    response = client.get(INDEX)
    choices = response.context["filters"].form.fields["organisation"].choices
    key = str(world.union.translation_key)

    assert (key, "African Union") in list(choices)
    assert get_rows(client, f"?organisation={key}") == ["African Union"]
    assert len(get_rows(client, f"?letter={world.letter.pk}")) == 3
    assert get_rows(client, f"?letter={world.other.pk}") == []


def test_what_filters_and_ledger_say_begins_with_a_capital(world, client):
    record(world.letter, is_public=True)
    gone = record(world.letter, kind="delivery_failed")
    withdraw_event(gone)
    client.force_login(world.editor)

    form = client.get(INDEX).context["filters"].form
    for name in ("status", "due"):
        labels = [str(label) for value, label in form.fields[name].choices if value]
        assert labels
        assert [label for label in labels if not label[0].isupper()] == []
    ledger = BeautifulSoup(client.get(get_ledger(world.letter)).content, "html5lib")
    rows = ledger.select("tr[id^=event-]")
    cells = [[cell.get_text(" ", strip=True) for cell in row("td")] for row in rows]
    assert [row[1].split(" withdrawn")[0] for row in cells] == [
        *("Sent", "Delivery failed"),
    ]
    assert [row[2] for row in cells] == ["Yes", "No"]


def test_the_list_costs_the_same_for_any_number_of_rows(world, client):
    client.force_login(world.editor)
    client.get(INDEX)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(INDEX)
        costs.append(len(queries))
        for number in range(3):
            letter = builders.make_letter(
                world.section, recipients=[world.union, f"Somebody {number}"]
            )
            record(letter)

    assert costs[0] == costs[1], costs


def test_every_label_of_the_form_begins_with_a_capital(world, client):
    client.force_login(world.publisher)
    row = LedgerRow.objects.first()

    form = client.get(reverse("rtop_record_event"), {"row": row.pk}).context["form"]

    labels = [str(field.label) for field in form]
    assert "File" in labels
    assert [label for label in labels if not label[0].isupper()] == []


def test_recording_for_many_writes_an_event_each_and_logs_it(world, client):
    client.force_login(world.editor)
    rows = [get_row(world.letter, number) for number in (0, 1)]
    form = client.get(RECORD, {"row": [row.pk for row in rows]})
    text = get_text(form)
    assert "For these 2 recipients:" in text
    assert "African Union: To all" in text
    assert "Gulf Council, Chair: To all" in text

    response = post(client, rows)

    assert response.url == get_ledger(world.letter)
    text = get_text(client.get(response.url))
    assert "Recorded for 2 recipients." in text
    assert "Sent, no answer yet" in text
    events = CorrespondenceEvent.objects.all()
    assert {event.recipient_key for event in events} == {r.recipient_key for r in rows}
    assert {event.recorded_by for event in events} == {world.editor}
    logged = PageLogEntry.objects.filter(action="wagtail_rtop.record_event")
    assert {entry.user for entry in logged} == {world.editor}
    assert logged.count() == 2
    assert [get_row(world.letter, n).status for n in range(3)] == [
        *("sent", "sent", "not_sent"),
    ]


def test_recording_across_letters_leaves_out_those_of_others(world, client):
    client.force_login(world.editor)
    rows = [get_row(world.letter), get_row(world.other)]

    assert post(client, rows).status_code == 302
    assert CorrespondenceEvent.objects.get().recipient_key == rows[0].recipient_key
    client.force_login(builders.make_user(superuser=True))
    assert post(client, rows).url == INDEX
    assert CorrespondenceEvent.objects.count() == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "lost"},
        {"happened_on": "yesterday"},
        {"happened_on": "9999-12-31"},
        # Before the letter.
        {"happened_on": "1012-01-01"},
        {"document": "x" * 30},
        {"document": "9" * 30},
        {"kind": ""},
        {"happened_on": ""},
    ],
)
def test_bad_input_is_said_and_writes_nothing(world, client, fields):
    client.force_login(world.editor)

    refused = post(client, [get_row(world.letter)], **fields)

    assert refused.status_code == 200
    assert refused.context["form"].errors
    assert not CorrespondenceEvent.objects.exists()


@pytest.mark.parametrize("row", ["", "x", "-1", "9" * 40, "0"])
def test_no_row_leads_back_to_the_list(world, client, row):
    client.force_login(world.editor)

    assert client.get(RECORD, {"row": row}).url == INDEX
    assert client.post(RECORD, {"row": row}).url == INDEX


def test_a_letter_taken_off_line_meanwhile_is_said(world, client):
    client.force_login(world.editor)
    row = get_row(world.letter)
    type(world.letter).objects.filter(pk=world.letter.pk).update(live=False)

    refused = post(client, [row])

    assert "is not published. Publish it before" in get_text(refused)


def test_public_is_for_whoever_may_publish(world, client):
    row = get_row(world.letter)
    client.force_login(world.editor)
    assert "is_public" not in client.get(RECORD, {"row": row.pk}).context["form"].fields
    post(client, [row], kind="answered", is_public="on")
    assert not CorrespondenceEvent.objects.get().is_public
    assert Entry.objects.get(pk=world.letter.pk).answered == 0

    client.force_login(world.publisher)
    post(client, [row], kind="answered", is_public="on")

    assert Entry.objects.get(pk=world.letter.pk).answered == 1
    assert get_row(world.letter).publicly_answered


def test_withdrawing_and_undoing(world, client):
    event = record(world.letter, kind="answered")
    client.force_login(world.editor)
    assert (
        client.get(reverse("rtop_withdraw_event", args=[event.pk])).status_code == 405
    )

    done = client.post(reverse("rtop_withdraw_event", args=[event.pk]), follow=True)

    text = get_text(done)
    assert "is withdrawn. It stays in the history. Undo" in text
    assert "by editor" in text
    assert get_row(world.letter).status == "not_sent"
    again = client.post(reverse("rtop_restore_event", args=[event.pk]), follow=True)
    assert "is recorded again." in get_text(again)
    assert get_row(world.letter).status == "answered"
    assert CorrespondenceEvent.objects.count() == 2
    # A second time there is nothing to restore twice over by mistake.
    fresh = CorrespondenceEvent.objects.get(withdrawn_at=None)
    text = get_text(
        client.post(reverse("rtop_restore_event", args=[fresh.pk]), follow=True)
    )
    assert "is not withdrawn: it counts already" in text
    assert CorrespondenceEvent.objects.count() == 2


def read_undo(response):
    """Return what the button in the message posts: its address and its fields."""
    soup = BeautifulSoup(response.content, "html5lib")
    form = soup.select_one(".messages form[method=post]")
    assert form.find("button").get_text() == "Undo"
    fields = {field["name"]: field["value"] for field in form.find_all("input")}
    return form["action"], fields


def test_what_was_just_recorded_can_be_undone(world, client):
    earlier = record(world.letter, 2)
    user = builders.make_user(superuser=True)
    client.force_login(user)
    rows = [get_row(world.letter, 0), get_row(world.letter, 1), get_row(world.other)]
    recorded = client.get(post(client, rows, kind="answered").url)
    assert "Recorded for 3 recipients. Undo See the history" in get_text(recorded)
    button = read_undo(recorded)

    undone = client.post(*button, follow=True)

    assert undone.redirect_chain == [(INDEX, 302)]
    assert "3 events are withdrawn." in get_text(undone)
    left = CorrespondenceEvent.objects.filter(withdrawn_at=None)
    assert list(left) == [earlier]
    gone = CorrespondenceEvent.objects.exclude(withdrawn_at=None)
    assert {event.withdrawn_by for event in gone} == {user}
    assert get_row(world.letter).status == "not_sent"
    # A second time there is nothing left to withdraw.
    times = set(gone.values_list("withdrawn_at"))
    again = get_text(client.post(*button, follow=True))
    assert "The event is withdrawn already." in again
    assert "0 events are withdrawn." in again
    assert set(gone.values_list("withdrawn_at")) == times
    logged = PageLogEntry.objects.filter(action="wagtail_rtop.withdraw_event")
    assert logged.count() == 3


def test_undoing_leaves_what_was_withdrawn_one_by_one(world, client):
    client.force_login(world.editor)
    rows = [get_row(world.letter, number) for number in (0, 1)]
    button = read_undo(client.get(post(client, rows).url))
    withdraw_event(CorrespondenceEvent.objects.first())

    undone = client.post(*button, follow=True)

    assert undone.redirect_chain == [(get_ledger(world.letter), 302)]
    assert "1 event is withdrawn." in get_text(undone)


def test_only_who_recorded_it_undoes_it_and_only_with_the_right(world, client):
    client.force_login(world.publisher)
    row = get_row(world.letter)
    public = post(client, [row], kind="answered", is_public="on")
    url, fields = read_undo(client.get(public.url))
    assert client.get(url).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.publisher)
    assert strict.post(url, fields).status_code == 403

    for other in (world.editor, world.stranger, builders.make_user(superuser=True)):
        client.force_login(other)
        said = get_text(client.post(url, {"next": "/admin/"}, follow=True))
        assert "There is nothing here that you can undo." in said
    client.force_login(world.publisher)
    GroupPagePermission.objects.filter(
        group__user=world.publisher, permission__codename="publish_page"
    ).delete()
    said = get_text(client.post(url, fields, follow=True))

    assert "Readers' figures count the event, and you may not publish it." in said
    assert Entry.objects.get(pk=world.letter.pk).answered == 1


def test_a_public_event_is_withdrawn_by_whoever_may_publish(world, client):
    event = record(world.letter, kind="answered", is_public=True)
    url = reverse("rtop_withdraw_event", args=[event.pk])
    client.force_login(world.editor)
    assert url not in client.get(get_ledger(world.letter)).content.decode()
    assert client.post(url).status_code == 302
    assert Entry.objects.get(pk=world.letter.pk).answered == 1

    client.force_login(world.publisher)
    client.post(url)

    assert Entry.objects.get(pk=world.letter.pk).answered == 0


def test_what_a_stranger_posts_changes_nothing(world, client):
    event = record(world.letter)
    gone = record(world.letter, kind="answered")
    withdraw_event(gone)
    client.force_login(world.stranger)

    assert client.get(get_ledger(world.letter)).status_code == 302
    client.post(reverse("rtop_withdraw_event", args=[event.pk]))
    client.post(reverse("rtop_restore_event", args=[gone.pk]))
    post(client, [get_row(world.letter)])

    event.refresh_from_db()
    assert event.withdrawn_at is None
    assert CorrespondenceEvent.objects.count() == 2


def test_an_event_that_is_none_is_a_404(world, client):
    client.force_login(world.editor)
    for name in ("rtop_withdraw_event", "rtop_restore_event"):
        url = reverse(name, args=[10**15])
        # In the admin, then in the language of the visitor.
        assert client.post(url, follow=True).status_code == 404
    url = reverse("rtop_event_file", args=[10**15])
    assert client.get(url, follow=True).status_code == 404
    for page in (world.section, world.union):
        assert client.get(get_ledger(page), follow=True).status_code == 404


def test_the_ledger_tells_who_when_and_what(world, client):
    record(world.letter, kind="sent", days=3, user=world.publisher)
    response = builders.make_response(world.letter, title="We thank you")
    draft = builders.make_response(
        world.letter,
        title="Not out",
        rows=[world.letter.recipients.all()[1]],
        live=False,
    )
    client.force_login(world.publisher)

    page = client.get(get_ledger(world.letter))

    text = get_text(page)
    assert "2 of 3 recipients have answered, by all that the desk knows." in text
    assert "by publisher" in text
    assert "We thank you (substantive answer, April 2, 2012)" in text
    assert "Not out (substantive answer, April 2, 2012) not published" in text
    content = page.content.decode()
    for found in (response, draft):
        assert reverse("wagtailadmin_pages:edit", args=[found.pk]) in content
    # Readers are told of what is published.
    assert Entry.objects.get(pk=world.letter.pk).answered == 1


def test_the_ledger_costs_the_same_for_any_history(world, client):
    client.force_login(world.editor)
    record(world.letter, user=world.editor)
    builders.make_response(world.letter)
    costs = []
    for _ in range(2):
        client.get(get_ledger(world.letter))
        with CaptureQueriesContext(connection) as queries:
            client.get(get_ledger(world.letter))
        costs.append(len(queries))
        for number in (0, 1, 2, 2):
            record(world.letter, number, user=world.editor)
            builders.make_response(world.letter)

    assert costs[0] == costs[1], costs


def test_add_a_response_ticks_its_recipient(world, client):
    row = world.letter.recipients.all()[1]
    client.force_login(world.publisher)
    url = reverse(
        "wagtailadmin_pages:add",
        args=["wagtail_rtop_pages", "responsepage", world.letter.pk],
    )
    content = client.get(get_ledger(world.letter)).content.decode()
    assert f'href="{url}?recipient={row.translation_key}"' in content

    form = client.get(f"{url}?recipient={row.translation_key}&recipient=nonsense")

    assert form.context["form"]["recipient_keys"].value() == [str(row.translation_key)]
    client.force_login(world.editor)
    assert url not in client.get(get_ledger(world.letter)).content.decode()
