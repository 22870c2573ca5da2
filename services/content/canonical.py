"""The canonical content of a map: what parties approve and publish. Pure reading, a constant number of statements.

Of the map as it is now: names, services, interfaces, aspects. Not in it: persons, live state, places of cards,
removed rows, answers that a party wrote for itself, and which base map a text came from. Of a leader who is a person
it tells only that somebody is named.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from collaboration.models import Organisation
from services.content.shape import (
    ASPECT_MEMBERS,
    CHANNEL,
    FORMAT,
    PARTIES_OF_A_STEP,
    PURPOSES,
    ROWS,
    Content,
    told_of,
)
from services.models import (
    Aspect,
    AspectAnswer,
    Confirmation,
    Evidence,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    Party,
    ProcessStep,
    ReferralStep,
    Service,
    ServiceChannel,
    ServiceResponsibility,
)


def content_of(interface_map: InterfaceMap) -> Content:
    """The map's content as JSON is made of: seventeen statements, however large the map.

    Lists have one order: parties by lane, services by their party's lane and id, the others by id or number. Ids are
    those of the rows (`MapParty`, `MapService`, `Interface`, `Evidence`), so that two contents can be compared.
    """
    about = Organisation.objects.select_related("parent").get(pk=interface_map.municipality_id)
    parties = list(
        MapParty.objects.filter(map=interface_map, archived_at__isnull=True)
        .select_related("organisation__parent")
        .order_by("lane", "pk")
    )
    return {
        "format": FORMAT,
        "map": interface_map.pk,
        "title_fi": interface_map.title_fi,
        "title_sv": interface_map.title_sv,
        "target_group": interface_map.target_group,
        "source_language": interface_map.source_language,
        "municipality": _organisation(about),
        "parties": [
            {"id": party.pk, "side": party.side, "organisation": _organisation(party.organisation)}
            for party in parties
        ],
        "services": _services(interface_map),
        "interfaces": _interfaces(interface_map),
    }


def service_of(interface_map: InterfaceMap, key: int) -> Content | None:
    """What the map's content says of one service."""
    return next(iter(_services(interface_map, pk=key)), None)


def interface_of(interface_map: InterfaceMap, key: int) -> Content | None:
    """What the map's content says of one interface."""
    return next(iter(_interfaces(interface_map, pk=key)), None)


def aspect_of(interface_map: InterfaceMap, key: int, number: int) -> Content:
    """What the map's content says of one aspect of an interface, by its number."""
    aspect = next(iter(_aspects({"interface__map": interface_map, "interface": key, "number": number})))
    del aspect["interface"]
    return aspect


