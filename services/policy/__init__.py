"""Who may see and change services, maps, interfaces and aspects."""

from collections.abc import Callable
from itertools import chain
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _

from collaboration.audience import Audience, Everyone, Person
from collaboration.kept import Kept, Parameter
from collaboration.models import Area, AreaMember, Forum, Membership, Organisation, User
from collaboration.policy import can_edit_organisation, is_granted, organisations_of
from collaboration.verdict import ALLOWED, Verdict
from services.models import (
    ApprovalRound,
    Aspect,
    AspectAnswer,
    AspectRow,
    Evidence,
    Interface,
    InterfaceMap,
    InterfaceMapQuerySet,
    MapImport,
    MapParty,
    MapReader,
    MapService,
    MapVersion,
    Rating,
    RatingRound,
    Service,
    ServiceRow,
)

DIVISIONS = {"091": ("091-KASKO", "091-SOTEPE")}
"""Where the city is its own county, the two divisions that are the parties: education first, social and health then."""


MAPS = Audience(InterfaceMap)
"""Maps are read by the members of their parties, by whoever sits in a forum that looks after them, and by those who read a map
that is based on them: see `MapReader`."""
SERVICES = Everyone(Service)
PLACES, INTERFACES = Audience(MapService, "map"), Audience(Interface, "map")
ASPECTS = Audience(Aspect, "interface__map")
RATING_ROUNDS, APPROVAL_ROUNDS = Audience(RatingRound, "map"), Audience(ApprovalRound, "map")
VERSIONS = Audience(MapVersion, "map")


def maps_through(user: User | Parameter, organisation: Any) -> InterfaceMapQuerySet:
    """The maps that the person sees as a member of this organisation."""
    read = MapReader.objects.filter(user=user, through=organisation).values("map")
    return InterfaceMap.objects.filter(pk__in=read)


visible_maps = cast(Callable[[Person | Parameter], InterfaceMapQuerySet], MAPS.visible)
visible_services, visible_map_services = SERVICES.visible, PLACES.visible
visible_interfaces, visible_aspects = INTERFACES.visible, ASPECTS.visible
visible_rating_rounds, visible_versions = RATING_ROUNDS.visible, VERSIONS.visible


def visible_imports(user: Person) -> models.QuerySet[MapImport]:
    """What somebody has brought is seen by themselves only."""
    return Audience(MapImport, "map").visible(user).filter(by=user.pk)


def public_versions() -> models.QuerySet[MapVersion]:
    """What anybody may read without signing in: the versions in force of maps that are in use.

    Pages for residents read their own `content` and nothing else of the map.
    """
    return MapVersion.objects.filter(
        status=MapVersion.Status.PUBLISHED, map__status=InterfaceMap.Status.DRAFT
    )


def is_public(version: MapVersion) -> bool:
    """Whether the version is one of `public_versions`, told from the rows that a page has read."""
    return version.status == MapVersion.Status.PUBLISHED and version.map.status == InterfaceMap.Status.DRAFT


def can_edit_service(user: User, service: Service) -> Verdict:
    """The catalogue is kept by each organisation's own editors."""
    return can_edit_organisation(user, service.organisation)


def can_make_map(user: User, municipality: Organisation, county_side: Organisation | None) -> Verdict:
    """An editor of either side makes a map between a municipality and its county."""
    divisions = municipality.units.filter(code__in=DIVISIONS.get(municipality.code, ()))
    sides = divisions.values_list("pk", flat=True) if municipality.code in DIVISIONS else [municipality.pk]
    return Verdict.unless(
        is_granted(user, "edit", [*sides, *([county_side.pk] if county_side else [])]),
        _("Only an editor of %(municipality)s or of its county may make this map.")
        % {"municipality": municipality.name},
    )


def municipalities_to_map(user: User | Parameter) -> models.QuerySet[Organisation]:
    """Municipalities for which the person may make a map: their own, and those of the county where they edit."""
    mine = organisations_of(user).filter(memberships__user=user, memberships__role="editor")
    divisions = mine.filter(code__in=chain.from_iterable(DIVISIONS.values())).values("parent")
    within = AreaMember.objects.filter(
        area__organisation__in=mine.exclude(kind=Organisation.Kind.MUNICIPALITY)
    )
    return (
        Organisation.objects.municipalities()
        .filter(valid_until__isnull=True)
        .filter(
            models.Q(pk__in=mine.exclude(code__in=DIVISIONS).values("pk"))
            | models.Q(pk__in=divisions)
            | models.Q(pk__in=within.values("municipality"))
        )
    )


