"""What each page costs, in processor time of the web process and PostgreSQL together, with few maps and with thousands.

`python benchmarks/pages.py [--maps 3000] [--requests 60]` starts all that it needs, copies a demo map over all
municipalities, and prints each page as a multiple of a signed-in page without content. docs/measurements.md has the
figures. Goals: a list of maps 3, over the API 2, a map or an aspect 5, the front page 6, the national overview 4, an edit
3 times (in process); no page grows more than 1.3-fold.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from uuid import uuid4

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from yhdyspinta.embedded.process import Child, free_port

DATABASE_PORT, REDIS_PORT = free_port(), free_port()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "yhdyspinta.settings",
    "YHDYSPINTA_DEMO": "1",
    "DATABASE_URL": f"postgresql://portal@127.0.0.1:{DATABASE_PORT}/demo",
    "REDIS_URL": f"redis://127.0.0.1:{REDIS_PORT}/0",
    "API_RATE_PERSON": "1000000/min",
    "API_RATE_ANON": "1000000/min",
}
django.setup()

import orjson  # noqa: E402 Django must be set up first
from django.db import connection  # noqa: E402
from django.test import Client as TestClient  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks.many_maps import copy_map, settle, source_map  # noqa: E402
from collaboration.models import User  # noqa: E402
from services.models import Aspect, InterfaceMap  # noqa: E402
from tests.databases import DEMO, VAR, locked, sealed  # noqa: E402
from yhdyspinta.embedded import postgres, valkey, web  # noqa: E402

DIRECTOR = "sivistysjohtaja.porvoo@esittely.example"
BARE = "a signed-in page without content"
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of_tree(pid: int) -> float:
    """Milliseconds of processor time that a process, its children and those that have ended have used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = [each.read_text().split() for each in list(Path(f"/proc/{pid}/task").glob("*/children"))]
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has ended meanwhile, and its parent counts it
    own = sum(int(each) for each in fields[11:15]) * 1000 / TICKS
    return own + sum(cpu_of_tree(int(child)) for found in children for child in found)


@dataclass
class Bench:
    """The processes, and the cookies of two people."""

    portal: int
    children: tuple[Child, ...]
    director: str
    coordinator: str

    def cpu(self) -> float:
        """Of the web process and PostgreSQL."""
        return sum(cpu_of_tree(child.process.pid) for child in self.children)

    def get(self, line: HTTPConnection, path: str, cookie: str) -> None:
        """One request over the connection that is kept."""
        line.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = line.getresponse()
        content = answer.read()
        assert answer.status == 200, (path, answer.status, content[:300])

    def cost(self, path: str, cookie: str, requests: int) -> float:
        """Milliseconds of processor time of a request, the median of three series."""
        line = HTTPConnection("127.0.0.1", self.portal)
        series = []
        for _number in range(10):
            self.get(line, path, cookie)
        for _round in range(3):
            begun = self.cpu()
            for _number in range(requests):
                self.get(line, path, cookie)
            series.append((self.cpu() - begun) / requests)
        line.close()
        return median(series)


def pages_of(bench: Bench, on: InterfaceMap) -> dict[str, tuple[str, str]]:
    """Address and cookie of each page."""
    interface = on.interfaces.order_by("pk")[0].pk
    return {
        BARE: ("/tietoja/", bench.director),
        "list of maps": ("/kartat/", bench.director),
        "list of maps over the API": ("/api/v1/maps/", bench.director),
        "a map's drawing": (f"/kartat/{on.pk}/", bench.director),
        "a map's list": (f"/kartat/{on.pk}/lista/", bench.director),
        "a map's matrix": (f"/kartat/{on.pk}/taulukko/", bench.director),
        "an aspect": (f"/kartat/{on.pk}/yhdyspinnat/{interface}/1/", bench.director),
        "an aspect with rows": (f"/kartat/{on.pk}/yhdyspinnat/{interface}/2/", bench.director),
        "front page": ("/", bench.director),
        "national overview": ("/", bench.coordinator),
        "residents' start": ("/asukkaalle/fi/", ""),
        "residents' search": ("/asukkaalle/fi/?q=neuvola", ""),
        "sitemap": ("/sitemap.xml", ""),
    }


