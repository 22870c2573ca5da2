"""What a step begins once under a key of the client's own, however often it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.db import IntegrityError, models, transaction

from collaboration.journal import IdUsed
from collaboration.models import User
from collaboration.workflow import Workflow

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Wished:
    """What makes two wishes the same: what never changes of the row, and the columns that may once somebody has saved it."""

    stays: tuple[str, ...]
    may_change: tuple[str, ...]


def begin_once(workflow: Workflow[Row], name: str, row: Row, wished: Wished, *, by: User) -> Row:
    """The row that the step makes, or that it has made of the same wish. Raises IdUsed for another wish, or as `begin` does.

    The same key at the same moment waits here for the first one.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    model, wish = type(row), cast(Any, row)
    earlier: Any = model._default_manager.filter(key=wish.key).first()
    if earlier is not None:
        names = wished.stays if earlier.seq > 1 else wished.stays + wished.may_change
        if any(getattr(earlier, name) != getattr(wish, name) for name in names):
            raise IdUsed
        return cast(Row, earlier)
    try:
        with transaction.atomic():
            return workflow.begin(name, row, by=by)
    except IntegrityError:  # somebody else has begun something under the same key at this moment
        raise IdUsed from None
