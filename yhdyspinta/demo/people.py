"""The people of the demo: named by role and place, never after anyone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaboration.models import Member, Membership, Organisation, User

Duty, Kind, Language, Role = User.Duty, Organisation.Kind, User.Language, Membership.Role
Place = tuple[str, str]

PORVOO: Place = (Kind.MUNICIPALITY, "638")
LOVIISA: Place = (Kind.MUNICIPALITY, "434")
EAST_UUSIMAA: Place = (Kind.WELLBEING_SERVICES_COUNTY, "01")
OSTROBOTHNIA: Place = (Kind.WELLBEING_SERVICES_COUNTY, "17")
KASKO: Place = (Kind.UNIT, "091-KASKO")
SOTEPE: Place = (Kind.UNIT, "091-SOTEPE")
ASSOCIATION: Place = (Kind.NGO, "KUNTALIITTO")


Level = Member.Level
LEVELS = {
    "sivistysjohtaja.porvoo": Level.MANAGEMENT,
    "kaupunginjohtaja.porvoo": Level.MANAGEMENT,
    "paakayttaja.porvoo": Level.EXPERT,
    "nuorisotyontekija.porvoo": Level.FIELD,
    "luottamushenkilo.porvoo": Level.POLITICAL,
    "paivakodinjohtaja.porvoo": Level.FIELD,
    "bildningsdirektor.lovisa": Level.MANAGEMENT,
    "stadsdirektor.lovisa": Level.MANAGEMENT,
    "muutosjohtaja.itauusimaa": Level.CHANGE_LEADER,
    "hyvinvointialuejohtaja.itauusimaa": Level.MANAGEMENT,
    "neuvolanesihenkilo.itauusimaa": Level.MANAGEMENT,
    "terveydenhoitaja.itauusimaa": Level.FIELD,
    "yhdyspintakoordinaattori.itauusimaa": Level.EXPERT,
    "aluevaltuutettu.itauusimaa": Level.POLITICAL,
    "johtaja.kasko.helsinki": Level.MANAGEMENT,
    "hyvaksyja.kasko.helsinki": Level.MANAGEMENT,
    "kehittamispaallikko.sotepe.helsinki": Level.EXPERT,
    "hyvaksyja.sotepe.helsinki": Level.MANAGEMENT,
    "muutosjohtaja.pohjanmaa": Level.CHANGE_LEADER,
}
"""At which level each of them works."""


@dataclass(frozen=True)
class DemoPerson:
    """One row of the table: `name` is stored, `role` is its part without the place, in the reader's language."""

    mailbox: str
    name: str
    role: Any
    sees: Any
    place: Place | None
    roles: tuple[str, ...] = ()
    language: str = Language.FINNISH
    duty: str = ""

    @property
    def email(self) -> str:
        return f"{self.mailbox}@esittely.example"

    @property
    def level(self) -> str:
        """The level at which they work, which says what their desk is like."""
        if self.duty == Duty.NATIONAL_COORDINATOR:
            return gettext("the whole country")
        return str(Member.Level(LEVELS[self.mailbox]).label) if self.mailbox in LEVELS else ""


