"""PDF and PNG by Typst. What people wrote goes in as data, never as markup, so nothing of it can run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

import typst
from django.utils.translation import gettext as _

from collaboration.exports.about import About
from collaboration.exports.cells import Cell, Marked, Table, shown
from collaboration.exports.glyphs import fonts, has_boxes, has_loose_marks, printable, unmarked

HERE = Path(__file__).parent
STANDARDS: Any = ["a-2a", "ua-1"]
"""Declared in the file and checked by Typst: PDF/A-2a for archives, PDF/UA-1 for accessibility."""

PIXELS_PER_INCH = 144
MOST_PIXELS = 8_000
"""Of the longer side of a picture; a larger drawing gets fewer pixels for each of its own."""


def as_file(picture: Element) -> bytes:
    """The picture as a file."""
    text: bytes = tostring(picture, encoding="utf-8", xml_declaration=True)
    return text


def pdf(tables: list[Table], drawing: Element | None, in_words: str, about: About, paper: str) -> bytes:
    """The document: facts, drawing with its words, tables. The same input makes the same bytes."""
    data = {
        "title": about.title,
        "author": "Yhdyspinta",
        "description": in_words or about.title,
        "language": about.language,
        "paper": paper,
        "imprint": about.imprint,
        "notices": about.notices,
        "facts": [(name, shown(fact)) for name, fact in about.facts],
        "drawing": {"heading": about.picture, "alt": in_words},
        "front": [section for table in about.front for section in _sections(table)],
        "sections": [section for table in tables for section in _sections(table)],
    }
    data["notices"] = [*about.notices, *_lost(data, drawing)]
    inputs = {"data": json.dumps(_printable(data))}
    if drawing is not None:
        inputs["drawing"] = _drawn(drawing, lambda text: printable(unmarked(text)))
    made: Any = typst.compile(
        str(HERE / "document.typ"),
        root=str(HERE),
        font_paths=fonts(),
        sys_inputs=inputs,
        pdf_standards=STANDARDS,
        format="pdf",
        timestamp=int(about.at.timestamp()),  # written in UTC and marked so
    )
    return bytes(made)


def png(drawing: Element) -> bytes:
    """The drawing as a picture."""
    longest = max(int(drawing.attrib[side]) for side in ("width", "height"))
    made: Any = typst.compile(
        str(HERE / "picture.typ"),
        root=str(HERE),
        font_paths=fonts(),
        sys_inputs={"drawing": _drawn(drawing, printable)},
        format="png",
        ppi=min(PIXELS_PER_INCH, MOST_PIXELS / longest * 96),
    )
    return bytes(made)


def _drawn(drawing: Element, shown: Callable[[str], str]) -> str:
    """The picture as a file, each of its texts as it can be shown."""
    drawing = deepcopy(drawing)
    for element in drawing.iter():
        element.text = shown(element.text or "")
    return as_file(drawing).decode()


def lost_in_picture(drawing: Element) -> str:
    """The sentence that says that a picture lacks signs; empty when it has all."""
    return _boxes() if any(has_boxes(text) for text in drawing.itertext()) else ""


def _lost(data: dict[str, Any], drawing: Element | None) -> Iterator[str]:
    """What the document cannot show as it was written, in sentences."""
    drawn = [] if drawing is None else list(drawing.itertext())
    if has_boxes(json.dumps(data, ensure_ascii=False)) or any(map(has_boxes, drawn)):
        yield _boxes()
    if any(map(has_loose_marks, drawn)):
        yield _("In the drawing some letters stand without their marks; the tables have them.")


def _boxes() -> str:
    return _(
        "□ stands for signs that the fonts of this file do not have. The XLSX, CSV and JSON files have them."
    )


def _sections(table: Table) -> list[dict[str, Any]]:
    """The table as one section, or as a heading and a section for each group of its rows."""
    if not table.grouped:
        return [_section(table, table.name, 1, table.rows, 0)] if table.rows else []
    groups: dict[tuple[str, ...], list[list[Cell]]] = {}
    for row in table.rows:
        groups.setdefault(tuple(map(shown, row[: table.grouped])), []).append(row)
    head = {"heading": table.name, "level": 1, "note": "", "columns": [], "rows": []}
    sections = [
        _section(table, name, 2, rows, table.grouped, " ".join(notes))
        for (name, *notes), rows in groups.items()
    ]
    return [head, *sections] if sections else []


def _section(
    table: Table, heading: str, level: int, rows: list[list[Cell]], begins: int, note: str = ""
) -> dict[str, Any]:
    """Columns in which nothing stands are left out, so that the others have room."""
    used = [
        place
        for place in range(begins, len(table.columns))
        if place == begins or any(row[place] != "" for row in rows)
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
        "rows": [[_set(row[place]) for place in used] for row in rows],
    }


def _set(cell: Cell) -> Any:
    return cell.parts if isinstance(cell, Marked) else shown(cell)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    return [_printable(each) for each in value] if isinstance(value, list | tuple) else value
