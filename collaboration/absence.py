"""Who stands in for whom today: the one place that everything with an owner asks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject

from collaboration.kept import Kept
from collaboration.models import StandIn

EVERYTHING = 0
"""The key of an absence from everything; others have the number of their seat."""

MOST_IN_A_CHAIN = 3
"""A is away and B stands in, who is away and C stands in, who is away and D stands in: the database follows no further."""


@dataclass(frozen=True)
class Deputy:
    """Who stands in today, and until which day."""

    person: int
    name: str
    until: datetime.date


_stands_in = Kept(
    lambda people: StandIn.objects.filter(user__any=people).values_list(
        "user", "seat_key", "deputy", "deputy__name", "valid_until"
    )
)


def deputies_of(people: Iterable[int]) -> dict[tuple[int, int], Deputy]:
    """By person and seat (`EVERYTHING` for all of them) who stands in for whoever is away today: one statement."""
    wanted = sorted(set(people))
    return {
        (person, seat): Deputy(deputy, name, until)
        for person, seat, deputy, name, until in (_stands_in(people=wanted) if wanted else ())
    }


def deputy_of(deputies: dict[tuple[int, int], Deputy], person: int, seat: int = EVERYTHING) -> Deputy | None:
    """Who stands in for the person in the seat: one named for the seat before one for everything."""
    return deputies.get((person, seat)) or deputies.get((person, EVERYTHING))


def deputy_beside(person: str) -> Subquery:
    """Beside rows who stands in today, in everything, for the person to whom the path leads: for `deputy_in`."""
    rows = StandIn.objects.filter(user=OuterRef(person), seat_key=EVERYTHING)
    told = JSONObject(person="deputy", name="deputy__name", until="valid_until")
    return Subquery(rows.values(row=told)[:1], output_field=JSONField())


def deputy_in(told: dict[str, Any] | None) -> Deputy | None:
    """What `deputy_beside` has brought."""
    if told is None:
        return None
    return Deputy(told["person"], told["name"], datetime.date.fromisoformat(told["until"]))
