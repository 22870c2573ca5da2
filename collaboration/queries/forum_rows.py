"""Forums, their seats, absences and matters as the API tells them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from collaboration.absence import deputies_of, deputy_of
from collaboration.composition import composition
from collaboration.models import Absence, Forum, ForumSeat, Matter, User
from collaboration.policy import forums as policy
from collaboration.queries.forums import forum_for, routes
from collaboration.queries.matters import filtered, matter_page
from collaboration.searching import found
from collaboration.subjects import reference_to
from collaboration.workflow import Offer

Row = dict[str, Any]
Rows = QuerySet[Any, Any]


def forum_rows(user: User, wanted: Row) -> Rows:
    """The forums that the filters leave, with their members and routes: one statement."""
    forums = policy.visible_forums(user)
    if not wanted.get("ended"):
        forums = forums.filter(ended_on__isnull=True)
    if wanted.get("mine"):
        forums = forums.filter(pk__in=[seat.forum_id for seat in policy.acting_seats(user)])
    if wanted.get("q"):
        forums = forums.filter(found(wanted["q"], "words"))
    for name in ("area", "level", "kind"):
        if wanted.get(name):
            forums = forums.filter(**{name: wanted[name]})
    members = Forum.members.through._default_manager.filter(forum=OuterRef("pk"))
    targets = Forum.forwards_to.through._default_manager.filter(from_forum=OuterRef("pk"))
    return forums.values(
        "id",
        "kind",
        "level",
        "name_fi",
        "name_sv",
        "area",
        "coordinated_by",
        "above",
        "languages",
        "purpose_fi",
        "purpose_sv",
        "legal_basis",
        "term_from",
        "term_until",
        "ended_on",
        members_=ArraySubquery(members.order_by("organisation").values("organisation")),
        forwards_to_=ArraySubquery(targets.order_by("to_forum").values("to_forum")),
    )


def whole_forum(user: User, row: Row) -> Row:
    """The forum of the row with its working rules, who sits there, what its composition lacks and where it forwards."""
    forum: Any = forum_for(user, row["id"])
    begun = [seat for seat in forum.held if seat.has_begun]
    seats = list(seat_rows(user, forum.seats.filter(pk__in=[seat.pk for seat in forum.held])).order_by("pk"))
    return {
        **row,
        "working_rules": forum.working_rules,
        "seats": with_deputies([{name.rstrip("_"): seat[name] for name in seat} for seat in seats]),
        "composition": [
            {"part": str(filled.part.name), "count": filled.count, "is_missing": filled.is_missing}
            for filled in composition(forum, begun)
        ],
        "routes": [{"forum": target.pk, "name": target.name} for target in routes(forum)],
        "can_change": bool(policy.can_change_forum(user, forum)),
        "can_raise": bool(policy.can_raise(user, forum)),
    }


def seat_rows(user: User, seats: QuerySet[ForumSeat]) -> Rows:
    """Seats; in which matter an expert is heard is told to those who see the matter. One statement."""
    seen = policy.visible_matters(user).filter(pk=OuterRef("matter"))
    return seats.values(
        "id",
        "forum",
        "user",
        "organisation",
        "role",
        "represents",
        "language",
        "deputy_for",
        "valid_from",
        "valid_until",
        name=F("user__name"),
        matter_=Subquery(seen.values("pk")[:1]),
    )


def seats_of_forum(user: User, forum: int, wanted: Row) -> QuerySet[ForumSeat]:
    """The forum's seats that have not ended, or all of them."""
    seats = policy.visible_seats(user).filter(forum=forum)
    if wanted.get("role"):
        seats = seats.filter(role=wanted["role"])
    if wanted.get("ended"):
        return seats
    return seats.filter(pk__in=ForumSeat.objects.not_ended(timezone.localdate()).values("pk"))