PEOPLE = (
    DemoPerson(
        "sivistysjohtaja.porvoo",
        "Sivistysjohtaja, Porvoo",
        _("Director of education and culture"),
        _("Edits the interface maps of Porvoo, answers for the city and confirms what is agreed."),
        PORVOO,
        (Role.EDITOR,),
    ),
    DemoPerson(
        "kaupunginjohtaja.porvoo",
        "Kaupunginjohtaja, Porvoo",
        _("City manager"),
        _("Sees the maps of Porvoo and confirms texts on the city's behalf, but does not edit."),
        PORVOO,
        (Role.APPROVER,),
    ),
    DemoPerson(
        "paakayttaja.porvoo",
        "Organisaation pääkäyttäjä, Porvoo",
        _("Organisation administrator"),
        _("Sees the maps of Porvoo and keeps the city's people in the portal."),
        PORVOO,
        (Role.ADMINISTRATOR,),
    ),
    DemoPerson(
        "nuorisotyontekija.porvoo",
        "Etsivä nuorisotyöntekijä, Porvoo",
        _("Outreach youth worker"),
        _("Works in the field and reads what Porvoo and the county have agreed."),
        PORVOO,
        (Role.READER,),
    ),
    DemoPerson(
        "luottamushenkilo.porvoo",
        "Luottamushenkilö, Porvoo",
        _("Elected official"),
        _("Reads how the services of Porvoo and the county meet and what is still missing."),
        PORVOO,
        (Role.READER,),
    ),
    DemoPerson(
        "paivakodinjohtaja.porvoo",
        "Päiväkodin johtaja, Porvoo",
        _("Head of a daycare centre"),
        _("Works in the field, coordinates a team of daycare and clinics, and raises what does not work."),
        PORVOO,
        (Role.READER,),
    ),
    DemoPerson(
        "bildningsdirektor.lovisa",
        "Bildningsdirektör, Lovisa",
        _("Director of education and culture"),
        _("Edits the interface maps of Loviisa. The pages are in Swedish."),
        LOVIISA,
        (Role.EDITOR,),
        Language.SWEDISH,
    ),
    DemoPerson(
        "stadsdirektor.lovisa",
        "Stadsdirektör, Lovisa",
        _("City manager"),
        _("Confirms texts on behalf of Loviisa. The pages are in Swedish."),
        LOVIISA,
        (Role.APPROVER,),
        Language.SWEDISH,
    ),
    DemoPerson(
        "muutosjohtaja.itauusimaa",
        "Muutosjohtaja, Itä-Uudenmaan hyvinvointialue",
        _("Change director"),
        _("Edits the maps of all seven municipalities of the county and sees where something is missing."),
        EAST_UUSIMAA,
        (Role.EDITOR,),
    ),
    DemoPerson(
        "hyvinvointialuejohtaja.itauusimaa",
        "Hyvinvointialuejohtaja, Itä-Uudenmaan hyvinvointialue",
        _("County director"),
        _("Sees the maps of the whole county and confirms texts on its behalf, but does not edit."),
        EAST_UUSIMAA,
        (Role.APPROVER,),
    ),
    DemoPerson(
        "neuvolanesihenkilo.itauusimaa",
        "Neuvolan esihenkilö, Itä-Uudenmaan hyvinvointialue",
        _("Head of the child health clinics"),
        _("Answers for the county where the clinics meet the municipalities' services."),
        EAST_UUSIMAA,
        (Role.EDITOR,),
    ),
    DemoPerson(
        "terveydenhoitaja.itauusimaa",
        "Terveydenhoitaja, Itä-Uudenmaan hyvinvointialue",
        _("Public health nurse"),
        _("Works in the field and reads what has been agreed with each municipality."),
        EAST_UUSIMAA,
        (Role.READER,),
    ),
    DemoPerson(
        "yhdyspintakoordinaattori.itauusimaa",
        "Yhdyspintakoordinaattori, Itä-Uudenmaan hyvinvointialue",
        _("Interface coordinator"),
        _("Coordinates the LAPE group: takes matters up, prepares them and brings the answers back."),
        EAST_UUSIMAA,
        (Role.EDITOR,),
    ),
    DemoPerson(
        "aluevaltuutettu.itauusimaa",
        "Aluevaltuutettu, Itä-Uudenmaan hyvinvointialue",
        _("County councillor"),
        _("Chairs the county board: reads what waits for a decision, and what was promised."),
        EAST_UUSIMAA,
        (Role.READER,),
    ),
    DemoPerson(
        "johtaja.kasko.helsinki",
        "Kasvatuksen ja koulutuksen johtaja, Helsinki",
        _("Director of the division"),
        _("Edits the maps between two divisions of one city, for education."),
        KASKO,
        (Role.EDITOR,),
    ),
    DemoPerson(
        "hyvaksyja.kasko.helsinki",
        "Kasvatuksen ja koulutuksen hyväksyjä, Helsinki",
        _("Approver of the division"),
        _("Confirms texts for the education division, but does not edit."),
        KASKO,
        (Role.APPROVER,),
    ),
    DemoPerson(
        "kehittamispaallikko.sotepe.helsinki",
        "Sote-toimialan kehittämispäällikkö, Helsinki",
        _("Development manager of the division"),
        _("Edits the maps between two divisions of one city, for social and health services."),
        SOTEPE,
        (Role.EDITOR,),
    ),
    DemoPerson(
        "hyvaksyja.sotepe.helsinki",
        "Sote-toimialan hyväksyjä, Helsinki",
        _("Approver of the division"),
        _("Confirms texts for the social and health services division, but does not edit."),
        SOTEPE,
        (Role.APPROVER,),
    ),
    DemoPerson(
        "muutosjohtaja.pohjanmaa",
        "Muutosjohtaja, Pohjanmaan hyvinvointialue",
        _("Change director"),
        _("An outsider, who cannot see Porvoo's drafts, only the county's own maps."),
        OSTROBOTHNIA,
        (Role.EDITOR,),
    ),
    DemoPerson(
        "koordinaattori",
        "Kansallinen koordinaattori",
        _("National coordinator"),
        _("Sees all counties side by side as numbers, never a municipality's drafts."),
        ASSOCIATION,
        (Role.READER,),
        duty=Duty.NATIONAL_COORDINATOR,
    ),
    DemoPerson(
        "yllapitaja",
        "Palvelun ylläpitäjä",
        _("Service administrator"),
        _("Makes organisations on the administration pages, and keeps the people of each."),
        None,
        duty=Duty.SERVICE_ADMINISTRATOR,
    ),
)


@transaction.atomic
def load() -> tuple[int, int]:
    """Make the people and the memberships that are missing; how many of each. No demo person has a password."""
    User.objects.bulk_create(
        (
            User(
                email=person.email,
                name=person.name,
                language=person.language,
                duty=person.duty,
                is_demo_person=True,
                password=make_password(None),
            )
            for person in PEOPLE
        ),
        ignore_conflicts=True,
    )
    users = {user.email: user for user in User.objects.filter(is_demo_person=True)}
    places = places_of_people()
    Membership.objects.bulk_create(
        (
            Membership(user=users[person.email], organisation=places[person.place], role=role)
            for person in PEOPLE
            if person.place
            for role in person.roles
        ),
        ignore_conflicts=True,
    )
    return len(users), Membership.objects.filter(user__is_demo_person=True).count()


def places_of_people() -> dict[Place, Organisation]:
    """The organisations of the table, by kind and code."""
    wanted = {person.place for person in PEOPLE if person.place}
    found = Organisation.objects.filter(code__in={code for _kind, code in wanted}).select_related("parent")
    return {(row.kind, row.code): row for row in found if (row.kind, row.code) in wanted}


def people_by_place() -> list[tuple[Organisation | None, list[DemoPerson]]]:
    """The table in its own order, under each organisation; last those who belong to none."""
    places = places_of_people()
    return [
        (places[place] if place else None, list(people))
        for place, people in groupby(PEOPLE, key=lambda person: person.place)
    ]
