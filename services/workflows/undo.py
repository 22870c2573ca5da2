"""Undo and redo: the inverse of the person's own latest change of a map, as an op like any other."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import change_with_id, changes_by
from collaboration.models import Change, User
from collaboration.models.change import digest_of
from services import policy
from services.models import Aspect, AspectAnswer, Evidence, Interface, InterfaceMap, MapService
from services.workflows import base_maps
from services.workflows.edits import (
    Applied,
    Conflict,
    NoSuchSubject,
    Op,
    apply,
    as_already_done,
    find,
    kind_of,
    log_of,
)
from services.workflows.properties import KINDS
from services.workflows.structure import ROW_KINDS, RowKind

REACH = timedelta(hours=12)
"""How far back people can undo: a working day. What is older is changed by editing it."""


class NothingToUndo(Exception):
    """The person has no change to take back or do again, or it cannot be: somebody has changed the same since.

    `seq` is the number of the change that stays as it is: undoing goes on before it when the client asks so.
    """

    def __init__(self, sentence: str, seq: int | None = None) -> None:
        super().__init__(sentence)
        self.seq = seq


@transaction.atomic
def undo(user: User, map_id: int, op_id: UUID, *, before: int | None = None) -> tuple[Change, Applied]:
    """Take back the person's own latest change (of those before the number `before`); also gives that change.

    The same id again gets the same answer and takes nothing more back. Raises NoSuchSubject, NothingToUndo, IdUsed or
    PermissionDenied, each with its sentence.
    """
    return _take_back(user, map_id, op_id, 0, before, _("You have no changes to undo."))


@transaction.atomic
def redo(user: User, map_id: int, op_id: UUID, *, before: int | None = None) -> tuple[Change, Applied]:
    """Do again what the person undid last, while they have changed nothing else after it. Raises as `undo`."""
    return _take_back(user, map_id, op_id, 1, before, _("You have no changes to redo."))


def _take_back(
    user: User, map_id: int, op_id: UUID, which: int, before: int | None, none: str
) -> tuple[Change, Applied]:
    maps = policy.visible_maps(user).filter(pk=map_id)
    first_look = _next_of(maps.first(), user, which, before)
    if first_look is not None and first_look.property == "base":
        base_maps.lock(first_look.from_value)  # a base map is locked before those that are based on it
    interface_map = maps.locked().first()
    if interface_map is None:
        raise NoSuchSubject
    request_digest = digest_of([("undo", "redo")[which], before])
    done = change_with_id(interface_map, op_id, user, request_digest)
    if done is not None and done.undoes is not None:
        return done.undoes, as_already_done(interface_map, done)
    change = _next_of(interface_map, user, which, before)
    if change is None:
        raise NothingToUndo(none)
    subject, name, value = inverse(change)
    seen = _untouched_until(interface_map, change, subject, name)
    op = Op(op_id, subject, name, seen, value, request_digest)
    if name == "archived" and value and (other := _user_of(change)):
        raise NothingToUndo(
            _("%(by)s has already used what you added, so it stays.") % {"by": other}, change.seq
        )
    try:
        applied = apply(user, map_id, op, undoes=change)
        _restore(user, interface_map, change, op_id, request_digest)
        return change, applied
    except Conflict as conflict:
        raise NothingToUndo(
            _("%(by)s has changed the same since, so it stays as it is.") % {"by": conflict.by}, change.seq
        ) from None
    except ValidationError as error:  # as after a confirmation of a text that has changed since
        raise NothingToUndo(" ".join(error.messages), change.seq) from None


def _next_of(interface_map: InterfaceMap | None, user: User, which: int, before: int | None) -> Change | None:
    """The change that is taken back."""
    if interface_map is None:
        return None
    stack = stacks(changes_by(interface_map, user, timezone.now() - REACH))[which]
    return next((each for each in reversed(stack) if before is None or each.seq < before), None)


def _restore(
    user: User, interface_map: InterfaceMap, change: Change, op_id: UUID, request_digest: str
) -> None:
    """What the change brought about within the same map goes back too, where nobody has written since."""
    made = change_with_id(interface_map, op_id, user, request_digest)
    for further in change.consequences.filter(
        log_type=change.log_type_id, log_id=change.log_id, undone_by=None
    ).order_by("-seq"):
        subject, name, value = inverse(further)
        op = Op(
            uuid5(op_id, str(further.pk)),
            subject,
            name,
            _untouched_until(interface_map, further, subject, name),
            value,
        )
        with suppress(Conflict):
            apply(user, interface_map.pk, op, undoes=further, cause=made)


def _untouched_until(interface_map: InterfaceMap, change: Change, subject: str, name: str) -> int:
    """The number until which the property is as the change left it: what came after it has been taken back again."""
    property_, row = find(interface_map, subject, name)
    later = list(log_of(interface_map, row, property_).filter(seq__gt=change.seq))
    after = {each.pk for each in later}
    undone: set[int] = set()
    for each in later:
        if each.pk in undone:
            continue
        if each.undoes_id not in after:
            return change.seq
        undone.add(each.undoes_id)
    return later[0].seq if later else change.seq


def stacks(changes: models.QuerySet[Change]) -> tuple[list[Change], list[Change]]:
    """What can be undone and what can be redone, the latest last."""
    undoable: list[Change] = []
    redoable: list[Change] = []
    undone: set[int] = set()  # the changes that take something back, so that taking them back is a redo
    for change in changes.select_related("subject_type"):
        if change.undoes_id is None:
            undoable.append(change)
            redoable.clear()
        elif change.undoes_id in undone:
            redoable[:] = [each for each in redoable if each.pk != change.undoes_id]
            undoable.append(change)
        else:
            undone.add(change.pk)
            undoable[:] = [each for each in undoable if each.pk != change.undoes_id]
            redoable.append(change)
    return undoable, redoable


def inverse(change: Change) -> tuple[str, str, Any]:
    """Subject, property and value that take the change back: what was added is removed, what was changed is as before."""
    kind = kind_of(change)
    if not KINDS[kind].properties[change.property].is_versioned:
        return _added(change), "archived", True
    return f"{kind}:{change.subject_id}", change.property, change.from_value


def _added(change: Change) -> str:
    return str((change.to_value or {}).get("subject", ""))


def _user_of(change: Change) -> User | None:
    """Somebody else who has written into what the change added, or connected it."""
    kind, _colon, key = _added(change).partition(":")
    interfaces = Interface.objects.none()
    if kind == "service":
        interfaces = Interface.objects.filter(services=int(key))
    elif kind == "interface":
        interfaces = Interface.objects.filter(pk=int(key))
    elif kind not in ROW_KINDS:
        return None
    aspects, services = (
        Aspect.objects.filter(interface__in=interfaces),
        [int(key)] if kind == "service" else [],
    )
    rows: list[tuple[type[models.Model], Any]] = [
        (MapService, services),
        (Interface, interfaces.values("pk")),
        (Aspect, aspects.values("pk")),
        (AspectAnswer, AspectAnswer.objects.filter(aspect__in=aspects).values("pk")),
        (Evidence, Evidence.objects.filter(aspect__in=aspects).values("pk")),
        *(
            (each.model, [int(key)] if kind == each.name else _rows_on(each, aspects, services))
            for each in ROW_KINDS.values()
        ),
    ]
    touched = Q()
    for model, keys in rows:
        touched |= Q(subject_type=ContentType.objects.get_for_model(model), subject_id__in=keys)
    touched |= Q(
        property="add_interface", to_value__subject__in=[f"interface:{row.pk}" for row in interfaces]
    )
    other = (
        Change.objects.filter(touched, log_type=change.log_type_id, log_id=change.log_id, seq__gt=change.seq)
        .exclude(actor=change.actor_id)
        .select_related("actor")
        .first()
    )
    return other.actor if other else None


def _rows_on(kind: RowKind, aspects: models.QuerySet[Aspect], services: list[int]) -> Any:
    beside = {"aspect__in": aspects} if kind.number else {"map_service__in": services}
    return kind.all_rows.filter(**beside).values("pk")
