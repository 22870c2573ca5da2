"""How a map becomes files."""

from collaboration.exports.exporter import Exporter
from services.content.canonical import content_of
from services.exports.about import about
from services.exports.drawing import picture
from services.exports.tables import tables_of
from services.models import InterfaceMap
from services.workflows import importing

MAP = Exporter(
    model=InterfaceMap,
    route="services:map_export",
    content=content_of,
    about=about,
    tables=tables_of,
    picture=picture,
    versions=lambda on: on.versions.defer("content").select_related("map"),
    tidy=importing.tidy,
)
