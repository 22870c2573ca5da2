"""What the API reads: rows as dictionaries, in the very shape in which they are sent, so that nothing is built twice.

A column whose name the model itself uses for something else ends in an underscore; the API takes it off.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Cast, JSONObject
from django.http import Http404

from collaboration.models import User
from collaboration.searching import found
from services import policy
from services.models import (
    Aspect,
    AspectAnswer,
    AspectStatus,
    Evidence,
    Interface,
    InterfaceMap,
    Leader,
    MapParty,
    MapService,
    Party,
    Service,
    ServiceNode,
    ServiceResponsibility,
)
from services.workflows.interface_map import interface_map_workflow
from services.workflows.structure import KINDS_OF_ASPECTS, ROW_KINDS, RowKind

PURPOSES = ("target_group", "outcome", "enabler")
"""Filters of services by one of several values."""

Row = dict[str, Any]
Rows = QuerySet[Any, Any]


def node_rows() -> Rows:
    """The service classes."""
    return ServiceNode.objects.values("id", "key", "kind", "name_fi", "name_sv", "name_en", "parent")


def service_rows(user: User, wanted: Row) -> Rows:
    """Services of the catalogue with who organises, produces, funds and resources them: one statement."""
    services: Any = policy.visible_services(user)
    if not wanted.get("together"):
        services = services.of_single_organisations()
    if not wanted.get("removed"):
        services = services.filter(archived_at__isnull=True)
    if q := wanted.get("q"):
        services = services.filter(found(q, "words"))
    if wanted.get("organisation"):
        services = services.filter(organisation=wanted["organisation"])
    if wanted.get("node"):
        services = services.filter(Q(node=wanted["node"]) | Q(node__parent=wanted["node"]))
    for name in PURPOSES:
        if wanted.get(name):
            services = services.filter(**{f"{name}s__contains": [wanted[name]]})
    duties = ServiceResponsibility.objects.filter(service=OuterRef("pk")).order_by("pk")
    duty = JSONObject(
        id="pk", duty="duty", organisation="organisation_id", basis="basis", reference="reference"
    )
    return services.values(  # type: ignore[no-any-return]
        "id",
        "name_fi",
        "name_sv",
        "description_fi",
        "description_sv",
        "target_groups",
        "outcomes",
        "enablers",
        "contact",
        "phone",
        "hours",
        "archived_at",
        "organisation",
        "node",
        responsibilities_=ArraySubquery(duties.values(row=duty)),
    )


def map_rows(user: User, wanted: Row) -> Rows:
    """Maps with their parties: one statement."""
    maps = policy.visible_maps(user)
    if q := wanted.get("q"):
        maps = maps.filter(found(q, "words", "municipality__words"))
    for name in ("target_group", "status", "municipality"):
        if wanted.get(name):
            maps = maps.filter(**{name: wanted[name]})
    if wanted.get("organisation"):
        party = MapParty.objects.filter(
            map=OuterRef("pk"), organisation=wanted["organisation"], archived_at__isnull=True
        )
        maps = maps.filter(Exists(party))
    parties = MapParty.objects.filter(map=OuterRef("pk"), archived_at__isnull=True).order_by("lane", "pk")
    party_row = JSONObject(id="pk", organisation="organisation_id", side="side", lane="lane")
    rows: Rows = maps.values(
        "id",
        "title_fi",
        "title_sv",
        "target_group",
        "source_language",
        "status",
        "seq",
        "is_base",
        "base",
        "made_at",
        "changed_at",
        "municipality",
        *(f"tally__{status}" for status in AspectStatus.values),
        parties_=ArraySubquery(parties.values(row=party_row)),
    )
    return rows


def add_tallies(rows: list[Row]) -> None:
    """To each map, how many of its aspects have which status."""
    for row in rows:
        row["aspects"] = {status: row.pop(f"tally__{status}") for status in AspectStatus.values}


def map_services(map_id: int) -> list[Row]:
    """The services on the map with the answers to the two client questions: one statement."""
    places = MapService.objects.filter(map=map_id, archived_at__isnull=True).order_by("pk")
    found: Rows = places.values(
        "id",
        "place",
        "where_fi",
        "where_sv",
        "how_fi",
        "how_sv",
        "service",
        "party",
        name_fi=F("service__name_fi"),
        name_sv=F("service__name_sv"),
        channels=_structured(ROW_KINDS["channel"]),
        path=_structured(ROW_KINDS["referral"]),
    )
    return list(found)


def _interfaces(interfaces: QuerySet[Interface], aspect: JSONObject) -> Rows:
    met: Any = Interface.services.through._default_manager.filter(interface=OuterRef("pk"))
    parties = Party.objects.filter(interface=OuterRef("pk")).order_by("map_party__lane", "pk")
    aspects = Aspect.objects.filter(interface=OuterRef("pk")).order_by("number")
    return interfaces.values(
        "id",
        "map",
        "outcomes",
        "enablers",
        removed=ExpressionWrapper(Q(live__isnull=True), BooleanField()),
        services_=ArraySubquery(met.order_by("mapservice__party__lane", "mapservice").values("mapservice")),
        parties_=ArraySubquery(parties.values("map_party")),
        aspects_=ArraySubquery(aspects.values(row=aspect)),
    )


STATUS_ONLY = JSONObject(id="pk", number="number", status="status")
WITH_TEXTS = JSONObject(
    id="pk",
    number="number",
    status="status",
    shared_fi="shared_fi",
    shared_sv="shared_sv",
    not_applicable_reason="not_applicable_reason",
    review_on="review_on",
    base="base_id",
    follows_base="follows_base",
)


def map_interfaces(map_id: int) -> list[Row]:
    """The interfaces on the map with their nine aspects and the shared answers: one statement."""
    rows = _interfaces(Interface.objects.filter(map=map_id).live(), WITH_TEXTS)
    return [
        {
            "id": row["id"],
            "services": row["services_"],
            "parties": row["parties_"],
            "outcomes": row["outcomes"],
            "enablers": row["enablers"],
            "aspects": row["aspects_"],
        }
        for row in rows.order_by("pk")
    ]


def interface_rows(user: User, wanted: Row) -> Rows:
    """Interfaces with the services that meet, the parties and the statuses of their aspects: one statement."""
    interfaces: Any = policy.visible_interfaces(user)
    if not wanted.get("removed"):
        interfaces = interfaces.live()
    if wanted.get("map"):
        interfaces = interfaces.filter(map=wanted["map"])
    for name in ("outcome", "enabler"):
        if wanted.get(name):
            interfaces = interfaces.filter(**{f"{name}s__contains": [wanted[name]]})
    if wanted.get("organisation"):
        party = Party.objects.filter(interface=OuterRef("pk"), map_party__organisation=wanted["organisation"])
        interfaces = interfaces.filter(Exists(party))
    return _interfaces(interfaces, STATUS_ONLY)


def aspect_rows(user: User, wanted: Row) -> Rows:
    """Aspects with their rows, each party's answer and confirmation, responsible people and evidence: one statement."""
    aspects: Any = policy.visible_aspects(user)
    if not wanted.get("removed"):
        aspects = aspects.filter(interface__in=Interface.objects.live())
    for name, path in (("map", "interface__map"), ("interface", "interface"), ("number", "number")):
        if wanted.get(name):
            aspects = aspects.filter(**{path: wanted[name]})
    if wanted.get("responsible"):
        aspects = aspects.filter(responsible=wanted["responsible"])
    if wanted.get("review_by"):
        aspects = aspects.filter(review_on__lte=wanted["review_by"])
    if wanted.get("status"):
        aspects = aspects.filter(status=wanted["status"])
    answers = AspectAnswer.objects.filter(aspect=OuterRef("pk")).order_by("party__map_party__lane", "pk")
    answer = JSONObject(
        id="pk",
        party="party__map_party_id",
        organisation="party__map_party__organisation_id",
        answer_fi="answer_fi",
        answer_sv="answer_sv",
        confirmation="confirmation__state",
        confirmed_text="confirmed_text",
        confirmed_by="confirmed_by__name",
        confirmed_at="confirmed_at",
    )
    people: Any = Aspect.responsible.through._default_manager.filter(aspect=OuterRef("pk"))
    evidence = Evidence.objects.filter(aspect=OuterRef("pk"), archived_at__isnull=True).order_by("pk")
    return aspects.values(  # type: ignore[no-any-return]
        "id",
        "number",
        "status",
        "shared_fi",
        "shared_sv",
        "not_applicable_reason",
        "review_on",
        "base",
        "follows_base",
        "interface",
        map=F("interface__map"),
        map_seq=F("interface__map__seq"),
        answers_=ArraySubquery(answers.values(row=answer)),
        responsible_=ArraySubquery(
            people.order_by("user__sort_key", "user").values(row=JSONObject(id="user_id", name="user__name"))
        ),
        evidence_=ArraySubquery(evidence.values(row=JSONObject(id="pk", title="title", url="url"))),
        without_leader_=ArraySubquery(_without_leader()),
        **{f"{kind.name}s_": _structured(kind) for kind in KINDS_OF_ASPECTS},
    )


