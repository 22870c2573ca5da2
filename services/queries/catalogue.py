"""What the pages of the service catalogue show."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, QueryDict

from collaboration.keyset import page_of
from collaboration.models import Organisation, User
from collaboration.policy import organisations_of
from collaboration.policy.own import others_last
from collaboration.searching import found
from collaboration.words import by_name
from services import policy
from services.models import (
    Enabler,
    Interface,
    InterfaceMap,
    Outcome,
    PublicService,
    Service,
    ServiceNode,
    TargetGroup,
)
from services.queries import asked
from services.queries.confirming import with_their_services
from services.queries.resources import PURPOSES

SERVICES_ON_A_PAGE = 30
MOST_SHOWN = 300
NAMED_BY: dict[str, str] = {ServiceNode.Kind.THEME: "outcomes", ServiceNode.Kind.ENABLER: "enablers"}


def catalogue_page(user: User, filters: QueryDict) -> dict[str, Any]:
    """The taxonomy with how many services each class has, and the services found."""
    nodes = ServiceNode.objects.annotate(
        count=Count("services", filter=Q(services__in=Service.objects.in_use().of_single_organisations()))
    ).order_by("position")
    parents: dict[int, Any] = {}
    for node in nodes:
        if node.parent_id is None:
            node.below = []  # type: ignore[attr-defined]
            parents[node.pk] = node
        else:
            parents[node.parent_id].below.append(node)
    wanted = {key: asked(filters, key) for key in ("q", *PURPOSES, "own")}
    services = policy.visible_services(user).in_use().of_single_organisations()  # type: ignore[attr-defined]
    services = services.select_related("organisation__parent", "node")
    if wanted["q"]:
        services = services.filter(found(wanted["q"], "words", "organisation__words"))
    for purpose in PURPOSES:
        if wanted[purpose]:
            services = services.filter(**{f"{purpose}s__contains": [wanted[purpose]]})
    if wanted["own"]:
        services = services.filter(organisation__in=organisations_of(user))
    services = services.annotate(others=others_last(user, "organisation"))
    order = ("others", by_name(), by_name("organisation__"), "pk")
    page = page_of(services, order, SERVICES_ON_A_PAGE, filters)
    return {
        "nodes": list(parents.values()),
        "page": page,
        "services": page.rows,
        "wanted": wanted,
        "target_groups": TargetGroup.choices,
        "outcomes": Outcome.choices,
        "enablers": Enabler.choices,
        "own_organisations": editable_organisations(user),
    }


def editable_organisations(user: User) -> list[Any]:
    """The organisations whose catalogue the person keeps."""
    return list(
        organisations_of(user)
        .filter(memberships__user=user, memberships__role="editor")
        .distinct()
        .order_by(by_name(), "pk")
    )


def node_page(user: User, key: str) -> dict[str, Any]:
    """One class: which organisations have services in it; of an outcome or an enabler, which services and interfaces name it.

    And the interfaces where these services meet others, with their maps.
    """
    node = ServiceNode.objects.filter(key=key).select_related("parent").first()
    if node is None:
        raise Http404
    of_class = Q(node=node) | Q(node__parent=node)
    meet = Q(services__service__node=node) | Q(services__service__node__parent=node)
    if node.kind != ServiceNode.Kind.SERVICE:
        of_class = meet = Q(**{f"{NAMED_BY[node.kind]}__contains": [node.key]})
    services = (
        policy.visible_services(user)
        .of_single_organisations()  # type: ignore[attr-defined]
        .filter(of_class, archived_at__isnull=True)
        .select_related("organisation__parent", "node")
        .order_by(by_name("organisation__"), by_name())
    )
    live: Any = policy.visible_interfaces(user)
    interfaces = live.live().filter(pk__in=Interface.objects.filter(meet).values("pk"))
    interfaces = interfaces.filter(map__status=InterfaceMap.Status.DRAFT).select_related("map")
    rows = list(interfaces.order_by(by_name("map__"), "map", "pk")[: MOST_SHOWN + 1])
    with_their_services(rows)
    return {
        "node": node,
        "children": list(node.children.order_by("position")),
        "services": list(services[:MOST_SHOWN]),
        "maps": [list(of_map) for _map, of_map in groupby(rows[:MOST_SHOWN], key=lambda row: row.map_id)],
        "is_cut": len(rows) > MOST_SHOWN,
    }


def public_organisers() -> list[Organisation]:
    """The organisations whose services residents find: public information."""
    services = Service.objects.filter(pk__in=PublicService.objects.values("pk")).values("organisation")
    rows = Organisation.objects.filter(pk__in=services).select_related("parent")
    return list(rows.order_by(by_name(), "pk"))


def service_for(user: User, pk: int) -> Service:
    """The service, or 404."""
    service = (
        policy.visible_services(user)
        .select_related("organisation__parent", "node__parent")
        .filter(pk=pk)
        .first()
    )
    if service is None:
        raise Http404
    return service


def service_page(user: User, pk: int) -> dict[str, Any]:
    """One service: its class, target groups, who organises, produces, funds and resources it, and the maps it stands on."""
    service = service_for(user, pk)
    maps = InterfaceMap.objects.filter(map_services__service=service, map_services__archived_at__isnull=True)
    return {
        "service": service,
        "target_groups": [TargetGroup(group).label for group in service.target_groups],
        "responsibilities": list(service.responsibilities.select_related("organisation__parent")),
        "maps": list(policy.visible_maps(user).filter(pk__in=maps.values("pk")).order_by(by_name(), "pk")),
        "can_edit": policy.can_edit_service(user, service),
    }


def of_organisation(user: User, pk: int) -> dict[str, Any]:
    """An organisation's services, and those of its maps that the person sees."""
    services = policy.visible_services(user).filter(organisation=pk, archived_at__isnull=True)
    maps = policy.visible_maps(user).filter(
        parties__organisation=pk, parties__archived_at__isnull=True, status="draft"
    )
    return {
        "services": list(services.select_related("node").order_by(by_name(), "pk")[:200]),
        "maps": list(maps.distinct().order_by(by_name(), "pk")[:200]),
    }
