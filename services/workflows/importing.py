"""Bringing a content back into the draft: previewed first, then applied as ordinary ops, with history and undo.

The preview is the import itself, of which each part is taken back at once: it tells what would happen, also which of the
changes this person may not make, and nobody waits for more than a part. The import is applied op by op, each in a
transaction of its own, so others edit in between; what they change meanwhile is not overwritten but left out. Nothing is removed that an import does
not bring: services, interfaces and parties stay as they are, and of another map's file only what it has is taken.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.frozen import canonical, digest
from collaboration.models import User
from collaboration.ops.document import NoSuchSubject
from services import policy
from services.content.canonical import content_of
from services.content.comparison import Difference, compare
from services.content.shape import ASPECT_MEMBERS, INTERFACE_MEMBERS, MAP_MEMBERS, SERVICE_MEMBERS, Content
from services.models import InterfaceMap, InterfaceMapQuerySet, MapImport
from services.workflows.importing_ops import Counter, LeftOut, Writer
from services.workflows.rehearsal import Rehearsal


def preview(user: User, map_id: int, name: str, content: Content) -> MapImport:
    """Keep the file with what it would change. Raises NoSuchSubject, PermissionDenied or ValidationError."""
    interface_map = _editable(user, policy.visible_maps(user), map_id)
    row = MapImport(map=interface_map, by=user, name=name, content=content)
    row.full_clean(exclude=["before", "result", "left_out", "digest"])
    _look_ahead(user, interface_map, row)
    row.save()
    return row


def confirm(user: User, map_id: int, import_id: int) -> MapImport:
    """Apply what was previewed; an import is applied once.

    When the draft has changed since, nothing is applied: the preview is made anew and `applied_at` stays empty. One that
    was interrupted is confirmed again, and goes on with what is left.
    """
    with transaction.atomic():
        interface_map = _editable(user, policy.visible_maps(user).locked(), map_id)
        row = policy.visible_imports(user).filter(map=map_id, pk=import_id).first()
        if row is None:
            raise NoSuchSubject
        is_as_previewed = digest(canonical(content_of(interface_map))) == row.digest
    if row.applied_at:
        return row
    if not is_as_previewed:
        _look_ahead(user, interface_map, row)
    else:
        writer = Writer(user, interface_map, row.before, row.content, ids=f"{row.pk}:{row.digest}")
        writer.write()
        row.result = _now(interface_map)
        row.changes, row.left_out = writer.changes, _left_out(writer, row.result, row.content)
        row.applied_at = timezone.now()
    row.save()
    return row


def _editable(user: User, maps: InterfaceMapQuerySet, map_id: int) -> InterfaceMap:
    found = maps.filter(pk=map_id).first()
    if found is None:
        raise NoSuchSubject
    policy.can_edit_map(user, found).require()
    return found


def _now(interface_map: InterfaceMap) -> Content:
    """The content after ops, which have changed the row under the object."""
    return content_of(InterfaceMap.objects.get(pk=interface_map.pk))


def _look_ahead(user: User, interface_map: InterfaceMap, row: MapImport) -> None:
    row.before = content_of(interface_map)
    row.digest = digest(canonical(row.before))
    Counter(user, interface_map, row.before, row.content).write()
    writer = Rehearsal(user, interface_map, row.before, row.content)
    writer.write()
    row.result = writer.result
    row.changes, row.left_out = writer.changes, _left_out(writer, row.result, row.content)


def tidy(before: datetime.datetime) -> None:
    """Remove what somebody brought before then."""
    MapImport.objects.filter(at__lt=before).delete()


def _left_out(writer: Writer, result: Content, content: Content) -> list[LeftOut]:
    """What was refused, and of the map's own file everything else that still differs."""
    left = list(writer.left_out)
    refused = {(row["where"], row["what"]) for row in left}
    if not writer.is_same_map:
        return left
    for each in compare(result, content):
        if each.properties:
            left += [
                {"where": _of(each), "what": each_property.label, "why": _why(each_property.label)}
                for each_property in each.properties
                if (_of(each), each_property.label) not in refused
            ]
        elif (each.where, "") not in refused:
            left.append({"where": each.where, "what": "", "why": _why_not_there(each)})
    return left


def _of(each: Difference) -> str:
    return f"{each.where}, {each.what}" if each.number else each.where


def _why(label: str) -> str:
    every = (*MAP_MEMBERS, *SERVICE_MEMBERS, *INTERFACE_MEMBERS, *ASPECT_MEMBERS)
    said = {str(member.label): member.why for member in every}
    return str(said.get(label) or _("An import does not change this."))


def _why_not_there(each: Difference) -> str:
    if each.kind == "added":
        return _("It is in the file, but not on the map. Add it or take it back first, then import again.")
    return _(
        "It is on the map, but not in the file. An import removes neither services nor interfaces nor parties."
    )
