"""Who reports, who has a report in hand, who says that it works, and who reads a reporter's name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from collaboration.absence import deputy_beside, deputy_in
from collaboration.audience import Audience, Told, Way
from collaboration.models import ActingSeat, ForumSeat, Membership, Organisation, StandIn, User
from collaboration.policy import grants_of, is_granted
from collaboration.policy.forums import acting_seats, seats_in
from collaboration.verdict import ALLOWED, Verdict
from services.models import (
    Escalation,
    EscalationOwner,
    EscalationReporter,
    EscalationRule,
    InterfaceMap,
    MapForum,
    MapParty,
    MapReader,
)
from services.policy import MAPS

ESCALATIONS = Audience(Escalation)
"""Read by whoever reads the map as a party or from a forum that looks after it, by its reporters and by its owners."""


def visible_escalations(user: User | AnonymousUser) -> QuerySet[Escalation]:
    """The same as the audience's own, said so that a filter beside it finds its rows by an index: each way by itself."""
    if isinstance(user, AnonymousUser):
        return Escalation.objects.none()
    maps = MapReader.objects.filter(user=user, is_own=True).values("map")
    reported = _REPORTED.rows().filter(user=user, user__is_active=True).values("escalation")
    return Escalation.objects.filter(
        Q(map__in=maps) | Q(pk__in=reported) | Q(pk__in=owned_by(user.pk).values("escalation"))
    )


def owned_by(user: Any) -> QuerySet[EscalationOwner]:
    """What the person has in hand, by themselves or for somebody who is away."""
    absent = StandIn.objects.filter(deputy=user, deputy__is_active=True, seat_key=0).order_by().values("user")
    persons = User.objects.filter(pk=user, is_active=True).order_by().values("pk").union(absent)
    return EscalationOwner.objects.filter(user__in=persons, ended_at__isnull=True).order_by()


def reports_for(user: User, interface_map: InterfaceMap) -> int | None:
    """The organisation for which the person reports: a party where they are a member, else where they sit; None: they may not.

    Asked once a map."""
    if not hasattr(interface_map, "_reported_for"):
        interface_map._reported_for = {}  # type: ignore[attr-defined]
    kept: dict[int, int | None] = interface_map._reported_for  # type: ignore[attr-defined]
    if user.pk not in kept:
        standing = MAPS.standing(user, interface_map.pk) if user.is_active else None
        kept[user.pk] = standing.through_id if standing is not None and standing.is_own else None
    return kept[user.pk]


def can_file(user: User, interface_map: InterfaceMap) -> Verdict:
    """Everyone who reads the map, in whatever role; not on a base map and not on an archived one."""
    return (
        Verdict.unless(
            interface_map.status == InterfaceMap.Status.DRAFT,
            _("This map has been archived: what does not work is reported on a map that is in use."),
        )
        and Verdict.unless(
            not interface_map.is_base,
            _("A base map is not worked by: report on the municipality’s own map."),
        )
        and Verdict.unless(
            reports_for(user, interface_map) is not None,
            _("Only people of the parties, and of forums that look after the map, may report on it."),
        )
    )


def parties_of(escalation: Escalation) -> list[MapParty]:
    """Who answer for it: the parties of its interface, or while that is not known all of the map. Asked once a row."""
    if not hasattr(escalation, "_parties"):
        rows = MapParty.objects.filter(map=escalation.map_id, archived_at__isnull=True)
        if escalation.interface_id is not None:
            rows = rows.filter(interfaces=escalation.interface_id)
        escalation._parties = list(  # type: ignore[attr-defined]
            rows.select_related("organisation__parent").order_by("lane", "pk")
        )
    parties: list[MapParty] = escalation._parties  # type: ignore[attr-defined]
    return parties


