"""What stands around a map's exports, and the preview of an import."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404

from collaboration.frozen import canonical, digest
from collaboration.models import User
from services import policy
from services.content.canonical import content_of
from services.content.comparison import compare, headline
from services.models import InterfaceMap, MapImport
from services.queries.maps import map_for


def exports_page(user: User, map_id: int) -> tuple[InterfaceMap, dict[str, Any]]:
    """The map, and what its page of exports shows beside them."""
    page = importing_page(user, map_id)
    return page["map"], {**page, "base_template": "services/map_base.html"}


def importing_page(user: User, map_id: int) -> dict[str, Any]:
    """The map that a file is brought to, and whether the person may bring one."""
    interface_map = map_for(user, map_id)
    prefetch_related_objects([interface_map], "parties")
    return {"map": interface_map, "can_import": policy.can_edit_map(user, interface_map)}


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
