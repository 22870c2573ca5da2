"""Queries that are built and compiled once in a process: for each request only their parameters change.

Building a query of several tables and making SQL of it costs Django more than PostgreSQL needs for the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Expression, Field, ForeignObject, Lookup, QuerySet

Row = TypeVar("Row")
Thing = TypeVar("Thing")


class Parameter(Expression):
    """What stands in a query for a value that comes later."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A placeholder, with this itself as its value."""
        return "%s", (self,)


@ForeignObject.register_lookup
@Field.register_lookup
class IsAnyOf(Lookup):
    """`field__any=numbers`: like `in`, with one parameter however many there are."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column = ANY(numbers)`."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


class Kept(Generic[Row]):
    """`build` makes the queryset of `Parameter`s; the kept query, called with their values, gives its rows."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self.compiled: tuple[QuerySet[Any, Row], Any, str, Sequence[Any]] | None = None

    def __call__(self, **values: Any) -> QuerySet[Any, Row]:
        """The queryset with these values: to be read, not to be refined."""
        if self.compiled is None:
            built = self.build(**{name: Parameter(name) for name in values})
            made = built.query.get_compiler(built.db)
            self.compiled = built, made, *made.as_sql()
        queryset, compiler, sql, parameters = self.compiled
        given = tuple(values[each.name] if isinstance(each, Parameter) else each for each in parameters)
        bound = _twin(compiler, connection=connections[queryset.db], as_sql=lambda *_a, **_k: (sql, given))
        query = _twin(queryset.query, get_compiler=lambda *_a, **_k: bound)
        return _twin(queryset, _query=query, _result_cache=None, _prefetch_done=False)

    def one(self, **values: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self(**values)), None)


def _twin(thing: Thing, **other: Any) -> Thing:
    """The same but for these attributes; a queryset's own copying would ask the database."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__, **other)
    return twin
