"""PDF and PNG by Typst. What people wrote goes in as data, never as markup, so nothing of it can run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from services.exports.about import About
from services.exports.glyphs import fonts, printable
from services.exports.tables import Table

HERE = Path(__file__).parent
STANDARDS: Any = ["a-2a", "ua-1"]
"""Declared in the file and checked by Typst: PDF/A-2a for archives, PDF/UA-1 for accessibility."""

PIXELS_PER_INCH = 144
MOST_PIXELS = 8_000
"""Of the longer side of a picture; a larger drawing gets fewer pixels for each of its own."""


def pdf(tables: list[Table], drawing: bytes, in_words: str, about: About, paper: str, title: str) -> bytes:
    """The document: facts, drawing with its words, tables. The same input makes the same bytes."""
    _facts, approvals, *others = tables
    at = about.at
    data = {
        "title": about.title,
        "author": "Yhdyspinta",
        "description": in_words,
        "at": {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")},
        "language": about.language,
        "paper": paper,
        "imprint": about.imprint,
        "notices": about.notices,
        "facts": about.facts,
        "drawing": {"heading": title, "alt": in_words},
        "front": _sections(approvals),
        "sections": [section for table in others for section in _sections(table)],
    }
    made: Any = typst.compile(
        str(HERE / "map.typ"),
        root=str(HERE),
        font_paths=fonts(),
        sys_inputs={"data": json.dumps(_printable(data)), "drawing": _drawn(drawing)},
        pdf_standards=STANDARDS,
        format="pdf",
    )
    return bytes(made)


def png(drawing: bytes, longest: int) -> bytes:
    """The drawing as a picture; `longest` is its longer side in CSS pixels."""
    made: Any = typst.compile(
        str(HERE / "picture.typ"),
        root=str(HERE),
        font_paths=fonts(),
        sys_inputs={"drawing": _drawn(drawing)},
        format="png",
        ppi=min(PIXELS_PER_INCH, MOST_PIXELS / longest * 96),
    )
    return bytes(made)


def _drawn(drawing: bytes) -> str:
    return printable(drawing.decode())


def _sections(table: Table) -> list[dict[str, Any]]:
    """The table as one section, or as a heading and a section for each group of its rows."""
    if not table.grouped:
        return [_section(table, table.name, 1, table.rows, 0)] if table.rows else []
    groups: dict[tuple[str, ...], list[list[str]]] = {}
    for row in table.rows:
        groups.setdefault(tuple(row[: table.grouped]), []).append(row)
    head = {"heading": table.name, "level": 1, "note": "", "columns": [], "rows": []}
    sections = [
        _section(table, name, 2, rows, table.grouped, " ".join(notes))
        for (name, *notes), rows in groups.items()
    ]
    return [head, *sections] if sections else []


def _section(
    table: Table, heading: str, level: int, rows: list[list[str]], begins: int, note: str = ""
) -> dict[str, Any]:
    """Columns in which nothing stands are left out, so that the others have room."""
    used = [
        place
        for place in range(begins, len(table.columns))
        if place == begins or any(row[place] for row in rows)
    ]
    return {
        "heading": heading,
        "level": level,
        "note": note,
        "columns": [
            {
                "label": table.columns[place].label,
                "width": table.columns[place].breadth,
                "language": table.columns[place].language,
            }
            for place in used
        ],
        "rows": [[row[place] for place in used] for row in rows],
    }


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    return [_printable(each) for each in value] if isinstance(value, list | tuple) else value
