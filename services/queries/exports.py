"""The page of a map's exports, and the preview of an import."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404

from collaboration.frozen import canonical, digest
from collaboration.models import User
from services import policy
from services.content.canonical import content_of
from services.content.comparison import compare, headline
from services.models import Export, MapImport, MapVersion
from services.queries.maps import map_for
from services.workflows.exports import draft_has_moved_on

MOST_SHOWN = 50
DRAFT = "draft"


def exports_page(user: User, map_id: int) -> dict[str, Any]:
    """What can be exported, and the newest exports with how far they are."""
    page = importing_page(user, map_id)
    interface_map = page["map"]
    exports = list(
        policy.visible_exports(user)
        .listed()
        .filter(map=interface_map)
        .select_related("map", "version", "asked_by")[:MOST_SHOWN]
    )
    return {
        **page,
        "versions": list(interface_map.versions.defer("content").select_related("map")),
        "exports": [
            {"export": export, "is_old": draft_has_moved_on(export, interface_map)} for export in exports
        ],
        "is_waiting": any(export.state in {"waiting", "working"} for export in exports),
    }


def importing_page(user: User, map_id: int) -> dict[str, Any]:
    """The map that a file is brought to, and whether the person may bring one."""
    interface_map = map_for(user, map_id)
    prefetch_related_objects([interface_map], "parties")
    return {"map": interface_map, "can_import": policy.can_edit_map(user, interface_map)}


def version_of(versions: list[MapVersion], of: str) -> MapVersion | None:
    """The version by its number; None is the draft. Raises Http404 for a number that there is not."""
    if of == DRAFT:
        return None
    for version in versions:
        if version.number == of:
            return version
    raise Http404


def export_for(user: User, map_id: int, export_id: int) -> Export:
    """An export without its file, or 404 when the person may not see its map."""
    found = policy.visible_exports(user).listed().filter(map=map_id, pk=export_id).first()
    if found is None:
        raise Http404
    return found


def file_of(export: Export) -> bytes:
    """The bytes of a ready export; 404 when it has been removed meanwhile."""
    file = Export.objects.filter(pk=export.pk).values_list("file", flat=True).first()
    if file is None:
        raise Http404
    return bytes(file)


def import_for(user: User, map_id: int, import_id: int) -> MapImport:
    """One's own import, or 404."""
    found = policy.visible_imports(user).filter(map=map_id, pk=import_id).first()
    if found is None:
        raise Http404
    return found


def import_page(user: User, map_id: int, import_id: int) -> dict[str, Any]:
    """What an import changes, or has changed, and what it leaves out."""
    page = importing_page(user, map_id)
    interface_map = page["map"]
    row = import_for(user, map_id, import_id)
    differences = compare(row.before, row.result)
    is_stale = row.applied_at is None and digest(canonical(content_of(interface_map))) != row.digest
    return {
        **page,
        "import": row,
        "differences": differences,
        "headline": headline(differences),
        "left_out": row.left_out,
        "is_stale": is_stale,
        "is_of_another_map": row.content["map"] != interface_map.pk,
    }
