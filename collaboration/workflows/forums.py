"""Keeping forums and their seats: each change with its event, in one transaction."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaboration.composition import represents
from collaboration.journal import record
from collaboration.models import Forum, ForumSeat, Invitation, Level, Matter, Organisation, User
from collaboration.models.sentences import sentence_of
from collaboration.policy.forums import can_change_forum, can_keep_forum, can_make_forum
from collaboration.workflows.invitations import keep

MOST_SEATS = 200


def lock_forum(forum: Forum) -> Forum:
    """The forum as it is now, which nobody else changes meanwhile."""
    return Forum.objects.select_for_update(of=("self",), no_key=True).get(pk=forum.pk)


@transaction.atomic
def make_forum(forum: Forum, links: dict[str, Iterable[Any]], *, by: User) -> Forum:
    """Keep a new forum and its links (`members`, `forwards_to`). Whoever makes it is its coordinator at first.

    Raises ValidationError by field, or PermissionDenied.
    """
    can_make_forum(by, forum.coordinated_by).require()
    _checked(forum, links)
    _saved(forum)
    _link(forum, links)
    if by.memberships.exists():
        ForumSeat.objects.create(
            forum=forum,
            user=by,
            role=ForumSeat.Role.COORDINATOR,
            organisation=forum.coordinated_by,
            represents=represents(forum.coordinated_by),
            language="sv" if by.language == "sv" else "fi",
        )
    record("forum.made", forum, by=by)
    return forum


@transaction.atomic
def change_forum(forum: Forum, links: dict[str, Iterable[Any]], *, by: User) -> None:
    """Save what its form says. Raises ValidationError by field, or PermissionDenied."""
    before = lock_forum(forum)
    can_change_forum(by, before).require()
    if before.coordinated_by_id != forum.coordinated_by_id:
        can_make_forum(by, forum.coordinated_by).require()
    _checked(forum, links)
    _saved(forum)
    _link(forum, links)
    record("forum.changed", forum, by=by)


def _checked(forum: Forum, links: dict[str, Iterable[Any]]) -> None:
    forum.full_clean()
    rank = Level(forum.level).rank
    if forum.above is not None and forum.above.rank < rank:
        raise ValidationError({"above": _("The forum above works on the same level or on a higher one.")})
    if forum.above is not None and forum.pk and forum.pk in _over(forum.above):
        raise ValidationError(
            {"above": _("That forum is below this one: a matter would go round in a circle.")}
        )
    if any(target.pk == forum.pk for target in links.get("forwards_to", ()) if forum.pk):
        raise ValidationError({"forwards_to": _("A forum does not forward to itself.")})


def _saved(forum: Forum) -> None:
    """Save it; two who give the same name at one moment meet the constraint's own sentence."""
    try:
        with transaction.atomic():
            forum.save()
    except IntegrityError as error:
        raise ValidationError(sentence_of(error)) from None


def _over(forum: Forum) -> set[int]:
    """The forum and all above it."""
    seen: set[int] = set()
    here: Forum | None = forum
    while here is not None and here.pk not in seen:
        seen.add(here.pk)
        here = here.above
    return seen


def _link(forum: Forum, links: dict[str, Iterable[Any]]) -> None:
    for name, rows in links.items():
        getattr(forum, name).set(rows)


@transaction.atomic
def end_forum(forum: Forum, *, by: User) -> None:
    """Its seats open nothing any more; its matters stay. Raises ValidationError while something waits in it."""
    row = lock_forum(forum)
    can_change_forum(by, row).require()
    if waiting := Matter.objects.filter(forum=row, status__in=Matter.UNANSWERED).count():
        raise ValidationError(
            ngettext(
                "%(count)d matter waits for an answer in this forum: handle or forward it first.",
                "%(count)d matters wait for an answer in this forum: handle or forward them first.",
                waiting,
            )
            % {"count": waiting}
        )
    row.ended_on = timezone.localdate()
    row.save(update_fields=["ended_on"])
    record("forum.ended", row, by=by)


