"""The demo's forums on four levels, who sits in them, and matters on their way up and back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone, translation

from collaboration.composition import LEGAL_BASIS, LEVEL_OF, represents
from collaboration.models import (
    Absence,
    Area,
    Forum,
    ForumSeat,
    InterfaceCheck,
    Matter,
    Organisation,
    User,
)
from collaboration.workflows.absences import set_absence
from collaboration.workflows.comments import Mentioned, resolve_thread, write_comment
from collaboration.workflows.interface_checks import check_interface
from collaboration.workflows.matters import matter_workflow
from services.models import Aspect, Interface, InterfaceMap
from services.workflows.care import put_into_care
from yhdyspinta.demo.files import statement_on
from yhdyspinta.demo.maps import Editing
from yhdyspinta.demo.people import EAST_UUSIMAA, KASKO, LOVIISA, OSTROBOTHNIA, PORVOO, SOTEPE, Place

Kind, Role = Forum.Kind, ForumSeat.Role


@dataclass(frozen=True)
class DemoForum:
    """A row of the table: `above` and `to` are keys of other rows, `seats` mailboxes with their role."""

    key: str
    kind: Forum.Kind
    name_fi: str
    name_sv: str
    by: Place
    members: tuple[Place, ...] = ()
    above: str = ""
    to: tuple[str, ...] = ()
    languages: str = "fi"
    purpose: str = ""
    seats: dict[str, str] = field(default_factory=dict)


FORUMS = (
    DemoForum(
        "porvoo",
        Kind.BOARD,
        "Kaupunginhallitus, Porvoo",
        "Stadsstyrelsen i Borgå",
        PORVOO,
        languages="fi-sv",
        seats={
            "luottamushenkilo.porvoo": Role.CHAIR,
            "kaupunginjohtaja.porvoo": Role.SECRETARY,
        },
    ),
    DemoForum(
        "loviisa",
        Kind.BOARD,
        "Kaupunginhallitus, Loviisa",
        "Stadsstyrelsen i Lovisa",
        LOVIISA,
        languages="fi-sv",
        seats={"stadsdirektor.lovisa": Role.SECRETARY},
    ),
    DemoForum(
        "county",
        Kind.BOARD,
        "Aluehallitus, Itä-Uusimaa",
        "Välfärdsområdesstyrelsen, Östra Nyland",
        EAST_UUSIMAA,
        languages="fi-sv",
        seats={
            "aluevaltuutettu.itauusimaa": Role.CHAIR,
            "hyvinvointialuejohtaja.itauusimaa": Role.SECRETARY,
        },
    ),
    DemoForum(
        "lape",
        Kind.LAPE,
        "LAPE-yhteistyöryhmä, Itä-Uusimaa",
        "LAPE-samarbetsgruppen, Östra Nyland",
        EAST_UUSIMAA,
        (PORVOO, LOVIISA, EAST_UUSIMAA),
        above="county",
        to=("porvoo", "loviisa"),
        languages="fi-sv",
        purpose="Ryhmä sovittaa yhteen lasten, nuorten ja perheiden palvelut kunnissa ja hyvinvointialueella "
        "ja ratkaisee asiat, joita asiantuntijat eivät ratkaise.",
        seats={
            "muutosjohtaja.itauusimaa": Role.CHAIR,
            "sivistysjohtaja.porvoo": Role.VICE_CHAIR,
            "yhdyspintakoordinaattori.itauusimaa": Role.COORDINATOR,
            "bildningsdirektor.lovisa": Role.MEMBER,
            "neuvolanesihenkilo.itauusimaa": Role.MEMBER,
        },
    ),
    DemoForum(
        "students",
        Kind.STUDENT_WELFARE,
        "Opiskeluhuollon yhteistyöryhmä, Itä-Uusimaa",
        "Samarbetsgruppen för elevhälsa, Östra Nyland",
        EAST_UUSIMAA,
        (PORVOO, LOVIISA, EAST_UUSIMAA),
        languages="fi-sv",
        purpose="Ryhmä suunnittelee, kehittää ja arvioi opiskeluhuoltoa alueella.",
        seats={
            "yhdyspintakoordinaattori.itauusimaa": Role.SECRETARY,
            "sivistysjohtaja.porvoo": Role.MEMBER,
        },
    ),
    DemoForum(
        "network",
        Kind.SECTOR_NETWORK,
        "Varhaiskasvatuksen ja neuvolan verkosto",
        "Nätverket för småbarnspedagogik och rådgivning",
        EAST_UUSIMAA,
        (PORVOO, LOVIISA, EAST_UUSIMAA),
        above="lape",
        purpose="Verkosto kehittää käytäntöjä, joissa päiväkoti ja neuvola kohtaavat.",
        seats={
            "neuvolanesihenkilo.itauusimaa": Role.COORDINATOR,
            "sivistysjohtaja.porvoo": Role.MEMBER,
            "paivakodinjohtaja.porvoo": Role.MEMBER,
            "terveydenhoitaja.itauusimaa": Role.MEMBER,
        },
    ),
    DemoForum(
        "youth",
        Kind.SECTOR_NETWORK,
        "Nuorten ohjaus- ja palveluverkosto, Porvoo",
        "Nätverket för vägledning av unga, Borgå",
        PORVOO,
        (PORVOO, EAST_UUSIMAA),
        above="students",
        seats={"nuorisotyontekija.porvoo": Role.MEMBER},
    ),
    DemoForum(
        "team",
        Kind.FIELD_TEAM,
        "Päiväkotien ja neuvolan kenttätiimi, Porvoo",
        "Fältteamet för daghem och rådgivning, Borgå",
        PORVOO,
        (PORVOO, EAST_UUSIMAA),
        above="network",
        purpose="Tiimi sopii arjen asioista ja nostaa verkostolle sen, mikä ei ratkea kentällä.",
        seats={
            "paivakodinjohtaja.porvoo": Role.COORDINATOR,
            "terveydenhoitaja.itauusimaa": Role.MEMBER,
            "nuorisotyontekija.porvoo": Role.MEMBER,
        },
    ),
    DemoForum(
        "pohjanmaa",
        Kind.LAPE,
        "LAPE-yhteistyöryhmä, Pohjanmaa",
        "LAPE-samarbetsgruppen, Österbotten",
        OSTROBOTHNIA,
        (OSTROBOTHNIA,),
        languages="fi-sv",
        seats={"muutosjohtaja.pohjanmaa": Role.COORDINATOR},
    ),
    DemoForum(
        "helsinki",
        Kind.SECTOR_NETWORK,
        "Varhaiskasvatuksen ja neuvolan verkosto, Helsinki",
        "Nätverket för småbarnspedagogik och rådgivning, Helsingfors",
        KASKO,
        (KASKO, SOTEPE),
        seats={
            "johtaja.kasko.helsinki": Role.CHAIR,
            "kehittamispaallikko.sotepe.helsinki": Role.COORDINATOR,
        },
    ),
)


def load() -> str:
    """Make the forums and their matters unless they are there. Returns a sentence on what was done."""
    if Forum.objects.exists():
        return "The demo's forums are there already."
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_demo_person=True)}
    places = {
        (row.kind, row.code): row for row in Organisation.objects.exclude(code="").select_related("parent")
    }
    made: dict[str, Forum] = {}
    for row in FORUMS:
        made[row.key] = _forum(row, places, people)
    for row in FORUMS:
        forum = made[row.key]
        forum.above = made.get(row.above)
        forum.save(update_fields=["above"])
        forum.forwards_to.set([made[key] for key in row.to])
    with translation.override("fi"):
        _on_maps(made, people)
        _matters(made, people)
        today = timezone.localdate()
        coordinator = people["yhdyspintakoordinaattori.itauusimaa"]
        for first, last in ((2, 9), (20, 34)):  # in the first the story's report climbs past the coordinator
            away = Absence(
                user=coordinator,
                deputy=people["muutosjohtaja.itauusimaa"],
                valid_from=today + datetime.timedelta(days=first),
                valid_until=today + datetime.timedelta(days=last),
            )
            set_absence(away, by=coordinator)
    return f"demo forums: {len(made)}, with {Matter.objects.count()} matters"


def _forum(row: DemoForum, places: dict[Place, Organisation], people: dict[str, User]) -> Forum:
    by = places[row.by]
    county = by if by.kind == Organisation.Kind.WELLBEING_SERVICES_COUNTY else None
    root = by.parent or by
    area = Area.objects.filter(organisation=county or root, kind=Area.Kind.WELLBEING_SERVICES_COUNTY).first()
    if area is None:
        area = Area.objects.filter(
            kind=Area.Kind.WELLBEING_SERVICES_COUNTY, members__municipality=root
        ).first()
    forum = Forum.objects.create(
        kind=row.kind,
        level=LEVEL_OF[row.kind],
        name_fi=row.name_fi,
        name_sv=row.name_sv,
        area=area,
        coordinated_by=by,
        languages=row.languages,
        purpose_fi=row.purpose,
        legal_basis=LEGAL_BASIS.get(row.kind, ""),
    )
    forum.members.set([places[place] for place in row.members])
    for mailbox, role in row.seats.items():
        person = people[mailbox]
        membership = person.memberships.select_related("organisation")[0]
        ForumSeat.objects.create(
            forum=forum,
            user=person,
            role=role,
            organisation=membership.organisation,
            represents=represents(membership.organisation),
            language=person.language if person.language in ("fi", "sv") else "fi",
        )
    return forum


def _raised(forum: Forum, by: User, kind: str, title: str, text: str) -> Matter:
    return matter_workflow.begin("raise", Matter(forum=forum, kind=kind, title=title, text=text), by=by)


def _step(name: str, matter: Matter, by: User, **sent: Any) -> Matter:
    return matter_workflow.perform(name, matter, by=by, sent=sent)


def _day(days: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).isoformat()


WHAT_FOR = {
    "network": ("Yhteisten käytäntöjen kehittäminen", "Utveckling av gemensam praxis"),
    "lape": ("Asiat, joita verkosto ei ratkaise", "Ärenden som nätverket inte löser"),
}
"""What the forums are there for at the interface of daycare and the clinic on Porvoo's map."""


