"""What the pages of forums and absences show."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.absence import deputies_of, deputy_of
from collaboration.composition import composition, missing, represents
from collaboration.models import (
    Absence,
    Area,
    AreaMember,
    Forum,
    ForumSeat,
    Invitation,
    Level,
    Matter,
    Member,
    Organisation,
    User,
)
from collaboration.outside import row_id
from collaboration.policy import forums as policy
from collaboration.policy import grants_of, organisations_managed_by
from collaboration.queries import COUNTY_KINDS, counties
from collaboration.queries.announcements import announcements_of
from collaboration.searching import found
from collaboration.structure_picture import picture_of
from collaboration.words import by_name
from collaboration.working_days import working_days_ago

Row = dict[str, Any]
Role = ForumSeat.Role

NEEDED = (Forum.Kind.LAPE, Forum.Kind.STUDENT_WELFARE)
"""The groups that every county has: where one is not there, that is said."""

ROLE_ORDER = {role: place for place, role in enumerate(ForumSeat.Role.values)}
LATE_AFTER = 10
"""Working days without an answer."""


def late_since() -> datetime.datetime:
    """What was raised before has waited too long."""
    return working_days_ago(timezone.now(), LATE_AFTER)


def _seats_of_today() -> Prefetch[Any]:
    seats = ForumSeat.objects.not_ended(timezone.localdate()).select_related("user", "organisation__parent")
    return Prefetch("seats", seats, to_attr="held")


def _ordered(seats: list[Any]) -> list[Any]:
    return sorted(seats, key=lambda seat: (ROLE_ORDER[seat.role], seat.user.sort_key, seat.pk))


def own_area(user: User) -> Area | None:
    """The county in which the person's organisations are: of the first one that is in any."""
    own = set(grants_of(user)) | {seat.organisation_id for seat in policy.acting_seats(user)}
    inside = AreaMember.objects.valid(timezone.localdate()).filter(
        Q(municipality__in=own) | Q(municipality__units__in=own)
    )
    areas = Area.objects.filter(kind__in=COUNTY_KINDS)
    return (
        areas.filter(
            Q(organisation__in=own) | Q(organisation__units__in=own) | Q(pk__in=inside.values("area"))
        )
        .order_by(by_name())
        .first()
    )


def structure_page(user: User, wanted: Row) -> Row:
    """The forums of a county on their four levels, as picture and list; without a county, the country in numbers."""
    areas = counties(user)
    area = next((each for each in areas if each.code == wanted.get("area")), None)
    if area is None and not wanted.get("country"):
        area = own_area(user)
    page = {"areas": areas, "area": area, "can_make": policy.can_make_any(user)}
    if area is None:
        return page | {"rows": country_rows(areas)}
    forums = list(_structure(Forum.objects.present().filter(area=area)))
    for forum in forums:
        _complete(user, forum)
    shown = [forum for forum in forums if _is_wanted(forum, wanted)]
    kinds = {forum.kind for forum in forums}
    own = set(grants_of(user))
    return page | {
        "forums": sorted(shown, key=lambda forum: (-forum.rank, forum.sort_key)),
        "count": len(forums),
        "lacks": [
            _("%(area)s has no %(kind)s.") % {"area": area.name, "kind": Forum.Kind(kind).label}
            for kind in NEEDED
            if kind not in kinds
        ],
        "picture": picture_of(forums, own) if forums else None,
    }


def _structure(forums: QuerySet[Forum]) -> QuerySet[Forum]:
    return (
        forums.select_related("coordinated_by__parent", "above")
        .prefetch_related("members", "forwards_to", _seats_of_today())
        .order_by("sort_key", "pk")
    )


def _complete(user: User, forum: Any) -> None:
    """Who coordinates it, what it lacks, where it forwards, and whether the person sits there."""
    forum.seats_held = _ordered([seat for seat in forum.held if seat.has_begun])
    forum.coordinators = [
        seat
        for seat in forum.seats_held
        if seat.role in (ForumSeat.Role.COORDINATOR, ForumSeat.Role.SECRETARY)
    ]
    forum.lacking = missing(forum, forum.seats_held)
    forum.targets = routes(forum)
    forum.others = [member for member in forum.members.all() if member.pk != forum.coordinated_by_id]
    forum.is_mine = bool(policy.seats_in(user, forum.pk))
    forum.level_name = str(capfirst(Level(forum.level).label))


