"""What the pages and the API show of a document's exports."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from collaboration import subjects
from collaboration.exports.exporter import address_of, exporter_of
from collaboration.exports.names import attachment, file_name
from collaboration.models import Export, User

MOST_SHOWN = 50
TYPES = {
    Export.Format.PDF_A4: "application/pdf",
    Export.Format.PDF_A3: "application/pdf",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.SVG: "image/svg+xml",
    Export.Format.PNG: "image/png",
    Export.Format.JSON: "application/json",
}


def exports_page(document: Any) -> dict[str, Any]:
    """What can be exported of it, and the newest exports with how far they are."""
    versions = list(exporter_of(document).versions(document))
    statuses: dict[Any, str] = {version.pk: version.status for version in versions}
    exports = list(Export.objects.of(document).listed()[:MOST_SHOWN])
    for export in exports:
        export.subject = document
    return {
        "document": document,
        "versions": versions,
        "exports": [
            {
                "export": export,
                "url": address_of(export),
                "retry": address_of(export, "_retry"),
                "is_old": export.version_status != statuses.get(export.version, "")
                or (export.version is None and export.seq != document.seq),
            }
            for export in exports
        ],
        "is_waiting": any(export.state in {"waiting", "working"} for export in exports),
    }


def document_for(user: User, model: Any, number: int) -> Any:
    """The document, or 404 when the person does not see it."""
    for row in subjects.registered()[model].seen(user=user.pk, numbers=[number]):
        return row
    raise Http404


def export_for(user: User, model: Any, export_id: int, number: int) -> Export:
    """One of a document's exports, without its file, or 404."""
    document = document_for(user, model, number)
    export = Export.objects.of(document).listed().filter(pk=export_id).first()
    if export is None:
        raise Http404
    export.subject = document
    return export


def bytes_of(export: Export) -> bytes:
    """The bytes of a ready export; 404 when it has been removed meanwhile."""
    file = Export.objects.filter(pk=export.pk).values_list("file", flat=True).first()
    if file is None:
        raise Http404
    return bytes(file)


def headers_of(export: Export) -> dict[str, str]:
    """Those with which it is fetched."""
    return {
        "Content-Type": TYPES[Export.Format(export.format)],
        "Content-Disposition": attachment(file_name(export)),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
