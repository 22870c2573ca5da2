"""Demo content of approval: Porvoo's first map has a version and a draft that has gone on, two more have a version,
and Helsinki's waits."""

from __future__ import annotations

import datetime

from django.utils import timezone

from collaboration.models import Organisation, User
from services.models import ApprovalRound, Aspect, InterfaceMap
from services.workflows import approvals
from yhdyspinta.demo.maps import Editing
from yhdyspinta.demo.texts import CLINIC

WHY_INCOMPLETE = "Tiedonkulun sähköisestä kanavasta ja resursoinnista neuvotellaan vielä. Muu on sovittu ja otetaan käyttöön."
WHY_OTHERS = "Sovittu otetaan käyttöön nyt. Muusta sovitaan seuraavassa versiossa."
WHY_HELSINKI = "Toimialat ottavat sovitut asiat käyttöön heti ja sopivat lopuista kevään aikana."
FLOW_OF_INFORMATION = (
    "Tieto nelivuotistarkastuksesta kulkee vanhemman suostumuksella paperilomakkeella. Sähköinen siirto on "
    "kokeilussa kahdessa päiväkodissa, ja tavoite on ottaa se käyttöön koko kaupungissa syksyn aikana."
)
RESOURCES = "Lomakkeiden täyttöön ja yhteisiin keskusteluihin varataan kaksi tuntia lasta kohden."
"""What the draft has come to say since the version was published."""


def load() -> str:
    """Publish and ask unless it has been done. Returns a sentence on what was done."""
    if ApprovalRound.objects.filter(map__is_demo=True).exists():
        return "The demo's versions are there already."
    porvoo = InterfaceMap.objects.get(
        is_demo=True, is_base=False, municipality__code="638", target_group="under_school_age"
    )
    helsinki = InterfaceMap.objects.get(is_demo=True, municipality__code="091")
    _asked(porvoo, WHY_INCOMPLETE, approving=2)
    for interface_map in InterfaceMap.objects.filter(is_demo=True, is_base=False).exclude(
        pk__in=[porvoo.pk, helsinki.pk]
    ):
        _asked(interface_map, WHY_OTHERS, approving=2)
    _go_on(porvoo)
    _asked(helsinki, WHY_HELSINKI, approving=1)
    return "Three demo maps have version 1.0, and another waits for approvals."


def _person(organisation: Organisation, role: str) -> User:
    people = User.objects.filter(
        is_demo_person=True, memberships__organisation=organisation, memberships__role=role
    )
    return people.order_by("pk")[0]


def _asked(interface_map: InterfaceMap, reason: str, *, approving: int) -> None:
    """Start a round, and let the first of the parties approve."""
    parties = approvals.required_parties(interface_map)
    approval_round = approvals.start(
        _person(parties[0], "editor"),
        interface_map.pk,
        review_on=timezone.localdate() + datetime.timedelta(days=365),
        incomplete_reason=reason if approvals.unfinished_aspects(interface_map) else "",
    )
    for party in parties[:approving]:
        approvals.approve(
            _person(party, "approver"), interface_map.pk, approval_round.pk, approval_round.digest
        )


def _go_on(interface_map: InterfaceMap) -> None:
    editing, writer = Editing(interface_map), interface_map.made_by
    interface = next(
        each
        for each in interface_map.interfaces.prefetch_related("services__service__node")
        if {place.service.node.key for place in each.services.all()} == set(CLINIC)
    )
    for number, text in ((3, FLOW_OF_INFORMATION), (5, RESOURCES)):
        aspect = Aspect.objects.get(interface=interface, number=number)
        editing.edit(writer, f"aspect:{aspect.pk}", "shared_fi", text)
