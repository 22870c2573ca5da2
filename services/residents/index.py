"""Finding among the services of every version in force: rows of the database, written when a version is published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from services.models import PublicService, PublicState, TargetGroup
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
), found AS (
    SELECT *, count(*) OVER () AS of FROM (
        TABLE named UNION ALL TABLE told UNION ALL TABLE partly_named UNION ALL TABLE partly_told
    ) AS each ORDER BY hits DESC, weight DESC, key, id LIMIT %(limit)s OFFSET %(offset)s
)
SELECT state.summary, (
    SELECT coalesce(jsonb_agg(
        service.shown || jsonb_build_object('id', found.id, 'hits', found.hits, 'of', found.of)
        ORDER BY found.hits DESC, found.weight DESC, found.key, found.id
    ), '[]') FROM found JOIN services_publicservice service ON service.id = found.id
) FROM services_publicstate state
"""


@dataclass(frozen=True)
class Found:
    """A page of services, how many there are in all, and the municipalities with how many services each has, for whom."""

    services: list[Row]
    count: int
    municipalities: list[Row]
    is_partial: bool = False
    is_cut: bool = False


def state() -> UUID | None:
    """A name that changes with all that is public: what pages are kept by. One small statement."""
    return PublicState.objects.values_list("name", flat=True).first()


def groups_of(target_group: str) -> list[str]:
    """Services that suit the group: its own, and those for everyone."""
    return [target_group, TargetGroup.EVERYONE.value] if target_group else []


def _order() -> str:
    return "order_sv" if get_language() == "sv" else "order"


def listed(wanted: dict[str, str], offset: int, limit: int) -> Found:
    """The services that the municipality and the target group leave, in alphabetical order: one statement."""
    services: Any = PublicService.objects.order_by(_order(), "id")
    groups = groups_of(wanted["target_group"])
    if wanted["municipality"]:
        services = services.filter(municipality=wanted["municipality"])
    if groups:
        services = services.filter(target_group__in=groups)
    rows = services.values(row=JSONObject(id="id", shown="shown"))[offset : offset + limit]
    state = PublicState.objects.values_list("summary", ArraySubquery(rows)).first()
    summary, shown = state or ([], [])
    count = sum(
        n
        for each in summary
        if wanted["municipality"] in {"", each["municipality"]["code"]}
        for group, n in each["groups"].items()
        if not groups or group in groups
    )
    return Found([{**row["shown"], "id": row["id"]} for row in shown or ()], count, summary)


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
    values |= {"limit": limit, "offset": offset, **wanted, "groups": groups_of(wanted["target_group"])}

    def like(column: str, of_word: list[str]) -> str:
        return "(" + " OR ".join(f"{column} LIKE %({name})s" for name in of_word) + ")"

    def each(column: str, glue: str, form: str = "{0}") -> str:
        return glue.join(form.format(like(column, of_word)) for of_word in names)

    def weight(*places: tuple[str, int]) -> str:
        whens = (
            " ".join(f"WHEN {like(column, of_word)} THEN {n}" for column, n in places) for of_word in names
        )
        return " + ".join(f"CASE {when} ELSE 0 END" for when in whens)

    filters = ["service.municipality = %(municipality)s"] if wanted["municipality"] else []
    filters += ["service.target_group = ANY(%(groups)s)"] if wanted["target_group"] else []
    others = (("service.place_words", PLACE), ("service.words", TEXT))
    order = connection.ops.quote_name(_order())
    statement = FIND.format(
        order=order,
        most=MOST_FOUND,
        filters=" AND ".join(filters) or "true",
        all_in_words=each("service.words", " AND "),
        any_in_words=each("service.words", " OR "),
        names=NAMES.format(any=each("words", " OR "), hits=each("words", " + ", "({0})::int"), order=order),
        hits=each("service.words", " + ", "({0})::int"),
        weight=weight(("name.words", NAME), *others),
        weight_without_name=weight(*others),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        summary, rows = cursor.fetchone() or ("[]", "[]")
    services = json.loads(rows)
    of = services[0]["of"] if services else 0
    return Found(
        services,
        of,
        json.loads(summary),
        is_partial=bool(services) and services[0]["hits"] < len(roots),
        is_cut=of >= MOST_FOUND,
    )
