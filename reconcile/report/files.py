"""The report as files: a workbook, the open items as CSV, a PDF, JSON."""

import csv
import dataclasses
import datetime as dt
import io
import json
from functools import cache
from pathlib import Path

import typst
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from reconcile.report.charts import charts_of
from reconcile.report.tables import Cell, Column, Table, cell_words, open_items, tables_of
from reconcile.report.values import NightReport, age_words, in_words
from terms.dates import PACIFIC

_TEMPLATE = Path(__file__).parent / "report.typ"
_FORMATS = {
    "count": "#,##0",
    "share": "0.0%",
    "hours": "#,##0.0",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_MOST_ROWS = 250
"""Rows of one table in the PDF."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the start of a cell."""


def to_json(report: NightReport) -> str:
    """Give the report as indented JSON."""
    return json.dumps(report.to_json(), indent=2, ensure_ascii=False) + "\n"


def to_csv(report: NightReport) -> str:
    """Give the open items as CSV (RFC 4180); text that looks like a formula gets an apostrophe in front."""
    table = open_items(report)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.heading for column in table.columns])
    writer.writerows([[_plain(cell) for cell in row] for row in table.rows])
    return out.getvalue()


def to_xlsx(report: NightReport) -> bytes:
    """Give the workbook: a sheet for each table, headings frozen, real dates and numbers, filters on."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = f"Inlet, night of {report.day.isoformat()}"
    book.properties.created = book.properties.modified = report.night.now.replace(tzinfo=None, microsecond=0)
    for table in tables_of(report):
        _sheet(book, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def to_pdf(report: NightReport, *, organisation: str) -> bytes:
    """Give the report as PDF, the first page for somebody with two minutes; the same report gives the same bytes.

    Raises ``typst.TypstError`` when the fonts of the report are not installed.
    """
    night = report.night
    sums, *details = tables_of(report)
    content = {
        "organisation": organisation,
        "day": f"{report.day:%A, %B %-d, %Y}",
        "date": [report.day.year, report.day.month, report.day.day],
        "made": f"{night.now.astimezone(PACIFIC):%Y-%m-%d %H:%M} Pacific",
        "headline": report.headline,
        "proven": report.is_proven,
        "missing": list(report.missing_ledgers),
        "remarks": list(report.remarks),
        "sums": _shown(sums),
        "kinds": [[in_words(kind), str(count)] for kind, count in report.kinds()],
        "worst": [
            [
                in_words(item.difference.kind),
                item.difference.item,
                age_words(item.difference.age(night.now).total_seconds() / 3600),
                item.difference.owner.value,
                item.difference.action,
            ]
            for item in report.worst()
        ],
        "open": len(night.open),
        "charts": charts_of(report),
        "tables": [_cut(table) for table in details],
    }
    made = _compiler().compile(
        input=_TEMPLATE, sys_inputs={"report": json.dumps(content)}, format="pdf", pdf_standards=["a-2a"]
    )
    if not isinstance(made, bytes):
        msg = "the report came out in pieces"
        raise TypeError(msg)
    return made


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=_TEMPLATE.parent)


def _sheet(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(table.name)
    sheet.append([column.heading for column in table.columns])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EE")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(table.rows, start=2):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True), start=1):
            _fill(sheet.cell(number, place), column, value)
    for place, column in enumerate(table.columns, start=1):
        longest = max([len(column.heading), *(len(cell_words(column, row[place - 1])) for row in table.rows)])
        sheet.column_dimensions[get_column_letter(place)].width = min(60, longest + 2)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _fill(cell: SheetCell, column: Column, value: Cell) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    if column.kind in _FORMATS:
        cell.number_format = _FORMATS[column.kind]


def _plain(cell: Cell) -> str:
    text = cell.isoformat(sep=" ") if isinstance(cell, dt.datetime) else "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA) else text


def _cut(table: Table) -> dict[str, object]:
    """A table of the details as long as people leaf through; the workbook has all of it."""
    more = len(table.rows) - _MOST_ROWS
    short = dataclasses.replace(table, rows=table.rows[:_MOST_ROWS])
    return _shown(short) | {"name": table.name, "more": max(0, more)}


def _shown(table: Table) -> dict[str, object]:
    """A table in words, for the PDF."""
    return {
        "headings": [column.heading for column in table.columns],
        "kinds": [column.kind for column in table.columns],
        "rows": [[cell_words(c, value) for c, value in zip(table.columns, row, strict=True)] for row in table.rows],
    }