def _without_leader() -> Rows:
    """The parties that have named no leader, where the aspect asks for leaders and applies."""
    named = Leader.objects.filter(aspect=OuterRef(OuterRef("pk")), archived_at__isnull=True)
    parties = Party.objects.filter(
        interface__aspects=OuterRef("pk"),
        interface__aspects__number=Leader.number,
        interface__aspects__not_applicable_reason="",
        interface__map__is_base=False,
    ).exclude(map_party__in=named.values("party"))
    return parties.order_by("map_party__lane", "pk").values("map_party")


def _structured(kind: RowKind) -> ArraySubquery:
    """The rows of the kind beside an aspect or a service, each value as an op of it has it."""
    values: dict[str, Any] = {column.name: F(column.column.attname) for column in kind.columns}
    for column in kind.columns:
        if column.widget == "parties":
            named: Any = kind.model._meta.get_field(column.name).remote_field.through._default_manager  # type: ignore[union-attr]
            mine = named.filter(**{kind.model._meta.model_name or "": OuterRef("pk")})
            values[column.name] = ArraySubquery(mine.order_by("mapparty").values("mapparty"))
        elif column.widget == "decimal":
            values[column.name] = Cast(column.name, CharField())
        elif column.widget == "person":
            values["person_name"] = F("person__name")
    rows = kind.rows_beside(OuterRef("pk"))
    return ArraySubquery(
        rows.order_by("place", "pk").values(row=JSONObject(id="pk", place="place", **values))
    )


