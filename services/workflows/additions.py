"""What an edit can add to a map: services, interfaces, parties and evidence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.models import Organisation, User
from collaboration.ops.properties import addition, full_clean, line_of, of_lines, save, wish_of
from collaboration.outside import row_id
from collaboration.policy import can_edit_organisation
from services.models import (
    Aspect,
    AspectAnswer,
    AspectNumber,
    Evidence,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    Party,
    Service,
    ServiceNode,
)
from services.workflows import structure

MOST_SERVICES_OF_AN_INTERFACE = 9


NAMES = {"name_fi": gettext_lazy("Name in Finnish"), "name_sv": gettext_lazy("Name in Swedish")}


def clean_service(row: InterfaceMap, value: Any, user: User) -> Service:
    """A service of the catalogue by id, or a new one: `{party, name_fi, name_sv, node}`."""
    wish = wish_of(value)
    parties = {party.organisation_id: party for party in row.parties.filter(archived_at__isnull=True)}
    if wish.get("service"):
        service = (
            Service.objects.in_use().select_related("organisation").filter(pk=row_id(wish["service"])).first()
        )
        if service is None:
            raise ValidationError(_("There is no such service."), code="missing")
        if service.organisation_id not in parties:
            raise ValidationError(
                _("%(service)s is a service of %(organisation)s, which is not a party of this map.")
                % {"service": service.name, "organisation": service.organisation.name},
                code="foreign",
            )
    else:
        party = row.parties.filter(pk=row_id(wish.get("party")), archived_at__isnull=True).first()
        if party is None:
            raise ValidationError(_("Choose whose service it is."), code="party")
        can_edit_organisation(user, party.organisation).require()
        node = ServiceNode.objects.filter(pk=row_id(wish.get("node")), kind=ServiceNode.Kind.SERVICE).first()
        if node is None:
            raise ValidationError(_("Choose the class of the service."), code="node")
        service = Service(
            organisation=party.organisation,
            node=node,
            name_fi=line_of(wish, "name_fi"),
            name_sv=line_of(wish, "name_sv"),
            target_groups=[row.target_group],
        )
        full_clean(service)
    if service.pk and row.map_services.filter(service=service, archived_at__isnull=True).exists():
        raise ValidationError(_("The service is already on the map."), code="duplicate")
    return service


def write_service(row: InterfaceMap, service: Service, _user: User) -> MapService:
    """Put the service on the map; one that was removed comes back with its texts."""
    if not service.pk:
        service.save()
    place = row.map_services.filter(service=service).order_by("-pk").first() or MapService(
        map=row, service=service
    )
    place.party = row.parties.get(organisation=service.organisation_id)
    place.archived_at = None
    place.save()
    return place


def clean_copy(row: MapService, value: Any, _user: User) -> Service:
    """A new service like this one, with a name of its own: `{name_fi, name_sv}`."""
    wish = wish_of(value)
    service = Service(
        organisation=row.party.organisation,
        node=row.service.node,
        name_fi=line_of(wish, "name_fi"),
        name_sv=line_of(wish, "name_sv"),
        target_groups=row.service.target_groups,
        outcomes=row.service.outcomes,
        enablers=row.service.enablers,
    )
    full_clean(service)
    return service


def write_copy(row: MapService, service: Service, _user: User) -> MapService:
    """Put the new service beside the old one, with its texts, channels, path, interfaces and answers; nobody has confirmed yet."""
    service.save()
    texts = {name: getattr(row, name) for name in ("where_fi", "where_sv", "how_fi", "how_sv")}
    copy = MapService.objects.create(map=row.map, service=service, party=row.party, **texts)
    _copy_rows_of_service(row, copy)
    for interface in row.interfaces.live().prefetch_related("services", "aspects__answers__party"):
        others = [place for place in interface.services.all() if place.pk != row.pk]
        twin = make_interface(
            row.map, [*others, copy], parties=interface.party_rows.values_list("map_party", flat=True)
        )
        for old, new in zip(
            interface.aspects.order_by("number"), twin.aspects.order_by("number"), strict=True
        ):
            for name in ("shared_fi", "shared_sv", "not_applicable_reason"):
                setattr(new, name, getattr(old, name))
            new.save(update_fields=["shared_fi", "shared_sv", "not_applicable_reason"])
            _copy_rows(old, new)
            for answer in old.answers.select_related("party"):
                new.answers.filter(party__map_party=answer.party.map_party_id).update(
                    answer_fi=answer.answer_fi, answer_sv=answer.answer_sv
                )
    return copy


def _copy_rows(old: Aspect, new: Aspect) -> None:
    """Put copies of one aspect's rows on another, whose interface has the same parties."""
    for kind in structure.KINDS_OF_ASPECTS:
        if kind.number in {None, old.number}:
            _copy(kind, old, aspect=new)