def routes(forum: Forum) -> list[Forum]:
    """Where it may forward: the forum above first."""
    above = [forum.above] if forum.above is not None else []
    return above + [each for each in forum.forwards_to.all() if each.pk != forum.above_id]


def _is_wanted(forum: Any, wanted: Row) -> bool:
    organisation = wanted.get("organisation")
    return (
        (not wanted.get("level") or forum.level == wanted["level"])
        and (not wanted.get("kind") or forum.kind == wanted["kind"])
        and (not wanted.get("mine") or forum.is_mine)
        and (not wanted.get("lacking") or bool(forum.lacking))
        and (
            not organisation
            or organisation.pk in {forum.coordinated_by_id, *(member.pk for member in forum.members.all())}
        )
    )


def country_rows(areas: list[Area]) -> list[Row]:
    """Each county with how many forums work on each level, and which of the needed groups it lacks: one statement."""
    counts = dict[tuple[int, str], int]()
    kinds = set[tuple[int, str]]()
    rows = (
        Forum.objects.present()
        .filter(area__in=[area.pk for area in areas])
        .values_list("area", "level", "kind")
    )
    for area, level, kind, count in rows.annotate(count=Count("pk")):
        counts[area, level] = counts.get((area, level), 0) + count
        kinds.add((area, kind))
    return [
        {
            "area": area,
            "levels": [counts.get((area.pk, level), 0) for level in reversed(Level.values)],
            "lacks": [Forum.Kind(kind).label for kind in NEEDED if (area.pk, kind) not in kinds],
        }
        for area in areas
    ]


def forum_for(user: User, pk: int) -> Forum:
    """The forum. Raises Http404 for one that the person may not see."""
    forum = _structure(policy.visible_forums(user).filter(pk=pk)).select_related("area").first()
    if forum is None:
        raise Http404
    return forum


def forums_to_raise_in(user: User) -> list[Forum]:
    """Where the person may raise a matter: where they sit, then where their organisations are members."""
    sits = [
        seat.forum_id for seat in policy.acting_seats(user) if seat.role not in (Role.OBSERVER, Role.EXPERT)
    ]
    own = list(grants_of(user))
    forums: Any = list(
        Forum.objects.present()
        .filter(Q(pk__in=sits) | Q(members__in=own) | Q(coordinated_by__in=own))
        .select_related("coordinated_by__parent")
        .distinct()
        .order_by("sort_key", "pk")
    )
    for forum in forums:
        forum.is_mine = forum.pk in sits
        forum.level_name = str(capfirst(Level(forum.level).label))
    return sorted(forums, key=lambda forum: (not forum.is_mine, forum.rank))


def seated(forum: int) -> list[User]:
    """Who sits in the forum today: whom one may ask to prepare a matter."""
    seats = ForumSeat.objects.valid(timezone.localdate()).filter(forum=forum).exclude(role=Role.OBSERVER)
    return list(User.objects.filter(is_active=True, pk__in=seats.values("user")).order_by("sort_key", "pk"))


MATTERS_SHOWN = 10


