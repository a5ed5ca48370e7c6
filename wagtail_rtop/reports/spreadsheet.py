"""Spreadsheets that stream, and in which no text runs as a formula."""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.encoding import force_str
from wagtail.admin.views.mixins import Echo, SpreadsheetExportMixin
from wagtail.admin.views.reports import ReportView


# Rows read from the database at a time.
CHUNK = 2000
# A workbook larger than this goes to disk. Bytes.
IN_MEMORY = 2**20
# What begins a formula in Excel or LibreOffice, in full width too, whatever stands
# before it that a program may trim: spaces, controls, marks of direction.
TRIMMED = r"[\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
STARTS = "[=+\\-@＝＋－﹣−＠]"
FORMULA = re.compile(TRIMMED + STARTS)
# A program that splits at semicolons, as Excel does in many countries, does not know
# our quotes and finds a cell behind each.
HIDDEN_FORMULA = re.compile(f";(?=[\"']*{TRIMMED}[\"']*{STARTS})")
# Two lines in one cell; a program that splits at them finds a new cell.
BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
# Not allowed in XML 1.0, thus in no workbook: https://www.w3.org/TR/xml/#charsets
NOT_XML = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


def neutralise(value: Any) -> Any:
    """Return the value as a cell of a CSV file: text that no program computes.

    Numbers and dates stay. An apostrophe ahead of it makes a formula text; see
    https://owasp.org/www-community/attacks/CSV_Injection.
    """
    if value is None or isinstance(value, int | float):
        return value
    text = force_str(value)
    clean = HIDDEN_FORMULA.sub(";'", BREAKS.sub(" ", text))
    return f"'{clean}" if FORMULA.match(text) else clean


class SafeExportMixin(SpreadsheetExportMixin):
    """Wagtail's export, row by row from the database, safe to open.

    To use: ahead of ReportView. Override ``iterate()`` to add to the rows what
    is read for many at a time.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_export:
            return super().get(request, *args, **kwargs)
        # Not through the context, which would hold every row at once.
        rows = self.get_filtered_queryset()
        return self.as_spreadsheet(rows, request.GET["export"])

    def iterate(self, rows: Any) -> Iterator[Any]:
        """Yield the rows, few at a time."""
        yield from rows.iterator(chunk_size=CHUNK)

    def stream_csv(self, queryset: Any) -> Iterator[bytes]:
        writer: Any = csv.DictWriter(
            Echo(), fieldnames=self.list_export, quoting=csv.QUOTE_ALL
        )
        # Without this mark Excel takes UTF-8 for something else.
        yield "\ufeff".encode()
        yield writer.writerow(
            {f: neutralise(self.get_heading(queryset, f)) for f in self.list_export}
        )
        for item in self.iterate(queryset):
            row = self.to_row_dict(item)
            yield writer.writerow({f: neutralise(v) for f, v in row.items()})

    def write_xlsx_response(self, queryset: Any) -> FileResponse:
        output: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the response closes it
        self.write_xlsx(queryset, output)
        output.seek(0)
        return FileResponse(
            output,
            as_attachment=True,
            content_type="application/vnd.openxmlformats-officedocument."
            "spreadsheetml.sheet",
            filename=f"{self.get_filename()}.xlsx",
        )

    def write_xlsx(self, queryset: Any, output: Any) -> None:
        # Imported here: it takes long, and few requests need it.
        from openpyxl import Workbook

        workbook = Workbook(write_only=True, iso_dates=True)
        sheet = workbook.create_sheet()
        sheet.append(
            _build_cells(
                sheet, (self.get_heading(queryset, f) for f in self.list_export)
            )
        )
        for item in self.iterate(queryset):
            sheet.append(_build_cells(sheet, self.to_row_dict(item).values()))
        workbook.save(output)


class SafeReportView(SafeExportMixin, ReportView):
    """A report whose spreadsheets stream."""


def _build_cells(sheet: Any, values: Iterable[Any]) -> list[Any]:
    """Return the cells of one row; text is text, also when somebody edits the cell."""
    from openpyxl.cell import WriteOnlyCell

    cells = []
    for value in values:
        if isinstance(value, str) or not _is_typed(value):
            value = NOT_XML.sub("", BREAKS.sub(" ", force_str(value)))
            cell = WriteOnlyCell(sheet, "")
            # Not through the constructor: it takes "=1+1" for a formula.
            cell._value, cell.data_type = value[:32767], "s"
            cell.number_format = "@"
        else:
            cell = WriteOnlyCell(sheet, value)
        cells.append(cell)
    return cells


def _is_typed(value: Any) -> bool:
    return value is None or isinstance(value, int | float | date)
