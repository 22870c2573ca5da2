"""A county's base map, and the maps that are based on it.

An aspect that follows its base holds the base's texts, so statuses, confirmations, history and the API need not know where
they come from. Locks are taken in one order: a base map first, then the maps based on it, by their ids. Whoever holds
the lock of a map reads what its base says now: a change of the base waits for that lock before it asks who follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.utils import timezone

from collaboration.journal import latest_change, record_changes
from collaboration.models import Change, Organisation, User
from collaboration.outside import row_id
from collaboration.workflow import Step
from services.models import Aspect, Interface, InterfaceMap, InterfaceMapQuerySet, MapParty, MapService
from services.workflows import approvals

TEXTS = ("shared_fi", "shared_sv", "not_applicable_reason")
"""What is inherited: the shared answer in both languages, and the reason why an aspect does not apply."""

AT_ONCE = 200


def bases_for(interface_map: InterfaceMap) -> InterfaceMapQuerySet:
    """The base maps that the map may be based on: those in use of its own county, for the same target group."""
    if interface_map.is_base:
        return InterfaceMap.objects.none()
    counties = interface_map.parties.filter(side=MapParty.Side.COUNTY).values("organisation")
    return _in_use(interface_map.target_group).filter(municipality__parent__in=counties)


def _in_use(target_group: str) -> InterfaceMapQuerySet:
    return InterfaceMap.objects.filter(
        is_base=True, status=InterfaceMap.Status.DRAFT, target_group=target_group
    ).order_by("pk")


def lock(pk: Any) -> None:
    """Lock a base map that a map is about to be based on, before that map itself."""
    InterfaceMap.objects.locked().filter(pk=row_id(pk), is_base=True).first()


def lock_base_of(county: Organisation, target_group: str) -> InterfaceMap | None:
    """The county's first base map of the target group, locked: what it says stays so until the new map is there."""
    return _in_use(target_group).filter(municipality__parent=county).locked().first()


def write_base(row: InterfaceMap, value: int | None, _user: User) -> None:
    """Base the map on another base map, or on none. What followed the old one follows the new one, or stays as it is."""
    aspects = Aspect.objects.filter(interface__map=row)
    followed = set(aspects.filter(follows_base=True).values_list("pk", flat=True))
    aspects.filter(base__isnull=False).update(base=None, follows_base=False)
    row.base_id = value
    row.save(update_fields=["base"])
    _bind(row, even=followed)


def follow_up(on: InterfaceMap, change: Change, row: Any) -> None:
    """What a change brings about on the maps based on this one, or in what the map itself inherits."""
    name = change.property
    if name in TEXTS:
        if on.is_base:
            _pass_on(on, change, row)
        elif row.base_id is not None:
            _follow_while_equal(on, row)
    elif name == "follows_base":
        if row.follows_base:
            _bring_up([on], [row], change.op_id, change.actor, cause=change)
    elif name == "base":
        on.base_id = row.base_id
        _catch_up([on], change.op_id, change.actor, cause=change)
    elif isinstance(row, InterfaceMap | MapService | Interface) and _brings_interfaces(change):
        if on.is_base:
            _catch_up(_maps_based_on(on), change.op_id, change.actor, cause=change)
        elif on.base_id is not None:
            _catch_up([on], change.op_id, change.actor, cause=change)


def _brings_interfaces(change: Change) -> bool:
    brings = {"add_service", "add_copy", "add_interface"}
    return change.property in brings or (change.property == "archived" and not change.to_value)


def catch_up_after_return(interface_map: InterfaceMap, step: Step) -> None:
    """A map that comes back into use says what its base has come to say while the map was archived."""
    if step.by is not None and interface_map.base_id is not None:
        _catch_up([interface_map], uuid4(), step.by)


def begin_with_texts(interface_map: InterfaceMap) -> None:
    """A new map begins with its base's texts: they are no changes of it."""
    if interface_map.base_id is not None:
        _bind(interface_map)
        following = list(_following([interface_map]))
        for aspect in following:
            for name in TEXTS:
                setattr(aspect, name, getattr(aspect.base, name))
        Aspect.objects.bulk_update(following, TEXTS, batch_size=AT_ONCE)


def _maps_based_on(base: InterfaceMap) -> list[InterfaceMap]:
    """The maps in use that are based on it. All are locked: another may be about to follow, or to come back into use."""
    locked = InterfaceMap.objects.locked().filter(base=base).order_by("pk")
    return [each for each in locked if each.status == InterfaceMap.Status.DRAFT]


