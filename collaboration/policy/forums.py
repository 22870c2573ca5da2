"""Who may do what in forums and with matters: what follows from a seat."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.audience import Audience, Everyone, Told, Way
from collaboration.kept import Kept
from collaboration.models import (
    Absence,
    ActingSeat,
    Forum,
    ForumSeat,
    Matter,
    MatterReader,
    Membership,
    Organisation,
    User,
)
from collaboration.policy import grants_of, is_granted
from collaboration.verdict import ALLOWED, Verdict

Seat = ForumSeat.Role

FORUMS = Everyone(Forum)
"""That a forum is there, what it is for and who sits in it is no secret to people who have signed in."""
SEATS = Everyone(ForumSeat)
MATTERS = Audience(Matter)
"""Read by the seats of its forum today, and by whoever raised it: see `MatterReader`."""
ABSENCES = Audience(Absence)

visible_forums, visible_seats = FORUMS.visible, SEATS.visible
visible_matters, visible_absences = MATTERS.visible, ABSENCES.visible


def acting_of(user: Any) -> QuerySet[Any]:
    """The same as `acting_seats`, to be asked with more beside it and kept by `remember_seats`."""
    seats: QuerySet[Any] = ActingSeat.objects.all()
    handled = seats.filter(forum=OuterRef("forum"), is_own=True, role__in=ForumSeat.HANDLERS).order_by()
    sitting = seats.filter(user=user).select_related("forum", "organisation", "seat__user")
    told: QuerySet[Any] = sitting.annotate(filled=ArraySubquery(handled.values("role").distinct()))
    return told.order_by("-is_own", "forum__sort_key", "seat")


_acting = Kept(acting_of)


def acting_seats(user: User) -> list[Any]:
    """The seats in which the person sits today, the own ones first. Asked from the database once a request.

    Each tells which of the roles that handle matters are `filled` in its forum.
    """
    if not hasattr(user, "_acting"):
        user._acting = list(_acting(user=user.pk))  # type: ignore[attr-defined]
    seats: list[Any] = user._acting  # type: ignore[attr-defined]
    return seats


def remember_seats(user: User, seats: list[Any]) -> None:
    """What has been asked already is not asked again in this request."""
    user._acting = seats  # type: ignore[attr-defined]


def seats_in(user: User, forum: int, *, roles: tuple[str, ...] = ()) -> list[Any]:
    """Of these, the ones in a forum; `roles` narrows in which roles."""
    return [
        seat
        for seat in acting_seats(user)
        if seat.forum_id == forum and (seat.role in roles if roles else seat.role != Seat.EXPERT)
    ]


def _is_present(forum: Forum) -> Verdict:
    return Verdict.unless(forum.ended_on is None, _("This forum has ended."))


def _administers(user: User, organisation: Organisation) -> bool:
    return user.is_staff or is_granted(
        user,
        "manage_people",
        [organisation.pk, *([organisation.parent_id] if organisation.parent_id else [])],
    )


def may_coordinate(user: User) -> QuerySet[Organisation]:
    """The organisations for which the person may make a forum: where they edit or keep the people."""
    if user.is_staff:
        return Organisation.objects.single()
    kept = [pk for pk, granted in grants_of(user).items() if granted & {"edit", "manage_people"}]
    return Organisation.objects.single().filter(Q(pk__in=kept) | Q(parent__in=kept))


def can_make_any(user: User) -> Verdict:
    """Whether there is an organisation for which the person may make a forum."""
    return Verdict.unless(
        may_coordinate(user).exists(),
        _("Only editors and administrators of an organisation make forums."),
    )


def can_make_forum(user: User, organisation: Organisation) -> Verdict:
    """An editor or administrator of the organisation that coordinates it."""
    return Verdict.unless(
        _administers(user, organisation) or is_granted(user, "edit", [organisation.pk]),
        _("Only an editor or administrator of %(organisation)s may make a forum that it coordinates.")
        % {"organisation": organisation.name},
    )


def can_keep_forum(user: User, forum: Forum) -> Verdict:
    """Its chairs, secretary and coordinator, and whoever keeps the people of the organisation that coordinates it."""
    return Verdict.unless(
        bool(seats_in(user, forum.pk, roles=ForumSeat.HANDLERS))
        or _administers(user, forum.coordinated_by)
        or (forum.ended_on is not None and _kept(user, forum)),
        _(
            "Only the chair, secretary or coordinator of %(forum)s, or an administrator of %(organisation)s, may do this."
        )
        % {"forum": forum.name, "organisation": forum.coordinated_by.name},
    )


def _kept(user: User, forum: Forum) -> bool:
    """Whether the person kept a forum until it ended, when its seats open nothing any more."""
    held = ForumSeat.objects.valid(forum.ended_on or timezone.localdate())
    return user.is_active and held.filter(forum=forum, user=user, role__in=ForumSeat.HANDLERS).exists()


def can_change_forum(user: User, forum: Forum) -> Verdict:
    return _is_present(forum) and can_keep_forum(user, forum)


def can_raise(user: User, forum: Forum) -> Verdict:
    """Whoever sits in the forum, and the people of the organisations that are its members or coordinate it."""
    return _is_present(forum) and Verdict.unless(
        raises_for(user, forum) is not None,
        _("Only people of the member organisations of %(forum)s may raise a matter there.")
        % {"forum": forum.name},
    )


def raises_for(user: User, forum: Forum) -> int | None:
    """The organisation for which the person would raise a matter in the forum; None when they may not."""
    for seat in seats_in(user, forum.pk):
        if seat.role != Seat.OBSERVER:
            return int(seat.organisation_id)
    organisations = [forum.coordinated_by_id, *(member.pk for member in forum.members.all())]
    own = grants_of(user)
    return next((organisation for organisation in organisations if organisation in own), None)


def where_raises(user: User) -> Q:
    """Of present forums those in which the person may raise a matter, as `can_raise` says of one."""
    own = list(grants_of(user))
    silent = {Seat.OBSERVER, Seat.EXPERT}
    seats = [seat.forum_id for seat in acting_seats(user) if seat.role not in silent]
    return Q(pk__in=seats) | Q(coordinated_by__in=own) | Q(members__in=own)


def can_handle(user: User, matter: Matter) -> Verdict:
    """The forum's chairs, secretary and coordinator, and whoever stands in for them today."""
    return Verdict.unless(
        bool(seats_in(user, matter.forum_id, roles=ForumSeat.HANDLERS)),
        _("Only the chair, secretary or coordinator of %(forum)s may do this.")
        % {"forum": matter.forum.name},
    )


