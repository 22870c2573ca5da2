"""Queries that are built and compiled once in a process: for each request only their parameters change.

Building a query of several tables and making SQL of it costs Django more than PostgreSQL needs for the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Field, ForeignObject, Lookup, QuerySet

Row = TypeVar("Row")
NUMBERS = count(2**62)
"""What stands for a parameter while the query is compiled: a number that no row has."""


@ForeignObject.register_lookup
@Field.register_lookup
class Any_(Lookup):  # noqa: N801 the name of the lookup is what is used
    """`field__any=[1, 2]`: like `in`, with one parameter however long the list is."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Sequence[Any]]:
        """`column = ANY(list)`."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, self.rhs]


class Kept(Generic[Row]):
    """`build` makes the queryset from parameters by name; calling the kept query with their values gives its rows."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self.compiled: tuple[QuerySet[Any, Row], Any, str, list[Any]] | None = None
        self.markers: dict[int, str] = {}

    def _compile(self, names: Sequence[str]) -> tuple[QuerySet[Any, Row], Any, str, list[Any]]:
        markers = {next(NUMBERS): name for name in names}
        queryset = self.build(**{name: marker for marker, name in markers.items()})
        compiler = queryset.query.get_compiler(queryset.db)
        sql, parameters = compiler.as_sql()
        self.markers = markers
        self.compiled = queryset, compiler, sql, list(parameters)
        return self.compiled

    def __call__(self, **values: Any) -> QuerySet[Any, Row]:
        """The queryset with these values; it can be read, and nothing more can be asked of it."""
        queryset, compiler, sql, parameters = self.compiled or self._compile(sorted(values))
        wanted = tuple(
            values[self.markers[each]] if type(each) is int and each in self.markers else each
            for each in parameters
        )
        bound = _twin(compiler, connection=connections[queryset.db], as_sql=lambda *_a, **_k: (sql, wanted))
        query = _twin(queryset.query, get_compiler=lambda *_a, **_k: bound)
        return _twin(queryset, _query=query, _result_cache=None)


Thing = TypeVar("Thing")


def _twin(thing: Thing, **other: Any) -> Thing:
    """The same but for these attributes; a queryset's own copying would ask the database."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__, **other)
    return twin