def owners_of(escalation: Escalation) -> list[EscalationOwner]:
    """Who has it in hand now. Asked once a row."""
    if not hasattr(escalation, "_owners"):
        escalation._owners = with_deputies(  # type: ignore[attr-defined]
            with_people(escalation.owners.filter(ended_at__isnull=True))
        )
    owners: list[EscalationOwner] = escalation._owners  # type: ignore[attr-defined]
    return owners


def with_people(owners: QuerySet[EscalationOwner]) -> QuerySet[Any]:
    """Owners with their names, and with who stands in for them: to be read by `with_deputies`."""
    rows = owners.select_related("user", "party__organisation").order_by("party__lane", "pk")
    return rows.annotate(beside=deputy_beside("user"))


def with_deputies(owners: Iterable[Any]) -> list[Any]:
    """Owners, each with who `stands_in` today."""
    found = list(owners)
    for owner in found:
        owner.stands_in = deputy_in(owner.beside) if owner.ended_at is None else None
    return found


def reporters_of(escalation: Escalation) -> list[EscalationReporter]:
    """Who has reported it. Asked once a row."""
    if not hasattr(escalation, "_reporters"):
        escalation._reporters = list(  # type: ignore[attr-defined]
            escalation.reporters.select_related("user", "organisation__parent")
        )
    reporters: list[EscalationReporter] = escalation._reporters  # type: ignore[attr-defined]
    return reporters


def own_report(user: User, escalation: Escalation) -> EscalationReporter | None:
    """The person's own report of it."""
    return next((row for row in reporters_of(escalation) if row.user_id == user.pk), None)


def owns_for(user: User, escalation: Escalation) -> set[int]:
    """The parties for which the person has it in hand, by themselves or for somebody who is away."""
    own: list[Any] = [row for row in owners_of(escalation) if row.user_id] if user.is_active else []
    return {row.party_id for row in own if user.pk in (row.user_id, row.stands_in and row.stands_in.person)}


def speaks_for(user: User, escalation: Escalation) -> list[MapParty]:
    """The parties for which the person may say that it works: as its owner, or as who confirms texts for the organisation."""
    owned = owns_for(user, escalation)
    return [
        party
        for party in parties_of(escalation)
        if party.pk in owned or is_granted(user, "confirm", [party.organisation_id])
    ]


def can_handle(user: User, escalation: Escalation) -> Verdict:
    """Its owners, whoever stands in for them, editors and approvers of its parties, who handles what comes to its forum, and who
    coordinates a forum that looks after the map."""
    return Verdict.unless(
        bool(speaks_for(user, escalation))
        or (
            escalation.forum_id is not None
            and bool(seats_in(user, escalation.forum_id, roles=ForumSeat.HANDLERS))
        )
        or coordinates(user, escalation),
        _("Only those who have this in hand, and the editors and approvers of its parties, may do this."),
    )


def coordinates(user: User, escalation: Escalation) -> bool:
    """Whether the person coordinates a forum that looks after the map. Asked once a row, and of nobody without such a seat."""
    forums = [seat.forum_id for seat in acting_seats(user) if seat.role == ForumSeat.Role.COORDINATOR]
    if not forums:
        return False
    if not hasattr(escalation, "_coordinated"):
        cared = MapForum.objects.filter(map=escalation.map_id, forum__ended_on=None)
        escalation._coordinated = set(cared.values_list("forum", flat=True))  # type: ignore[attr-defined]
    return not escalation._coordinated.isdisjoint(forums)  # type: ignore[attr-defined]


def can_say_it_works(user: User, escalation: Escalation) -> Verdict:
    """On behalf of a party."""
    return Verdict.unless(
        bool(speaks_for(user, escalation)),
        _("Only somebody who has this in hand for a party, or confirms texts for it, may say this."),
    )


def can_tell_as_reporter(user: User, escalation: Escalation) -> Verdict:
    """Whoever reported it or joined, also when their membership has ended since."""
    return Verdict.unless(
        user.is_active and own_report(user, escalation) is not None,
        _("Only those who have reported this may do this."),
    )


