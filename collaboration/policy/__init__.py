"""Who may: roles, and what follows from a membership."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from collaboration.audience import Audience, Everyone, Person, ServiceAdministrators
from collaboration.kept import Kept, Parameter
from collaboration.models import (
    Area,
    ContactMessage,
    Invitation,
    Member,
    Membership,
    Organisation,
    PersonalToken,
    SavedFilter,
    User,
)
from collaboration.models.organisation import OrganisationQuerySet
from collaboration.verdict import Verdict

Role = Membership.Role

ROLE_GRANTS: dict[str, frozenset[str]] = {
    Role.READER: frozenset({"read"}),
    Role.EDITOR: frozenset({"read", "edit", "confirm", "rate"}),
    Role.APPROVER: frozenset({"read", "confirm", "rate", "approve"}),
    Role.ADMINISTRATOR: frozenset({"read", "manage_people"}),
}
"""What a role in an organisation lets its holder do for that organisation."""

FOR_MUNICIPALITIES = frozenset({"read", "edit"})
"""What of that a role in a county lets its holder do for the county's municipalities together: keep base maps."""


_held = Kept(
    lambda user: (
        Membership.objects.filter(user=user)
        .alias(
            together=FilteredRelation(
                "organisation__units", condition=Q(organisation__units__kind=Organisation.Kind.MUNICIPALITIES)
            )
        )
        .values_list("organisation", "role", "together")
    )
)


def grants_of(user: User) -> dict[int, frozenset[str]]:
    """By organisation id, what the person may do for it. Asked from the database once a request."""
    cached: dict[int, frozenset[str]] | None = getattr(user, "_grants", None)
    if cached is None:
        cached = user._grants = _granted(_held(user=user.pk))  # type: ignore[attr-defined]
    return cached


def _granted(held: Iterable[tuple[int, str, int | None]]) -> dict[int, frozenset[str]]:
    grants: dict[int, set[str]] = defaultdict(set)
    for organisation_id, role, municipalities in held:
        grants[organisation_id] |= ROLE_GRANTS[role]
        if municipalities:
            grants[municipalities] |= ROLE_GRANTS[role] & FOR_MUNICIPALITIES
    return {organisation_id: frozenset(granted) for organisation_id, granted in grants.items()}


def _seats_of(user: Parameter) -> QuerySet[Member]:
    held = Membership.objects.filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    units = Organisation.objects.filter(
        parent=OuterRef("organisation"), kind=Organisation.Kind.MUNICIPALITIES
    )
    seats: QuerySet[Member] = (
        Member.objects.present().filter(user=user).select_related("organisation__parent")
    )
    return seats.annotate(
        roles=ArraySubquery(held.order_by("role").values("role")), together=Subquery(units.values("pk")[:1])
    ).order_by("organisation__sort_key", "pk")


_SEATS = Kept(_seats_of)


def seats_of(user: Any) -> list[Any]:
    """The person's places in organisations. What they may do there is told by the same rows, and not asked once more."""
    if not hasattr(user, "_seats"):
        user._seats = list(_SEATS(user=user.pk))
        user._grants = _granted(
            (seat.organisation_id, role, seat.together) for seat in user._seats for role in seat.roles
        )
    seats: list[Any] = user._seats
    return seats


def is_granted(user: User | AnonymousUser, grant: str, organisation_ids: Iterable[int]) -> bool:
    """Whether a role in any of the organisations gives the grant."""
    if not isinstance(user, User) or not user.is_active:
        return False
    grants = grants_of(user)
    return any(grant in grants.get(organisation_id, ()) for organisation_id in organisation_ids)


def holders_of(grant: str, organisation: Organisation) -> QuerySet[User]:
    """The people to whom a role in the organisation gives the grant."""
    roles = [role for role, grants in ROLE_GRANTS.items() if grant in grants]
    held = Membership.objects.filter(organisation=organisation, role__in=roles)
    return User.objects.filter(pk__in=held.values("user"))


def organisations_of(user: User | AnonymousUser | Parameter) -> OrganisationQuerySet:
    """The organisations that the person is a member of; a parameter stands for an active person."""
    if not isinstance(user, Parameter) and not (isinstance(user, User) and user.is_active):
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=Membership.objects.filter(user=user).values("organisation"))


visible_organisations = cast(Callable[[Person], OrganisationQuerySet], Everyone(Organisation).visible)
visible_areas = Everyone(Area).visible


def visible_tokens(user: User) -> QuerySet[PersonalToken]:
    """One's own tokens, and nobody else's."""
    return PersonalToken.objects.filter(user=user)


def visible_filters(user: User | Parameter) -> QuerySet[SavedFilter]:
    """One's own saved filters, and nobody else's."""
    who: Any = user
    return SavedFilter.objects.filter(user=who)


def can_edit_organisation(user: User, organisation: Organisation) -> Verdict:
    """Editors keep their own organisation's services."""
    return Verdict.unless(
        is_granted(user, "edit", [organisation.pk]),
        _("Only an editor of %(organisation)s may change this.") % {"organisation": organisation.name},
    )


def organisations_managed_by(user: User) -> OrganisationQuerySet:
    """Those whose people the person keeps: where they are an administrator, with its units; a service administrator's all."""
    single = Organisation.objects.single()
    if user.is_staff:
        return single
    administered = organisations_of(user).filter(memberships__user=user, memberships__role=Role.ADMINISTRATOR)
    return single.filter(Q(pk__in=administered) | Q(parent__in=administered))


MEMBERS = Audience(Member)
"""The person's own places, and the people of the organisations that they keep: as the view of `MemberReader` says."""
visible_members = MEMBERS.visible


def visible_invitations(user: User) -> QuerySet[Invitation]:
    """Those of the organisations whose people the person keeps."""
    return Invitation.objects.filter(organisation__in=organisations_managed_by(user).values("pk"))


MESSAGES = ServiceAdministrators(ContactMessage)


def can_answer_messages(user: User) -> Verdict:
    """What is written on the contacts page is for those who keep the portal."""
    return Verdict.unless(
        user.is_active and user.is_staff,
        _("Only a service administrator reads what is written to the portal."),
    )


def can_keep_organisation(user: User, organisation: Organisation) -> Verdict:
    """Service administrators keep the organisations of which no register is loaded."""
    return Verdict.unless(
        user.is_active and user.is_staff and organisation.kind in ["", *Organisation.ADDED],
        _("Only a service administrator keeps organisations, and only those that come from no register."),
    )


def can_manage_people(user: User, organisation: Organisation) -> Verdict:
    """Administrators keep the people of their organisation and its units; service administrators everybody's."""
    kept_by = [organisation.pk, *([organisation.parent_id] if organisation.parent_id else [])]
    return Verdict.unless(
        organisation.kind != Organisation.Kind.MUNICIPALITIES
        and (user.is_staff or is_granted(user, "manage_people", kept_by)),
        _("Only an administrator of %(organisation)s may do this.") % {"organisation": organisation.name},
    )


def can_change_contact(user: User, member: Member) -> Verdict:
    """How somebody is called is told by themselves, or by who keeps the organisation's people."""
    is_own = user.is_active and member.user_id == user.pk and member.ended_at is None
    return Verdict() if is_own else can_manage_people(user, member.organisation)
