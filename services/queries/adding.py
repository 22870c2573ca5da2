"""What the pages show on which services and interfaces are put on a map."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from collaboration.models import Organisation, User
from collaboration.policy import can_edit_organisation
from collaboration.policy.own import own_first
from collaboration.searching import found
from collaboration.words import by_name
from services import policy
from services.models import MapService, Service, ServiceNode
from services.queries.gate import Said, behind, gate_of
from services.queries.maps import map_for


def add_service_page(
    user: User, map_id: int, search: str = "", anyway: Collection[Said] = ()
) -> dict[str, Any]:
    """Services of the parties' catalogues that are not yet on the map, and the classes for a new one."""
    interface_map = map_for(user, map_id)
    parties = list(
        interface_map.parties.filter(archived_at__isnull=True).select_related("organisation__parent")
    )
    on_map = interface_map.map_services.filter(archived_at__isnull=True).values("service")
    catalogue = Service.objects.in_use().filter(organisation__in=[party.organisation_id for party in parties])
    catalogue = catalogue.exclude(pk__in=on_map).select_related("node").order_by(by_name(), "pk")
    if search:
        catalogue = catalogue.filter(found(search, "words"))
    shown = list(catalogue[:100])
    for party in parties:
        party.services = [service for service in shown if service.organisation_id == party.organisation_id]  # type: ignore[attr-defined]
        party.may_add = bool(can_edit_organisation(user, party.organisation))  # type: ignore[attr-defined]
    return {
        "map": interface_map,
        "parties": own_first(user, parties, lambda party: party.organisation_id),
        "own_parties": [party for party in parties if party.may_add],  # type: ignore[attr-defined]
        "nodes": service_classes(),
        "search": search,
        **behind(gate_of(interface_map, anyway), policy.can_edit_map(user, interface_map)),
    }


def service_classes() -> list[tuple[str, list[ServiceNode]]]:
    """The service classes under their parents, for a select: two levels of the taxonomy."""
    nodes = list(
        ServiceNode.objects.filter(kind=ServiceNode.Kind.SERVICE)
        .select_related("parent")
        .order_by("position")
    )
    groups: dict[str, list[ServiceNode]] = {}
    for node in nodes:
        if node.parent:
            groups.setdefault(node.parent.name, []).append(node)
    return list(groups.items())


def connect_page(user: User, map_id: int, chosen: list[str], anyway: Collection[Said] = ()) -> dict[str, Any]:
    """The map's services by lane, to choose those that meet."""
    interface_map = map_for(user, map_id)
    places = list(
        interface_map.map_services.filter(archived_at__isnull=True)
        .select_related("service", "party__organisation")
        .order_by("party__lane", by_name("service__"))
    )
    lanes: dict[Organisation, list[MapService]] = {}
    for place in places:
        place.is_chosen = str(place.pk) in chosen  # type: ignore[attr-defined]
        lanes.setdefault(place.party.organisation, []).append(place)
    return {
        "map": interface_map,
        "lanes": list(lanes.items()),
        **behind(gate_of(interface_map, anyway), policy.can_edit_map(user, interface_map)),
    }