def can_doubt(user: User, escalation: Escalation) -> Verdict:
    """Either side: that it does not work yet."""
    return ALLOWED if can_tell_as_reporter(user, escalation) else can_handle(user, escalation)


def can_withdraw(user: User, escalation: Escalation) -> Verdict:
    """The one who reported it, while nobody else has joined."""
    own = own_report(user, escalation) if user.is_active else None
    return Verdict.unless(
        own is not None and own.is_first, _("Only the one who reported it may withdraw it.")
    ) and Verdict.unless(
        len(reporters_of(escalation)) == 1,
        _("Others have reported the same, so it cannot be withdrawn."),
    )


def can_join(user: User, escalation: Escalation) -> Verdict:
    """Everyone who could report it themselves, once."""
    return can_file(user, escalation.map) and Verdict.unless(
        own_report(user, escalation) is None, _("You have reported this already.")
    )


def is_danger(escalation: Escalation) -> bool:
    """Whether nobody waits for an office to open."""
    return escalation.urgency == Escalation.Urgency.DANGER


_OWNED = Way(
    lambda: EscalationOwner.objects.filter(ended_at__isnull=True, user__isnull=False), "escalation", "user"
)
_STOOD_IN_FOR = Way(
    lambda: EscalationOwner.objects.filter(ended_at__isnull=True, user__stood_in_for__seat_key=0),
    "escalation",
    "user__stood_in_for__deputy",
)
_REPORTED = Way(EscalationReporter.objects.all, "escalation", "user")
_SILENT = Way(lambda: EscalationReporter.objects.filter(word=""), "escalation", "user")
_KEPT = Way(
    lambda: MapParty.objects.filter(
        side=MapParty.Side.COUNTY,
        archived_at__isnull=True,
        organisation__memberships__role=Membership.Role.ADMINISTRATOR,
    ),
    "map__escalations",
    "organisation__memberships__user",
)

_COORDINATED = Way(
    lambda: ActingSeat.objects.filter(role=ForumSeat.Role.COORDINATOR, forum__ended_on=None),
    "forum__maps__map__escalations",
    "user",
)

people_on = Told(_OWNED, _STOOD_IN_FOR)
"""Its owners today, with whoever stands in for them."""
reporters_on = Told(_REPORTED)
"""Everyone who has reported it."""
silent_reporters_on = Told(_SILENT)
"""Those of them who have not said whether it works."""
everyone_on = Told(_OWNED, _STOOD_IN_FOR, _REPORTED)
"""Owners and reporters."""
keepers_on = Told(_OWNED, _STOOD_IN_FOR, _KEPT)
"""Its owners, and the administrators of the county, who can name the forum that is missing."""
coordinators_on = Told(_OWNED, _STOOD_IN_FOR, _KEPT, _COORDINATED)
"""The same, and who coordinates a forum that looks after the map: they may take it a level up at once."""
_placers_on = Told(_OWNED, _STOOD_IN_FOR, _COORDINATED)


def told_of_filing(escalation: Escalation) -> QuerySet[User]:
    """Who has it in hand; of what nobody could place also the coordinators, who find its place."""
    return (people_on if escalation.interface_id is not None else _placers_on)(escalation)


def reads_name(user: User, report: EscalationReporter) -> bool:
    """Whether the person reads the reporter's name: the reporter's own organisation always does."""
    return not report.is_nameless or report.user_id == user.pk or report.organisation_id in grants_of(user)


def can_keep_rule(user: User, county: Organisation) -> Verdict:
    """The days of the levels are decided by the county's approvers and administrators."""
    return Verdict.unless(
        is_granted(user, "approve", [county.pk]) or is_granted(user, "manage_people", [county.pk]),
        _("Only an approver or administrator of %(organisation)s may change this.")
        % {"organisation": county.name},
    )


def visible_rules(user: User) -> QuerySet[Any]:
    """The rules of counties are no secret to people who have signed in."""
    return EscalationRule.objects.all() if user.is_active else EscalationRule.objects.none()