def _copy_rows_of_service(old: MapService, new: MapService) -> None:
    """Put copies of a service's channels and referral path on another service of the same map."""
    for kind in structure.KINDS_OF_SERVICE:
        _copy(kind, old, map_service=new)


def _copy(kind: structure.RowKind, old: Any, **new: Any) -> None:
    for row in kind.rows_beside(old):
        lists = {column.name: column.read(row) for column in kind.columns if column.widget == "parties"}
        row.pk, row._state.adding = None, True
        for name, value in new.items():
            setattr(row, name, value)
        row.save()
        for name, value in lists.items():
            getattr(row, name).set(value)


def clean_interface(row: InterfaceMap, value: Any, _user: User) -> list[MapService]:
    """Two or more different services of the map that do not yet have an interface together."""
    wished = wish_of(value).get("services")
    if not isinstance(wished, list):
        raise ValidationError(_("Choose at least two services that meet."), code="type")
    keys = [row_id(key) for key in wished]
    if len(keys) > 1 and len(set(keys)) == 1:
        raise ValidationError(
            _("A service has no interface with itself. Choose two different services."), code="itself"
        )
    services = list(
        row.map_services.filter(pk__in=keys, archived_at__isnull=True)
        .select_related("service", "party")
        .order_by("party__lane", "pk")
    )
    if len(services) != len(set(keys)):
        raise ValidationError(_("Some of the services are no longer on the map."), code="missing")
    if not 2 <= len(services) <= MOST_SERVICES_OF_AN_INTERFACE:
        raise ValidationError(_("Choose from two to nine services that meet."), code="count")
    if row.interfaces.filter(meeting=_meeting(services), archived_at__isnull=True).exists():
        raise ValidationError(_("The map already has an interface between these services."), code="duplicate")
    if (removed := row.interfaces.filter(meeting=_meeting(services)).order_by("-pk").first()) is not None:
        clean_interface_return(removed, value=False, _user=_user)
    return services


def _meeting(services: list[MapService]) -> str:
    return "-".join(str(pk) for pk in sorted(service.pk for service in services))


def write_interface(row: InterfaceMap, services: list[MapService], _user: User) -> Interface:
    """Make the interface with its nine aspects; one that was removed comes back with its answers."""
    removed = row.interfaces.filter(meeting=_meeting(services)).order_by("-pk").first()
    if removed:
        removed.archived_at = None
        removed.save(update_fields=["archived_at"])
    return removed or make_interface(row, services)


def make_interface(
    interface_map: InterfaceMap, services: list[MapService], parties: Iterable[int] = ()
) -> Interface:
    """A new interface between the services, their parties and further ones, nine aspects, everyone's empty answers."""
    interface = Interface.objects.create(map=interface_map, meeting=_meeting(services))
    interface.services.set(services)
    rows = Party.objects.bulk_create(
        Party(interface=interface, map_party_id=party)
        for party in sorted({service.party_id for service in services} | set(parties))
    )
    aspects = Aspect.objects.bulk_create(
        Aspect(interface=interface, number=number) for number in AspectNumber
    )
    AspectAnswer.objects.bulk_create(
        AspectAnswer(aspect=aspect, party=party) for aspect in aspects for party in rows
    )
    return interface


def clean_party(row: InterfaceMap, value: Any, _user: User) -> Organisation:
    """An existing organisation that is not yet a party."""
    if row.is_base:
        raise ValidationError(
            _("The parties of a base map are the county and its municipalities together."), code="base"
        )
    organisation = (
        Organisation.objects.existing(timezone.localdate())
        .single()
        .filter(pk=row_id(wish_of(value).get("organisation")))
        .first()
    )
    if organisation is None:
        raise ValidationError(_("There is no such organisation."), code="missing")
    if row.parties.filter(organisation=organisation, archived_at__isnull=True).exists():
        raise ValidationError(_("The organisation is already a party of the map."), code="duplicate")
    return organisation