@transaction.atomic
def take_forum_back(forum: Forum, *, by: User) -> None:
    """Take an ended forum back into use."""
    row = lock_forum(forum)
    can_keep_forum(by, row).require()
    if row.ended_on is None:
        return
    row.ended_on = None
    try:
        with transaction.atomic():
            row.save(update_fields=["ended_on"])
    except IntegrityError as error:
        raise ValidationError(sentence_of(error)) from None
    record("forum.taken_back", row, by=by)


@transaction.atomic
def give_seat(seat: ForumSeat, *, by: User) -> None:
    """Give somebody a seat. Raises ValidationError by field, or PermissionDenied."""
    forum = lock_forum(seat.forum)
    can_change_forum(by, forum).require()
    if forum.seats.not_ended(timezone.localdate()).count() >= MOST_SEATS:
        raise ValidationError(_("A forum has %(most)d seats at most.") % {"most": MOST_SEATS})
    seat.full_clean()
    _require_alone(seat)
    seat.save()
    record("forum_seat.given", seat, by=by, note=seat.role, recipients=User.objects.filter(pk=seat.user_id))


def _require_alone(seat: ForumSeat) -> None:
    """One person, one seat in a role at a time; and one chair."""
    until = seat.valid_until or datetime.date.max
    others = ForumSeat.objects.filter(forum=seat.forum_id, role=seat.role, valid_from__lte=until)
    others = others.not_ended(seat.valid_from).exclude(pk=seat.pk)
    if others.filter(user=seat.user_id, matter=seat.matter_id).exists():
        raise ValidationError({"user": _("The person has this seat already.")})
    chair = others.select_related("user").first() if seat.role == ForumSeat.Role.CHAIR else None
    if chair is not None:
        raise ValidationError(
            {
                "role": _("%(name)s chairs this forum at the same time: end that seat first.")
                % {"name": chair.user.name}
            }
        )


@transaction.atomic
def change_seat(seat: ForumSeat, *, by: User) -> None:
    """Save what its form says. Raises as `give_seat` does."""
    can_change_forum(by, lock_forum(seat.forum)).require()
    seat.full_clean()
    _require_alone(seat)
    seat.save()
    record("forum_seat.changed", seat, by=by, note=seat.role, recipients=User.objects.filter(pk=seat.user_id))


@transaction.atomic
def end_seat(seat: ForumSeat, on: datetime.date, *, by: User) -> None:
    """The day is the last one. Raises ValidationError by field, or PermissionDenied."""
    forum = lock_forum(seat.forum)
    row = ForumSeat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if row.user_id != by.pk:
        can_keep_forum(by, forum).require()
    if on < row.valid_from:
        raise ValidationError(
            {"valid_until": _("The seat begins later than that: its last day cannot be before its first.")}
        )
    row.valid_until = on
    row.save(update_fields=["valid_until"])
    record("forum_seat.ended", row, by=by, note=row.role, recipients=User.objects.filter(pk=row.user_id))


@transaction.atomic
def invite_to_forum(invitation: Invitation, *, by: User) -> None:
    """Keep a new invitation to a seat and mail it. Raises ValidationError by field, or PermissionDenied."""
    forum = Forum.objects.select_for_update(of=("self",), no_key=True).get(pk=invitation.forum_id or 0)
    can_change_forum(by, forum).require()
    seat = ForumSeat(role=invitation.seat_role, organisation=invitation.organisation)
    if seat.role in ForumSeat.HANDLERS and invitation.organisation.kind in Organisation.LIMITED:
        seat.clean()
    if (
        ForumSeat.objects.filter(forum=forum, user__email=invitation.email.lower(), role=invitation.seat_role)
        .not_ended(timezone.localdate())
        .exists()
    ):
        raise ValidationError({"email": _("The person has this seat already.")})
    keep(invitation, by=by)
