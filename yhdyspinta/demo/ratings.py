"""Demo content of the rating rounds: one that was closed in spring and one that is open. Invented, like all of the demo."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone

from collaboration.models import User
from services.models import Aspect, InterfaceMap, MapParty, RatingRound
from services.workflows.ratings import open_round, rate, rating_round_workflow
from yhdyspinta.demo.texts import CLINIC, WELFARE

Said = tuple[int, str]


@dataclass(frozen=True)
class Rated:
    """What the municipality's and the county's side have said of one aspect in one round; None has not rated."""

    between: tuple[str, str]
    number: int
    own: Said | None = None
    other: Said | None = None


FIRST = (
    Rated(
        CLINIC,
        1,
        (3, "Ohje oli uusi, ja osa yksiköistä ei vielä tuntenut sitä."),
        (4, "Yhteydenottoja tulee tasaisesti."),
    ),
    Rated(CLINIC, 2, (4, ""), (4, "Yhteiset keskustelut ovat vakiintuneet.")),
    Rated(
        CLINIC,
        3,
        (1, "Lomakkeita katoaa matkalla, emmekä tiedä, onko tieto mennyt perille."),
        (4, "Saamamme lomakkeet ovat hyvin täytettyjä."),
    ),
    Rated(CLINIC, 4, (3, ""), (4, "")),
    Rated(
        CLINIC, 5, (2, "Lomakkeisiin kuluva tunti on pois ryhmästä."), (3, "Keskusteluille on varattu ajat.")
    ),
    Rated(CLINIC, 6, (3, ""), (3, "Tapaamiset pidetään, mutta päätökset jäävät kirjaamatta.")),
    Rated(CLINIC, 7, (3, ""), (2, "Emme ole sopineet yhteisestä mittarista.")),
    Rated(CLINIC, 8, (4, "Soittaminen toimii."), (4, "")),
    Rated(WELFARE, 1, (2, "Emme kuule, mitä yhteydenotosta seurasi."), (4, "Yhteydenotot tulevat ajoissa.")),
    Rated(
        WELFARE,
        2,
        (1, "Kutsu verkostoon jää usein tulematta."),
        (4, "Kutsumme aina, kun vanhempi on antanut luvan."),
    ),
    Rated(WELFARE, 3, (2, ""), (3, "Salassapito rajoittaa, mitä voimme kertoa.")),
    Rated(WELFARE, 4, (3, ""), (3, "")),
    Rated(WELFARE, 5, (2, "Sijaisia ei ole verkostopalavereihin."), None),
)

SECOND = (
    Rated(CLINIC, 1, (4, "Ohje on nyt kaikkien tiedossa."), (4, "")),
    Rated(
        CLINIC,
        3,
        (2, "Sähköistä kanavaa odotetaan edelleen."),
        (4, "Lomakkeet tulevat meille pääosin ajoissa."),
    ),
    Rated(CLINIC, 2, (4, ""), (5, "Nelivuotistarkastuksen yhteistyö on esimerkki muille.")),
    Rated(
        WELFARE,
        2,
        (2, "Kutsuja tulee enemmän kuin keväällä, mutta satunnaisesti."),
        (4, "Käytäntö on kirjattu ohjeeseen."),
    ),
    Rated(CLINIC, 4, None, (4, "Vastuut ovat selvät.")),
    Rated(CLINIC, 5, None, (3, "")),
    Rated(CLINIC, 6, None, (3, "Muistiot ovat nyt yhteisessä kansiossa.")),
    Rated(WELFARE, 1, None, (4, "Yhteydenottojen laatu on parantunut.")),
    Rated(WELFARE, 4, (3, "Tiedämme, kuka vastaa, mutta sijaisista emme."), None),
)


def load(interface_map: InterfaceMap, editors: dict[int, User]) -> int:
    """Both rounds of the map, as its people make them; how many ratings. `editors` are by organisation."""
    parties = {party.side: party for party in MapParty.objects.filter(map=interface_map)}
    own, other = parties[MapParty.Side.MUNICIPALITY], parties[MapParty.Side.COUNTY]
    coordinator = editors[other.organisation_id]
    spring = open_round(interface_map, by=coordinator)
    count = _rate(spring, FIRST, own, other, editors)
    rating_round_workflow.perform("close", spring, by=coordinator)
    now = timezone.now()
    RatingRound.objects.filter(pk=spring.pk).update(
        opened_at=now - datetime.timedelta(days=200), ended_at=now - datetime.timedelta(days=172)
    )
    autumn = open_round(interface_map, by=coordinator)
    RatingRound.objects.filter(pk=autumn.pk).update(opened_at=now - datetime.timedelta(days=6))
    return count + _rate(autumn, SECOND, own, other, editors)


def _rate(
    rating_round: RatingRound,
    rated: tuple[Rated, ...],
    own: MapParty,
    other: MapParty,
    editors: dict[int, User],
) -> int:
    count = 0
    for each in rated:
        aspects = Aspect.objects.filter(number=each.number, interface__map=rating_round.map_id)
        for key in each.between:
            aspects = aspects.filter(interface__services__service__node__key=key)
        aspect = aspects.get()
        for party, said in ((own, each.own), (other, each.other)):
            if said is not None:
                rate(rating_round, aspect, party, *said, by=editors[party.organisation_id])
                count += 1
    return count
