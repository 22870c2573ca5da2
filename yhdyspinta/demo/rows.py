"""Rows of structure of the demo maps. Invented for the demo, like the texts; people are named by their role only."""

from dataclasses import dataclass
from typing import Any

from yhdyspinta.demo.texts import CLINIC, WELFARE

OWN, OTHER = "own", "other"
"""The municipality (or its division) and the county (or the other division)."""

SERVICE_POINT = ("youth-service-point", "child-welfare")
OUTREACH = ("outreach-youth-work", "child-welfare")


@dataclass(frozen=True)
class Row:
    """One row between two services: its kind and its values, in which parties are told by side."""

    between: tuple[str, str]
    kind: str
    values: dict[str, Any]


def _steps(between: tuple[str, str], *steps: tuple[str, str, list[str], str | None]) -> tuple[Row, ...]:
    return tuple(
        Row(
            between,
            "step",
            {
                **{"title_fi": fi, "title_sv": sv, "actors": actors, "accountable": accountable},
                "consulted": [OTHER] if accountable == OWN and OTHER not in actors else [],
                "informed": [OWN] if OWN not in actors else [],
            },
        )
        for fi, sv, actors, accountable in steps
    )


def _path(between: tuple[str, str], *steps: tuple[str, str, int, str]) -> tuple[Row, ...]:
    return tuple(
        Row(
            between,
            "path_step",
            {"level": level, "who": who, "days": days, "phone": phone, "hours": "ma–pe 8–16"},
        )
        for level, who, days, phone in steps
    )