def in_process(database: Child, on: InterfaceMap, requests: int) -> tuple[float, int]:
    """An edit of a text as a multiple of the page without content, both in this process, and its statements."""
    client = TestClient(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=DIRECTOR))
    aspect = Aspect.objects.filter(interface__map=on).order_by("pk")[0]

    def edit() -> None:
        op = {
            "id": str(uuid4()),
            "subject": f"aspect:{aspect.pk}",
            "property": "shared_fi",
            "base_version": 2**30,
            "value": f"Teksti {uuid4()}",
        }
        answer = client.post(f"/api/v1/maps/{on.pk}/ops/", orjson.dumps(op), "application/json")
        assert answer.status_code == 200, answer.content

    def cost(work: Callable[[], object]) -> float:
        series = []
        for _number in range(10):
            work()
        for _round in range(3):
            begun = time.process_time() * 1000 + cpu_of_tree(database.process.pid)
            for _number in range(requests):
                work()
            now = time.process_time() * 1000 + cpu_of_tree(database.process.pid)
            series.append((now - begun) / requests)
        return median(series)

    ratio = cost(edit) / cost(lambda: client.get("/tietoja/"))
    with CaptureQueriesContext(connection) as statements:
        edit()
    return ratio, len(statements)


def cookie_of(**who: str) -> str:
    """The session of a person who has signed in, in Finnish."""
    client = TestClient(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.filter(**who)[0])
    return f"sessionid={client.cookies['sessionid'].value}; language=fi"


def costs(maps: int, requests: int, only: str) -> dict[str, float]:
    """Each page's milliseconds, and of an edit the multiple, on a database of its own with so many maps."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        with locked(VAR / "lock"):
            shutil.copytree(sealed(DEMO), folder / "data")
        database = postgres.start(folder / "data", log=folder / "postgres.log", port=DATABASE_PORT)
        stack.callback(database.stop)
        redis = valkey.start(folder=folder / "valkey", log=folder / "valkey.log", port=REDIS_PORT)
        stack.callback(redis.stop)
        source = source_map()
        copy_map(source, maps - InterfaceMap.objects.count())
        print(settle(), flush=True)
        portal = free_port()
        server = web.start(portal, env=os.environ, log=folder / "portal.log")
        stack.callback(server.stop)
        server.wait_until(lambda: web.answers(portal))
        bench = Bench(
            portal,
            (server, database.child),
            cookie_of(email=DIRECTOR),
            cookie_of(duty="national_coordinator"),
        )
        found = {}
        for name, (path, cookie) in pages_of(bench, source).items():
            if only in name or name == BARE:
                found[name] = bench.cost(path, cookie, requests)
                print(f"{maps} maps, {name}: {found[name]:.1f} ms", flush=True)
        if only in "an edit, in process":
            found["an edit, in process"], statements = in_process(database.child, source, requests)
            print(f"{maps} maps, an edit: {found['an edit, in process']:.1f} times, {statements} statements")
        connection.close()
        return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--maps", type=int, default=3_000)
    arguments.add_argument("--requests", type=int, default=60)
    arguments.add_argument("--only", default="", help="pages whose name has this in it")
    options = arguments.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the run")
    few, many = (costs(maps, options.requests, options.only) for maps in (8, options.maps))
    print(
        f"\n| Page | CPU-ms | times the page without content | from 8 to {options.maps} maps |\n|---|---|---|---|"
    )
    for name, cost in many.items():
        is_edit = name == "an edit, in process"
        ms = "" if is_edit else f"{cost:.1f}"
        times = cost if is_edit else cost / many[BARE]
        print(f"| {name} | {ms} | {times:.1f} | {cost / few[name]:.2f} |")


if __name__ == "__main__":
    main()
