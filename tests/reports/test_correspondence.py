"""The correspondence report: who sees it, what it counts, what it costs."""

import csv
import io
import re
import uuid
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import builders
from tests.correspondence.test_desk import get_text, record
from wagtail_rtop.models import LedgerRow
from wagtail_rtop.reports.figures import Figures, get_share


URL = "/admin/reports/rtop-correspondence/"


def get(client, query=""):
    response = client.get(f"{URL}{query}")
    assert response.status_code == 200
    return response


def get_names(client, query=""):
    return [row.name for row in get(client, query).context["object_list"]]


def export(client, query="", kind="csv"):
    response = get(client, f"?export={kind}{query}")
    assert response.streaming
    content = b"".join(response)
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def add_rows(letter, count, **fields):
    """Write rows of the letter past its recipients; as many as asked for."""
    day = fields.pop("document_date", date(2020, 5, 1))
    LedgerRow.objects.bulk_create(
        LedgerRow(
            letter_id=letter.pk,
            recipient_key=uuid.uuid4(),
            position=number,
            name=f"Recipient {number}",
            document_date=day,
            sent_on=day,
            **{"status": "sent", **fields},
        )
        for number in range(count)
    )


def test_it_shows_what_one_may_edit(world, client):
    for user, names in (
        (world.editor, ["African Union", "Gulf Council", "Somebody"]),
        (world.stranger, ["Third party"]),
    ):
        client.force_login(user)
        assert get_names(client) == names
        assert [row[3] for row in export(client)[1:]] == names
        menu = client.get("/admin/").content.decode()
        assert URL in menu
    client.force_login(world.reader)
    for query in ("", "?export=csv", "?export=xlsx"):
        assert client.get(f"{URL}{query}").status_code == 302
    assert client.get(f"{URL}results/").status_code == 302
    assert URL not in client.get("/admin/").content.decode()


def test_filters(world, client):
    region = builders.make_region("Western Africa")
    builders.make_letter(
        world.section,
        recipients=["In the region"],
        regions=[region],
        occasion="Dialogue of 2012",
        document_date=date(2012, 3, 22),
    )
    client.force_login(world.editor)

    for query in (
        f"?region={region.pk}",
        "?occasion=dialogue",
        "?document_date_from=2012-01-01&document_date_to=2012-12-31",
    ):
        assert get_names(client, query) == ["In the region"], query
        assert len(export(client, query.replace("?", "&"))) == 2
    key = world.union.translation_key
    assert get_names(client, f"?organisation={key}") == ["African Union"]
    assert get_names(client, f"?organisation={uuid.uuid4()}") == get_names(client)
    for nonsense in ("?region=x&within=-1&document_date_from=x", "?p=99&ordering=x"):
        assert len(get_names(client, nonsense)) == 4


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        *((0, 0, 0), (0, 8, 0), (8, 8, 100), (1, 8, 13), (3, 8, 38), (1, 200, 1)),
        *((1, 201, 0), (1, 3, 33), (2, 3, 67), (29, 200, 15), (199, 200, 100)),
    ],
)
def test_half_a_per_cent_is_rounded_up(part, whole, share):
    assert get_share(part, whole) == share


def test_equal_numbers_have_equal_shares():
    for whole in range(1, 60):
        for answered in range(whole + 1):
            for soon in range(answered + 1):
                row = Figures(2024, whole, soon, answered)
                assert row.later_share == get_share(answered - soon, whole)
                # A bar is never longer than its frame.
                assert row.soon_share <= row.answered_share <= 100


