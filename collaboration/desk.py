"""What waits for a person: each app registers which kinds of things wait in it, and the desk shows one queue of all of them.

A row says what waits and where, since when or until when, and leads to the page where one does it. The row of what has
been done is not there the next time that the desk is read: nothing is kept of the queue.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from collaboration import subjects, verbs
from collaboration.kept import Kept
from collaboration.models import Notification, User


@dataclass(frozen=True)
class Kind:
    """A kind of things that wait: its name over the API, the verb on the button, and its sign (a path on 20 by 20 pixels)."""

    name: str
    verb: Any
    sign: str


@dataclass(frozen=True)
class Waiting:
    """One row: what waits, where it is done, what it is about, and since when. `due` is its last day, `due_is` says of what.

    `document` is the one that it goes with, such as `map-12`: the desk listens to its live stream.
    """

    kind: Kind
    what: str
    url: str
    where: str = ""
    since: datetime.datetime | None = None
    due: datetime.date | None = None
    due_is: str = ""
    document: str = ""

    @property
    def urgency(self) -> tuple[bool, datetime.date, bool, float]:
        """What is due first, and then what has no last day and has waited longest."""
        last = self.due or datetime.date.max
        return self.due is None, last, self.since is None, self.since.timestamp() if self.since else 0

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


Rows = Callable[[User], Iterable[Waiting]]
_registered: list[Rows] = []


def register(rows: Rows) -> None:
    """Let people see on their desks what an app's function says that waits for them."""
    _registered.append(rows)


def waiting(user: User) -> list[Waiting]:
    """All that waits for the person, the most urgent first."""
    return sorted((row for rows in _registered for row in rows(user)), key=lambda row: row.urgency)


NEWS_SHOWN, MOST_KINDS = 5, 3
"""News, and of how many kinds of subjects they are at most: each kind asks one statement."""

_TOLD = Kept(
    lambda user: Notification.objects.filter(recipient=user, read_at__isnull=True).select_related(
        "event__actor"
    )[:NEWS_SHOWN]
)
_TOLD_EVER = Kept(
    lambda user: Notification.objects.filter(recipient=user).select_related("event__actor")[:NEWS_SHOWN]
)


def news(user: User, *, unread: bool = True, kinds_shown: int = MOST_KINDS) -> list[dict[str, Any]]:
    """What the person was told last, as far as they may still see it; `unread` leaves out what they have put aside."""
    told: list[tuple[Notification, tuple[int, int]]] = []
    kinds: set[int] = set()
    for each in (_TOLD if unread else _TOLD_EVER)(user=user.pk):
        kinds.add(each.event.subject_type_id)
        if len(kinds) > kinds_shown:
            break
        told.append((each, (each.event.subject_type_id, each.event.subject_id)))
    seen = subjects.seen_by(user, [about for _each, about in told])
    return [
        {
            "notification": notification,
            "sentence": str(verbs.verb(notification.event.verb).sentence),
            "title": str(row),
            "url": row.get_absolute_url(),
        }
        for notification, about in told
        if (row := seen.get(about)) is not None
    ]
