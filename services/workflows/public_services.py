"""The rows that residents search: made anew for every map, and compared with the versions in force.

The database itself writes them at each change of a status; here they are computed once more, in Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from collaboration.lemmas import lemmas_of
from collaboration.words import folded, sort_key
from services import policy
from services.content.shape import Content
from services.models import (
    InterfaceMap,
    MapService,
    PublicMap,
    PublicName,
    PublicPlace,
    PublicService,
    PublicState,
)
from services.models.public import LONGEST_KEY

TEXTS = ("where", "how", "text", "name", "address", "hours")
PURPOSES = {"outcomes": "o", "enablers": "e"}
Row = dict[str, Any]


@transaction.atomic
def rebuild() -> None:
    """Throw the rows away and let the database write them for every map."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM services_publicstate FOR UPDATE")
        for model in (PublicService, PublicPlace, PublicName, PublicMap):
            model._default_manager.all().delete()
        PublicState.objects.update(summary={"services": 0, "marks": [], "municipalities": {}})
        for pk in InterfaceMap.objects.order_by("pk").values_list("pk", flat=True):
            cursor.execute("SELECT renew_public_services(%s)", [pk])


def problems() -> Iterator[str]:
    """A sentence for each map and service whose rows are not what the versions in force say, and one for wrong sums."""
    rows: dict[int, dict[int, Any]] = {}
    for row in PublicPlace.objects.select_related("name").iterator():
        rows.setdefault(row.map_id, {})[row.pk] = _found_as(row)
    listed = set(PublicMap.objects.values_list("map", "version"))
    places: list[Row] = []
    columns = ("pk", "map", "published_at", "content", "lemmas")
    for pk, on, at, content, lemmas in policy.public_versions().values_list(*columns).iterator():
        wanted = _places_of(content, at, lemmas)
        places += wanted.values()
        if (
            rows.pop(on, {}) != {key: _kept_as(place) for key, place in wanted.items()}
            or (on, pk) not in listed
        ):
            yield f"Map {on}: residents do not find what its version in force says."
        listed.discard((on, pk))
    for on in sorted({*rows, *(number for number, _version in listed)}):
        yield f"Map {on}: residents find services of it, and no version of it is in force."
    yield from _wrong_services(places)
    if PublicState.objects.values_list("summary", flat=True).first() != _summary(places):
        yield "The sums of residents' services are wrong."


def _wrong_services(places: list[Row]) -> Iterator[str]:
    found = {row.pk: row for row in PublicService.objects.select_related("name").iterator()}
    for key, of_service in groupby(sorted(places, key=itemgetter("service", "id")), itemgetter("service")):
        row = found.pop(key, None)
        if row is None or _service_as(row) != _joined(list(of_service)):
            yield f"Service {key}: residents do not find it as the versions in force say."
    for key in sorted(found):
        yield f"Service {key}: residents find it, and it stands on no version in force."


def _found_as(row: PublicPlace) -> tuple[Any, ...]:
    """What is kept of a place; words without their order."""
    words = [sorted(each.split()) for each in (row.name.words, row.place_words, row.words)]
    return (row.service_id, *words, row.name.order, row.name.order_sv, row.municipality, row.marks, row.shown)


def _kept_as(place: Row) -> tuple[Any, ...]:
    names = ("service", "name", "about", "words", "order", "order_sv", "municipality", "marks", "shown")
    return tuple(place[name] for name in names)


def _service_as(row: PublicService) -> tuple[Any, ...]:
    words = [row.place_words.split(), row.words.split()]
    return (row.order, row.order_sv, row.name.order, row.name.order_sv, row.marks, row.shown, *words)


def _joined(places: list[Row]) -> tuple[Any, ...]:
    """A service of all its places; it is called what the newest of them calls it."""
    newest = max(places, key=itemgetter("at", "id"))
    shown = {name: value for name, value in newest["shown"].items() if name != "place"}
    shown["places"] = [each["shown"]["place"] for each in places]
    shown["kinds"] = sorted({kind for each in places for kind in each["shown"]["kinds"]})
    about, words, marks = (
        sorted({one for each in places for one in each[name]}) for name in ("about", "words", "marks")
    )
    return (*(newest["order"], newest["order_sv"]) * 2, marks, shown, about, words)


def _summary(places: list[Row]) -> Row:
    by_code: dict[str, list[Row]] = {}
    for each in places:
        by_code.setdefault(each["municipality"], []).append(each)
    return {
        "services": len({each["service"] for each in places}),
        "marks": sorted({mark for each in places for mark in each["marks"] if not mark.startswith("m:")}),
        "municipalities": {
            code: {
                "municipality": max(some, key=lambda each: (each["at"], -each["id"]))["shown"]["place"][
                    "municipality"
                ],
                "services": len({each["service"] for each in some}),
            }
            for code, some in by_code.items()
        },
    }


def _places_of(content: Content, at: Any, lemmas: Row) -> dict[int, Row]:
    services = dict(
        MapService.objects.filter(pk__in=[row["id"] for row in content["services"]]).values_list(
            "pk", "service"
        )
    )
    return {
        row["id"]: _place(content, row, lemmas.get(str(row["id"]), ""))
        | {"service": services[row["id"]], "at": at}
        for row in content["services"]
    }


def lemmas_of_services(content: Content) -> dict[str, str]:
    """By service the base forms of what the content says of it, as a version keeps them."""
    return {str(row["id"]): lemmas_of(" ".join(_said(content, row))) for row in content["services"]}


def _said(content: Content, row: Content) -> tuple[str, str, str]:
    """Of a service its names; those of its class and municipality; and all that is told of it."""
    named = [row["class"], content["municipality"]]
    parts = [row, *row.get("channels", []), *row.get("path", [])]
    texts = [each.get(f"{text}_{code}", "") for each in parts for text in TEXTS for code in ("fi", "sv")]
    texts += [row["organiser"]["name_fi"], row["organiser"]["name_sv"]]
    about = [each[f"name_{code}"] for each in named for code in ("fi", "sv")]
    return f"{row['name_fi']} {row['name_sv']}", " ".join(about), " ".join(texts)


def _place(content: Content, row: Content, lemmas: str) -> Row:
    municipality, target_group = content["municipality"], content["target_group"]
    code = municipality["code"]
    name, about, told = (folded(text).split() for text in _said(content, row))
    order, order_sv = (
        sort_key(text)[:LONGEST_KEY] for text in (row["name_fi"], row["name_sv"] or row["name_fi"])
    )
    shown = {key: row[key] for key in ("name_fi", "name_sv", "class", "organiser")}
    shown["kinds"] = [each["kind"] for each in row.get("channels", [])]
    shown["place"] = {
        "id": row["id"],
        **{key: content[key] for key in ("title_fi", "title_sv", "municipality", "target_group")},
    }
    purposes = [f"{sign}:{value}" for key, sign in PURPOSES.items() for value in row.get(key, [])]
    return {
        "id": row["id"],
        "name": sorted(name),
        "about": sorted(about),
        "words": sorted([*name, *about, *told, *lemmas.split()]),
        "order": order,
        "order_sv": order_sv,
        "municipality": code,
        "marks": [f"m:{code}", f"g:{target_group}", f"m:{code}/g:{target_group}", *purposes],
        "shown": shown,
    }
