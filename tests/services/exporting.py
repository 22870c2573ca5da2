"""Exports and imports in tests."""

from collaboration.exports import queue
from collaboration.exports.make import make
from collaboration.models import Export
from services.content.canonical import content_of
from services.models import InterfaceMap, MapImport, MapVersion
from services.workflows import importing
from tests.cast import Cast


def asked(
    cast: Cast,
    on: InterfaceMap,
    file_format: str = "csv",
    *,
    version: MapVersion | None = None,
    by: str = "porvoo reader",
    language: str = "fi",
) -> Export:
    """An export that somebody has asked for."""
    return queue.ask(cast[by], on, version, file_format, language)


def made(cast: Cast, on: InterfaceMap, file_format: str = "csv", **wish: str | MapVersion | None) -> Export:
    """A ready export, made as the worker makes it."""
    return ready(asked(cast, on, file_format, **wish))  # type: ignore[arg-type]


def ready(export: Export) -> Export:
    """The export when the worker has made it, and what was asked before."""
    while not export.made_at:
        claimed = queue.claim()
        assert claimed is not None
        make(claimed)
        export = Export.objects.get(pk=export.pk)
        assert not export.failure
    return Export.objects.get(pk=export.pk)


def previewed(cast: Cast, on: InterfaceMap, content: object = None, by: str = "porvoo editor") -> MapImport:
    """An import that waits to be confirmed; without a content the map's own."""
    return importing.preview(cast[by], on.pk, "kartta.json", content or content_of(on))  # type: ignore[arg-type]


def exported(cast: Cast, on: InterfaceMap) -> tuple[Export, MapImport]:
    """A ready export of the map, and an import that its own editor has brought."""
    readers = {"638": "porvoo", "434": "loviisa"}
    place = readers.get(on.municipality.code)
    names = (f"{place} reader", f"{place} editor") if place == "porvoo" else (f"{place} editor",) * 2
    if place is None:
        names = ("kasko editor", "kasko editor")
    return made(cast, on, by=names[0]), previewed(cast, on, by=names[1])
