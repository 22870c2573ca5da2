"""XLSX and CSV of tables. Nothing that people wrote is a formula when a spreadsheet opens it."""

from __future__ import annotations

import csv
import io
import re

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.exports.about import About
from services.exports.tables import Table

BEGINS_LIKE_A_FORMULA = re.compile(r"[\s\"'\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r]")
NOT_IN_A_CELL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MOST_IN_A_CELL = 32_767
"""Characters that Excel keeps in a cell."""

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
    book.properties.created = about.at.replace(tzinfo=None)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(sheet: Worksheet, table: Table) -> None:
    lines = [[column.label for column in table.columns], *table.rows]
    for y, line in enumerate(lines, 1):
        for x, text in enumerate(line, 1):
            cell = sheet.cell(y, x)
            cell.value = NOT_IN_A_CELL.sub("", text)[:MOST_IN_A_CELL]
            cell.data_type = "s"  # openpyxl takes what begins with = for a formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if y == 1:
                cell.font = Font(bold=True)
            if BEGINS_LIKE_A_FORMULA.match(text):
                cell.quotePrefix = True
    for x, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(x)].width = WIDTHS[column.breadth]
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def csv_file(tables: list[Table]) -> bytes:
    """The tables one after the other, each with its name above and an empty line below, as Finnish Excel opens them."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    for table in tables:
        writer.writerow([defused(table.name)])
        writer.writerow([defused(column.label) for column in table.columns])
        writer.writerows([defused(text) for text in row] for row in table.rows)
        writer.writerow([])
    return file.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """The text as a spreadsheet shows it and never computes it: an apostrophe stands before what looks like a formula."""
    plain = NOT_IN_A_CELL.sub("", text)
    return f"'{plain}" if BEGINS_LIKE_A_FORMULA.match(plain) else plain