def moment(at: datetime.datetime) -> str:
    """A time as it stands in a content: UTC to the second, as in 2026-11-24T15:04:05Z."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _organisation(row: Organisation) -> dict[str, Any]:
    """Codes and names; a unit has no code of the register, so it is named with what it is a unit of."""
    named = {"kind": row.kind, "code": row.code, "name_fi": row.name_fi, "name_sv": row.name_sv}
    if row.parent_id is not None and row.parent is not None:
        named |= {"unit_of_fi": row.parent.name_fi, "unit_of_sv": row.parent.name_sv}
    return named


def _services(interface_map: InterfaceMap, **only: int) -> list[dict[str, Any]]:
    places = list(
        MapService.objects.filter(map=interface_map, archived_at__isnull=True, **only)
        .select_related("service__node", "service__organisation__parent")
        .order_by("party__lane", "pk")
    )
    duties = defaultdict(list)
    for row in (
        ServiceResponsibility.objects.filter(service__in=[place.service_id for place in places])
        .select_related("organisation__parent")
        .order_by("pk")
    ):
        duties[row.service_id].append(
            {
                "duty": row.duty,
                "organisation": _organisation(row.organisation),
                "basis": row.basis,
                "reference": row.reference,
            }
        )
    channels, paths = _channels(places), _paths(interface_map, places)
    return [
        {
            "id": place.pk,
            "party": place.party_id,
            "name_fi": place.service.name_fi,
            "name_sv": place.service.name_sv,
            "class": {
                "key": place.service.node.key,
                "name_fi": place.service.node.name_fi,
                "name_sv": place.service.node.name_sv,
            },
            **_purposes(place.service),
            "organiser": _organisation(place.service.organisation),
            "responsibilities": duties[place.service_id],
            "where_fi": place.where_fi,
            "where_sv": place.where_sv,
            "how_fi": place.how_fi,
            "how_sv": place.how_sv,
            "where_old": place.where_old,
            "how_old": place.how_old,
            "channels": channels[place.pk],
            "path": paths[place.pk],
        }
        for place in places
    ]


def _purposes(row: Service | Interface) -> dict[str, list[str]]:
    """Outcomes and enablers in the order of their choices, whichever was named first."""
    return {
        name: [key for key in choices.values if key in getattr(row, name)]
        for name, choices in PURPOSES.items()
    }


def _channels(places: list[MapService]) -> dict[int, list[dict[str, Any]]]:
    """By service its channels in their order."""
    found = defaultdict(list)
    rows: Any = ServiceChannel.objects.filter(map_service__in=places, archived_at__isnull=True)
    for row in rows.order_by("place", "pk").values("map_service", *CHANNEL):
        found[row.pop("map_service")].append(row)
    return found


def _paths(interface_map: InterfaceMap, places: list[MapService]) -> dict[int, list[dict[str, Any]]]:
    """By service the steps of its referral path in their order; of a service that was removed nothing is told."""
    found = defaultdict(list)
    rows: Any = ReferralStep.objects.filter(map_service__in=places, archived_at__isnull=True).annotate(
        is_told=Q(service__map=interface_map, service__archived_at__isnull=True)
    )
    names = ("map_service", "id", "text_fi", "text_sv", "service", "is_told")
    for row in rows.order_by("place", "pk").values(*names):
        if not row.pop("is_told"):
            row["service"] = None
        found[row.pop("map_service")].append(row)
    return found


def _interfaces(interface_map: InterfaceMap, **only: int) -> list[dict[str, Any]]:
    live = Interface.objects.filter(map=interface_map, **only).live()
    met, answering, aspects = defaultdict(list), defaultdict(list), defaultdict(list)
    through: Any = Interface.services.through._default_manager.filter(interface__in=live)
    purposes: dict[int, dict[str, list[str]]] = {}
    for row in through.select_related("interface").order_by("mapservice__party__lane", "mapservice"):
        met[row.interface_id].append(row.mapservice_id)
        purposes[row.interface_id] = _purposes(row.interface)
    parties = Party.objects.filter(interface__in=live).order_by("map_party__lane", "pk")
    for key, party in parties.values_list("interface", "map_party"):
        answering[key].append(party)
    for aspect in _aspects({"interface__in": live}):
        aspects[aspect.pop("interface")].append(aspect)
    return [
        {
            "id": key,
            "services": met[key],
            "parties": answering[key],
            **purposes[key],
            "aspects": aspects[key],
        }
        for key in sorted(aspects)
    ]


def _aspects(which: dict[str, Any]) -> list[dict[str, Any]]:
    beside = {f"aspect__{name}": value for name, value in which.items()}
    lists = {
        "confirmations": _confirmations(beside),
        "evidence": _evidence(beside),
        "rows": _structure(beside, which.get("number")),
    }
    return [
        {
            "interface": aspect.interface_id,
            "number": aspect.number,
            **{
                member.name: lists[member.name][aspect.pk]
                if member.name in lists
                else _plain(getattr(aspect, member.name))
                for member in ASPECT_MEMBERS
            },
        }
        for aspect in Aspect.objects.filter(**which).order_by("interface", "number")
    ]


def _confirmations(which: dict[str, Any]) -> dict[int, list[dict[str, Any]]]:
    """By aspect the confirmations that hold; each has its time: a constraint says so."""
    found = defaultdict(list)
    answers: Any = (
        AspectAnswer.objects.filter(**which, confirmation__state=Confirmation.State.GIVEN)
        .order_by("party__map_party__lane", "pk")
        .values_list("aspect", "party__map_party", "confirmed_at")
    )
    for aspect, party, at in answers:
        found[aspect].append({"party": party, "at": moment(at)})
    return found


def _evidence(which: dict[str, Any]) -> dict[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    for link in Evidence.objects.filter(**which, archived_at__isnull=True).order_by("pk"):
        found[link.aspect_id].append({"id": link.pk, "title": link.title, "url": link.url})
    return found


FORUM_NOW = JSONObject(
    id="forum_id", level="forum__level", name_fi="forum__name_fi", name_sv="forum__name_sv"
)
COLUMNS = {"person": "person_id", "forum": "forum_now"}
"""Where the rows have what a content has by another name."""


def _structure(which: dict[str, Any], number: int | None) -> dict[int, list[dict[str, Any]]]:
    """By aspect its rows of structure in their order: parties by id, person-years as text, nobody by name, forums as they are now."""
    found = defaultdict(list)
    for kind, model in ROWS.items():
        if number not in {None, model.number}:
            continue
        rows = model._default_manager.filter(**which, archived_at__isnull=True)
        columns = {member: COLUMNS.get(member, member) for member in told_of(kind)}
        if "forum" in columns:
            rows = rows.annotate(forum_now=FORUM_NOW)
        for member in columns.keys() & PARTIES_OF_A_STEP.keys():
            through: Any = getattr(ProcessStep, PARTIES_OF_A_STEP[member]).through._default_manager
            named = through.filter(processstep=OuterRef("pk")).order_by("mapparty").values("mapparty")
            rows = rows.annotate(**{member: ArraySubquery(named)})
        for row in rows.order_by("place", "pk").values("id", "aspect", *columns.values()):
            told = {member: _plain(row[column]) for member, column in columns.items()}
            if "person" in told:
                told["person"] = told["person"] is not None
            found[row["aspect"]].append({"kind": kind, "id": row["id"], **told})
    return found


def _plain(value: Any) -> Any:
    """As JSON has it: a decimal as text with its one digit, a day as text."""
    if isinstance(value, Decimal):
        return f"{value:.1f}"
    return value.isoformat() if isinstance(value, datetime.date) else value