_to_map = Kept(lambda user: municipalities_to_map(user).order_by().values_list("pk", flat=True)[:1])


def can_make_a_map(user: User) -> bool:
    """Whether there is a municipality for which the person may make a map."""
    return bool(_to_map(user=user.pk))


def base_maps_to_make(user: User) -> models.QuerySet[Organisation]:
    """The municipalities, together, of the counties where the person edits: for these they may make a base map."""
    mine = organisations_of(user).filter(memberships__user=user, memberships__role="editor")
    return Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITIES, parent__in=mine.values("pk"))


def is_open(interface_map: InterfaceMap) -> Verdict:
    """Whether it is in use: what is archived is only read."""
    return Verdict.unless(
        interface_map.status == InterfaceMap.Status.DRAFT,
        _("An archived map is read only. Take it back into use first."),
    )


def can_edit_map(user: User, interface_map: InterfaceMap) -> Verdict:
    """The drawing is shared: an editor of any party adds, connects, moves and removes."""
    return is_open(interface_map) and Verdict.unless(
        is_granted(user, "edit", _parties_of_map(interface_map)),
        _("Only an editor of a party may change this map."),
    )


def forums_of(interface_map: InterfaceMap) -> models.QuerySet[Forum]:
    """The forums that can be named on the map: those of its county, and those where a party sits or which it coordinates."""
    parties = MapParty.objects.filter(map=interface_map, archived_at__isnull=True).values("organisation")
    areas = Area.objects.filter(
        models.Q(organisation__in=parties) | models.Q(organisation__units__in=parties)
    )
    joined = Forum.members.through._default_manager.filter(organisation__in=parties)
    return Forum.objects.present().filter(
        models.Q(area__in=areas.values("pk"))
        | models.Q(coordinated_by__in=parties)
        | models.Q(pk__in=joined.values("forum"))
    )


def can_archive_map(user: User, interface_map: InterfaceMap) -> Verdict:
    """An editor of any party puts a map away and takes it back."""
    return Verdict.unless(
        is_granted(user, "edit", _parties_of_map(interface_map)), _("Only an editor of a party may do this.")
    )


def can_start_round(user: User, interface_map: InterfaceMap) -> Verdict:
    """An editor of any party asks the parties to approve the map as it is now."""
    return Verdict.unless(
        not interface_map.is_base,
        _("A base map is not published. Each municipality's own map is approved and published."),
    ) and can_edit_map(user, interface_map)


def can_cancel_round(user: User, approval_round: ApprovalRound) -> Verdict:
    """So does an editor of any party cancel the round."""
    return Verdict.unless(
        is_granted(user, "edit", _parties_of_map(approval_round.map)),
        _("Only an editor of a party may do this."),
    )


def can_end_round(_user: User, _approval_round: ApprovalRound) -> Verdict:
    """Whoever changes the map ends its round; the change itself has been asked about. Nobody is offered this step."""
    return ALLOWED


def can_approve(user: User, approval_round: ApprovalRound) -> Verdict:
    """An approver of a party of the map approves on its behalf."""
    return Verdict.unless(
        is_granted(user, "approve", _parties_of_map(approval_round.map)),
        _("Only an approver of a party may approve this."),
    )


def can_approve_for(user: User, organisation: Organisation) -> Verdict:
    """The party for which the person approves is one whose approver they are."""
    return Verdict.unless(
        is_granted(user, "approve", [organisation.pk]),
        _("Only an approver of %(organisation)s may approve for it.") % {"organisation": organisation.name},
    )


def can_withdraw_version(user: User, version: MapVersion) -> Verdict:
    """An approver of any party takes a version out of force, also when the map has been archived."""
    return Verdict.unless(
        is_granted(user, "approve", _parties_of_map(version.map)),
        _("Only an approver of a party may withdraw a version."),
    )


def approvers_of(interface_map: InterfaceMap) -> models.QuerySet[User]:
    """Everyone who may approve for a party of the map."""
    return MAPS.people(interface_map, role=Membership.Role.APPROVER)


def can_edit_map_service(user: User, place: MapService) -> Verdict:
    return can_edit_map(user, place.map)


def can_copy_service(user: User, place: MapService) -> Verdict:
    """A copy is a new service of the same organisation, so its own editors make it."""
    return can_edit_map(user, place.map) and can_edit_organisation(user, place.party.organisation)


def can_answer_customer_questions(user: User, place: MapService) -> Verdict:
    """Where and how the client gets a service is told by the party whose service it is."""
    return is_open(place.map) and Verdict.unless(
        is_granted(user, "edit", [place.party.organisation_id]),
        _("Only an editor of %(organisation)s may answer this.")
        % {"organisation": place.party.organisation.name},
    )


