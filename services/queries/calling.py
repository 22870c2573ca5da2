"""Whom one calls: the ladder of an interface, contacts of its aspects, its responsible people and its services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils.text import capfirst

from collaboration.kept import Kept
from collaboration.models import Member, User
from services.models import Aspect, Contact, Interface, PathStep

LEVELS = [level.value for level in PathStep.Level]


def calling(user: User, interface: Interface, *, can_edit: bool) -> dict[str, Any]:
    """The ladder and the people of the interface. `is_first`: whoever reads or works in the field sees them first."""
    members = _responsible(user, interface)
    works_in_the_field = any(row.user_id == user.pk and row.level == Member.Level.FIELD for row in members)
    contacts = Contact.objects.filter(aspect__interface=interface, archived_at__isnull=True)
    return {
        "ladder": ladder_of(interface),
        "called": _by_party(interface, members, contacts.select_related("aspect")),
        "services_called": [place.service for place in interface.services.all() if place.service.phone],
        "is_first": not can_edit or works_in_the_field,
    }


def _responsible(user: User, interface: Interface) -> list[Any]:
    """The members who are responsible for aspects, with the `numbers` of these, and the reader's own rows: one statement."""
    named: Any = Aspect.responsible.through._default_manager.filter(aspect__interface=interface)
    numbers = named.filter(user=OuterRef("user")).order_by("aspect__number").values("aspect__number")
    organisations = [row.map_party.organisation_id for row in interface.party_rows.all()]
    members = Member.objects.present().filter(
        Q(user__in=named.values("user")) | Q(user=user.pk), organisation__in=organisations
    )
    return list(members.select_related("user", "deputy__user").annotate(numbers=ArraySubquery(numbers)))


def ladder_of(interface: Interface) -> list[dict[str, Any]]:
    """The steps of the escalation path by level: to whom one turns, their number, and in how many days they answer."""
    steps = PathStep.objects.filter(aspect__interface=interface, archived_at__isnull=True)
    levels: dict[str, list[PathStep]] = {}
    for step in steps:
        levels.setdefault(step.level, []).append(step)
    return [
        {"level": capfirst(str(PathStep.Level(level).label)), "steps": levels[level]}
        for level in LEVELS
        if level in levels
    ]


def with_numbers(people: Iterable[Any], interface: Interface) -> list[dict[str, Any]]:
    """Responsible people, each with how they are called in the interface's organisations."""
    organisations = [row.map_party.organisation_id for row in interface.party_rows.all()]
    people = list(people)
    rows = _CALLED(people=[person.pk for person in people], organisations=organisations) if people else ()
    members = {(row.user_id, row.organisation_id): row for row in rows}
    return [
        {
            "person": person,
            "member": next(
                (members[person.pk, key] for key in organisations if (person.pk, key) in members), None
            ),
        }
        for person in people
    ]


_CALLED = Kept(
    lambda people, organisations: Member.objects.present().filter(
        user__any=people, organisation__any=organisations
    )
)


def _by_party(
    interface: Interface, members: Iterable[Any], contacts: Iterable[Contact]
) -> list[dict[str, Any]]:
    """The people and contacts of each party that has some; contacts of no party come last."""
    told: dict[int | None, list[dict[str, Any]]] = {}
    for member in members:
        if member.numbers:
            called = {"who": member.title or member.user.name, "row": member, "numbers": member.numbers}
            told.setdefault(member.organisation_id, []).append(called)
    rows = {row.map_party.organisation_id: row.map_party for row in interface.party_rows.all()}
    parties = {row.pk: row.organisation for row in rows.values()}
    for contact in contacts:
        party = parties.get(contact.party_id) if contact.party_id else None
        called = {"who": contact.who, "row": contact, "numbers": [contact.aspect.number]}
        told.setdefault(party.pk if party else None, []).append(called)
    groups = [
        {"party": row.organisation.full_name, "side": row.side, "people": told.get(key, [])}
        for key, row in rows.items()
    ]
    return [group for group in [*groups, {"party": "", "people": told.get(None, [])}] if group["people"]]