def with_deputies(seats: list[Row]) -> list[Row]:
    """Beside each seat who stands in today: one statement."""
    deputies = deputies_of(seat["user"] for seat in seats)
    for seat in seats:
        deputy = deputy_of(deputies, seat["user"], seat["id"])
        seat["stands_in"] = deputy and {"user": deputy.person, "name": deputy.name, "until": deputy.until}
    return seats


def absence_rows(user: User, wanted: Row) -> Rows:
    """The absences that the person sees: one statement."""
    absences = policy.visible_absences(user)
    if wanted.get("user"):
        absences = absences.filter(user=wanted["user"])
    if not wanted.get("ended"):
        current = Absence.objects.not_ended(timezone.localdate())
        absences = absences.filter(pk__in=current.values("pk"))
    return absences.values(
        "id",
        "user",
        "deputy",
        "seat",
        "valid_from",
        "valid_until",
        name=F("user__name"),
        deputy_name=F("deputy__name"),
    )


def matter_rows(user: User, wanted: Row) -> Rows:
    """The matters that the person sees and the filters leave: one statement."""
    return filtered(user, wanted).values(
        "id",
        "forum",
        "kind",
        "title",
        "status",
        "status_at",
        "raised_for",
        "raised_at",
        "next_step",
        "next_step_on",
        raised_by_=F("raised_by__name"),
        came_from=F("origin__forum"),
    )


def with_numbers(matters: list[Row]) -> None:
    """Beside each matter the number by which people cite it."""
    for row in matters:
        row["number"] = Matter(pk=row["id"], raised_at=row["raised_at"]).number


TOLD = (
    "id",
    "number",
    "kind",
    "title",
    "text",
    "proposal",
    "status",
    "status_at",
    "raised_at",
    "next_step",
    "next_step_on",
    "unchecked_reason",
    "outcome",
    "decision",
    "decided_on",
    "section",
    "case_number",
    "minutes",
    "publicity",
    "secrecy_basis",
    "handled_reason",
    "answer",
    "answered_at",
)
CHAINED = ("forum", "level", "at", "is_here", "answer", "reason", "next_step_on")


def whole_matter(user: User, pk: int) -> Row:
    """One matter with its check, its chain, and the steps that the person may take now. Raises Http404."""
    page = matter_page(user, pk)
    matter = page["matter"]
    return {
        **{name: getattr(matter, name) for name in TOLD},
        "forum": matter.forum_id,
        "raised_by": matter.raised_by.name,
        "raised_for": matter.raised_for_id,
        "prepared_by": matter.prepared_by_id,
        "answered_by": matter.answered_by.name if matter.answered_by else None,
        "came_from": matter.origin.forum_id if matter.origin else None,
        "about": shown_subject(page["about"]),
        "checks": [_check(check) for check in page["checks"]],
        "needs_check": page["needs_check"],
        "chain": [
            {
                "id": row["pk"] if row["url"] or row["is_here"] else None,
                "status": row["state"],
                **{name: row[name] for name in CHAINED},
            }
            for row in page["chain"]
        ],
        "steps": shown_steps(page["offers"]),
        "can_change_text": bool(page["can_change_text"]),
        "can_prepare": bool(page["can_prepare"]),
    }


def shown_steps(offers: list[Offer]) -> list[Row]:
    """The steps that the person may take now."""
    return [
        {
            "name": offer.transition.name,
            "label": str(offer.transition.label),
            "blockers": list(offer.blockers),
        }
        for offer in offers
    ]


def shown_subject(row: Any) -> Row | None:
    """What something is about, for those who see it."""
    return row and {"subject": reference_to(row), "title": str(row), "url": row.get_absolute_url()}


def _check(check: Any) -> Row:
    return {
        "id": check.pk,
        "touched": shown_subject(check.seen),
        "effect": check.effect,
        "heard_on": check.heard_on,
        "not_heard_reason": check.not_heard_reason,
        "made_by": check.made_by.name,
        "made_at": check.made_at,
    }
