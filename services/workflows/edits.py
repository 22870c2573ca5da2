"""The map as a document that people edit together."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from collaboration.kept import Kept, Parameter
from collaboration.models import Change, User
from collaboration.ops.document import Document
from collaboration.ops.undo import added
from services import policy
from services.content.shape import CALLED
from services.models import (
    ApprovalRound,
    Aspect,
    AspectAnswer,
    Contact,
    Escalation,
    Evidence,
    Interface,
    InterfaceMap,
    MapService,
    PathStep,
)
from services.policy.escalations import visible_escalations
from services.workflows import approvals, base_maps
from services.workflows.properties import KINDS
from services.workflows.structure import ROW_KINDS, RowKind


def _lock_base(name: str, value: Any) -> None:
    """A base map is locked before those that are based on it."""
    if name == "base":
        base_maps.lock(value)


def _asked_for_approval(on: Parameter) -> dict[str, Any]:
    rounds = ApprovalRound.objects.filter(map=on, status=ApprovalRound.Status.OPEN)
    return {"has_open_round": models.Exists(rounds)}


def _follow_up(interface_map: InterfaceMap, change: Change, row: Any) -> None:
    if row.has_open_round and _is_content(change, row):
        approvals.end_rounds([interface_map.pk], change.actor)
    base_maps.follow_up(interface_map, change, row)


def _is_content(change: Change, row: Any) -> bool:
    """Whom to call and when is in no content, so nobody has approved it and a new number ends no round."""
    of_contact = isinstance(row, Contact) or change.property == "add_contact"
    return not (of_contact or (isinstance(row, PathStep) and change.property in CALLED))


def used_by(change: Change) -> User | None:
    """Somebody else who has written into what the change added, or connected it."""
    kind, _colon, key = added(change).partition(":")
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
    beside = {"aspect__in": aspects} if kind.beside == "aspect" else {"map_service__in": services}
    return kind.all_rows.filter(**beside).values("pk")


def _read_names(rows: list[Any]) -> None:
    """An interface is called by the services that meet: one statement for all of them."""
    aspects = [getattr(row, "aspect", row) for row in rows]
    interfaces = [getattr(row, "interface", row) for row in aspects]
    met = [row for row in interfaces if isinstance(row, Interface)]
    models.prefetch_related_objects(
        met, models.Prefetch("services", MapService.objects.select_related("service"))
    )


_STATUS = Kept(lambda pk: Aspect.objects.filter(pk=pk).values("status", "follows_base"))


def _status_of(row: Any) -> dict[str, Any]:
    """The status of the aspect that was written on."""
    aspect = getattr(row, "aspect", row)
    return {**(_STATUS.one(pk=aspect.pk) or {})} if isinstance(aspect, Aspect) else {}


def _because(user: User, changes: list[int]) -> dict[int, Escalation]:
    """The reports that were solved by changing a text: one statement."""
    found = visible_escalations(user).filter(change__in=changes) if changes else Escalation.objects.none()
    return {row.change_id: row for row in found if row.change_id is not None}


MAP = Document(
    "map",
    InterfaceMap,
    policy.MAPS,
    KINDS,
    before=_lock_base,
    after=_follow_up,
    beside=_asked_for_approval,
    used_by=used_by,
    named=_read_names,
    because=_because,
    echo=_status_of,
    addresses="services",
)
