"""Actions and shared goals as the API tells them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery

from collaboration import subjects
from collaboration.models import Goal, User
from collaboration.policy.actions import can_keep_goal
from collaboration.policy.forums import visible_matters
from collaboration.queries import actions, goals
from collaboration.queries.forum_rows import shown_steps, shown_subject

Row = dict[str, Any]
Rows = QuerySet[Any, Any]


def action_rows(user: User, wanted: Row) -> Rows:
    """The actions that the person sees and the filters leave, each with its matter if they see it: one statement."""
    seen = visible_matters(user).filter(pk=OuterRef("matter"))
    return actions.filtered(user, wanted).values(
        "id",
        "what",
        "status",
        "status_at",
        "due_on",
        "progress",
        "responsible",
        "person",
        "made_for",
        "made_at",
        "done_at",
        "goal",
        person_name=F("person__name"),
        matter_=Subquery(seen.values("pk")[:1]),
    )


TOLD = ("what", "status", "status_at", "due_on", "progress", "made_at", "done_at")
TEXTS = ("description", "evidence", "evidence_link", "cancelled_reason")
ANSWERED = ("answer", "due_on", "wished_on", "reason", "at")


def whole_action(user: User, pk: int) -> Row:
    """One action with what was answered, and the steps that the person may take now. Raises Http404."""
    page = actions.action_page(user, pk)
    action = page["action"]
    return {
        "id": action.pk,
        **{name: getattr(action, name) for name in (*TOLD, *TEXTS)},
        **{name: getattr(action, f"{name}_id") for name in ("responsible", "person", "made_for", "goal")},
        "person_name": action.person and action.person.name,
        "made_by": action.made_by.name,
        "matter": action.seen_matter and action.seen_matter.pk,
        "about": shown_subject(page["about"]),
        "answers": [
            {**{name: getattr(answer, name) for name in ANSWERED}, "by": answer.by.name}
            for answer in page["answers"]
        ],
        "is_asked": page["is_asked"],
        "steps": shown_steps(page["offers"]),
        "can_change": action.is_open and bool(page["can_steer"]),
        "can_name_person": bool(page["can_name"]),
    }


def shared_goals(user: User, wanted: Row) -> Rows:
    """The goals that the filters leave, with their parties: one statement."""
    found = goals.filtered(user, wanted)
    for name in ("parent", "forum"):
        if wanted.get(name):
            found = found.filter(**{name: wanted[name]})
    parties = Goal.parties.through._default_manager.filter(goal=OuterRef("pk"))
    return found.values(
        "id",
        "title_fi",
        "title_sv",
        "level",
        "parent",
        "forum",
        "until",
        parties_=ArraySubquery(parties.order_by("organisation").values("organisation")),
    )


def whole_goal(user: User, row: Row) -> Row:
    """The goal of the row with its description and what it is about, as far as the person sees it."""
    goal = goals.goal_for(user, row["id"])
    links = list(goal.links.all())
    seen = subjects.seen_by(user, [(link.linked_type_id, link.linked_id) for link in links])
    return {
        **row,
        "description": goal.description,
        "links": [
            {"id": link.pk, "linked": shown_subject(seen.get((link.linked_type_id, link.linked_id)))}
            for link in links
        ],
        "can_change": bool(can_keep_goal(user, goal)),
    }


def chain_rows(user: User, pk: int) -> list[Row]:
    """The goal's whole chain, from the highest goal down, each with what it lacks. Raises Http404."""
    found: list[Row] = []
    waiting = goals.chain_of(user, goals.goal_for(user, pk))
    while waiting:
        branch = waiting.pop(0)
        goal = branch["goal"]
        found.append(
            {
                "id": goal.pk,
                "title": str(goal),
                "level": goal.level,
                "parent": goal.parent_id,
                "lacks": branch["lacks"],
            }
        )
        waiting = [*branch["children"], *waiting]
    return found
