"""Queries that are built and compiled once in a process: for each request only their parameters change.

Building a query of several tables and making SQL of it costs Django more than PostgreSQL needs for the answer, and
planning it costs PostgreSQL more than running it: each connection prepares a kept query when it is first asked there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Expression, F, Field, ForeignObject, Lookup, Prefetch, QuerySet
from django.db.models.query import prefetch_related_objects

Row = TypeVar("Row")
Thing = TypeVar("Thing")
Fetch = Callable[[Any], None]


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
    """`field__any=numbers`: like `in`, with one parameter however many there are.

    Of an `ArraySubquery` it reads the few rows that this names, by their index, where `in` may read the table and join it.
    """

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column = ANY(numbers)`."""
        column, parameters = self.process_lhs(compiler, connection)
        if hasattr(self.rhs, "resolve_expression"):
            asked, more = compiler.compile(self.rhs)
            return f"{column} = ANY({asked})", (*parameters, *more)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


NUMBERS = count(1)
LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
PARAMETER_TYPES = "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = %s"


class Kept(Generic[Row]):
    """`build` makes the queryset of `Parameter`s; the kept query, called with their values, gives its rows.

    What it prefetches is kept in the same way.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self.name = f"kept_{next(NUMBERS)}"
        self.largest: list[int | None] = []
        self.compiled: tuple[QuerySet[Any, Row], Any, str, Sequence[Any], list[Fetch]] | None = None

    def __call__(self, **values: Any) -> QuerySet[Any, Row]:
        """The queryset with these values: to be read, not to be refined."""
        if self.compiled is None:
            built = self.build(**{name: Parameter(name) for name in values})
            made = built.query.get_compiler(built.db)
            fetches = [beside(built.model, lookup) for lookup in built._prefetch_related_lookups]  # type: ignore[attr-defined]
            sql, parameters = made.as_sql()
            converters = made.get_converters([column[0] for column in made.select[: made.col_count]])
            made.get_converters = lambda _columns: converters
            self.compiled = built, made, sql, parameters, fetches
        queryset, compiler, sql, parameters, fetches = self.compiled
        connection: Any = connections[queryset.db]

        def as_sql(*_with: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
            if connection.prepares:
                self._prepare(connection, sql, parameters)
                given = tuple(values[each.name] for each in parameters if isinstance(each, Parameter))
                if all(map(_fits, given, self.largest)):
                    return f"EXECUTE {self.name}{_places(len(given))}", given
            return sql, tuple(
                values[each.name] if isinstance(each, Parameter) else each for each in parameters
            )

        bound = _twin(compiler, connection=connection, as_sql=as_sql)
        query = _twin(queryset.query, get_compiler=lambda *_a, **_k: bound)
        answer = _twin(queryset, _query=query, _result_cache=None, _prefetch_done=False)

        def fetch_beside() -> None:
            for fetch in fetches:
                fetch(answer._result_cache)
            answer._prefetch_done = True  # type: ignore[attr-defined]

        answer._prefetch_related_objects = fetch_beside  # type: ignore[attr-defined]
        return answer

    def one(self, **values: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self(**values)), None)

    def _prepare(self, connection: Any, sql: str, parameters: Sequence[Any]) -> None:
        """Let the connection know the statement, with its fixed values in it, unless it does."""
        connection.ensure_connection()
        if self.name in connection.prepared:
            return
        numbers = count(1)
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            places = [
                f"${next(numbers)}" if isinstance(each, Parameter) else cursor.mogrify("%s", [each]).decode()
                for each in parameters
            ]
            cursor.execute(f"PREPARE {self.name} AS {sql % tuple(places)}")
            cursor.execute(PARAMETER_TYPES, [self.name])
            self.largest = [LARGEST.get(name.removesuffix("[]")) for name in cursor.fetchone()[0]]
        connection.prepared.add(self.name)


def _fits(value: Any, largest: int | None) -> bool:
    """Whether the parameter's type can hold the value: where not, PostgreSQL compares it as a numeral in the statement."""
    if largest is None or isinstance(value, str):
        return True
    return all(
        -largest <= each <= largest for each in (value if isinstance(value, list | tuple) else [value or 0])
    )


def _places(number: int) -> str:
    return f" ({', '.join(['%s'] * number)})" if number else ""


def beside(model: Any, lookup: Any) -> Fetch:
    """What fetches the lookup's rows for a list of the model's: by a kept query when it is of an ordinary relation.

    Like Django's `prefetch_related_objects`, for rows that have been read already.
    """
    prefetch: Any = Prefetch(lookup) if isinstance(lookup, str) else lookup
    *way, name = prefetch.prefetch_through.split("__")
    for step in way:
        model = model._meta.get_field(step).related_model
    relation = model._meta.get_field(name)
    children = prefetch.queryset
    if (
        prefetch.to_attr
        or type(prefetch) is not Prefetch
        or not (relation.one_to_many or _is_forward(relation))
    ):
        return lambda rows: prefetch_related_objects(rows, lookup)
    if children is None:
        children = relation.related_model._default_manager.all()
    if relation.one_to_many:
        back, of_parent = relation.field.name, attrgetter(relation.field.attname)
        found = Kept(lambda parents: children.filter(**{f"{back}__any": parents}))
    else:
        back, of_parent = relation.related_query_name(), attrgetter("of_parent")
        found = Kept(
            lambda parents: children.filter(**{f"{back}__pk__any": parents}).annotate(
                of_parent=F(f"{back}__pk")
            )
        )
    cached = name if _is_forward(relation) else relation.get_accessor_name()

    def fetch(rows: Any) -> None:
        parents = {parent.pk: parent for row in rows for parent in _at_the_end_of(row, way)}
        by_parent: dict[Any, list[Any]] = {key: [] for key in parents}
        for child in found(parents=list(parents)) if parents else ():
            key = of_parent(child)
            by_parent[key].append(child)
            if relation.one_to_many:
                setattr(child, back, parents[key])
        for row in rows:
            for parent in _at_the_end_of(row, way):
                related = getattr(parent, cached)._apply_rel_filters(children.all())
                related._result_cache, related._prefetch_done = by_parent[parent.pk], True
                parent.__dict__.setdefault("_prefetched_objects_cache", {})[cached] = related

    return fetch


def _is_forward(relation: Any) -> bool:
    return bool(relation.many_to_many) and relation.concrete


def _at_the_end_of(row: Any, way: Sequence[str]) -> Iterator[Any]:
    """The row that single-valued relations, which came along, lead to; none when one of them is empty."""
    for step in way:
        row = getattr(row, step)
        if row is None:
            return
    yield row


def _twin(thing: Thing, **other: Any) -> Thing:
    """The same but for these attributes; a queryset's own copying would ask the database."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__, **other)
    return twin
