"""The rows that residents search: made anew for every map, and compared with the versions in force.

The database itself writes them at each change of a status; here they are computed once more, in Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from collaboration.words import folded, sort_key
from services import policy
from services.content.shape import Content
from services.models import InterfaceMap, PublicMap, PublicName, PublicService, PublicState
from services.models.public import LONGEST_KEY

TEXTS = ("where", "how", "text", "name", "address", "hours")


@transaction.atomic
def rebuild() -> None:
    """Throw the rows away and let the database write them for every map."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM services_publicstate FOR UPDATE")
        PublicService.objects.all().delete()
        PublicName.objects.all().delete()
        for pk in InterfaceMap.objects.order_by("pk").values_list("pk", flat=True):
            cursor.execute("SELECT renew_public_services(%s)", [pk])


def problems() -> Iterator[str]:
    """A sentence for each map whose rows are not what its version in force says, and one for wrong sums."""
    rows: dict[int, dict[int, Any]] = {}
    for row in PublicService.objects.select_related("name").iterator():
        rows.setdefault(row.map_id, {})[row.pk] = _found_as(row)
    listed = set(PublicMap.objects.values_list("map", "version"))
    sums: Counter[tuple[str, str]] = Counter()
    for pk, on, content in policy.public_versions().values_list("pk", "map", "content").iterator():
        wanted = {row["id"]: _wanted_of(content, row) for row in content["services"]}
        sums[content["municipality"]["code"], content["target_group"]] += len(wanted)
        if rows.pop(on, {}) != wanted or (on, pk) not in listed:
            yield f"Map {on}: residents do not find what its version in force says."
        listed.discard((on, pk))
    for on in sorted({*rows, *(number for number, _version in listed)}):
        yield f"Map {on}: residents find services of it, and no version of it is in force."
    state = PublicState.objects.first()
    told = {
        (each["municipality"]["code"], group): n
        for each in (state.summary if state else [])
        for group, n in each["groups"].items()
        if n
    }
    if told != {key: n for key, n in sums.items() if n}:
        yield "The sums of residents' services are wrong."


def _found_as(row: PublicService) -> tuple[Any, ...]:
    """What is searched, sorted and shown of a row; words without their order."""
    places = (sorted(row.name.words.split()), sorted(row.place_words.split()), sorted(row.words.split()))
    return (
        *places,
        row.order,
        row.order_sv,
        row.name.order,
        row.name.order_sv,
        row.municipality,
        row.target_group,
        row.shown,
    )


def _wanted_of(content: Content, row: Content) -> tuple[Any, ...]:
    municipality, target_group = content["municipality"], content["target_group"]
    about = [row["class"], municipality]
    name = folded(f"{row['name_fi']} {row['name_sv']}").split()
    place = folded(" ".join(each[f"name_{code}"] for each in about for code in ("fi", "sv"))).split()
    parts = [row, *row.get("channels", []), *row.get("path", [])]
    texts = [each.get(f"{text}_{code}", "") for each in parts for text in TEXTS for code in ("fi", "sv")]
    texts += [row["organiser"]["name_fi"], row["organiser"]["name_sv"]]
    order, order_sv = (
        sort_key(text)[:LONGEST_KEY] for text in (row["name_fi"], row["name_sv"] or row["name_fi"])
    )
    shown = {key: row[key] for key in ("name_fi", "name_sv", "class", "organiser")}
    shown |= {"municipality": municipality, "target_group": target_group}
    shown["kinds"] = [each["kind"] for each in row.get("channels", [])]
    words = sorted([*name, *place, *folded(" ".join(texts)).split()])
    return (
        sorted(name),
        sorted(place),
        words,
        order,
        order_sv,
        order,
        order_sv,
        municipality["code"],
        target_group,
        shown,
    )
