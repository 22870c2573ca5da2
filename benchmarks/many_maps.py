"""A demo map once more for municipality after municipality, by SQL alone: the whole country in a minute."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction

from collaboration.models import Change, Organisation
from services.models import (
    ApprovalRound,
    Aspect,
    AspectAnswer,
    AspectRow,
    Evidence,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    MapVersion,
    Party,
    Rating,
    RatingRound,
    Service,
    ServiceResponsibility,
    ServiceRow,
)

APART = 1_000_000
"""A copy's rows have the ids of the source's rows, so much further on for each copy."""

COPIES = """
CREATE TEMPORARY TABLE copies AS
SELECT number, its.municipality, its.county FROM generate_series(1::bigint, %s) AS number
JOIN (
    SELECT row_number() OVER (ORDER BY member.municipality_id) - 1 AS place, count(*) OVER () AS all_of_them,
        member.municipality_id AS municipality, area.organisation_id AS county
    FROM collaboration_areamember member JOIN collaboration_area area ON area.id = member.area_id
    WHERE area.kind = 'wellbeing_services_county' AND area.organisation_id <> member.municipality_id
) AS its ON its.place = number %% its.all_of_them
"""

CONTENT = f"""jsonb_set(
    jsonb_set(row."content", '{{municipality}}', (
        SELECT jsonb_build_object('code', its.code, 'name_fi', its.name_fi, 'name_sv', its.name_sv)
        FROM collaboration_organisation AS its WHERE its.id = copies.municipality
    )),
    '{{services}}', (
        SELECT jsonb_agg(service || jsonb_build_object('id', (service->>'id')::bigint + copies.number * {APART}))
        FROM jsonb_array_elements(row."content"->'services') AS service
    )
)"""  # noqa: S608 a number of our own
"""A copy's published content has the copy's services and municipality, as residents look for them."""

CHANGES = """
INSERT INTO collaboration_change (log_type_id, log_id, seq, op_id, subject_type_id, subject_id, property, from_value,
    to_value, sent_value, request_digest, actor_id, at)
SELECT log_type_id, log_id + copies.number * %(apart)s, seq, gen_random_uuid(), subject_type_id,
    subject_id + copies.number * %(apart)s, property, from_value, to_value, sent_value, request_digest,
    actor_id, at
FROM collaboration_change CROSS JOIN copies WHERE log_type_id = %(type)s AND log_id = %(map)s
"""


def source_map() -> InterfaceMap:
    """Of the demo's maps the one with the longest history: services, texts, rows, ratings and a version."""
    return InterfaceMap.objects.order_by("-seq")[0]


def rows_of(source: InterfaceMap) -> list[tuple[type[models.Model], Any]]:
    """What is copied with a map, in an order in which everything finds what it names."""
    aspects = Aspect.objects.filter(interface__map=source)
    places = MapService.objects.filter(map=source)
    services = Service.objects.filter(places_on_maps__in=places)
    steps: Any = next(each for each in AspectRow.__subclasses__() if hasattr(each, "actors"))
    met: Any = Interface.services.through
    people: Any = Aspect.responsible.through
    actors = steps.actors.through
    return [
        (InterfaceMap, InterfaceMap.objects.filter(pk=source.pk)),
        (MapParty, source.parties.all()),
        (Service, services),
        (ServiceResponsibility, ServiceResponsibility.objects.filter(service__in=services)),
        (MapService, places),
        (Interface, source.interfaces.all()),
        (met, met.objects.filter(interface__map=source)),
        (Party, Party.objects.filter(interface__map=source)),
        (Aspect, aspects),
        (people, people.objects.filter(aspect__in=aspects)),
        (AspectAnswer, AspectAnswer.objects.filter(aspect__in=aspects)),
        (Evidence, Evidence.objects.filter(aspect__in=aspects)),
        *((rows, rows._default_manager.filter(aspect__in=aspects)) for rows in AspectRow.__subclasses__()),
        (actors, actors.objects.filter(**{f"{steps._meta.model_name}__aspect__in": aspects})),
        *(
            (rows, rows._default_manager.filter(map_service__in=places))
            for rows in ServiceRow.__subclasses__()
        ),
        (RatingRound, RatingRound._base_manager.filter(map=source)),
        (Rating, Rating.objects.filter(round__map=source)),
        (ApprovalRound, ApprovalRound.objects.filter(map=source)),
        (MapVersion, MapVersion.objects.filter(map=source)),
    ]


def _column(field: Any, copied: set[type[models.Model]]) -> str:
    """What a copy has in the column."""
    model, name = field.model, f'row."{field.column}"'
    if field.primary_key or (field.remote_field and field.remote_field.model in copied - {InterfaceMap}):
        return f"{name} + copies.number * {APART}"
    if model is not InterfaceMap and field.remote_field and field.remote_field.model is InterfaceMap:
        return f"{name} + copies.number * {APART}"
    if field.remote_field and field.remote_field.model is Organisation:
        return f"CASE {name} WHEN %(municipality)s THEN copies.municipality WHEN %(county)s THEN copies.county ELSE {name} END"
    if (model, field.name) == (MapVersion, "content"):
        return CONTENT
    if (model, field.name) in {(Service, "name_fi"), (InterfaceMap, "title_fi")}:
        return f"left({name}, 100) || ' ' || copies.number"
    if (model, field.name) == (InterfaceMap, "changed_at"):
        return f"{name} - copies.number * interval '1 minute'"
    return name


EMPTY = {(Aspect, "base"): "NULL", (Aspect, "follows_base"): "false", (InterfaceMap, "base"): "NULL"}
"""The copies stand on their own feet."""


@transaction.atomic
def copy_map(source: InterfaceMap, count: int) -> None:
    """As many copies, each between another municipality and its county."""
    sides = dict(source.parties.values_list("side", "organisation"))
    whose = {"municipality": sides["municipality"], "county": sides["county"]}
    rows = rows_of(source)
    copied = {model for model, _rows in rows}
    with connection.cursor() as cursor:
        cursor.execute(COPIES, [count])
        for model, found in rows:
            columns = {
                f'"{field.column}"': EMPTY.get((model, field.name)) or _column(field, copied)
                for field in model._meta.concrete_fields
                if not field.generated
            }
            table = model._meta.db_table
            cursor.execute(
                f'INSERT INTO "{table}" ({", ".join(columns)}) SELECT {", ".join(columns.values())}'  # noqa: S608 names of our own
                f' FROM "{table}" AS row CROSS JOIN copies WHERE row.id = ANY(%(ids)s)',
                {**whose, "ids": list(found.values_list("pk", flat=True))},
            )
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, (count + 2) * APART]
            )
        cursor.execute(
            CHANGES,
            {"apart": APART, "type": ContentType.objects.get_for_model(InterfaceMap).pk, "map": source.pk},
        )


def settle() -> str:
    """Let PostgreSQL look at what is there now; what that is."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    counted = {model.__name__: model._default_manager.count() for model in (InterfaceMap, Aspect, Change)}
    return ", ".join(f"{count} x {name}" for name, count in counted.items())