def can_edit_interface(user: User, interface: Interface) -> Verdict:
    return can_edit_map(user, interface.map)


def can_edit_aspect(user: User, aspect: Aspect) -> Verdict:
    """What is shared is written by an editor of any party of the interface."""
    parties = [row.map_party.organisation_id for row in aspect.interface.party_rows.all()]
    return is_open(aspect.interface.map) and Verdict.unless(
        is_granted(user, "edit", parties), _("Only an editor of a party of this interface may change this.")
    )


def can_edit_evidence(user: User, evidence: Evidence) -> Verdict:
    return can_edit_aspect(user, evidence.aspect)


def can_edit_row(user: User, row: AspectRow | ServiceRow) -> Verdict:
    """Rows are written by whoever writes the text that they stand beside."""
    if isinstance(row, ServiceRow):
        return can_answer_customer_questions(user, row.map_service)
    return can_edit_aspect(user, row.aspect)


def can_answer(user: User, answer: AspectAnswer) -> Verdict:
    """A party's own answer is written by that party's editors only."""
    return _for_party("edit", user, answer, _("Only an editor of %(organisation)s may write its answer."))


def can_confirm(user: User, answer: AspectAnswer) -> Verdict:
    """A confirmation is given by that party's editors or approvers only."""
    return _for_party(
        "confirm", user, answer, _("Only an editor or approver of %(organisation)s may confirm for it.")
    )


def _for_party(grant: str, user: User, answer: AspectAnswer, refusal: str) -> Verdict:
    organisation, on = answer.party.map_party.organisation, answer.aspect.interface.map
    return (
        is_open(on)
        and Verdict.unless(
            not on.is_base,
            _("A base map is not agreed on. The parties answer and confirm on each municipality's own map."),
        )
        and Verdict.unless(
            is_granted(user, grant, [organisation.pk]), refusal % {"organisation": organisation.name}
        )
    )


def _parties_of_map(interface_map: InterfaceMap) -> list[int]:
    return [party.organisation_id for party in interface_map.parties.all() if party.archived_at is None]


def people_of_party(party: MapParty) -> models.QuerySet[User]:
    """Everyone with a membership in the party: who can be named its leader."""
    return User.objects.filter(is_active=True, memberships__organisation=party.organisation_id).distinct()


def visible_ratings(user: Person | Parameter) -> models.QuerySet[Rating]:
    """Those of the person's own organisations, and the others' once they are shown to all. Nothing reads past this."""
    return (
        Audience(Rating, "round__map")
        .visible(user)
        .filter(
            models.Q(revealed_at__isnull=False)
            | models.Q(party__organisation__in=organisations_of(user).values("pk"))
        )
    )


def shown_ratings() -> models.QuerySet[Rating]:
    """Those that everyone sees who sees their map."""
    return Rating.objects.filter(revealed_at__isnull=False)


def can_see_the_country(user: User) -> bool:
    """All counties side by side, in numbers only: the national coordinator's."""
    return user.duty == User.Duty.NATIONAL_COORDINATOR


def _is_rated(interface_map: InterfaceMap) -> Verdict:
    return is_open(interface_map) and Verdict.unless(
        not interface_map.is_base,
        _("A base map is not rated. The parties rate on each municipality's own map."),
    )


def can_open_round(user: User, interface_map: InterfaceMap) -> Verdict:
    """An editor of any party opens a rating round."""
    return _is_rated(interface_map) and Verdict.unless(
        is_granted(user, "edit", _parties_of_map(interface_map)),
        _("Only an editor of a party may open a rating round."),
    )


def can_close_round(user: User, rating_round: RatingRound) -> Verdict:
    """The county's side coordinates: its editors and approvers end a round before everyone has rated."""
    parties = rating_round.map.parties.all()
    county = [row for row in parties if row.side == MapParty.Side.COUNTY and row.archived_at is None]
    return _is_rated(rating_round.map) and Verdict.unless(
        is_granted(user, "rate", [row.organisation_id for row in county]),
        _("Only an editor or approver of the county's side may close a rating round."),
    )


def can_rate(user: User, interface_map: InterfaceMap, organisation: Organisation) -> Verdict:
    """A party's rating is given by that party's editors and approvers."""
    return _is_rated(interface_map) and Verdict.unless(
        is_granted(user, "rate", [organisation.pk]),
        _("Only an editor or approver of %(organisation)s may rate for it.")
        % {"organisation": organisation.name},
    )