def write_party(row: InterfaceMap, organisation: Organisation, _user: User) -> MapParty:
    """Give the organisation the next lane; one that was removed gets its own lane back."""
    party = row.parties.filter(organisation=organisation).first()
    if party is None:
        lane = (row.parties.aggregate(highest=Max("lane"))["highest"] or 0) + 1
        party = MapParty(map=row, organisation=organisation, side=MapParty.Side.OTHER, lane=lane)
    party.archived_at = None
    party.save()
    return party


def clean_service_return(row: MapService, value: Any, _user: User) -> None:
    """A service comes back to its party's lane; a party that has left must come back first."""
    if not value and row.party.archived_at:
        _refuse_without_party(row.party)


def clean_interface_return(row: Interface, value: Any, _user: User) -> None:
    """An interface comes back only with all its parties: without one of them nothing could be agreed."""
    for party in row.party_rows.all():
        if not value and party.map_party.archived_at:
            _refuse_without_party(party.map_party)


def _refuse_without_party(party: MapParty) -> None:
    raise ValidationError(
        _("%(party)s is no longer a party of the map. Add it as a party first.") % {"party": party},
        code="party",
    )


def clean_party_removal(row: MapParty, value: Any, _user: User) -> None:
    """A party can leave while it has no service on the map and answers for no interface."""
    if not value:
        return
    has_services = row.map_services.filter(archived_at__isnull=True).exists()
    if has_services or Party.objects.filter(map_party=row, interface__archived_at__isnull=True).exists():
        raise ValidationError(
            _("%(party)s has services or interfaces on the map. Remove them first.") % {"party": row},
            code="in_use",
        )


def clean_parties(row: Interface, value: Any, _user: User) -> list[int]:
    """Ids of the map's parties; those whose services meet stay, and so does one that has written something."""
    if not isinstance(value, list):
        raise ValidationError(_("This is not a list of parties."), code="type")
    wished = {row_id(key) for key in value} | {service.party_id for service in row.services.all()}
    if row.map.parties.filter(pk__in=wished, archived_at__isnull=True).count() != len(wished):
        raise ValidationError(_("Choose among the parties of the map."), code="missing")
    leaving = row.party_rows.exclude(map_party__in=wished)
    written = AspectAnswer.objects.filter(party__in=leaving).exclude(
        answer_fi="", answer_sv="", confirmed_text=None
    )
    if (answer := written.select_related("party__map_party__organisation").first()) is not None:
        raise ValidationError(
            _("%(party)s has already answered or confirmed, so it stays a party.") % {"party": answer.party},
            code="in_use",
        )
    gone = MapParty.objects.filter(pk__in=leaving.values("map_party")).select_related("organisation")
    structure.refuse_leaving(row, gone)
    return sorted(wished)


def read_parties(row: Interface) -> list[int]:
    return sorted(row.party_rows.values_list("map_party", flat=True))


def write_parties(row: Interface, value: list[int], _user: User) -> None:
    row.party_rows.exclude(map_party__in=value).delete()
    present = read_parties(row)
    for key in value:
        if key not in present:
            party = Party.objects.create(interface=row, map_party_id=key)
            AspectAnswer.objects.bulk_create(
                AspectAnswer(aspect=aspect, party=party) for aspect in row.aspects.all()
            )


def clean_evidence(row: Aspect, value: Any, user: User) -> Evidence:
    """A title and a web address that begins with http or https."""
    evidence: Any = of_lines(Evidence, "aspect", "title", "url")(row, value, user)
    if not evidence.url.startswith(("http://", "https://")):
        raise ValidationError(_("The web address must begin with https:// or http://."), code="url")
    return cast(Evidence, evidence)


SERVICE = partial(
    addition,
    "service",
    gettext_lazy("added a service"),
    clean=clean_service,
    write=write_service,
    members={"service": "", "party": "", **NAMES, "node": ""},
)
COPY = partial(
    addition,
    "service",
    gettext_lazy("duplicated"),
    clean=clean_copy,
    write=write_copy,
    members=NAMES,
    name="add_copy",
)
INTERFACE = partial(
    addition,
    "interface",
    gettext_lazy("added an interface"),
    clean=clean_interface,
    write=write_interface,
    members={"services": ""},
    lists=frozenset({"services"}),
)
PARTY = partial(
    addition,
    "party",
    gettext_lazy("added a party"),
    clean=clean_party,
    write=write_party,
    members={"organisation": ""},
)
EVIDENCE = partial(
    addition,
    "evidence",
    gettext_lazy("added evidence"),
    clean=clean_evidence,
    write=save,
    members={"title": gettext_lazy("Title"), "url": gettext_lazy("Web address")},
)
