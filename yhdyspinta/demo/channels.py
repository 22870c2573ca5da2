"""Service channels and referral paths of the demo maps. Invented: addresses, phone numbers and web addresses lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """A step of a referral path; `service` is the class of the service that guides."""

    fi: str
    sv: str = ""
    service: str = ""


def place(fi: str, sv: str, address: tuple[str, str], phone: str = "", **more: str) -> dict[str, Any]:
    """A channel on the spot."""
    names = {"name_fi": fi, "name_sv": sv, "address_fi": address[0], "address_sv": address[1]}
    return {"kind": "place", **names, "phone": phone, **more}


def phone(fi: str, sv: str, number: str, hours: tuple[str, str] = ("", "")) -> dict[str, Any]:
    """A channel by phone."""
    told = {"hours_fi": hours[0], "hours_sv": hours[1]}
    return {"kind": "phone", "name_fi": fi, "name_sv": sv, "phone": number, **told}


def web(fi: str, sv: str, url: str) -> dict[str, Any]:
    """A channel on the web."""
    return {"kind": "web", "name_fi": fi, "name_sv": sv, "url": url}


OFFICE_HOURS = ("ma–pe 9–15", "må–fr 9–15")
MORNING = ("ma–pe 8–9", "må–fr 8–9")
AROUND_THE_CLOCK = ("joka päivä, kellon ympäri", "varje dag, dygnet runt")

COUNTY_CHILD_WELFARE = (
    phone("Lastensuojelun neuvonta", "Rådgivning inom barnskyddet", "019 000 0021", OFFICE_HOURS),
    phone("Sosiaali- ja kriisipäivystys", "Social- och krisjouren", "019 000 0022", AROUND_THE_CLOCK),
    web("Yhteydenotto ja ilmoitus", "Kontakt och anmälan", "https://hyvinvointialue.example/lastensuojelu"),
)

CHANNELS: dict[tuple[str, str], tuple[dict[str, Any], ...]] = {
    ("638", "daycare"): (
        place(
            "Varhaiskasvatuksen palvelutoimisto",
            "Servicebyrån för småbarnspedagogik",
            ("Esimerkkikatu 1, 06100 Porvoo", "Exempelgatan 1, 06100 Borgå"),
            "019 000 0001",
            hours_fi="ma–to 9–15, pe 9–13",
            hours_sv="må–to 9–15, fr 9–13",
        ),
        phone("Palveluohjaus perheille", "Servicehandledning för familjer", "019 000 0002", OFFICE_HOURS),
        web("Paikan hakeminen", "Ansökan om plats", "https://kunta.example/porvoo/varhaiskasvatus"),
    ),
    ("638", "child-health-clinic"): (
        place(
            "Keskustan neuvola",
            "Centrums rådgivningsbyrå",
            ("Mallikuja 4, 06100 Porvoo", "Modellgränden 4, 06100 Borgå"),
            hours_fi="ma–pe 8–15.30, ajanvarauksella",
            hours_sv="må–fr 8–15.30, tidsbeställning",
        ),
        phone("Neuvolan ajanvaraus", "Rådgivningens tidsbeställning", "019 000 0011", MORNING),
        web("Sähköinen ajanvaraus", "Tidsbokning på webben", "https://hyvinvointialue.example/neuvola"),
    ),
    ("638", "child-welfare"): COUNTY_CHILD_WELFARE,
    ("638", "youth-service-point"): (
        place(
            "Nuorten palvelupiste",
            "Servicepunkten för unga",
            ("Esimerkkikatu 12, 06100 Porvoo", "Exempelgatan 12, 06100 Borgå"),
            "019 000 0005",
            hours_fi="ma–to 12–18, ilman ajanvarausta",
            hours_sv="må–to 12–18, utan tidsbeställning",
        ),
        web("Palvelupisteen sivut", "", "https://kunta.example/porvoo/nuoret"),
    ),
    ("638", "outreach-youth-work"): (
        phone("Etsivän työntekijän puhelin, myös tekstiviestit", "", "019 000 0006", ("ma–pe 9–17", "")),
    ),
    ("638", "guidance-centre"): (
        place(
            "Ohjaamo",
            "Navigatorn",
            ("Mallitori 2, 06100 Porvoo", "Modelltorget 2, 06100 Borgå"),
            hours_fi="ti ja to 12–16",
            hours_sv="ti och to 12–16",
        ),
    ),
    ("638", "youth-workshop"): (
        place("Nuorten työpaja", "", ("Pajakuja 3, 06150 Porvoo", ""), "019 000 0007", hours_fi="ma–pe 8–16"),
    ),
    ("434", "daycare"): (
        place(
            "Varhaiskasvatuksen toimisto",
            "Byrån för småbarnspedagogik",
            ("Esimerkkitie 5, 07900 Loviisa", "Exempelvägen 5, 07900 Lovisa"),
            "019 000 0031",
            hours_fi="ma–pe 9–14",
            hours_sv="må–fr 9–14",
        ),
        web("Paikan hakeminen", "Ansökan om plats", "https://kunta.example/loviisa/dagvard"),
    ),
    ("434", "child-health-clinic"): (
        place(
            "Loviisan neuvola",
            "Lovisa rådgivningsbyrå",
            ("Mallitie 8, 07900 Loviisa", "Modellvägen 8, 07900 Lovisa"),
            "019 000 0032",
            hours_fi="ma–to 8–15",
            hours_sv="må–to 8–15",
        ),
    ),
    ("434", "child-welfare"): COUNTY_CHILD_WELFARE,
    ("091", "daycare"): (
        phone("Varhaiskasvatuksen palveluohjaus", "Servicehandledning", "09 000 0041", OFFICE_HOURS),
        web("Päiväkodit kartalla", "Daghemmen på kartan", "https://kaupunki.example/paivakodit"),
    ),
    ("091", "child-health-clinic"): (
        place(
            "Perhekeskus",
            "Familjecentret",
            ("Esimerkkiaukio 3, 00530 Helsinki", "Exempelplatsen 3, 00530 Helsingfors"),
            "09 000 0042",
            hours_fi="ma–pe 8–16",
            hours_sv="må–fr 8–16",
        ),
    ),
    ("091", "child-welfare"): (
        phone("Lapsiperheiden neuvonta", "Rådgivning för barnfamiljer", "09 000 0043", OFFICE_HOURS),
        phone("Sosiaali- ja kriisipäivystys", "Social- och krisjouren", "09 000 0044", AROUND_THE_CLOCK),
    ),
}
"""By the municipality's code and the service's class."""

PATHS: dict[str, tuple[Step, ...]] = {
    "daycare": (
        Step(
            "Neuvola kertoo varhaiskasvatuksesta viimeistään, kun lapsi on kahdeksan kuukautta.",
            "Rådgivningen berättar om småbarnspedagogiken senast när barnet är åtta månader.",
            "child-health-clinic",
        ),
        Step(
            "Perhe hakee paikkaa verkossa neljä kuukautta ennen tarvetta.",
            "Familjen ansöker om plats på webben fyra månader före behovet.",
        ),
        Step(
            "Päiväkodin johtaja soittaa perheelle ja sopii tutustumiskäynnin.",
            "Daghemsföreståndaren ringer familjen och avtalar om ett besök.",
        ),
    ),
    "child-health-clinic": (
        Step(
            "Perhe varaa ajan itse raskauden alussa tai muutettuaan.",
            "Familjen bokar själv tid i början av graviditeten eller efter en flytt.",
        ),
        Step(
            "Päiväkoti ehdottaa ylimääräistä käyntiä, kun jokin lapsen kehityksessä huolettaa.",
            "Daghemmet föreslår ett extra besök när något i barnets utveckling väcker oro.",
            "daycare",
        ),
    ),
    "child-welfare": (
        Step(
            "Perhe ja työntekijä ottavat yhdessä yhteyttä sosiaalipalveluihin.",
            "Familjen och den anställda tar tillsammans kontakt med socialservicen.",
            "daycare",
        ),
        Step(
            "Sosiaalityöntekijä arvioi tilanteen seitsemässä arkipäivässä.",
            "Socialarbetaren bedömer situationen inom sju vardagar.",
        ),
        Step(
            "Asiakkuus alkaa, tai perhe ohjataan muuhun tukeen.",
            "Klientrelationen börjar, eller familjen hänvisas till annat stöd.",
        ),
    ),
    "youth-service-point": (
        Step("Nuori tulee itse, ystävän kanssa tai oppilaitoksen ohjaamana.", "", "educational-institutions"),
        Step("Työntekijä kuuntelee ja sopii jatkosta nuoren kanssa samalla käynnillä."),
    ),
    "outreach-youth-work": (
        Step(
            "Oppilaitos kysyy nuoren luvan ja ilmoittaa etsivään työhön.",
            "Läroanstalten ber om den ungas lov och kontaktar det uppsökande arbetet.",
            "educational-institutions",
        ),
        Step(
            "Etsivä työntekijä ottaa nuoreen yhteyttä kolmessa työpäivässä.",
            "Ungdomsarbetaren kontaktar den unga inom tre arbetsdagar.",
        ),
    ),
    "youth-workshop": (
        Step("Ohjaamo tai etsivä työntekijä tulee nuoren mukana tutustumaan.", "", "guidance-centre"),
        Step("Nuori ja pajan ohjaaja sopivat aloituksesta."),
    ),
}
"""By the service's class, with the guides that are on the same map."""
