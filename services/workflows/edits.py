"""One edit of one property: checked, numbered and written down in a single transaction.

The protocol: a client sends `{id, subject, property, base_version, value}`. `id` is the client's own uuid; the same id
sent again changes nothing. `base_version` is the map's running number when the client read the value: when somebody has
changed the property since, two texts are merged where the changes stand apart; otherwise the answer is a Conflict with
both values, and nothing is overwritten.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import change_with_id, changes_of_property, record_change, value_at
from collaboration.kept import Kept, Parameter
from collaboration.models import Change, User
from collaboration.models.change import digest_of
from collaboration.models.sentences import sentence_of
from collaboration.outside import whole_number
from services import policy
from services.models import ApprovalRound, InterfaceMap
from services.workflows import approvals, base_maps
from services.workflows.merging import merge
from services.workflows.properties import KINDS, Property


@dataclass(frozen=True)
class Op:
    """One wished change, as a client sends it."""

    id: UUID
    subject: str
    property: str
    base_version: int
    value: Any
    request_digest: str = ""  # when the person asked for something else, of which this is the op

    def digest(self) -> str:
        """Of what is asked for: the same id may come again with this only."""
        return self.request_digest or digest_of(["op", self.subject, self.property, self.value])


@dataclass(frozen=True)
class Merged:
    """What two people wrote before it was merged: the one who saves now, and the one who had saved before."""

    yours: str
    theirs: str
    by: User | None
    at: datetime.datetime | None


@dataclass(frozen=True)
class Applied:
    """The property as it now is. `version` is what the client sends as `base_version` next time."""

    subject: str
    property: str
    value: Any
    version: int
    row: models.Model
    merged: Merged | None = None


class Conflict(Exception):
    """Somebody else changed the property meanwhile. Carries both values; the person chooses."""

    def __init__(
        self, *, yours: Any, theirs: Any, version: int, by: User | None, at: datetime.datetime | None
    ) -> None:
        super().__init__(
            _("Somebody else has changed this since you opened it. Nothing has been overwritten.")
        )
        self.yours, self.theirs, self.version, self.by, self.at = yours, theirs, version, by, at


class NoSuchSubject(ObjectDoesNotExist):
    """The map, the row or the property is not there, or not for this person to see."""


def apply(
    user: User,
    map_id: int,
    op: Op,
    *,
    undoes: Change | None = None,
    cause: Change | None = None,
) -> Applied:
    """Apply one op for the person. The order: visible, replayed, permitted, valid, unchanged meanwhile.

    An op that takes back another change (`undoes`) is never merged with what came after. Raises NoSuchSubject,
    PermissionDenied (with the reason), ValidationError (with the sentence), IdUsed or Conflict.
    """
    try:
        with transaction.atomic():
            return _apply(user, map_id, op, undoes, cause)
    except IntegrityError as error:
        raise ValidationError(sentence_of(error), code="duplicate") from None


def locked_map(user: User, map_id: int) -> InterfaceMap | None:
    """The map, if the person sees it, locked: that gives each change of it its number in turn."""
    return _LOCKED.one(user=user.pk, pk=map_id) if isinstance(user, User) else None


_LOCKED = Kept(lambda user, pk: policy.visible_maps(user).locked().filter(pk=pk))


def _apply(user: User, map_id: int, op: Op, undoes: Change | None, cause: Change | None) -> Applied:
    if op.property == "base":
        base_maps.lock(op.value)
    interface_map = locked_map(user, map_id)
    if interface_map is None:
        raise NoSuchSubject
    asked = op.digest()
    try:
        property_, row = find(interface_map, op.subject, op.property, op.id)
    except NoSuchSubject:
        if (done := change_with_id(interface_map, op.id, user, asked)) is not None:
            return as_already_done(interface_map, done)
        raise
    if row.is_done and (done := change_with_id(interface_map, op.id, user, asked)) is not None:
        return as_already_done(interface_map, done)
    property_.allowed(user, row).require()
    if property_.needs_live_row and not property_.is_live(row):
        raise ValidationError(
            _("This has been removed from the map meanwhile. Take it back first."), code="removed"
        )
    value = property_.clean(row, op.value, user)
    before = property_.read(row)
    latest = None
    if property_.is_versioned and (property_.also(row) or row.latest_seq > op.base_version):
        latest = log_of(interface_map, row, property_).first()
    version = latest.seq if latest else row.latest_seq
    if property_.is_versioned and before == value and not undoes:
        return Applied(op.subject, op.property, before, version, row)
    merged = None
    if latest and latest.seq > op.base_version:
        conflict = Conflict(yours=value, theirs=before, version=latest.seq, by=latest.actor, at=latest.at)
        if undoes or not property_.merges:
            raise conflict
        both = merge(value_at(interface_map, row, property_.name, op.base_version), value, before)
        if both is None:
            raise conflict
        merged = Merged(yours=value, theirs=before, by=latest.actor, at=latest.at)
        value = property_.clean(row, both, user)
        if value == before:
            return Applied(op.subject, op.property, before, version, row, merged)
    property_.write(row, value, user)
    after = property_.read(row) if property_.is_versioned else property_.made(row)
    InterfaceMap.objects.filter(pk=interface_map.pk).update(seq=F("seq") + 1, changed_at=timezone.now())
    seq = interface_map.seq = interface_map.seq + 1
    change = record_change(
        interface_map,
        seq,
        op.id,
        row,
        property_.name,
        before,
        after,
        by=user,
        request_digest=asked,
        sent=merged.yours if merged else None,
        undoes=undoes,
        cause=cause,
    )
    if row.has_open_round:
        approvals.end_rounds([interface_map.pk], user)
    base_maps.follow_up(interface_map, change, row)
    return Applied(op.subject, op.property, after, seq, row, merged)


def find(
    interface_map: InterfaceMap, subject: str, name: str, op_id: UUID | None = None
) -> tuple[Property, Any]:
    """The property and the row that an op names; raises NoSuchSubject.

    The row also tells whether the op was applied before (`is_done`), whether approval is asked (`has_open_round`), and the
    number of the property's newest change under this name (`latest_seq`).
    """
    kind, _colon, key = subject.partition(":")
    properties = KINDS.get(kind)
    if properties is None or name not in properties.properties or whole_number(key) is None:
        raise NoSuchSubject
    log_type = ContentType.objects.get_for_model(InterfaceMap).pk
    row = _rows(kind).one(
        on=interface_map.pk, pk=whole_number(key), log_type=log_type, op_id=op_id, name=name
    )
    if row is None:
        raise NoSuchSubject
    return properties.properties[name], row


@cache
def _rows(kind: str) -> Kept[Any]:
    subject_type = ContentType.objects.get_for_model(KINDS[kind].model).pk

    def build(
        on: Parameter, pk: Parameter, log_type: Parameter, op_id: Parameter, name: Parameter
    ) -> models.QuerySet[Any]:
        changes = Change.objects.filter(log_type=log_type, log_id=on)
        done = changes.filter(op_id=op_id)
        same = changes.filter(subject_type=subject_type, subject_id=models.OuterRef("pk"), property=name)
        rounds = ApprovalRound.objects.filter(map=on, status=ApprovalRound.Status.OPEN)
        rows: models.QuerySet[Any] = KINDS[kind].rows(on).filter(pk=pk)
        told: models.QuerySet[Any] = rows.annotate(
            is_done=models.Exists(done),
            has_open_round=models.Exists(rounds),
            latest_seq=Coalesce(models.Subquery(same.order_by("-seq").values("seq")[:1]), 0),
        )
        return told

    return Kept(build)


def log_of(interface_map: InterfaceMap, row: models.Model, property_: Property) -> models.QuerySet[Change]:
    """The property's changes, under whichever name they were made, the newest first."""
    return changes_of_property(interface_map, row, property_.name, property_.also(row))


def as_already_done(interface_map: InterfaceMap, change: Change) -> Applied:
    """The answer to an id that came before: the property as it is now, with the number of that value."""
    kind = kind_of(change)
    row = KINDS[kind].rows(interface_map).filter(pk=change.subject_id).first()
    property_ = KINDS[kind].properties[change.property]
    subject = f"{kind}:{change.subject_id}"
    if row is None or not property_.is_versioned:
        made = interface_map if row is None else row
        return Applied(subject, change.property, change.to_value, change.seq, made)
    log = log_of(interface_map, row, property_)
    version = log.values_list("seq", flat=True)[0]
    merged = None
    if change.sent_value is not None and (before := log.filter(seq__lt=change.seq).first()) is not None:
        merged = Merged(change.sent_value, str(change.from_value), before.actor, before.at)
    return Applied(subject, change.property, property_.read(row), version, row, merged)


def kind_of(change: Change) -> str:
    """The kind of the change's subject, as ops name it."""
    model = change.subject_type.model_class()
    return next(name for name, kind in KINDS.items() if kind.model is model)
