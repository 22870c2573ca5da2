"""A map of 60 services, 90 interfaces and 9 aspects as JSON: the API's work against bare orjson, in one run.

Run in a migrated and loaded database: `python benchmarks/serialise.py`. The floor is orjson on the finished structure.
The goal: from the rows as the database gave them to bytes in at most 3 times the floor.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
os.environ.setdefault("YHDYSPINTA_DEMO", "1")
django.setup()

import orjson  # noqa: E402 Django must be set up first
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402

from benchmarks.map import DIRECTOR, large_map  # noqa: E402
from collaboration.api.rendering import FastJSONRenderer  # noqa: E402
from collaboration.api.resource import _tag  # noqa: E402
from collaboration.models import User  # noqa: E402
from services.api.shapes import MapShape  # noqa: E402
from services.models import Aspect  # noqa: E402
from services.queries import resources  # noqa: E402

TEXT = "Neuvola soittaa päiväkotiin, kun lapsi aloittaa, ja sopii huoltajien kanssa, mitä kerrotaan. "


def milliseconds(work: Callable[[], Any], rounds: int) -> float:
    """The median of so many rounds."""
    times = []
    for _round in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=60)
    rounds = arguments.parse_args().rounds
    with transaction.atomic():
        measure(rounds)
        transaction.set_rollback(True)


def measure(rounds: int) -> None:
    """Make the map in a transaction that is rolled back, and print one line for each way."""
    made = large_map(60, 90)
    Aspect.objects.filter(interface__map=made).update(shared_fi=TEXT * 2, review_on="2027-03-01")
    director = User.objects.get(email=DIRECTOR)
    interface_map = resources.map_for_api(director, made.pk)
    services, interfaces = resources.map_services(made.pk), resources.map_interfaces(made.pk)
    director.memberships.count()
    render = FastJSONRenderer().render

    def represent() -> dict[str, Any]:
        return resources.whole_map(director, interface_map)

    with (
        patch.object(resources, "map_services", lambda _map_id: services),
        patch.object(resources, "map_interfaces", lambda _map_id: interfaces),
    ):
        whole = represent()
        content = render(whole)
        floor = milliseconds(lambda: orjson.dumps(whole), rounds)
        ours = milliseconds(lambda: render(represent()), rounds)
        tagged = milliseconds(lambda: _tag(render(represent())), rounds)
        plain = milliseconds(lambda: JSONRenderer().render(whole), rounds)
        fields = milliseconds(lambda: JSONRenderer().render(MapShape(whole).data), max(3, rounds // 10))
    print(f"the map: {len(content) / 1000:.1f} kB of JSON")
    print(f"floor, orjson on the finished structure: {floor:.2f} ms")
    print(f"ours, rows to bytes: {ours:.2f} ms, {ours / floor:.2f} times the floor")
    print(f"the same with its ETag (SHA-256): {tagged:.2f} ms, {tagged / floor:.2f} times")
    print(f"DRF's JSONRenderer on the finished structure: {plain:.2f} ms, {plain / floor:.1f} times")
    print(f"DRF's serializer and JSONRenderer: {fields:.2f} ms, {fields / floor:.1f} times")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(director)
    path = f"/api/v1/maps/{made.pk}/"
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    count = len(queries)
    request = milliseconds(lambda: client.get(path), max(3, rounds // 6))
    print(f"the whole request, with {count} SQL statements: {request:.1f} ms, {request / floor:.0f} times")


if __name__ == "__main__":
    main()
