"""Demo content of exports: of Porvoo's version a document and a workbook, made as the worker makes them."""

from __future__ import annotations

from collaboration.exports import queue
from collaboration.exports.make import make_all
from collaboration.models import Export, User
from services.models import MapVersion


def load() -> str:
    """Make the files unless the version has some. Returns a sentence on what was done."""
    version = MapVersion.objects.filter(map__is_demo=True).select_related("map").order_by("pk").first()
    if version is None or Export.objects.of(version.map).exists():
        return "The demo's exports are there already."
    reader = User.objects.filter(
        is_demo_person=True, memberships__organisation__map_parties__map=version.map
    ).order_by("pk")[0]
    for file_format in (Export.Format.XLSX, Export.Format.PDF_A4):
        queue.ask(reader, version.map, version, file_format, "fi")
    return f"exports of the demo's version: {make_all()}"