def _on_maps(forums: dict[str, Forum], people: dict[str, User]) -> None:
    """Porvoo's interface names the network and the group, which looks after the maps of Porvoo and Loviisa."""
    by, interface = people["sivistysjohtaja.porvoo"], _daycare_and_clinic()
    aspect = Aspect.objects.get(interface=interface, number=9)
    editing = Editing(interface.map)
    for key, (fi, sv) in WHAT_FOR.items():
        row = {"forum": forums[key].pk, "what_for_fi": fi, "what_for_sv": sv}
        editing.edit(by, f"aspect:{aspect.pk}", "add_forum_row", row)
    for on in InterfaceMap.objects.filter(
        is_demo=True, is_base=False, municipality__code__in=("638", "434")
    ).order_by("pk"):
        put_into_care(on, forums["lape"].pk, by=on.made_by)


def _daycare_and_clinic() -> Interface:
    """On Porvoo's map."""
    interfaces = Interface.objects.filter(
        map__is_demo=True, map__is_base=False, map__municipality__code="638"
    )
    return (
        interfaces.filter(services__service__node__key="daycare")
        .filter(services__service__node__key="child-health-clinic")
        .select_related("map")
        .get()
    )


def _checked(matter: Matter, by: User) -> None:
    """The interface of daycare and the clinic on Porvoo's map."""
    interface = _daycare_and_clinic()
    check = InterfaceCheck(
        matter=matter, effect="Tiedonsiirron käytäntö muuttuu", heard_on=timezone.localdate()
    )
    check.touched = interface
    check_interface(check, by=by)


