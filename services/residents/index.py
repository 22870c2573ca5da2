"""Finding among the services of every version in force: rows of the database, written when a version is published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from services.models import PublicState, TargetGroup
from services.residents.word_search import pattern

Row = dict[str, Any]

NAME, PLACE, TEXT = 9, 3, 1
"""How much a word weighs that stands in a name, in a class or a municipality, and in a text."""

MOST_FOUND = 200
"""So many are looked at of each: services with a word in their name, and others. Whoever finds more adds a word."""

NAMES = "SELECT * FROM services_publicname WHERE {any} ORDER BY {hits} DESC, {order}, id"
FIND = """
WITH named AS MATERIALIZED (
    SELECT service.id, {weight} AS weight, {hits} AS hits, service.{order} AS key
    FROM ({names}) AS name CROSS JOIN LATERAL (
        SELECT * FROM services_publicservice service
        WHERE service.name_id = name.id AND {all_in_words} AND {filters} ORDER BY service.id LIMIT {most}
    ) AS service LIMIT {most}
), told AS MATERIALIZED (
    SELECT service.id, {weight_without_name} AS weight, {hits} AS hits, service.{order} AS key
    FROM services_publicservice service
    WHERE (SELECT count(*) FROM named) < {most} AND {all_in_words} AND {filters}
        AND service.id NOT IN (SELECT id FROM named)
    ORDER BY service.{order}, service.id LIMIT {most}
), partly_named AS MATERIALIZED (
    SELECT service.id, {weight} AS weight, {hits} AS hits, service.{order} AS key
    FROM ({names}) AS name CROSS JOIN LATERAL (
        SELECT * FROM services_publicservice service
        WHERE service.name_id = name.id AND {filters} ORDER BY service.id LIMIT {most}
    ) AS service
    WHERE NOT EXISTS (SELECT FROM named) AND NOT EXISTS (SELECT FROM told) LIMIT {most}
), partly_told AS MATERIALIZED (
    SELECT service.id, {weight_without_name} AS weight, {hits} AS hits, service.{order} AS key
    FROM services_publicservice service
    WHERE NOT EXISTS (SELECT FROM named) AND NOT EXISTS (SELECT FROM told) AND ({any_in_words}) AND {filters}
        AND service.id NOT IN (SELECT id FROM partly_named)
    ORDER BY service.{order}, service.id LIMIT {most}
), each AS MATERIALIZED (
    TABLE named UNION ALL TABLE told UNION ALL TABLE partly_named UNION ALL TABLE partly_told
), found AS (
    SELECT *, count(*) OVER () AS of FROM each
    ORDER BY hits DESC, weight DESC, key, id LIMIT %(limit)s OFFSET %(offset)s
)
SELECT state.summary, (
    SELECT coalesce(jsonb_agg(
        service.shown || jsonb_build_object('hits', found.hits, 'of', found.of)
        ORDER BY found.hits DESC, found.weight DESC, found.key, found.id
    ), '[]') FROM found JOIN services_publicservice service ON service.id = found.id
), (
    SELECT coalesce(jsonb_agg(DISTINCT mark), '[]') FROM each
    JOIN services_publicservice service ON service.id = each.id, unnest(service.marks) AS mark
), {others} FROM services_publicstate state
"""

LIST = """SELECT state.summary, (
    SELECT coalesce(jsonb_agg(shown), '[]') FROM (
        SELECT shown FROM services_publicservice service WHERE {filters}
        ORDER BY {order}, id LIMIT %(limit)s OFFSET %(offset)s
    ) AS services
), {count}, {others} FROM services_publicstate state
"""

OTHERS = """(
    SELECT coalesce(jsonb_agg(DISTINCT mark), '[]')
    FROM (SELECT marks FROM services_publicservice service WHERE {filters} LIMIT {most}) AS each, unnest(marks) AS mark
)"""
"""What there is to choose instead of one filter: the marks of the services that the other filters and the words leave."""

MOST_LOOKED_AT = 5_000
"""So many services with one of the words are looked at for what there is to choose."""

COUNT = "(SELECT count(*) FROM services_publicservice service WHERE {filters})"
ALL = "(state.summary->'services')::bigint, state.summary->'marks'"

AXES = {"municipality": "m", "target_group": "g", "outcome": "o", "enabler": "e"}
"""What residents filter by, with how it is marked."""


@dataclass(frozen=True)
class Found:
    """A page of services, how many there are in all, and what there is: the summary of `PublicState`.

    `offered` is what each filter can be, of `AXES`, and finds something with the others.
    """

    services: list[Row]
    count: int
    summary: Row
    offered: dict[str, set[str]]
    is_partial: bool = False
    is_cut: bool = False


def state() -> UUID | None:
    """A name that changes with all that is public: what pages are kept by. One small statement."""
    return PublicState.objects.values_list("name", flat=True).first()


def groups_of(target_group: str) -> list[str]:
    """Services that suit the group: its own, and those for everyone."""
    return [target_group, TargetGroup.EVERYONE.value]


def _order() -> str:
    return connection.ops.quote_name("order_sv" if get_language() == "sv" else "order")


def _filters(wanted: dict[str, str], but: str = "") -> str:
    """What the chosen filters leave, as SQL on a service's marks; `but` is left out. A place has both place and group."""
    given = {name for name in AXES if wanted[name] and name != but}
    place = "'m:' || %(municipality)s"
    parts = [
        f"service.marks @> ARRAY['{AXES[name]}:' || %({name})s]" for name in sorted(given - {"target_group"})
    ]
    if "target_group" in given:
        of_place = f"{place} || '/' || " if "municipality" in given else ""
        parts.append(f"service.marks && ARRAY(SELECT {of_place}'g:' || unnest(%(groups)s))")
    return " AND ".join(parts) or "true"


