"""Spreadsheets: what could run as a formula is text, in every cell."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from wagtail_rtop.reports.spreadsheet import _build_cells, neutralise


FORMULAS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    "\u202e=1",
    "\x00=1",
    "＝1+1",
    "＋1",
    "－1",
    "﹣1",
    "−1",
    "＠SUM(A1)",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
]
HARMLESS = ["African Union", "a=b", "2012-03-22", "Côte d’Ivoire", "", "١٢", "E=mc²"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_csv(text):
    cell = neutralise(text)

    assert cell.startswith("'")
    assert not set(cell) & set("\t\r\n\x00")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays(text):
    assert neutralise(text) == text


def test_numbers_and_dates_stay():
    assert neutralise(-5) == -5
    assert neutralise(None) is None
    assert neutralise(date(2012, 3, 22)) == "2012-03-22"


@pytest.mark.parametrize("start", ["=1+1", " =1", '"=1', '" =1"', "＝1", "'=1"])
def test_no_semicolon_opens_a_cell_within_a_text(start):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["first", neutralise(f"name;{start};{start}")])

    # As Excel reads it where numbers have a decimal comma.
    for cell in next(csv.reader(io.StringIO(out.getvalue()), delimiter=";")):
        assert cell.strip(' "')[:1] not in {*"=+-@＝"}, cell


def test_a_workbook_holds_text_as_text_whatever_it_is():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    texts = [*FORMULAS, *HARMLESS, "#N/A", "\ud800", "x" * 40000]
    sheet.append(_build_cells(sheet, [*texts, 5, None, date(2012, 3, 22)]))
    out = io.BytesIO()
    book.save(out)
    out.seek(0)

    [row] = openpyxl.load_workbook(out).active.iter_rows()

    *cells, number, nothing, day = row
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}
    # Text stays text when somebody edits the cell.
    assert {cell.number_format for cell in cells} == {"@"}
    assert cells[0].value == "=1+1"
    assert len(cells[-1].value) == 32767
    assert (number.value, nothing.value) == (5, None)
    assert day.value.date() == date(2012, 3, 22)
