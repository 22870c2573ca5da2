"""What waits for a person: each app registers what waits in it, and one partial shows all of it, the longest waiting first."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from collaboration.models import User


@dataclass(frozen=True)
class Action:
    """What people are asked to do. `nothing` says that nothing waits for it; without it, its heading is then left out."""

    name: str
    heading: Any
    nothing: Any = ""


@dataclass(frozen=True)
class Walk:
    """A page that leads through all that waits for an action, one after the other."""

    label: str
    url: str


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what it is about, why, since when, at which level of management where that is said, and
    where all of its action are gone through.
    """

    subject: str
    url: str
    why: str
    since: datetime.date | None
    action: Action
    level: str = ""
    walk: Walk | None = None


Rows = Callable[[User], Iterable[Waiting]]
_registered: list[tuple[tuple[Action, ...], Rows]] = []


def register(actions: Iterable[Action], rows: Rows) -> None:
    """Let people see on their front page what an app's function says of these actions, in this order."""
    _registered.append((tuple(actions), rows))


def waiting(user: User) -> list[tuple[Action, list[Waiting]]]:
    """By action what waits for the person."""
    found = []
    for actions, rows in _registered:
        waits = list(rows(user))
        found += [(action, _sorted([row for row in waits if row.action is action])) for action in actions]
    return found


def _sorted(rows: list[Waiting]) -> list[Waiting]:
    return sorted(rows, key=lambda row: (row.since is None, row.since))