def test_answered_within_thirty_days_by_year(world, client):
    client.force_login(world.editor)
    LedgerRow.objects.all().delete()
    for year, soon, later, none in ((2024, 3, 1, 4), (2023, 1, 0, 0), (2010, 0, 5, 0)):
        day = date(year, 5, 1)
        for count, days in ((soon, 30), (later, 31), (none, None)):
            answered = day + timedelta(days=days) if days else None
            add_rows(
                world.letter,
                count,
                document_date=day,
                days_to_reply=days,
                answered_on=answered,
            )

    text = get_text(get(client))

    for row in (
        "2024 8 3 (38 %) 1 (13 %) 4 (50 %)",
        "2023 1 1 (100 %) 0 (0 %) 1 (100 %)",
        "2010 5 0 (0 %) 5 (100 %) 5 (100 %)",
        "All 14 4 (29 %) 6 (43 %) 10 (71 %)",
    ):
        assert row in text.replace("\xa0", " "), text
    assert "soon is within 30 days of sending" in text
    text = get_text(get(client, "?document_date_from=2020-01-01&within=31"))
    assert "All 9 5 (56 %)" in text.replace("\xa0", " ")
    assert "2010" not in text
    year = timezone.localdate().year - 4
    link = f'href="?document_date_from={year}-01-01"'
    assert link in get(client).content.decode()


def test_the_last_five_years_keep_the_other_filters(world, client):
    client.force_login(world.editor)
    year = timezone.localdate().year - 4
    asked = "?within=31&document_date_to=2099-12-31&p=2&_w_filter_fragment=1"

    content = get(client, asked).content.decode()

    found = re.search(r'href="([^"]*document_date_from=[^"]*)"', content)
    query = parse_qs(unescape(found[1]).removeprefix("?"))
    assert query == {"within": ["31"], "document_date_from": [f"{year}-01-01"]}


def test_without_rows_it_says_so(world, client):
    client.force_login(world.editor)
    LedgerRow.objects.all().delete()

    assert "There are no recipients of letters to display." in get_text(get(client))
    assert len(export(client)) == 1
    assert len(export(client, kind="xlsx")) == 1


def test_the_sheets_say_what_the_page_says(world, client):
    record(world.letter, 0, "answered", days=1)
    client.force_login(world.editor)
    sent = world.letter.document_date

    rows = export(client)
    book = export(client, kind="xlsx")

    assert rows[0][:4] == ["Letter", "Dated", "Occasion", "Recipient"]
    assert book[0] == rows[0]
    assert rows[1][:8] == [
        *("To all", str(sent), "", "African Union", "", "African Union"),
        *("answered", str(timezone.localdate() - timedelta(days=1))),
    ]
    assert rows[1][12:] == ["9", "0"]
    assert book[1][12] == 9
    assert book[1][1] == sent
    assert len(rows) == len(book) == 4


def test_no_cell_runs(world, client):
    builders.make_letter(
        world.section,
        title="=1+1",
        slug="formula",
        recipients=[{"name": "＝cmd", "office": "@here"}],
        occasion="-2+3",
    )
    client.force_login(world.editor)

    cells = [cell for row in export(client) for cell in row]

    assert "'=1+1" in cells
    assert "'＝cmd" in cells
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@", "＝", "\t"))]


def count(client, query=""):
    with CaptureQueriesContext(connection) as queries:
        response = get(client, query)
        if response.streaming:
            b"".join(response)
    return len(queries)


def test_it_costs_the_same_for_any_number_of_rows(world, client):
    client.force_login(world.editor)
    LedgerRow.objects.all().delete()
    get(client)
    empty = count(client)
    costs = []
    for size in (60, 2000):
        add_rows(world.letter, size, organisation_key=world.union.translation_key)
        costs.append((count(client), count(client, "?export=csv")))

    assert costs[0] == costs[1], costs
    assert costs[0][0] - empty <= 12, (costs, empty)


def test_the_export_reads_few_rows_at_a_time(world, client):
    client.force_login(world.editor)
    add_rows(world.letter, 2500)
    response = get(client, "?export=csv")

    chunks = iter(response)

    # The mark and the heading come before anything is asked of the database.
    with CaptureQueriesContext(connection) as queries:
        next(chunks), next(chunks)
    assert len(queries) == 0
    assert len(list(chunks)) == 2503
