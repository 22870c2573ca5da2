"""The demo's reports of what does not work: one that is new, and one whose solution waits for everybody's word."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from collaboration.models import User
from services.models import Aspect, Escalation, EscalationReporter, Feedback, InterfaceMap, MapService
from services.policy.escalations import reports_for
from services.workflows import escalations
from services.workflows.feedback import send
from yhdyspinta.demo.files import picture_of

CHILDREN, YOUTH = "under_school_age", "young_people"


def load() -> str:
    """Make them unless they are there. Returns a sentence on what was done."""
    if Escalation.objects.exists():
        return "The demo's reports are there already."
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_demo_person=True)}
    with translation.override("fi"):
        new = _file(
            people["terveydenhoitaja.itauusimaa"],
            CHILDREN,
            6,
            text="Kukaan ei tiedä, kumpi esihenkilö päättää yhteisistä ajoista. Aika siirtyi jo kahdesti.",
            effect="delayed",
            frequency="often",
            urgency="normal",
        )
        picture_of(new, people["terveydenhoitaja.itauusimaa"])
        solved = _file(
            people["nuorisotyontekija.porvoo"],
            YOUTH,
            4,
            text="Kukaan ei tiedä, kenelle soitetaan, kun nuori ei pääse vastaanotolle. Soitimme kolmeen numeroon.",
            effect="not_received",
            frequency="sometimes",
            urgency="urgent",
        )
        lead = people["muutosjohtaja.itauusimaa"]
        escalations.take_step("take", solved, by=lead)
        escalations.take_step(
            "propose",
            solved,
            by=lead,
            sent={
                "proposal": "Etsivän nuorisotyön yhteysnumero on nyt polun ensimmäisellä portaalla, ja siihen vastataan samana päivänä.",
                "repair": "none",
                "repair_reason": "Numero oli jo kirjattu polulle, mutta siitä ei ollut kerrottu.",
            },
        )
        _told_by_a_resident()
    return f"demo reports of what does not work: {Escalation.objects.count()}"


def _file(by: User, target_group: str, number: int, **said: Any) -> Escalation:
    """On the second interface of the map of children, on the last of that of young people."""
    on = InterfaceMap.objects.get(municipality__code="638", target_group=target_group, is_base=False)
    aspects = Aspect.objects.filter(interface__map=on, number=number, interface__live__isnull=False)
    aspect = aspects.order_by("interface")[1] if target_group == CHILDREN else aspects.latest("interface")
    report = EscalationReporter(user=by, organisation_id=reports_for(by, on), is_first=True)  # type: ignore[misc]
    return escalations.file(
        Escalation(map=on, interface=aspect.interface, aspect=aspect, **said), report, by=by
    )


def _told_by_a_resident() -> None:
    """Feedback from the published page of a service on Porvoo's map of children."""
    place = MapService.objects.filter(
        map__municipality__code="638", map__target_group=CHILDREN, map__is_base=False
    ).order_by("pk")[0]
    words = "Kerroimme saman asian kolmessa paikassa, eikä kukaan tiennyt, kuka kutsuu meidät palaveriin. (Esimerkki)"
    send(Feedback(map=place.map, place=place, text=words, language="fi"))
