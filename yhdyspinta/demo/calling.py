"""How the demo's people are called, and an invitation that waits. Invented: the numbers lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from collaboration.models import Invitation, Member, Membership, User
from services.models import Service
from yhdyspinta.demo.people import EAST_UUSIMAA, LEVELS, PORVOO, places_of_people

Level = Member.Level

OFFICE, SCHOOL = "ma–pe 8–16", "ma–pe 9–15"


@dataclass(frozen=True)
class Called:
    """A person of the demo, by mailbox: number, hours and who stands in."""

    phone: str = ""
    hours: str = OFFICE
    deputy: str = ""


CALLED = {
    "sivistysjohtaja.porvoo": Called("019 000 0003", OFFICE, "kaupunginjohtaja.porvoo"),
    "kaupunginjohtaja.porvoo": Called("019 000 0004"),
    "paakayttaja.porvoo": Called("019 000 0005", SCHOOL),
    "nuorisotyontekija.porvoo": Called("019 000 0006", "ma–pe 9–17"),
    "luottamushenkilo.porvoo": Called(hours=""),
    "bildningsdirektor.lovisa": Called("019 000 0031", "må–fr 8–16", "stadsdirektor.lovisa"),
    "stadsdirektor.lovisa": Called("019 000 0032", "må–fr 8–16"),
    "muutosjohtaja.itauusimaa": Called("019 000 0103", OFFICE, "neuvolanesihenkilo.itauusimaa"),
    "hyvinvointialuejohtaja.itauusimaa": Called("019 000 0104"),
    "neuvolanesihenkilo.itauusimaa": Called("019 000 0105"),
    "terveydenhoitaja.itauusimaa": Called("019 000 0101", "ma–pe 8–9"),
    "paivakodinjohtaja.porvoo": Called("019 000 0007", "ma–pe 7–16"),
    "yhdyspintakoordinaattori.itauusimaa": Called("019 000 0106", OFFICE, "muutosjohtaja.itauusimaa"),
    "aluevaltuutettu.itauusimaa": Called(hours=""),
    "johtaja.kasko.helsinki": Called("09 000 0061", OFFICE, "hyvaksyja.kasko.helsinki"),
    "hyvaksyja.kasko.helsinki": Called("09 000 0062"),
    "kehittamispaallikko.sotepe.helsinki": Called("09 000 0063"),
    "hyvaksyja.sotepe.helsinki": Called("09 000 0064"),
    "muutosjohtaja.pohjanmaa": Called("06 000 0071"),
}

SERVICE_CONTACTS = {
    (EAST_UUSIMAA, "child-health-clinic"): ("Neuvolan ammattilaislinja", "019 000 0111", "ma–pe 8–16"),
    (EAST_UUSIMAA, "child-welfare"): ("Lastensuojelun konsultaatio", "019 000 0121", "ma–pe 9–15"),
    (PORVOO, "daycare"): ("Varhaiskasvatuksen palveluohjaus", "019 000 0002", "ma–pe 9–15"),
}
"""Whom professionals call about a service, by organisation and service class."""

INVITED = "kuraattori.porvoo@esittely.example"


@transaction.atomic
def load() -> str:
    """Tell how people and services are called, where nobody has told it, and invite the school's social worker."""
    members = {
        member.user.email.partition("@")[0]: member
        for member in Member.objects.filter(user__is_demo_person=True).select_related("user")
    }
    told = 0
    for mailbox, called in CALLED.items():
        member = members[mailbox]
        if not member.level:
            member.title = member.user.name.partition(",")[0]
            member.level, member.phone, member.hours = LEVELS[mailbox], called.phone, called.hours
            member.deputy = members.get(called.deputy)
            member.save()
            told += 1
    places = places_of_people()
    for (place, key), (contact, phone, hours) in SERVICE_CONTACTS.items():
        services = Service.objects.filter(organisation=places[place], node__key=key, phone="")
        services.update(contact=contact, phone=phone, hours=hours)
    by = User.objects.get(email="paakayttaja.porvoo@esittely.example")
    _invitation, is_new = Invitation.objects.get_or_create(
        organisation=places[PORVOO],
        email=INVITED,
        defaults={
            "title": "Kuraattori",
            "level": Level.EXPERT,
            "role": Membership.Role.READER,
            "invited_by": by,
        },
    )
    return f"people who can be called: {told}, invitations made: {int(is_new)}"
