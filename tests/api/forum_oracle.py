"""Who reads and writes what in forums, told from seats and memberships by brute force; and likely ids for the fuzz test."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from collaboration.models import Absence, Area, Forum, ForumSeat, InterfaceCheck, Matter, Organisation
from collaboration.workflows.comments import write_comment
from services.models import Interface
from tests import oracle
from tests.cast import ANONYMOUS, Cast
from tests.collaboration.forum_cast import Role, absence_of, comment_of, matter_of, raised, seat_of

Told = dict[str, Any]


def _sits(cast: Cast, name: str, forum: int, *roles: str) -> bool:
    """Whether the person has a seat there that has not ended."""
    seats = ForumSeat.objects.filter(forum=forum, user=cast[name]).exclude(role=Role.EXPERT)
    held = [seat for seat in seats if not roles or seat.role in roles]
    today = timezone.localdate()
    return any(seat.valid_until is None or seat.valid_until >= today for seat in held)


def reads_matter(cast: Cast, name: str, pk: int) -> bool:
    matter = Matter.objects.get(pk=pk)
    is_raiser = matter.origin_id is None and matter.raised_by == cast[name]
    return is_raiser or _sits(cast, name, matter.forum_id)


def may_write(cast: Cast, name: str, told: Told) -> bool:
    """Whether what the answer tells was this person's to write."""
    if name == ANONYMOUS:
        return False
    if "author" in told:
        return reads_matter(cast, name, int(told["subject"].partition(":")[2]))
    if "deputy_name" in told:
        return bool(told["user"] == cast[name].pk)
    if "steps" in told:
        return reads_matter(cast, name, told["id"])
    forum = Forum.objects.get(pk=int(told.get("forum") or told["id"]))
    keeps = _sits(cast, name, forum.pk, *ForumSeat.HANDLERS) or oracle.has_role(
        cast, name, {"administrator", "editor"}, {forum.coordinated_by_id}
    )
    return keeps or told.get("user") == cast[name].pk


def likely_ids(cast: Cast, name: str, place: Organisation) -> dict[str, list[Any]]:
    """Of forums and what is in them: first what is the person's own, then what is others'."""
    keeper, other = (name, "nobody") if name != ANONYMOUS else ("porvoo editor", "nobody")
    busy, idle = _forum(place, "busy"), _forum(place, "idle")
    own = seat_of(cast, busy, keeper, Role.SECRETARY)
    seat_of(cast, idle, keeper, Role.SECRETARY)
    beside = ForumSeat.objects.create(
        forum=busy, user=cast[other], organisation=place, role=Role.MEMBER, represents="other"
    )
    matter = raised(cast, busy, keeper)
    check = InterfaceCheck(matter=matter, effect="Muuttuu", heard_on=timezone.localdate())
    check.touched, check.made_by = Interface.objects.order_by("pk")[0], cast[keeper]
    check.save()
    day = timezone.localdate()
    absence = Absence.objects.create(
        user=cast[keeper], deputy=cast[other], seat=own, valid_from=day, valid_until=day
    )
    others = matter_of(cast)
    comment = write_comment(matter, "Riittääkö viisi päivää?", by=cast[keeper])
    forums = [busy.pk, idle.pk, others.forum_id]
    return {
        "forum_id": forums,
        "forum": [*forums, None],
        "above": [None, others.forum_id],
        "seat_id": [beside.pk, own.pk, others.forum.seats.order_by("pk")[0].pk],
        "seat": [None, own.pk],
        "matter_id": [matter.pk, others.pk],
        "matter": [None, matter.pk],
        "check_id": [check.pk, others.checks.get().pk],
        "comment_id": [comment.pk, comment_of(cast).pk],
        "reply_to": [None, comment.pk],
        "subject": [f"matter:{matter.pk}", f"matter:{others.pk}", "moon:1"],
        "absence_id": [absence.pk, absence_of(cast).pk],
        "user": [cast["porvoo reader"].pk, beside.user_id],
        "prepared_by": [None, own.user_id, beside.user_id],
        "coordinated_by": [place.pk, others.forum.coordinated_by_id],
    }


def _forum(place: Organisation, name: str) -> Forum:
    area = Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01")
    forum = Forum(kind="lape", level="management", name_fi=name, coordinated_by=place, area=area)
    forum.save()
    return forum