def forum_page(user: User, pk: int) -> Row:
    """One forum: its matters as far as the person sees them, its people, what its composition lacks, and its routes."""
    forum: Any = forum_for(user, pk)
    _complete(user, forum)
    seats = _ordered(forum.held)
    deputies = deputies_of(seat.user_id for seat in seats)
    for seat in seats:
        seat.stands_in = deputy_of(deputies, seat.user_id, seat.pk)
    mine = policy.seats_in(user, pk)
    keeps = policy.can_keep_forum(user, forum)
    seen = policy.visible_matters(user).filter(forum=forum)
    unanswered = seen.filter(status__in=Matter.UNANSWERED)
    matters = list(
        unanswered.select_related("origin__forum", "raised_by").order_by("next_step_on", "pk")[
            : MATTERS_SHOWN + 1
        ]
    )
    invitations: Any = []
    if keeps:
        invitations = list(
            Invitation.objects.waiting()
            .filter(forum=forum)
            .select_related("organisation__parent", "invited_by")
        )
    return {
        "forum": forum,
        "seats": seats,
        "mine": mine,
        "keeps": keeps,
        "can_change": policy.can_change_forum(user, forum),
        "can_raise": policy.can_raise(user, forum),
        "composition": composition(forum, forum.seats_held),
        "below": list(
            Forum.objects.present()
            .filter(Q(above=forum) | Q(forwards_to=forum))
            .distinct()
            .order_by(by_name())
        ),
        "matters": matters[:MATTERS_SHOWN],
        "has_more": len(matters) > MATTERS_SHOWN,
        "late": unanswered.filter(raised_at__lt=late_since()).count() if mine else None,
        "invitations": invitations,
        "announcements": announcements_of(user, forum) if mine or keeps else [],
        "today": timezone.localdate(),
    }


def seat_for(user: User, forum_id: int, pk: int) -> ForumSeat:
    """The seat. Raises Http404."""
    seat = (
        policy.visible_seats(user)
        .filter(forum=forum_id, pk=pk)
        .select_related("forum__coordinated_by", "user", "organisation__parent")
        .first()
    )
    if seat is None:
        raise Http404
    return seat


def person_of(number: str) -> User | None:
    """Somebody who can sign in, by number."""
    return User.objects.filter(pk=row_id(number), is_active=True).first()


def seat_of_person(person: User) -> Row:
    """How the form of a seat begins: the person's organisation, whom they represent then, and their language."""
    member = person.member_of.present().select_related("organisation").first()
    at = (
        {"organisation": member.organisation, "represents": represents(member.organisation)} if member else {}
    )
    return {"user": person, "language": person.language if person.language in ("fi", "sv") else "fi", **at}


PEOPLE_FOUND = 20


def people_found(words: str, on: Organisation | None = None) -> list[Row]:
    """People by name or title, with where they work: for choosing who sits in a forum or stands in."""
    people = User.objects.filter(is_active=True).filter(
        found(words, "words") | Q(member_of__in=_titled(words))
    )
    people = people.distinct().order_by("sort_key", "pk").prefetch_related("member_of__organisation__parent")
    if on is not None:
        people = people.filter(member_of__organisation=on, member_of__ended_at__isnull=True)
    return [{"person": person, "place": places_of(person)} for person in people[:PEOPLE_FOUND]]


def _titled(words: str) -> Any:
    return Member.objects.present().filter(found(words, "words")).values("pk")


def places_of(person: User) -> str:
    """Where somebody works, in words."""
    return ", ".join(
        member.organisation.full_name for member in person.member_of.all() if member.ended_at is None
    )


def absences_page(user: User, person: User) -> Row:
    """The person's own absences, and those in which they stand in, that have not ended, as far as one sees them."""
    today = timezone.localdate()
    rows = Absence.objects.not_ended(today).select_related("user", "deputy", "seat__forum")
    seen = policy.visible_absences(user)
    shown = list(rows.filter(Q(user=person) | Q(deputy=person), pk__in=seen.values("pk")))
    return {
        "own": [row for row in shown if row.user_id == person.pk],
        "for_others": [row for row in shown if row.user_id != person.pk],
        "today": today,
    }


def absences_of(user: User, person: User) -> str:
    """Where the person's absences are kept: one's own page, or that of the member whom one keeps."""
    if person.pk != user.pk:
        member = Member.objects.present().filter(
            user=person, organisation__in=organisations_managed_by(user).values("pk")
        )
        for row in member[:1]:
            return reverse("collaboration:member_absences", args=[row.organisation_id, row.pk])
    return reverse("collaboration:absences")


def absence_for(user: User, pk: int) -> Absence:
    """The absence. Raises Http404 for one that the person may not see."""
    row = policy.visible_absences(user).select_related("user", "deputy", "seat__forum").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