def _pass_on(on: InterfaceMap, change: Change, row: Aspect) -> None:
    maps = _maps_based_on(on)
    _bring_up(maps, _following(maps).filter(base=row), change.op_id, change.actor, cause=change)


def _follow_while_equal(on: InterfaceMap, aspect: Aspect) -> None:
    """A text of one's own ends the following. With the base's texts again it goes on, unless they were taken over."""
    equal = all(getattr(aspect, name) == getattr(aspect.base, name) for name in TEXTS)
    if equal and not aspect.follows_base:
        chosen = latest_change(on, aspect, "follows_base")
        equal = chosen is None or bool(chosen.to_value)
    if aspect.follows_base != equal:
        aspect.follows_base = equal
        aspect.save(update_fields=["follows_base"])


def _following(maps: Iterable[InterfaceMap]) -> Any:
    return (
        Aspect.objects.filter(interface__map__in=maps, follows_base=True)
        .select_related("interface", "base")
        .order_by("pk")
    )


def _catch_up(maps: list[InterfaceMap], op_id: UUID, by: User, *, cause: Change | None = None) -> None:
    for each in maps:
        _bind(each)
    _bring_up(maps, _following(maps), op_id, by, cause=cause)


def _bring_up(
    maps: list[InterfaceMap], aspects: Iterable[Aspect], op_id: UUID, by: User, *, cause: Change | None = None
) -> None:
    """Write the base's texts into the aspects, each under the next number of its own map, which is locked."""
    on = {each.pk: each for each in maps}
    changed: dict[int, Aspect] = {}
    changes = []
    for aspect in aspects:
        log = on[aspect.interface.map_id]
        for name in TEXTS:
            before, after = getattr(aspect, name), getattr(aspect.base, name)
            if before == after:
                continue
            setattr(aspect, name, after)
            changed[aspect.pk] = aspect
            log.seq += 1
            log.changed_at = timezone.now()
            changes.append(
                Change(
                    log=log,
                    seq=log.seq,
                    op_id=uuid5(op_id, f"{log.pk}:{aspect.pk}:{name}"),
                    subject=aspect,
                    property=name,
                    from_value=before,
                    to_value=after,
                    actor=by,
                    cause=cause,
                )
            )
    Aspect.objects.bulk_update(changed.values(), TEXTS, batch_size=AT_ONCE)
    logs = {aspect.interface.map_id for aspect in changed.values()}
    InterfaceMap.objects.bulk_update([on[pk] for pk in logs], ["seq", "changed_at"])
    record_changes(changes)
    if logs:
        approvals.end_rounds(logs, by)


def _bind(interface_map: InterfaceMap, even: Iterable[int] = ()) -> None:
    """Give the map's aspects that have none their base: the same aspect between the same classes of services.

    Those follow at once that say nothing yet, or the same, or are named in `even`; the others stay as they are.
    """
    theirs = {
        classes: interface
        for interface, classes in sorted(_classes(interface_map.base_id, live=True).items(), reverse=True)
    }
    ours = {
        interface: theirs[classes]
        for interface, classes in _classes(interface_map.pk, live=False).items()
        if classes in theirs
    }
    aspects = list(Aspect.objects.filter(interface__in=ours, base__isnull=True))
    if not aspects:
        return
    bases = {
        (aspect.interface_id, aspect.number): aspect
        for aspect in Aspect.objects.filter(interface__in=set(ours.values()))
    }
    even = set(even)
    for aspect in aspects:
        aspect.base = base = bases[ours[aspect.interface_id], aspect.number]
        own = [getattr(aspect, name) for name in TEXTS]
        same = own == [getattr(base, name) for name in TEXTS]
        aspect.follows_base = same or not any(own) or aspect.pk in even
    Aspect.objects.bulk_update(aspects, ["base", "follows_base"], batch_size=AT_ONCE)


def _classes(map_id: int | None, *, live: bool) -> dict[int, frozenset[int]]:
    """By interface, the classes of the services that meet there."""
    interfaces: Any = Interface.objects.filter(map=map_id)
    if live:
        interfaces = interfaces.live()
    found: dict[int, set[int]] = {}
    met: Any = Interface.services.through._default_manager.filter(interface__in=interfaces)
    for interface, node in met.values_list("interface", "mapservice__service__node"):
        found.setdefault(interface, set()).add(node)
    return {interface: frozenset(nodes) for interface, nodes in found.items()}
