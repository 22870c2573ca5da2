"""What the worker does: takes exports that wait, one after the other, and makes their files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.utils.translation import override

from collaboration.exports import queue, sheets, typeset
from collaboration.exports.exporter import Content, exporter_of
from collaboration.exports.names import PAPERS
from collaboration.frozen import canonical
from collaboration.models import Export

Format = Export.Format
log = logging.getLogger(__name__)


def make_all() -> int:
    """Make whatever waits. Returns how many were taken."""
    taken = 0
    while (export := queue.claim()) is not None:
        taken += 1
        make(export)
    return taken


def make(export: Export) -> None:
    """Make a claimed export's file. What goes wrong is logged, and told on the export."""
    try:
        queue.finish(export, file_of(export, lambda progress: queue.tell(export, progress)))
    except queue.Lost:
        log.info("Export %d was taken over.", export.pk)
    except OperationalError:  # the database is away or its disk is full, which is no fault of the export
        log.warning("Export %d is left to be taken up again.", export.pk, exc_info=True)
    except Exception:
        log.exception("Export %d could not be made.", export.pk)
        queue.fail(export)


def content_of_export(export: Export) -> Content:
    """The version's content, or that of the draft when it was asked for."""
    version = exporter_of(export.subject).version(export.subject, export.version)
    return version.content if version else export.content


def file_of(export: Export, tell: Callable[[int], Any]) -> bytes:
    """The file's bytes, in the export's language."""
    exporter, content, wish = (
        exporter_of(export.subject),
        content_of_export(export),
        Format(export.format),
    )
    if wish == Format.JSON:
        return canonical(content)
    with override(export.language):
        about = exporter.about(export, content)
        if wish in {Format.XLSX, Format.CSV}:
            tables = [*about.tables(), *exporter.tables(content, "")]
            tell(50)
            return sheets.xlsx(tables, about) if wish == Format.XLSX else sheets.csv_file(tables)
        picture, in_words = exporter.picture(export, content, about, "") if exporter.picture else (None, "")
        tell(40)
        if wish in PAPERS:
            tables = exporter.tables(content, PAPERS[wish])
            tell(60)
            return typeset.pdf(tables, picture, in_words, about, PAPERS[wish])
        if picture is None or exporter.picture is None:
            raise ValueError(wish)
        if wish == Format.SVG:
            return typeset.as_file(picture)
        if lost := typeset.lost_in_picture(picture):
            picture, _in_words = exporter.picture(export, content, about, lost)
        return typeset.png(picture)
