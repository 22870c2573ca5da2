"""What the pages of organisations, of their people and of a person's own account show."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, When
from django.db.models.functions import JSONObject
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.absence import deputies_of, deputy_of
from collaboration.desk import Kind, Waiting
from collaboration.kept import Kept
from collaboration.keyset import page_of
from collaboration.models import (
    Area,
    AreaMember,
    Invitation,
    Member,
    Membership,
    Organisation,
    PersonalToken,
    StandIn,
    User,
)
from collaboration.models.organisation import OrganisationQuerySet
from collaboration.policy import (
    can_keep_organisation,
    can_manage_people,
    grants_of,
    visible_areas,
    visible_members,
    visible_organisations,
    visible_tokens,
)
from collaboration.policy.own import others_last, own_of
from collaboration.searching import found
from collaboration.words import by_name

ON_A_PAGE = 50
Row = dict[str, Any]
Rows = QuerySet[Any, Any]
KINDS = Area.Kind.values
COUNTY_KINDS = (Area.Kind.WELLBEING_SERVICES_COUNTY, Area.Kind.AUTONOMOUS_REGION)


def counties(user: User) -> list[Area]:
    """The territories that a municipality belongs to exactly one of: the counties, Helsinki and Åland; one's own first."""
    own = own_of(user)
    members = AreaMember.objects.valid(_today()).filter(area=OuterRef("pk"), municipality__in=own)
    areas = Area.objects.filter(kind__in=COUNTY_KINDS)
    is_own = Case(When(Q(organisation__in=own) | Exists(members), then=0), default=1)
    return list(areas.order_by(is_own, by_name()))


def organisation_list_page(user: User, wanted: dict[str, Any], at: QueryDict) -> dict[str, Any]:
    """The organisations that the valid filters leave, a page of them in the order of the page's language."""
    organisations = _found(visible_organisations(user), wanted).select_related("parent", "successor")
    organisations = organisations.annotate(others=others_last(user)).prefetch_related(county_memberships())
    page = page_of(organisations, ("others", by_name(), "pk"), ON_A_PAGE, at)
    can_add = can_keep_organisation(user, Organisation())
    return {"page": page, "organisations": page.rows, "can_add": can_add}


def _found(organisations: OrganisationQuerySet, wanted: dict[str, Any]) -> OrganisationQuerySet:
    if not wanted.get("together"):
        organisations = organisations.single()
    if q := wanted.get("q"):
        organisations = organisations.filter(found(q, "words"))
    elif not wanted.get("ended"):
        organisations = organisations.existing(_today())
    if kind := wanted.get("kind"):
        organisations = organisations.filter(kind=kind)
    if language_status := wanted.get("language_status"):
        organisations = organisations.filter(language_status=language_status)
    if county := wanted.get("county"):
        area = Area.objects.filter(kind__in=COUNTY_KINDS, code=county)
        members = AreaMember.objects.valid(_today()).filter(area__in=area)
        organisations = organisations.filter(
            Q(pk__in=members.values("municipality")) | Q(pk__in=area.values("organisation"))
        )
    return organisations


def county_memberships() -> Prefetch[Any]:
    """Each organisation's county of today as `county_memberships`, one or none."""
    members = AreaMember.objects.valid(_today()).filter(area__kind__in=COUNTY_KINDS).select_related("area")
    return Prefetch("area_memberships", members, to_attr="county_memberships")


def organisation_for(user: User, pk: int) -> Organisation:
    """The organisation. Raises Http404 for one that the person may not see."""
    organisation = visible_organisations(user).select_related("parent", "successor").filter(pk=pk).first()
    if organisation is None:
        raise Http404
    return organisation


def organisation_page(user: User, pk: int) -> dict[str, Any]:
    """One organisation: its areas, its units, what it was merged from and into, and a county's municipalities."""
    organisation = organisation_for(user, pk)
    memberships = list(
        organisation.area_memberships.select_related("area__organisation").order_by(
            by_name("area__"), "valid_from"
        )
    )
    memberships.sort(key=lambda row: KINDS.index(row.area.kind))
    members = (
        AreaMember.objects.valid(_today())
        .filter(area__organisation=organisation)
        .exclude(municipality=organisation)
        .values("municipality")
    )
    return {
        "organisation": organisation,
        "can_manage_people": can_manage_people(user, organisation),
        "can_keep": can_keep_organisation(user, organisation),
        "counties": [row for row in memberships if row.area.kind in COUNTY_KINDS],
        "other_areas": [row for row in memberships if row.area.kind not in COUNTY_KINDS],
        "units": list(organisation.units.single().order_by(by_name(), "pk")),
        "predecessors": list(organisation.predecessors.order_by(by_name(), "pk")),
        "municipalities": list(Organisation.objects.filter(pk__in=members).order_by(by_name(), "pk")),
    }