def _matters(forums: dict[str, Forum], people: dict[str, User]) -> None:
    nurse, head = people["terveydenhoitaja.itauusimaa"], people["paivakodinjohtaja.porvoo"]
    clinics, lead = people["neuvolanesihenkilo.itauusimaa"], people["yhdyspintakoordinaattori.itauusimaa"]
    director, county = people["sivistysjohtaja.porvoo"], people["hyvinvointialuejohtaja.itauusimaa"]
    _travelled(forums, people, nurse, clinics, lead, county)
    matter = _raised(
        forums["lape"],
        director,
        Matter.Kind.DEVELOPMENT_NEED,
        "Lastensuojelun yhteyshenkilö puuttuu päiväkodeilta",
        "Päiväkodeissa ei tiedetä, kehen lastensuojelussa otetaan yhteyttä ennen ilmoitusta. Toivomme nimettyä "
        "yhteyshenkilöä jokaiselle alueelle.",
    )
    matter = _step(
        "accept", matter, lead, next_step="Valmistellaan ryhmän seuraavaan kokoukseen", next_step_on=_day(9)
    )
    _raised(
        forums["lape"],
        head,
        Matter.Kind.PHENOMENON,
        "Perheet hakevat tukea yhä useammin illalla",
        "Iltapäivystykseen ohjautuu perheitä, joiden asia olisi ratkennut päivällä perhekeskuksessa.",
    )
    _raised(
        forums["team"],
        nurse,
        Matter.Kind.QUESTION,
        "Kuka kutsuu koolle siirtopalaverin?",
        "Kun lapsi siirtyy kesken vuoden päiväkodista toiseen, palaverin kutsuja vaihtelee.",
    )
    board = _raised(
        forums["porvoo"],
        director,
        Matter.Kind.PROPOSAL,
        "Perhekeskuksen yhteiset tilat",
        "Varhaiskasvatus ja hyvinvointialue toivovat yhteisiä tiloja perhekeskukselle.",
    )
    presenter = people["kaupunginjohtaja.porvoo"]
    board = _step("accept", board, presenter, next_step="Esitellään kokouksessa", next_step_on=_day(12))
    board = _step(
        "prepare",
        board,
        presenter,
        proposal="Varataan Näsin päiväkodin siipi perhekeskuksen käyttöön 1.8. alkaen ja sovitaan kustannuksista "
        "hyvinvointialueen kanssa.",
    )
    _checked(board, presenter)
    _step("make_ready", board, presenter)


