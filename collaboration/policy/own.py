"""One's own organisation stands first wherever organisations, or what belongs to them, are listed or chosen from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import Cast

from collaboration.models import User
from collaboration.policy import grants_of

Row = TypeVar("Row")


def own_of(user: User) -> list[int]:
    """The ids of one's organisations: that of the seat one sits in, then the others."""
    seat = getattr(user, "seat", None)
    return sorted(grants_of(user), key=lambda key: (key != seat, key))


def own_first(user: User, rows: Iterable[Row], organisation: Callable[[Row], Any]) -> list[Row]:
    """The rows in their order, but those of one's own organisations before all others."""
    own = own_of(user)
    return sorted(rows, key=lambda row: own.index(key) if (key := organisation(row)) in own else len(own))


def others_last(user: User, organisation: str = "pk") -> Case | Cast:
    """What to sort a query by first: the place of the column's organisation among one's own."""
    own = own_of(user)
    if not own:
        return Cast(Value(0), IntegerField())  # a bare number would be read as the place of a column
    return Case(
        *(When(**{organisation: key}, then=Value(place)) for place, key in enumerate(own)),
        default=Value(len(own)),
        output_field=IntegerField(),
    )