CHILDREN_ROWS = (
    *_steps(
        CLINIC,
        (
            "Varhaiskasvatuksen opettaja kirjaa havaintonsa lomakkeelle vanhemman kanssa",
            "Läraren antecknar sina iakttagelser på blanketten med föräldern",
            [OWN],
            OWN,
        ),
        (
            "Terveydenhoitaja käy havainnot läpi nelivuotistarkastuksessa",
            "Hälsovårdaren går igenom iakttagelserna vid fyraårskontrollen",
            [OTHER],
            OTHER,
        ),
        (
            "Yhteinen keskustelu perheen kanssa, kun lapsi tarvitsee tukea",
            "Gemensamt samtal med familjen när barnet behöver stöd",
            [OWN, OTHER],
            OTHER,
        ),
        (
            "Sovitun tuen seuranta puolen vuoden kuluttua",
            "Uppföljning av det avtalade stödet efter ett halvår",
            [OWN, OTHER],
            OTHER,
        ),
    ),
    Row(
        CLINIC,
        "flow",
        {
            "what": "Havainnot ennen nelivuotistarkastusta",
            "sender": OWN,
            "receiver": OTHER,
            "system": "Paperilomake, jonka vanhempi tuo",
            "basis": "540/2018, 41 §",
            "consent_needed": True,
        },
    ),
    Row(
        CLINIC,
        "flow",
        {
            "what": "Yhteenveto tarkastuksesta lapsen tuen suunnitteluun",
            "sender": OTHER,
            "receiver": OWN,
            "system": "Suojattu sähköposti",
            "basis": "",
            "consent_needed": True,
        },
    ),
    Row(
        WELFARE,
        "flow",
        {
            "what": "Lastensuojeluilmoitus",
            "sender": OWN,
            "receiver": OTHER,
            "system": "Hyvinvointialueen sähköinen lomake",
            "basis": "417/2007, 25 §",
            "consent_needed": False,
        },
    ),
    Row(
        CLINIC,
        "resource",
        {"party": OWN, "what": "Lomakkeiden täyttö vanhemman kanssa", "person_years": "0.4", "euros": None},
    ),
    Row(
        CLINIC,
        "resource",
        {
            "party": OTHER,
            "what": "Terveydenhoitajan aika keskusteluihin",
            "person_years": "0.6",
            "euros": None,
        },
    ),
    Row(
        CLINIC,
        "resource",
        {"party": OTHER, "what": "Lomakkeen kääntäminen ja painaminen", "person_years": None, "euros": 4_500},
    ),
    Row(CLINIC, "leader", {"party": OWN, "person": OWN, "title": ""}),
    Row(CLINIC, "leader", {"party": OTHER, "person": None, "title": "Neuvolapalvelujen päällikkö"}),
    Row(
        CLINIC,
        "goal_row",
        {
            "title": "Jokaisen lapsen tuen tarve huomataan ennen esiopetusta",
            "url": "https://kunta.example/hyvinvointisuunnitelma",
        },
    ),
    Row(CLINIC, "goal_row", {"title": "Perhe kertoo asiansa vain kerran", "url": ""}),
    *_path(
        CLINIC,
        ("field", "Päiväkodin johtaja", 2, "019 000 0001"),
        ("field", "Terveydenhoitaja", 2, "019 000 0101"),
        ("expert", "Varhaiskasvatuksen erityisopettaja", 5, "019 000 0007"),
        ("expert", "Neuvolapsykologi", 5, "019 000 0102"),
        ("management", "Varhaiskasvatuksen päällikkö", 10, "019 000 0008"),
        ("management", "Neuvolapalvelujen päällikkö", 10, "019 000 0105"),
        ("political", "Sivistyslautakunnan puheenjohtaja", 30, "019 000 0009"),
        ("political", "Aluelautakunnan puheenjohtaja", 30, "019 000 0109"),
    ),
    Row(
        CLINIC,
        "contact",
        {"who": "Neuvolan ammattilaislinja", "phone": "019 000 0111", "hours": "ma–pe 8–16", "party": OTHER},
    ),
)
YOUTH_ROWS = (
    *_steps(
        OUTREACH,
        (
            "Etsivä nuorisotyöntekijä ja nuori sopivat yhteydenotosta",
            "Den uppsökande ungdomsarbetaren och den unga avtalar om kontakten",
            [OWN],
            OWN,
        ),
        (
            "Sosiaalityöntekijä tapaa nuoren etsivän työntekijän kanssa",
            "Socialarbetaren träffar den unga tillsammans med ungdomsarbetaren",
            [OWN, OTHER],
            OTHER,
        ),
        ("Kolmen kuukauden seuranta", "Uppföljning efter tre månader", [OWN, OTHER], OTHER),
    ),
    Row(
        OUTREACH,
        "flow",
        {
            "what": "Nuoren yhteystiedot tuen tarjoamista varten",
            "sender": OTHER,
            "receiver": OWN,
            "system": "PAR-järjestelmä",
            "basis": "1285/2016, 11 §",
            "consent_needed": False,
        },
    ),
    Row(
        OUTREACH,
        "flow",
        {
            "what": "Tieto siitä, onko nuori tavoitettu",
            "sender": OWN,
            "receiver": OTHER,
            "system": "",
            "basis": "",
            "consent_needed": True,
        },
    ),
    Row(
        SERVICE_POINT,
        "resource",
        {"party": OWN, "what": "Nuorten palvelupisteen tilat", "person_years": None, "euros": 18_000},
    ),
    Row(
        SERVICE_POINT,
        "resource",
        {"party": OWN, "what": "Nuorisotyöntekijä", "person_years": "1.0", "euros": None},
    ),
    Row(
        SERVICE_POINT,
        "resource",
        {
            "party": OTHER,
            "what": "Sosiaalityöntekijä joka toinen viikko",
            "person_years": "0.1",
            "euros": 6_000,
        },
    ),
    Row(SERVICE_POINT, "leader", {"party": OWN, "person": None, "title": "Nuorisopalvelujen päällikkö"}),
    Row(SERVICE_POINT, "goal_row", {"title": "Alle 25-vuotias saa ajan kahdessa viikossa", "url": ""}),
    *_path(
        SERVICE_POINT,
        ("field", "Palvelupisteen työntekijä", 3, "019 000 0012"),
        ("field", "Sosiaalityöntekijä", 3, "019 000 0122"),
        ("management", "Nuorisopalvelujen päällikkö", 10, "019 000 0013"),
        ("management", "Lastensuojelun päällikkö", 10, "019 000 0123"),
    ),
)
