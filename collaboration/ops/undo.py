"""Undo and redo: the inverse of the person's own latest change of a document, as an op like any other."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import change_with_id, changes_by
from collaboration.models import Change, User
from collaboration.models.change import digest_of
from collaboration.ops.document import Applied, Conflict, Document, NoSuchSubject, Op

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
def undo(
    document: Document[Any], user: User, pk: int, op_id: UUID, *, before: int | None = None
) -> tuple[Change, Applied]:
    """Take back the person's own latest change (of those before the number `before`); also gives that change.

    The same id again gets the same answer and takes nothing more back. Raises NoSuchSubject, NothingToUndo, IdUsed or
    PermissionDenied, each with its sentence.
    """
    return _take_back(document, user, pk, op_id, 0, before, _("You have no changes to undo."))


@transaction.atomic
def redo(
    document: Document[Any], user: User, pk: int, op_id: UUID, *, before: int | None = None
) -> tuple[Change, Applied]:
    """Do again what the person undid last, while they have changed nothing else after it. Raises as `undo`."""
    return _take_back(document, user, pk, op_id, 1, before, _("You have no changes to redo."))


def _take_back(
    document: Document[Any], user: User, pk: int, op_id: UUID, which: int, before: int | None, none: str
) -> tuple[Change, Applied]:
    first_look = _next_of(document.audience.visible(user).filter(pk=pk).first(), user, which, before)
    if first_look is not None:
        document.before(first_look.property, first_look.from_value)
    on = document.locked(user, pk)
    if on is None:
        raise NoSuchSubject
    request_digest = digest_of([("undo", "redo")[which], before])
    done = change_with_id(on, op_id, user, request_digest)
    if done is not None and done.undoes is not None:
        return done.undoes, document.as_already_done(on, done)
    change = _next_of(on, user, which, before)
    if change is None:
        raise NothingToUndo(none)
    subject, name, value = inverse(document, change)
    seen = _untouched_until(document, on, change, subject, name)
    op = Op(op_id, subject, name, seen, value, request_digest)
    if name == "archived" and value and (other := document.user_of(change)):
        raise NothingToUndo(
            _("%(by)s has already used what you added, so it stays.") % {"by": other}, change.seq
        )
    try:
        applied = document.apply(user, pk, op, undoes=change)
        _restore(document, user, on, change, op_id, request_digest)
        return change, applied
    except Conflict as conflict:
        raise NothingToUndo(
            _("%(by)s has changed the same since, so it stays as it is.") % {"by": conflict.by}, change.seq
        ) from None
    except ValidationError as error:  # as after a confirmation of a text that has changed since
        raise NothingToUndo(" ".join(error.messages), change.seq) from None


def _next_of(on: models.Model | None, user: User, which: int, before: int | None) -> Change | None:
    """The change that is taken back."""
    if on is None:
        return None
    stack = stacks(changes_by(on, user, timezone.now() - REACH))[which]
    return next((each for each in reversed(stack) if before is None or each.seq < before), None)


def _restore(
    document: Document[Any],
    user: User,
    on: models.Model,
    change: Change,
    op_id: UUID,
    request_digest: str,
) -> None:
    """What the change brought about within the same document goes back too, where nobody has written since."""
    made = change_with_id(on, op_id, user, request_digest)
    for further in change.consequences.filter(
        log_type=change.log_type_id, log_id=change.log_id, undone_by=None
    ).order_by("-seq"):
        subject, name, value = inverse(document, further)
        seen = _untouched_until(document, on, further, subject, name)
        op = Op(uuid5(op_id, str(further.pk)), subject, name, seen, value)
        with suppress(Conflict):
            document.apply(user, on.pk, op, undoes=further, cause=made)


def _untouched_until(document: Document[Any], on: Any, change: Change, subject: str, name: str) -> int:
    """The number until which the property is as the change left it: what came after it has been taken back again."""
    property_, row = document.find(on, subject, name)
    later = list(document.log_of(on, row, property_).filter(seq__gt=change.seq))
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
    for change in changes:
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


def inverse(document: Document[Any], change: Change) -> tuple[str, str, Any]:
    """Subject, property and value that take the change back: what was added is removed, what was changed is as before."""
    kind = document.kind_of(change)
    if not document.kinds[kind].properties[change.property].is_versioned:
        return added(change), "archived", True
    return f"{kind}:{change.subject_id}", change.property, change.from_value


def added(change: Change) -> str:
    """The subject that a change added."""
    return str((change.to_value or {}).get("subject", ""))
