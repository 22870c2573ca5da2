"""A new interface map between a municipality and its county."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import IdUsed, happened, record
from collaboration.models import Area, AreaMember, Organisation, User
from collaboration.models.change import digest_of
from services import policy
from services.models import InterfaceMap, MapParty, MapService, Service, ServiceNode, ServiceResponsibility
from services.workflows import base_maps
from services.workflows.additions import make_interface
from services.workflows.map_templates import MapTemplate, TemplateService


def county_of(municipality: Organisation) -> Organisation | None:
    """Who answers for social and health services in the municipality today; None in Åland."""
    membership = (
        AreaMember.objects.valid(timezone.localdate())
        .filter(municipality=municipality, area__kind=Area.Kind.WELLBEING_SERVICES_COUNTY)
        .select_related("area__organisation")
        .first()
    )
    return membership.area.organisation if membership else None


def sides_of(municipality: Organisation) -> tuple[Organisation, Organisation]:
    """The two parties of the municipality's maps. Raises ValidationError where there is no county."""
    if municipality.kind == Organisation.Kind.MUNICIPALITIES and municipality.parent:
        return municipality, municipality.parent
    county = county_of(municipality)
    if county is None:
        raise ValidationError(
            _(
                "%(municipality)s belongs to no wellbeing services county, so there is no other party for the map."
            )
            % {"municipality": municipality.name}
        )
    if county == municipality:
        divisions = {unit.code: unit for unit in municipality.units.all()}
        education, social_and_health = policy.DIVISIONS[municipality.code]
        return divisions[education], divisions[social_and_health]
    return municipality, county


@transaction.atomic
def make_map(
    *,
    by: User,
    municipality: Organisation,
    template: MapTemplate,
    target_group: str = "",
    title_fi: str = "",
    title_sv: str = "",
    source_language: str = "fi",
    use_base: bool = False,
    op_id: UUID | None = None,
    is_demo: bool = False,
) -> InterfaceMap:
    """Make the map with the template's services and interfaces; the people of both parties are told.

    For the municipalities of a county together it is a base map. `use_base`: the map is based on the county's own base
    map of the target group, where there is one, and begins with its texts. The same `op_id` sent twice makes one map.
    Raises PermissionDenied, ValidationError or IdUsed.
    """
    wish = [template.key, municipality.pk, target_group, title_fi, title_sv, source_language, use_base]
    if op_id and (earlier := _made_already(by, op_id, digest_of(wish))):
        return earlier
    first, second = sides_of(municipality)
    policy.can_make_map(by, municipality, second).require()
    is_base = municipality.kind == Organisation.Kind.MUNICIPALITIES
    about = second if is_base else municipality
    interface_map = InterfaceMap(
        title_fi=title_fi or f"{template.title_fi}, {about.name_fi}",
        title_sv=title_sv or f"{template.title_sv}, {about.name_sv or about.name_fi}",
        target_group=target_group or template.target_group,
        municipality=municipality,
        source_language=source_language,
        made_by=by,
        is_demo=is_demo,
        is_base=is_base,
    )
    if use_base and not is_base:
        interface_map.base = base_maps.lock_base_of(second, interface_map.target_group)
    interface_map.full_clean()
    interface_map.save()
    _fill(interface_map, template, first, second)
    record(
        "map.made",
        interface_map,
        by=by,
        key=op_id and _key(by, op_id),
        digest=digest_of(wish),
        recipients=policy.MAPS.people(interface_map),
    )
    return interface_map


def _fill(
    interface_map: InterfaceMap, template: MapTemplate, first: Organisation, second: Organisation
) -> None:
    """The two parties with the template's services and interfaces, and the base map's texts."""
    parties = {
        MapParty.Side.MUNICIPALITY: MapParty(
            map=interface_map, organisation=first, side="municipality", lane=1
        ),
        MapParty.Side.COUNTY: MapParty(map=interface_map, organisation=second, side="county", lane=2),
    }
    MapParty.objects.bulk_create(parties.values())
    nodes = ServiceNode.objects.in_bulk([service.node for service in template.services], field_name="key")
    places = {}
    for wanted in template.services:
        party = parties[MapParty.Side(wanted.side)]
        service = _service_in_catalogue(
            party.organisation, nodes[wanted.node], wanted, interface_map.target_group
        )
        places[wanted.node] = MapService.objects.create(map=interface_map, service=service, party=party)
    for meeting in template.meetings:
        make_interface(interface_map, [places[node] for node in meeting])
    base_maps.begin_with_texts(interface_map)


def _key(by: User, op_id: UUID) -> str:
    return f"map.made:{by.pk}:{op_id}"


def _made_already(by: User, op_id: UUID, request_digest: str) -> InterfaceMap | None:
    """The map that the same request has made. The same id at the same moment waits here for the first one."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    earlier = happened(_key(by, op_id))
    if earlier is None:
        return None
    if earlier.digest != request_digest:
        raise IdUsed
    return InterfaceMap.objects.get(pk=earlier.subject_id)


def _service_in_catalogue(
    organisation: Organisation, node: ServiceNode, wanted: TemplateService, target_group: str
) -> Service:
    """The organisation's own service of that class, or a new one in its catalogue that it organises by law."""
    own = Service.objects.in_use().filter(organisation=organisation)
    service = own.filter(node=node).order_by("pk").first()
    if service is None:
        is_taken = own.filter(name_fi=wanted.name_fi).exists()
        service = Service.objects.create(
            organisation=organisation,
            node=node,
            name_fi=f"{wanted.name_fi} ({node.name_fi})"[:120] if is_taken else wanted.name_fi,
            name_sv=wanted.name_sv,
            target_groups=[target_group],
        )
        if wanted.law and organisation.kind != Organisation.Kind.MUNICIPALITIES:
            ServiceResponsibility.objects.create(
                service=service,
                duty="organises",
                organisation=organisation,
                basis="law",
                reference=wanted.law,
            )
    return service