def can_prepare(user: User, matter: Matter) -> Verdict:
    """The same, and whoever has been named to prepare it."""
    is_named = matter.prepared_by_id == user.pk and bool(seats_in(user, matter.forum_id))
    return Verdict() if is_named else can_handle(user, matter)


def can_withdraw(user: User, matter: Matter) -> Verdict:
    return Verdict.unless(
        matter.raised_by_id == user.pk and user.is_active,
        _("Only the one who raised it may withdraw it."),
    )


def can_change_text(user: User, matter: Matter) -> Verdict:
    """Whoever raised it while nobody has taken it up; then those who handle it."""
    if matter.is_frozen:
        return Verdict(
            _("This text is as it was sent, and does not change.")
            if matter.origin_id
            else _("What has been handled does not change.")
        )
    if matter.status == Matter.Status.RAISED and matter.raised_by_id == user.pk:
        return ALLOWED
    return can_prepare(user, matter)


def anybody(_user: User, _row: Any) -> Verdict:
    """For steps that code takes, after it has asked for what brings them about."""
    return ALLOWED


handlers_of = Told(
    Way(
        lambda: MatterReader.objects.filter(is_member=True, role__in=ForumSeat.HANDLERS),
        "matter",
        "user",
    )
)
"""Who handles what comes to the matter's forum today."""


def can_set_absence(user: User, absence: Absence) -> Verdict:
    """One's own; and whoever keeps the people of an organisation where the person is, or the forum of the seat."""
    if absence.user_id == user.pk:
        return Verdict.unless(user.is_active, _("Only the person may do this."))
    if absence.seat is not None and seats_in(user, absence.seat.forum_id, roles=ForumSeat.HANDLERS):
        return ALLOWED
    places = Membership.objects.filter(user=absence.user_id).values_list(
        "organisation", "organisation__parent"
    )
    return Verdict.unless(
        user.is_staff
        or is_granted(user, "manage_people", [pk for place in places for pk in place if pk is not None]),
        _("Only the person and the administrators of their organisation may do this."),
    )
