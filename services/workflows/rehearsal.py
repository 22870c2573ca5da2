"""A rehearsal: what is done with a map inside happens to a private copy of its rows, and is forgotten afterwards.

Temporary tables stand before the real ones in PostgreSQL's search path. So the ordinary ops run as they are, and no row
that people edit is locked or waited for. What is not copied (the catalogue, people, versions) is the real thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from psycopg2 import sql  # type: ignore[import-untyped]

from collaboration.models import Change, Event, Notification
from services.models import ApprovalRound, InterfaceMap, Party
from services.workflows.properties import KINDS

COPY = """
CREATE TEMPORARY TABLE {table} (LIKE {real} INCLUDING ALL EXCLUDING IDENTITY) ON COMMIT DROP;
ALTER TABLE {copy} ALTER COLUMN id SET DEFAULT nextval({numbers});
INSERT INTO {copy} ({columns}) SELECT {columns} FROM {real} WHERE id = ANY({rows}::bigint[]);
"""


class _Over(Exception):
    """Takes everything back."""


@contextmanager
def rehearsal(interface_map: InterfaceMap) -> Iterator[None]:
    """Inside, the map and the base map that it follows are copies."""
    keys = [key for key in (interface_map.pk, interface_map.base_id) if key is not None]
    try:
        with transaction.atomic():
            for model, rows in _rows_of(keys).items():
                _copy(model, rows)
            yield
            raise _Over
    except _Over:
        pass


def _rows_of(maps: list[int]) -> dict[type[models.Model], list[int]]:
    """What ops on the maps read and write, by model."""
    log = ContentType.objects.get_for_model(InterfaceMap)
    found: dict[type[models.Model], list[int]] = {
        Change: list(Change.objects.filter(log_type=log, log_id__in=maps).values_list("pk", flat=True)),
        Event: [],
        Notification: [],
    }
    for model in _written():
        rows: Any = model._base_manager.filter(**{f"{_way_to_map(model)}__in": maps})
        found[model] = list(rows.values_list("pk", flat=True))
    return found


def _written() -> list[type[models.Model]]:
    """What ops change: every kind of row that can be edited, what ties them together, and rounds that an edit ends."""
    kinds: list[type[models.Model]] = [*dict.fromkeys(kind.model for kind in KINDS.values()), Party]
    ties: list[Any] = [field.remote_field.through for model in kinds for field in model._meta.many_to_many]
    return [*kinds, *ties, ApprovalRound]


def _way_to_map(model: type[models.Model]) -> str | None:
    """The lookup of the map that a row belongs to, if it belongs to one."""
    if model is InterfaceMap:
        return "pk"
    for field in model._meta.concrete_fields:
        beside: Any = field.related_model if isinstance(field, models.ForeignKey) and not field.null else None
        if beside is None or beside._meta.app_label != "services":
            continue
        if (way := _way_to_map(beside)) is not None:
            return field.name if way == "pk" else f"{field.name}__{way}"
    return None


def _copy(model: type[models.Model], rows: list[int]) -> None:
    """Put a temporary table before the model's own, with these rows; new ones are numbered on."""
    table = model._meta.db_table
    columns = [
        field.column for field in model._meta.concrete_fields if not getattr(field, "generated", False)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), pg_get_serial_sequence(%s, 'id')", [table])
        schema, numbers = cursor.fetchone()
        statement = sql.SQL(COPY).format(
            table=sql.Identifier(table),
            real=sql.Identifier(schema, table),
            copy=sql.Identifier("pg_temp", table),
            numbers=sql.Literal(numbers),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            rows=sql.Literal(rows),
        )
        cursor.execute(statement)
