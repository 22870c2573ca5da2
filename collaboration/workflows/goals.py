"""Keeping shared goals: each change with its event, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import Goal, GoalLink, Level, Organisation, User
from collaboration.policy import is_granted
from collaboration.policy.actions import can_keep_goal, can_make_goals
from collaboration.policy.forums import can_keep_forum

CHAIN_LOCK = 0x60A1
"""Whoever puts a goal under another waits for whoever does the same: two at once could close a circle."""


def lock_chains() -> None:
    """Wait for whoever else puts a goal under another; before the row of a goal is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


@transaction.atomic
def make_goal(goal: Goal, parties: Iterable[Organisation], *, by: User) -> Goal:
    """Keep a new goal. Raises ValidationError by field, or PermissionDenied."""
    can_make_goals(by).require()
    lock_chains()
    chosen = list(parties)
    goal.made_by = by
    _checked(goal, chosen, by)
    goal.save()
    goal.parties.set(chosen)
    record("goal.made", goal, by=by)
    return goal


@transaction.atomic
def change_goal(goal: Goal, parties: Iterable[Organisation], *, by: User) -> None:
    """Save what its form says. Raises ValidationError by field, or PermissionDenied."""
    lock_chains()
    before = Goal.objects.select_for_update(of=("self",), no_key=True).get(pk=goal.pk)
    can_keep_goal(by, before).require()
    chosen = list(parties)
    _checked(goal, chosen, by)
    goal.save()
    goal.parties.set(chosen)
    record("goal.changed", goal, by=by)


def _checked(goal: Goal, parties: list[Organisation], by: User) -> None:
    goal.full_clean(exclude=["made_by"])
    if not parties:
        raise ValidationError({"parties": _("Choose at least one party.")})
    _require_place(goal)
    keeps_forum = goal.forum is not None and bool(can_keep_forum(by, goal.forum))
    if not keeps_forum and not is_granted(by, "edit", [party.pk for party in parties]):
        raise ValidationError(
            {
                "parties": _(
                    "Keep an organisation for which you edit among the parties, or choose a forum that you keep."
                )
            }
        )


def _require_place(goal: Goal) -> None:
    """Raise ValidationError when the goal above works on a lower level or is below this one, or one below on a higher."""
    rank = Level(goal.level).rank
    if goal.parent_id is not None:
        above = chain_over(goal.parent_id)
        if goal.pk and goal.pk in above:
            raise ValidationError(
                {"parent": _("That goal is below this one: they would go round in a circle.")}
            )
        if Level(above[goal.parent_id]).rank < rank:
            raise ValidationError({"parent": _("The goal above is on the same level or on a higher one.")})
    if goal.pk:
        levels = goal.children.values_list("level", flat=True)
        if any(Level(level).rank > rank for level in levels):
            raise ValidationError(
                {"level": _("A goal below this one is on a higher level. Choose that level or a higher one.")}
            )


def chain_over(pk: int) -> dict[int, str]:
    """The goal and all above it, with their levels."""
    seen: dict[int, str] = {}
    here: int | None = pk
    while here is not None and here not in seen:
        level, above = Goal.objects.values_list("level", "parent").get(pk=here)
        seen[here] = level
        here = above
    return seen


@transaction.atomic
def link(goal: Goal, row: models.Model, *, by: User) -> None:
    """Say that the goal is about an interface. Raises ValidationError or PermissionDenied."""
    can_keep_goal(by, goal).require()
    made = GoalLink(goal=goal, linked=row)
    made.full_clean()
    made.save()
    record("goal.changed", goal, by=by)


@transaction.atomic
def unlink(goal: Goal, linked: GoalLink, *, by: User) -> None:
    """Take a link away. Raises PermissionDenied."""
    can_keep_goal(by, goal).require()
    linked.delete()
    record("goal.changed", goal, by=by)