def _talked(matter: Matter, clinics: User, people: dict[str, User]) -> None:
    """What the group said of it while it was prepared: one thread goes on, another one is done with."""
    director, lead = people["sivistysjohtaja.porvoo"], people["yhdyspintakoordinaattori.itauusimaa"]
    asked = write_comment(
        matter,
        "Riittääkö teille viiden työpäivän määräaika myös lomakausina?",
        by=clinics,
        mentioned=Mentioned([director]),
    )
    write_comment(
        matter, "Riittää, kun ajanvaraustieto tulee meille kuukautta aiemmin.", by=director, reply_to=asked
    )
    costs = write_comment(matter, "Kenen kustannuksella lomake otetaan käyttöön?", by=director)
    write_comment(matter, "Hyvinvointialue vastaa. Lisäsin sen ehdotukseen.", by=lead, reply_to=costs)
    resolve_thread(matter, costs, by=director)


def _travelled(
    forums: dict[str, Forum],
    people: dict[str, User],
    nurse: User,
    clinics: User,
    lead: User,
    county: User,
) -> None:
    """One that rose from the network to the county's board; the board's answer waits in the group to be told on."""
    first = _raised(
        forums["network"],
        nurse,
        Matter.Kind.DEVELOPMENT_NEED,
        "Nelivuotistarkastuksen tiedonsiirto yhteiseksi käytännöksi",
        "Päiväkodin havainnot eivät tule neuvolaan ennen nelivuotistarkastusta. Lomake kulkee vanhemman mukana ja "
        "jää usein kotiin.",
    )
    first = _step("accept", first, clinics, next_step="Käsitellään verkostossa", next_step_on=_day(7))
    first = _step(
        "prepare",
        first,
        clinics,
        proposal="Siirretään havainnot suojatulla sähköisellä lomakkeella kaikissa kunnissa.",
    )
    first = _step("make_ready", first, clinics)
    _step("forward", first, clinics, forum=forums["lape"].pk, next_step_on=_day(30))
    second = Matter.objects.get(origin=first)
    second = _step("accept", second, lead, next_step="Tarkistetaan yhdyspinnat", next_step_on=_day(14))
    second = _step(
        "prepare",
        second,
        lead,
        proposal="Ryhmä esittää, että suojattu lomake otetaan käyttöön kaikissa kunnissa ja hyvinvointialue vastaa "
        "kustannuksista.",
    )
    _checked(second, lead)
    second = _step("make_ready", second, lead)
    file = statement_on(second, clinics)
    _step("forward", second, lead, forum=forums["county"].pk, next_step_on=_day(28), attached=[file.pk])
    _talked(second, clinics, people)
    third = Matter.objects.get(origin=second)
    third = _step("accept", third, county, next_step="Esitellään kokouksessa", next_step_on=_day(10))
    third = _step(
        "prepare",
        third,
        county,
        proposal="Aluehallitus hyväksyy suojatun lomakkeen käyttöönoton ja osoittaa siihen määrärahan.",
    )
    third = _step("make_ready", third, county)
    third = _step(
        "decide",
        third,
        county,
        outcome=Matter.Outcome.AMENDED,
        decision="Tiedot siirretään suojatulla sähköisellä lomakkeella alueen kaikissa kunnissa. Kustannuksista "
        "vastaa hyvinvointialue. Toimivuus arvioidaan puolen vuoden kuluttua.",
        decided_on=_day(0),
        section="187",
        case_number="ESITTELY/2114",
        publicity=Matter.Publicity.PUBLIC,
    )
    _step(
        "answer",
        third,
        county,
        answer="Aluehallitus päätti, että tiedot siirretään suojatulla sähköisellä lomakkeella kaikissa kunnissa ja "
        "hyvinvointialue vastaa kustannuksista. Toimivuus arvioidaan puolen vuoden kuluttua.",
    )