def own_memberships(user: User) -> list[Membership]:
    """The person's own places in organisations."""
    return list(
        user.memberships.select_related("organisation__parent").order_by(by_name("organisation__"), "role")
    )


def own_tokens(user: User) -> list[PersonalToken]:
    """The person's tokens that can still be used, the newest first."""
    tokens = visible_tokens(user).filter(revoked_at__isnull=True)
    today = _today()
    valid = list(tokens)
    for token in valid:
        token.has_expired = token.expires_on < today  # type: ignore[attr-defined]
    return valid


def _roles() -> ArraySubquery:
    """A member's roles now, in the alphabet of their codes."""
    held = Membership.objects.filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    return ArraySubquery(held.order_by("role").values("role"))


def members_of(organisation: Organisation, wanted: dict[str, Any]) -> QuerySet[Member]:
    """The organisation's people that the filters leave, with their `roles`."""
    members = Member.objects.filter(organisation=organisation).annotate(roles=_roles())
    if not wanted.get("ended"):
        members = members.present()
    if q := wanted.get("q"):
        members = members.filter(found(q, "user__words", "words"))
    if level := wanted.get("level"):
        members = members.filter(level=level)
    if role := wanted.get("role"):
        held = Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef("organisation"), role=role
        )
        members = members.filter(Exists(held) | Q(ended_roles__contains=[role]))
    return members


def people_page(organisation: Organisation, wanted: dict[str, Any], at: QueryDict) -> dict[str, Any]:
    """The people that the valid filters leave, the invitations that wait, and what nobody may do for the organisation."""
    members = members_of(organisation, wanted).select_related("user", "deputy__user")
    page = page_of(members, ("user__sort_key", "pk"), ON_A_PAGE, at)
    deputies = deputies_of(member.user_id for member in page.rows)
    for member in page.rows:
        member.away = deputy_of(deputies, member.user_id)  # type: ignore[attr-defined]
        member.role_names = role_names(member.ended_roles or member.roles)  # type: ignore[attr-defined]
    held = Membership.objects.filter(organisation=organisation, user__is_active=True)
    roles = set(held.values_list("role", flat=True))
    waiting = Invitation.objects.waiting().filter(organisation=organisation)
    return {
        "organisation": organisation,
        "page": page,
        "people": page.rows,
        "invitations": list(waiting.select_related("invited_by")),
        "lacking": [
            sentence % {"organisation": organisation.name}
            for role, sentence in WITHOUT.items()
            if role not in roles
        ],
    }


WITHOUT = {
    Membership.Role.APPROVER: gettext_lazy("%(organisation)s: nobody can approve on its behalf."),
    Membership.Role.EDITOR: gettext_lazy("%(organisation)s: nobody can write its answers."),
    Membership.Role.ADMINISTRATOR: gettext_lazy("%(organisation)s: nobody keeps its people."),
}
"""What an organisation lacks without somebody in the role."""


PEOPLE = Kind(
    "people",
    gettext_lazy("See to it"),
    "M10 9.5a3 3 0 1 0 0-6 3 3 0 1 0 0 6M4 17c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5",
)


def waiting_of_people(user: User) -> Iterator[Waiting]:
    """What an administrator sees to: what nobody may do for the organisation, and invitations whose link has ended."""
    kept = [pk for pk, granted in grants_of(user).items() if "manage_people" in granted]
    for organisation in _KEPT_BY(kept=kept, now=timezone.now()) if kept else ():
        sentences = [
            sentence % {"organisation": organisation.name}
            for role, sentence in WITHOUT.items()
            if role not in organisation.held
        ]
        if organisation.has_ended:
            sentences.append(_("An invitation has ended: send it again or withdraw it."))
        told = _("%(person)s is away, and their deputy may no longer act: name another one.")
        sentences += [told % {"person": name} for name in organisation.unattended]
        url = reverse("collaboration:people", args=[organisation.pk])
        for sentence in sentences:
            yield Waiting(PEOPLE, sentence, url, _("The people of your organisation"))


def _with_what_lacks(kept: Any, now: Any) -> QuerySet[Any]:
    """The organisations with the roles that somebody has there, and whether an invitation has ended."""
    active = Membership.objects.filter(organisation=OuterRef("pk"), user__is_active=True)
    ended = Invitation.objects.waiting().filter(organisation=OuterRef("pk"), expires_at__lte=now)
    away = StandIn.objects.filter(
        ~Exists(Member.objects.present().filter(user=OuterRef("deputy"), user__is_active=True)),
        user__member_of__organisation=OuterRef("pk"),
        user__member_of__ended_at__isnull=True,
        user__is_active=True,
    )
    organisations = Organisation.objects.filter(pk__any=kept).select_related("parent")
    return organisations.annotate(
        held=ArraySubquery(active.values("role").distinct()),
        has_ended=Exists(ended),
        unattended=ArraySubquery(away.order_by("user__name").values("user__name").distinct()),
    )


