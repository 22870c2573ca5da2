"""XLSX and CSV of tables. Nothing that people wrote is a formula when a spreadsheet opens it."""

from __future__ import annotations

import csv
import datetime
import io
import re
from decimal import Decimal
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from collaboration.exports.about import About
from collaboration.exports.cells import Cell, Marked, Table, shown

BEGINS_LIKE_A_FORMULA = re.compile(r"[\s\"'\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r]")
NOT_IN_A_CELL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What begins a sign by its number (ECMA-376, ST_Xstring), when somebody has written it as text."""

TAKEN_FOR_ANOTHER = re.compile(
    r"""0[\d ]+  # a code or a phone number, of which the zero would go
    |\d{16,}  # only fifteen digits are kept
    |\d+[ ]?[-./:,][ ]?\d+([ ]?[-./:,][ ]?\d+)?  # 8-16 is a day, 1.2 too, 1:2 a time
    |\d+[eE]\d+
    |\d+[ ]?%""",
    re.VERBOSE,
)
DATE, TIME, DECIMAL = "d.m.yyyy", "d.m.yyyy h:mm", "0.0"
"""How Excel shows them; it puts the reader's own sign in the place of the colon."""

NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
WIDTHS = {1: 10, 2: 20, 3: 30, 4: 40, 6: 60}
"""A column's breadth as Excel counts it: about so many characters."""


def xlsx(tables: list[Table], about: About) -> bytes:
    """A workbook with a sheet for each table: the header row stays in sight, and long texts are wrapped."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _sheet(book.create_sheet(NOT_IN_A_NAME.sub(" ", table.name)[:31]), table)
    book.properties.title, book.properties.creator = about.title, "Yhdyspinta"
    book.properties.language = about.language
    book.properties.created = about.at.astimezone(datetime.UTC).replace(tzinfo=None)  # in UTC by the standard
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(sheet: Worksheet, table: Table) -> None:
    """An empty cell is no cell: a spreadsheet counts and filters by what is there."""
    for x, column in enumerate(table.columns, 1):
        _write(sheet, 1, x, column.label).font = Font(bold=True)
    for y, row in enumerate(table.rows, 2):
        for x, value in enumerate(row, 1):
            if value != "":
                _write(sheet, y, x, value)
    for x, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(x)].width = WIDTHS[column.breadth]
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write(sheet: Worksheet, y: int, x: int, value: Cell) -> Any:
    cell: Any = sheet.cell(y, x)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(value, Marked):
        value = shown(value)
    if isinstance(value, str):
        cell.value = ESCAPE.sub("_x005F_", NOT_IN_A_CELL.sub("", value))
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        cell.quotePrefix = bool(BEGINS_LIKE_A_FORMULA.match(value))
    elif isinstance(value, datetime.datetime):
        cell.value, cell.number_format = timezone.localtime(value).replace(tzinfo=None), TIME
    else:
        formats = {datetime.date: DATE, Decimal: DECIMAL}
        cell.value, cell.number_format = value, formats.get(type(value), "0")
    return cell


def csv_file(tables: list[Table]) -> bytes:
    """The tables one after the other, each with its name above and an empty line below, as Finnish Excel opens them."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    for table in tables:
        writer.writerow([defused(table.name)])
        writer.writerow([defused(column.label) for column in table.columns])
        writer.writerows([defused(cell) for cell in row] for row in table.rows)
        writer.writerow([])
    return file.getvalue().encode("utf-8-sig")


def defused(cell: Cell) -> str:
    """The cell as a spreadsheet shows it. Before a text that it would compute, or take for a number, a date or a time
    that is written in another way, stands an apostrophe: `'=1+1`, `'01`, `'8-16`.
    """
    if isinstance(cell, Marked):
        cell = shown(cell)
    if not isinstance(cell, str):
        return shown(cell)
    plain = NOT_IN_A_CELL.sub("", cell)
    is_taken = TAKEN_FOR_ANOTHER.fullmatch(plain.strip()) if len(plain) < 100 else None
    return f"'{plain}" if is_taken or BEGINS_LIKE_A_FORMULA.match(plain) else plain
