"""Tables and what stands in them: words, numbers, dates and times."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format

from collaboration.marking import ADDED, REMOVED, SAME, Parts

SIGNS = {REMOVED: "[−%s−]", ADDED: "[+%s+]", SAME: "%s"}
"""Signs around words in which nothing is told by a stroke alone."""


@dataclass(frozen=True)
class Marked:
    """A text with the words that it lost and got, as `collaboration/marking.py` tells them."""

    parts: Parts


Cell = str | int | Decimal | datetime.date | datetime.datetime | Marked


@dataclass(frozen=True)
class Column:
    """A column: its heading, its breadth beside the others, and the language of its texts when it is always one.

    `has_lists`: its cells hold as many lines as there are rows of something, which a spreadsheet has in a table.
    """

    label: str
    breadth: int = 2
    language: str = ""
    has_lists: bool = False


@dataclass(frozen=True)
class Table:
    """A table. Where rows come in groups, the first `grouped` columns say of which; a page makes headings of them."""

    name: str
    columns: list[Column]
    rows: list[list[Cell]]
    grouped: int = 0


def shown(cell: Cell) -> str:
    """The cell as the reader writes it; times are Finland's."""
    if isinstance(cell, Marked):
        spaced = ((SIGNS[kind] % words.rstrip(), words[len(words.rstrip()) :]) for kind, words in cell.parts)
        return "".join(text for pair in spaced for text in pair)
    if isinstance(cell, datetime.datetime):
        return date_format(timezone.localtime(cell), "SHORT_DATETIME_FORMAT")
    if isinstance(cell, datetime.date):
        return date_format(cell, "SHORT_DATE_FORMAT")
    return cell if isinstance(cell, str) else str(number_format(cell, use_l10n=True, force_grouping=False))


def day(text: str | None) -> Cell:
    """A content's date, or nothing."""
    return datetime.date.fromisoformat(text) if text else ""


def moment(text: str) -> datetime.datetime:
    """A content's moment."""
    return datetime.datetime.fromisoformat(text)
