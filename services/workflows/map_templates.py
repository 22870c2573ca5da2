"""Templates of interface maps, from the seed deck's slides 7 and 8."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from services.models import MapParty, TargetGroup

MUNICIPALITY, COUNTY = MapParty.Side.MUNICIPALITY, MapParty.Side.COUNTY


@dataclass(frozen=True)
class TemplateService:
    """A service that the template puts on the map: whose, in which class, what it is called, on which law it rests."""

    node: str
    side: str
    name_fi: str
    name_sv: str
    law: str


@dataclass(frozen=True)
class MapTemplate:
    """Services and the pairs of them that meet, by the services' classes."""

    key: str
    name: Any
    description: Any
    target_group: str
    title_fi: str
    title_sv: str
    services: tuple[TemplateService, ...] = ()
    meetings: tuple[tuple[str, ...], ...] = ()


CHILD_WELFARE = TemplateService("child-welfare", COUNTY, "Lastensuojelu", "Barnskydd", "417/2007")

TEMPLATES = (
    MapTemplate(
        key="under_school_age",
        name=_("Services for children under school age"),
        description=_(
            "Daycare, maternity and child health clinic, child welfare: three services and three interfaces."
        ),
        target_group=TargetGroup.UNDER_SCHOOL_AGE,
        title_fi="Alle kouluikäisten palvelut",
        title_sv="Tjänster för barn under skolåldern",
        services=(
            TemplateService("daycare", MUNICIPALITY, "Päiväkoti", "Daghem", "540/2018"),
            TemplateService("child-health-clinic", COUNTY, "Neuvola", "Rådgivningsbyrå", "1326/2010, 15 §"),
            CHILD_WELFARE,
        ),
        meetings=(
            ("daycare", "child-health-clinic"),
            ("daycare", "child-welfare"),
            ("child-health-clinic", "child-welfare"),
        ),
    ),
    MapTemplate(
        key="young_people",
        name=_("Services for young people"),
        description=_(
            "Educational institutions, One-Stop Guidance Centres, youth service points, youth workshops, outreach youth "
            "work and child welfare: six services and five interfaces."
        ),
        target_group=TargetGroup.YOUNG_PEOPLE,
        title_fi="Nuorten palvelut",
        title_sv="Tjänster för unga",
        services=(
            TemplateService("educational-institutions", MUNICIPALITY, "Oppilaitokset", "Läroanstalter", ""),
            TemplateService("guidance-centre", MUNICIPALITY, "Ohjaamot", "Navigatorer", ""),
            TemplateService(
                "youth-service-point", MUNICIPALITY, "Nuorten palvelupisteet", "Servicepunkter för unga", ""
            ),
            TemplateService("youth-workshop", MUNICIPALITY, "Työpajat", "Ungdomsverkstäder", "1285/2016"),
            TemplateService(
                "outreach-youth-work",
                MUNICIPALITY,
                "Etsivä nuorisotyö",
                "Uppsökande ungdomsarbete",
                "1285/2016",
            ),
            CHILD_WELFARE,
        ),
        meetings=tuple(
            (node, "child-welfare")
            for node in (
                "educational-institutions",
                "guidance-centre",
                "youth-service-point",
                "youth-workshop",
                "outreach-youth-work",
            )
        ),
    ),
    MapTemplate(
        key="empty",
        name=_("Empty map"),
        description=_("Only the two parties. You choose the services and where they meet."),
        target_group="",
        title_fi="Yhdyspintakartta",
        title_sv="Karta över kontaktytor",
    ),
)

TEMPLATE_BY_KEY = {template.key: template for template in TEMPLATES}
