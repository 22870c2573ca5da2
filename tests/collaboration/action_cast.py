"""Actions of the cast: one of the LAPE group's matter for Porvoo, one by itself of the county; and a chain of goals."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from collaboration.models import Action, Goal, Matter
from collaboration.workflows.actions import action_workflow
from collaboration.workflows.goals import make_goal
from services.models import Interface
from tests.cast import Cast
from tests.collaboration.forum_cast import forums_of, matter_of

MAKER, PERSON = "county editor", "porvoo reader"
"""The chair of the LAPE group makes it; somebody of Porvoo does it."""


def in_days(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def made(cast: Cast, *, by: str = MAKER, matter: Matter | None = None, **said: Any) -> Action:
    """An action that somebody makes now, of their own organisation for Porvoo unless something else is said."""
    forums_of(cast)
    values = {
        "what": "Suojattu lomake käyttöön",
        "due_on": in_days(30),
        "responsible": cast.organisations["porvoo"],
        "made_for": cast.roles(by)[0][0],
        **said,
    }
    days = values["due_on"]
    if days < timezone.localdate():
        values["due_on"] = timezone.localdate()
    action = action_workflow.begin("make", Action(matter=matter, **values), by=cast[by])
    if days != action.due_on:
        Action.objects.filter(pk=action.pk).update(due_on=days)
        action.refresh_from_db()
    return action


def action_of(cast: Cast) -> Action:
    """The one of the LAPE group's matter, for which Porvoo's reader is responsible."""
    matter = matter_of(cast)
    return Action.objects.filter(matter=matter).first() or made(cast, matter=matter, person=cast[PERSON])


def goal_of(cast: Cast) -> Goal:
    """A goal of the management for the county and Porvoo, linked to an interface."""
    goal = Goal.objects.filter(title_fi="Tieto kulkee").first()
    if goal is None:
        goal = Goal(title_fi="Tieto kulkee", level="management", forum=matter_of(cast).forum)
        parties = [cast.organisations["county"], cast.organisations["porvoo"]]
        make_goal(goal, parties, by=cast["county editor"])
        goal.links.create(linked=Interface.objects.order_by("pk")[0])
    return goal