def map_for_api(user: User, pk: int) -> InterfaceMap:
    """The map with its parties, as the policy and the workflow ask for it, or 404: two statements."""
    found = policy.visible_maps(user).prefetch_related("parties").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def whole_map(user: User, interface_map: InterfaceMap) -> Row:
    """Everything on the map: two statements, and one for the person's grants when nobody has asked for them yet."""
    interfaces = map_interfaces(interface_map.pk)
    tally = Counter(aspect["status"] for interface in interfaces for aspect in interface["aspects"])
    names = [
        "id",
        "title_fi",
        "title_sv",
        "target_group",
        "source_language",
        "status",
        "seq",
        "is_base",
        "made_at",
        "changed_at",
    ]
    return {
        **{name: getattr(interface_map, name) for name in names},
        "municipality": interface_map.municipality_id,
        "base": interface_map.base_id,
        "parties": [
            {"id": party.pk, "organisation": party.organisation_id, "side": party.side, "lane": party.lane}
            for party in interface_map.parties.all()
            if party.archived_at is None
        ],
        "aspects": {status.value: tally.get(status, 0) for status in AspectStatus},
        "services": map_services(interface_map.pk),
        "interfaces": interfaces,
        "can_edit": bool(policy.can_edit_map(user, interface_map)),
        "steps": [
            {"name": offer.transition.name, "label": str(offer.transition.label), "blockers": offer.blockers}
            for offer in interface_map_workflow.offered(interface_map, user)
        ],
    }


def service_row(user: User, service: Service) -> Row:
    """One service as it is sent, with whether the person may change it."""
    row = service_rows(user, {"removed": True, "together": True}).get(pk=service.pk)
    row["responsibilities"] = row.pop("responsibilities_")
    return {**row, "can_edit": bool(policy.can_edit_service(user, service))}