def _others(wanted: dict[str, str], words: str = "true", most: int | str = "ALL") -> str:
    """By each chosen filter what else it could be."""
    chosen = [name for name in AXES if wanted[name]]
    left = {name: f"({words}) AND {_filters(wanted, but=name)}" for name in chosen}
    parts = [f"'{name}', {OTHERS.format(filters=filters, most=most)}" for name, filters in left.items()]
    return f"jsonb_build_object({', '.join(parts)})"


def _values(wanted: dict[str, str], offset: int, limit: int) -> dict[str, Any]:
    return {"limit": limit, "offset": offset, **wanted, "groups": groups_of(wanted["target_group"])}


def _offered(marks: list[str], others: dict[str, list[str]]) -> dict[str, set[str]]:
    return {
        name: {
            mark[2:] for mark in others.get(name, marks) if mark.startswith(f"{sign}:") and "/" not in mark
        }
        for name, sign in AXES.items()
    }


def listed(wanted: dict[str, str], offset: int, limit: int) -> Found:
    """The services that the filters leave, in alphabetical order: one statement."""
    filters = _filters(wanted)
    is_all = filters == "true"
    counted = ALL if is_all else f"{COUNT}, {OTHERS}"
    statement = LIST.format(
        filters=filters,
        order=_order(),
        count=counted.format(filters=filters, most="ALL"),
        others=_others(wanted),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(wanted, offset, limit))
        summary, rows, count, marks, others = cursor.fetchone() or ("{}", "[]", 0, "[]", "{}")
    summary, marks = json.loads(summary), json.loads(marks)
    if is_all and summary:
        marks += [f"m:{code}" for code in summary["municipalities"]]
    return Found(json.loads(rows), count, summary, _offered(marks, json.loads(others)))


def find(roots: list[tuple[str, ...]], wanted: dict[str, str], offset: int, limit: int) -> Found:
    """Services with each of the roots, the best first; else those with some. One statement, however many there are.

    The statement looks at few rows: names are searched first and in their order, and no more than are shown are weighed.
    """
    names = [[f"root_{n}_{nth}" for nth, _root in enumerate(some)] for n, some in enumerate(roots)]
    values: dict[str, Any] = {
        name: f"%{pattern(root)}%"
        for of_word, some in zip(names, roots, strict=True)
        for name, root in zip(of_word, some, strict=True)
    }
    values |= _values(wanted, offset, limit)

    def like(column: str, of_word: list[str]) -> str:
        return "(" + " OR ".join(f"{column} LIKE %({name})s" for name in of_word) + ")"

    def each(column: str, glue: str, form: str = "{0}") -> str:
        return glue.join(form.format(like(column, of_word)) for of_word in names)

    def weight(*places: tuple[str, int]) -> str:
        whens = (
            " ".join(f"WHEN {like(column, of_word)} THEN {n}" for column, n in places) for of_word in names
        )
        return " + ".join(f"CASE {when} ELSE 0 END" for when in whens)

    others = (("service.place_words", PLACE), ("service.words", TEXT))
    order = _order()
    statement = FIND.format(
        order=order,
        most=MOST_FOUND,
        filters=_filters(wanted),
        others=_others(wanted, each("service.words", " OR "), MOST_LOOKED_AT),
        all_in_words=each("service.words", " AND "),
        any_in_words=each("service.words", " OR "),
        names=NAMES.format(any=each("words", " OR "), hits=each("words", " + ", "({0})::int"), order=order),
        hits=each("service.words", " + ", "({0})::int"),
        weight=weight(("name.words", NAME), *others),
        weight_without_name=weight(*others),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        summary, rows, marks, choices = cursor.fetchone() or ("{}", "[]", "[]", "{}")
    services = json.loads(rows)
    of = services[0]["of"] if services else 0
    return Found(
        services,
        of,
        json.loads(summary),
        _offered(json.loads(marks), json.loads(choices)),
        is_partial=bool(services) and services[0]["hits"] < len(roots),
        is_cut=of >= MOST_FOUND,
    )