_KEPT_BY = Kept(_with_what_lacks)


def role_names(roles: Iterable[str]) -> list[str]:
    """The roles in words, in the order of the table."""
    held = set(roles)
    return [str(capfirst(label)) for role, label in Membership.Role.choices if role in held]


def member_for(user: User, organisation_id: int, pk: int) -> Member:
    """The member. Raises Http404 for one that the person may not see."""
    member = (
        visible_members(user)
        .select_related("user", "organisation__parent", "deputy__user")
        .annotate(roles=_roles())
        .filter(organisation=organisation_id, pk=pk)
        .first()
    )
    if member is None:
        raise Http404
    return member


def member_rows(members: QuerySet[Member]) -> Rows:
    """Members as the API tells them: one statement."""
    held = Case(When(ended_at__isnull=True, then=_roles()), default=F("ended_roles"))
    return members.values(
        "id",
        "organisation",
        "level",
        "title",
        "phone",
        "hours",
        "deputy",
        "ended_at",
        person=F("user"),
        name=F("user__name"),
        email=F("user__email"),
        roles_=held,
    )


def invitation_rows(invitations: QuerySet[Invitation]) -> Rows:
    """Invitations as the API tells them: one statement."""
    return invitations.values(
        "id",
        "organisation",
        "email",
        "role",
        "level",
        "title",
        "language",
        "made_at",
        "expires_at",
        "times",
        invited_by_=F("invited_by__name"),
    )


def own_places(user: User) -> list[Member]:
    """The person's own places in organisations, with roles and how they are called there."""
    places = list(
        Member.objects.present()
        .filter(user=user)
        .select_related("organisation__parent")
        .annotate(roles=_roles())
        .order_by(by_name("organisation__"))
    )
    for place in places:
        place.role_names = role_names(place.roles)  # type: ignore[attr-defined]
        place.keeps_people = Membership.Role.ADMINISTRATOR in place.roles  # type: ignore[attr-defined]
    return places


def organisation_rows(user: User, wanted: dict[str, Any]) -> Rows:
    """The organisations that the filters leave, each as a dictionary with its areas: one statement."""
    memberships = (
        AreaMember.objects.filter(municipality=OuterRef("pk"))
        .order_by("area__kind", "area__sort_key", "valid_from")
        .values(
            row=JSONObject(
                area="area_id",
                kind="area__kind",
                code="area__code",
                valid_from="valid_from",
                valid_until="valid_until",
            )
        )
    )
    return _found(visible_organisations(user), wanted).values(
        "id",
        "kind",
        "code",
        "business_id",
        "name_fi",
        "name_sv",
        "name_en",
        "brand",
        "website",
        "language_status",
        "valid_from",
        "valid_until",
        unit_of=F("parent_id"),
        merged_into=F("successor_id"),
        areas_=ArraySubquery(memberships),
    )


def area_rows(user: User, wanted: dict[str, Any]) -> Rows:
    """The areas that the filters leave, each as a dictionary with its municipalities: one statement."""
    areas = visible_areas(user)
    for name in ("kind", "code"):
        if wanted.get(name):
            areas = areas.filter(**{name: wanted[name]})
    if wanted.get("municipality"):
        areas = areas.filter(
            pk__in=AreaMember.objects.filter(municipality=wanted["municipality"]).values("area")
        )
    members = (
        AreaMember.objects.filter(area=OuterRef("pk"))
        .order_by("municipality__sort_key", "valid_from")
        .values(
            row=JSONObject(
                organisation="municipality_id",
                code="municipality__code",
                valid_from="valid_from",
                valid_until="valid_until",
            )
        )
    )
    return areas.values(
        "id",
        "kind",
        "code",
        "name_fi",
        "name_sv",
        "name_en",
        answered_by=F("organisation_id"),
        municipalities_=ArraySubquery(members),
    )


def me(user: User) -> dict[str, Any]:
    """What the API tells of the person who asks."""
    memberships = own_memberships(user)
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "duty": user.duty,
        "memberships": [
            {
                "organisation": membership.organisation_id,
                "name": membership.organisation.full_name,
                "role": membership.role,
            }
            for membership in memberships
        ],
    }


def _today() -> datetime.date:
    return timezone.localdate()
