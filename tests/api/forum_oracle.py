"""Who reads and writes what in forums, told from seats and memberships by brute force; and likely ids for the fuzz test."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from collaboration.models import (
    Absence,
    Action,
    Announcement,
    Area,
    Forum,
    ForumSeat,
    Goal,
    InterfaceCheck,
    Matter,
    Member,
    Organisation,
)
from collaboration.workflows.announcements import announce
from collaboration.workflows.comments import write_comment
from services.models import Interface
from tests import oracle
from tests.cast import ANONYMOUS, Cast
from tests.collaboration.action_cast import action_of, goal_of, made
from tests.collaboration.forum_cast import (
    Role,
    absence_of,
    announcement_of,
    comment_of,
    matter_of,
    raised,
    seat_of,
)
from tests.gear.attached import attached, attachment_of

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


def reads_action(cast: Cast, name: str, pk: int) -> bool:
    """As it is of Porvoo's and the county's, of which the callers are: people of either end, and readers of its matter."""
    action = Action.objects.get(pk=pk)
    ends = {
        own.pk
        for end in (action.responsible, action.made_for)
        for own in (end, *end.units.all(), *([end.parent] if end.parent else []))
    }
    is_of_an_end = any(organisation.pk in ends for organisation, _role in cast.roles(name))
    return is_of_an_end or (action.matter_id is not None and reads_matter(cast, name, action.matter_id))


def _kept_by(told: Told) -> set[int]:
    """The organisations whose editors keep the goal of the answer: its parties, and who coordinates its forum."""
    forum = Forum.objects.filter(pk=told["forum"]).first()
    return {*told["parties"], *([forum.coordinated_by_id] if forum else [])}


def _may_say_who_is_away(cast: Cast, name: str, told: Told) -> bool:
    """Administrators of where the person works, and who handles the forum of the seat."""
    places = {member.organisation_id for member in Member.objects.filter(user=told["user"])}
    seat = ForumSeat.objects.filter(pk=told["seat"]).first()
    return oracle.has_role(cast, name, {"administrator"}, places) or (
        seat is not None and _sits(cast, name, seat.forum_id, *ForumSeat.HANDLERS)
    )


def _announced_to(cast: Cast, name: str, told: Told) -> bool:
    """Whoever hears of it puts it aside; who makes one keeps the forum, or the people of the county."""
    if told["forum"]:
        keeps = oracle.has_role(cast, name, {"administrator", "editor"}, {told["organisation"]})
        return keeps or _sits(cast, name, told["forum"])
    area = Area.objects.get(pk=told["area"])
    sits = any(_sits(cast, name, forum.pk) for forum in Forum.objects.filter(area=area, level=told["level"]))
    works = Member.objects.filter(user=cast[name], level=told["level"], ended_at=None).exists()
    return sits or works or oracle.has_role(cast, name, {"administrator"}, {told["organisation"]})


def may_write(cast: Cast, name: str, told: Told) -> bool:
    """Whether what the answer tells was this person's to write."""
    if name == ANONYMOUS:
        return False
    if "author" in told:
        kind, _colon, number = told["subject"].partition(":")
        return {"matter": reads_matter, "action": reads_action}[kind](cast, name, int(number))
    if "deputy_name" in told:
        return told["user"] == cast[name].pk or _may_say_who_is_away(cast, name, told)
    if "until" in told and "organisation" in told:
        return _announced_to(cast, name, told)
    if "made_by" in told and "due_on" in told:
        return reads_action(cast, name, told["id"])
    if "parties" in told:
        keeps_forum = bool(told["forum"]) and _sits(cast, name, told["forum"], *ForumSeat.HANDLERS)
        return keeps_forum or oracle.has_role(cast, name, {"editor", "administrator"}, _kept_by(told))
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
    news = Announcement(forum=busy, title="Kokous", text="Tervetuloa.", until=day)
    announcement = announce(news, by=cast[keeper])
    comment = write_comment(matter, "Riittääkö viisi päivää?", by=cast[keeper])
    others_action, others_goal = action_of(cast), goal_of(cast)
    action = made(cast, by=keeper, responsible=place, made_for=place)
    goal = Goal.objects.create(title_fi="Tavoite", level="expert", forum=busy, made_by=cast[keeper])
    goal.parties.add(place)
    link = goal.links.create(linked=Interface.objects.order_by("pk")[0])
    forums = [busy.pk, idle.pk, others.forum_id]
    return {
        "forum_id": forums,
        "forum": [*forums, None],
        "above": [None, others.forum_id],
        "seat_id": [beside.pk, own.pk, others.forum.seats.order_by("pk")[0].pk],
        "seat": [None, own.pk],
        "matter_id": [matter.pk, others.pk],
        "matter": [None, matter.pk],
        "action_id": [action.pk, others_action.pk],
        "action_step": ["progress", "on_track", "finish", "late", "cancel", "ask_day", "fly"],
        "goal_id": [goal.pk, others_goal.pk],
        "goal": [None, goal.pk],
        "parent": [None, others_goal.pk],
        "link_id": [link.pk, others_goal.links.all()[0].pk],
        "linked": [
            f"interface:{pk}" for pk in Interface.objects.order_by("pk").values_list("pk", flat=True)[1:3]
        ],
        "due_on": [(timezone.localdate() + datetime.timedelta(days=30)).isoformat()],
        "person": [None, cast[keeper].pk],
        "parties": [[place.pk]],
        "made_for": [place.pk],
        "check_id": [check.pk, others.checks.get().pk],
        "comment_id": [comment.pk, comment_of(cast).pk],
        "reply_to": [None, comment.pk],
        "attachment_id": [attached(matter, cast[keeper]).pk, attachment_of(cast).pk],
        "attached": [[], [2**40]],
        "announcement_id": [announcement.pk, announcement_of(cast).pk],
        "until": [(timezone.localdate() + datetime.timedelta(days=3)).isoformat()],
        "subject": [f"matter:{matter.pk}", f"action:{action.pk}", f"matter:{others.pk}", "moon:1"],
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
