"""What the worker does: takes exports that wait, one after the other, and makes their files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import override

from collaboration.frozen import canonical
from services.content.shape import Content
from services.drawing.picture import as_file
from services.exports import drawing, sheets, typeset
from services.exports.about import about
from services.exports.names import PAPERS
from services.exports.tables import sheets_of, tables_of
from services.models import Export
from services.workflows import exports

Format = Export.Format
log = logging.getLogger(__name__)

TYPES = {
    Format.PDF_A4: "application/pdf",
    Format.PDF_A3: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.SVG: "image/svg+xml",
    Format.PNG: "image/png",
    Format.JSON: "application/json",
}


def make_all() -> int:
    """Make whatever waits. Returns how many were taken."""
    taken = 0
    while (export := exports.claim()) is not None:
        taken += 1
        make(export)
    return taken


def make(export: Export) -> None:
    """Make a claimed export's file. What goes wrong is logged, and told on the export."""
    try:
        exports.finish(export, file_of(export, lambda progress: exports.tell(export, progress)))
    except exports.Lost:
        log.info("Export %d was taken over.", export.pk)
    except OperationalError:  # the database is away or its disk is full, which is no fault of the export
        log.warning("Export %d is left to be taken up again.", export.pk, exc_info=True)
    except Exception:
        log.exception("Export %d could not be made.", export.pk)
        exports.fail(export)


def content_of_export(export: Export) -> Content:
    """The version's content, or that of the draft when it was asked for."""
    content: Content = export.version.content if export.version else export.content
    return content


def file_of(export: Export, tell: Callable[[int], Any]) -> bytes:
    """The file's bytes, in the export's language."""
    content, wish = content_of_export(export), Format(export.format)
    if wish == Format.JSON:
        return canonical(content)
    with override(export.language):
        facts = about(export, content)
        if wish in {Format.XLSX, Format.CSV}:
            tables = sheets_of(content, facts)
            tell(50)
            return sheets.xlsx(tables, facts) if wish == Format.XLSX else sheets.csv_file(tables)
        picture, in_words = drawing.picture(export.map, content, facts)
        tell(40)
        if wish == Format.SVG:
            return as_file(picture)
        if wish == Format.PNG:
            if lost := typeset.lost_in_picture(picture):
                picture, _in_words = drawing.picture(export.map, content, facts, lost)
            return typeset.png(picture)
        tables = tables_of(content, facts)
        tell(60)
        return typeset.pdf(tables, picture, in_words, facts, PAPERS[wish], _("Drawing of the map"))
