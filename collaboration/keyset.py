"""Pages of a list by key, for pages and the API: as quick at its end as at its beginning, no row twice or left out, nothing
counted. What is sorted by may not be null, and its last column tells rows apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet

Row = TypeVar("Row")
Order = Sequence[str]
"""Columns, with a minus where they descend."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows, and the keys of the pages around them as an address carries them: `?after=` and `?before=`."""

    rows: list[Row]
    size: int
    previous: str = ""
    next: str = ""

    @property
    def is_all(self) -> bool:
        return not self.previous and not self.next

    @property
    def count(self) -> int:
        """How many rows there are, or how many fit on a page when there are more."""
        return len(self.rows) if self.is_all else self.size


def page_of(
    rows: QuerySet[Any, Row] | Merged[Row], order: Order, size: int, wish: Mapping[str, str]
) -> Page[Row]:
    """The page that the address asks for. A key that makes no sense, or after which nothing is left, is the first page's."""
    listed = ordered(rows, order)
    if (key := _read(wish.get("after", ""), order)) and (
        found := list(listed.filter(beyond(order, key))[: size + 1])
    ):
        return cut(found, order, size, previous=True)
    if key := _read(wish.get("before", ""), order):
        back = _turned(order)
        found = list(ordered(rows, back).filter(beyond(back, key))[: size + 1])
        if len(found) > size:
            return cut(found[size - 1 :: -1], order, size, previous=True, following=True)
    return cut(list(listed[: size + 1]), order, size)


def ordered(rows: Any, order: Order) -> Any:
    """The rows in this order, with what is sorted by of rows beside them."""
    beside = {_kept_as(column): F(column.removeprefix("-")) for column in order if "__" in column}
    return rows.order_by(*order).annotate(**beside)


class Merged(Generic[Row]):
    """Rows that are seen in one of several ways, each of which has an index in the order of the list.

    Of each way no more is read than a page holds, so a page costs the same however many rows there are in all. `rows` is
    what is told of those that are found, and still says who sees them; where that would read all that the person sees, `seen`
    says it of the found ones alone. Used as a queryset by `page_of`.
    """

    def __init__(
        self,
        ways: Sequence[QuerySet[Any, Any]],
        rows: QuerySet[Any, Row],
        seen: Callable[[Any], QuerySet[Any, Any]] | None = None,
    ) -> None:
        self.ways, self.rows, self.seen = ways, rows, seen

    def order_by(self, *order: str) -> Merged[Row]:
        """As of a queryset."""
        return Merged([way.order_by(*order) for way in self.ways], self.rows.order_by(*order), self.seen)

    def annotate(self, **beside: Any) -> Merged[Row]:
        """As of a queryset."""
        return Merged([way.annotate(**beside) for way in self.ways], self.rows.annotate(**beside), self.seen)

    def filter(self, *which: Any, **more: Any) -> Merged[Row]:
        """As of a queryset."""
        return Merged([way.filter(*which, **more) for way in self.ways], self.rows, self.seen)

    def of_each(self, most: int) -> QuerySet[Any, Row]:
        """So many first rows of each way, in one statement."""
        return self._of(slice(most))

    def __getitem__(self, page: slice) -> QuerySet[Any, Row]:
        """The first rows, in one statement: the first of each way, and of those together the first."""
        return self._of(page)[page]

    def _of(self, page: slice) -> QuerySet[Any, Row]:
        first, *others = [way.values("pk")[page] for way in self.ways] or [self.rows.none().values("pk")]
        found = first.union(*others, all=True) if others else first
        rows = self.rows.filter(pk__any=ArraySubquery(found))
        return rows if self.seen is None else rows.filter(pk__in=self.seen(ArraySubquery(found)))


def cut(
    found: list[Row], order: Order, size: int, *, previous: bool = False, following: bool = False
) -> Page[Row]:
    """The page of at most `size` rows: one more is found where another page follows."""
    rows = found[:size]
    has_next = following or len(found) > size
    return Page(
        rows,
        size,
        _write(rows[0], order) if previous else "",
        _write(rows[-1], order) if has_next else "",
    )


def beyond(order: Order, key: Sequence[Any]) -> Q:
    """What comes after the row with these values in this order."""
    [column, *others] = order
    name = column.removeprefix("-")
    after = Q(**{f"{name}__{'gt' if name == column else 'lt'}": key[0]})
    return after | (Q(**{name: key[0]}) & beyond(others, key[1:])) if others else after


def _kept_as(column: str) -> str:
    return column.removeprefix("-").replace("__", "_of_")


def _turned(order: Order) -> list[str]:
    return [column[1:] if column.startswith("-") else f"-{column}" for column in order]


def plain(value: Any) -> int | str:
    """A sort key as an address can carry it."""
    return value if isinstance(value, int | str) else str(value.isoformat())


def _write(row: Any, order: Order) -> str:
    values = [plain(getattr(row, _kept_as(column))) for column in order]
    return Signer(salt=" ".join(order)).sign_object(values)


def _read(key: str, order: Order) -> list[Any]:
    try:
        values: list[Any] = Signer(salt=" ".join(order)).unsign_object(key)
    except BadSignature:
        return []
    return values
