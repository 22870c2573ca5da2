"""The live stream against a bare loop of server-sent events, under the same uvicorn, in one run.

`python benchmarks/live.py [--watchers 500] [--rounds 3]` starts everything that it needs, PostgreSQL with fsync, and
leaves nothing behind. docs/measurements.md has the figures. The goals: an edit is seen by
seven others within 5 times the bare loop's time (p95); by 500, at the highest rate that the bare loop sustains, within
2 times.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
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
}
django.setup()

import orjson  # noqa: E402 Django must be set up first
import psycopg2  # type: ignore[import-untyped]  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client as TestClient  # noqa: E402

from benchmarks.watchers import Heard, Watchers  # noqa: E402
from collaboration.bell import ring_for  # noqa: E402
from collaboration.models import Membership, User  # noqa: E402
from collaboration.ops.document import Op  # noqa: E402
from services.models import Aspect, InterfaceMap  # noqa: E402
from services.workflows.edits import MAP  # noqa: E402
from tests.databases import DEMO, VAR, locked, sealed  # noqa: E402
from yhdyspinta.embedded import postgres, valkey, web  # noqa: E402

EDITORS = 8
Asked = list[tuple[str, str]]


@dataclass
class Times:
    """Milliseconds from sending and from writing down until it was seen."""

    sent: list[float]
    written: list[float]
    rate: float = 0
    cpu: float = 0

    def p(self, which: str, percent: int) -> float:
        """A percentile of one of them."""
        times: list[float] = getattr(self, which)
        return statistics.quantiles(times, n=100)[percent - 1]

    def __str__(self) -> str:
        more = f", {self.rate:.0f} a second, CPU {self.cpu * 1e6:.0f} µs each" if self.rate else ""
        halves = (f"{name} {self.p(name, 50):.1f}/{self.p(name, 95):.1f}" for name in ("sent", "written"))
        return ", ".join(halves) + f" ms (p50/p95, {len(self.sent)} times seen{more})"


def stamp() -> str:
    """Now, in digits that are found again."""
    return f"{time.time():.6f}"


def seconds(written: str) -> float:
    """The moment in a change's `at`."""
    return float(written) if "T" not in written else datetime.datetime.fromisoformat(written).timestamp()


def times_of(heard: list[Heard], own: dict[str, int]) -> Times:
    """Of everything that each heard of the others."""
    sent, written = [], []
    for who, each in enumerate(heard):
        for told, down, came in each.times:
            if own.get(told) != who:
                sent.append((came - float(told)) * 1000)
                written.append((came - seconds(down)) * 1000)
    return Times(sent, written)


@dataclass
class Bench:
    """The processes, and the people."""

    portal: int
    floor: int
    portal_child: Child
    floor_child: Child
    on: InterfaceMap
    people: list[User]
    cookies: list[str]

    def asked(self, count: int) -> Asked:
        """Streams of so many people from the map's present number."""
        self.on.refresh_from_db()
        path = f"/virta/?documents=map-{self.on.pk}:{self.on.seq}"
        connection.close()
        return [(path, self.cookies[number % len(self.cookies)]) for number in range(count)]

    def tell_floor(self, line: HTTPConnection) -> str:
        """One message through the bare loop, as long as a change."""
        told = stamp()
        change = {
            "seq": 1,
            "id": str(uuid4()),
            "subject": f"map:{self.on.pk}",
            "property": "title_fi",
            "from": stamp(),
            "to": told,
            "sent": None,
            "undoes": None,
            "by": self.people[0].name,
            "at": "NOW",
        }
        line.request(
            "POST",
            "/",
            orjson.dumps({"document": f"map-{self.on.pk}", "seq": 1, "changes": [change]}, default=str),
        )
        line.getresponse().read()
        return told

    def edit(self, line: HTTPConnection, who: int) -> str:
        """One edit through the portal's API."""
        told = stamp()
        op = {
            "id": str(uuid4()),
            "subject": f"map:{self.on.pk}",
            "property": "title_fi",
            "base_version": 2**30,
            "value": told,
        }
        headers = {
            "Cookie": f"{self.cookies[who]}; csrftoken={'x' * 32}",
            "X-CSRFToken": "x" * 32,
            "Content-Type": "application/json",
        }
        line.request("POST", f"/api/v1/maps/{self.on.pk}/ops/", orjson.dumps(op), headers)
        answer = line.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
        return told


def at_rate(rate: float, count: int, work: Callable[[int], object]) -> float:
    """Do it so many times, evenly; late ones at once. The rate that was reached."""
    begun = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        work(number)
    return count / (time.monotonic() - begun)


def cpu_seconds(child: Child) -> float:
    """Processor time that a process has used so far."""
    fields = Path(f"/proc/{child.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_and_threads(child: Child) -> tuple[float, int]:
    """Megabytes and threads of a process."""
    text = Path(f"/proc/{child.process.pid}/status").read_text()
    found = dict(line.split(":", 1) for line in text.splitlines())
    return int(found["VmRSS"].split()[0]) / 1024, int(found["Threads"])


def eight_editors(bench: Bench, edits: int) -> None:
    """(a) Each edits in turn, eight times a second in all; the seven others see it."""

    def measured(port: int, asked: Asked, one: Callable[[HTTPConnection, int], str]) -> Times:
        watchers, own = Watchers(port, asked), {}
        line = HTTPConnection("127.0.0.1", port)

        def tell(number: int) -> None:
            own[one(line, number % EDITORS)] = number % EDITORS

        at_rate(8, edits, tell)
        time.sleep(2)
        line.close()
        heard = watchers.stop()
        assert {len(each.times) for each in heard} == {edits}, "somebody missed something"
        return times_of(heard, own)

    for _round in range(2):  # the first warms everything up
        floor = measured(bench.floor, [("/", "")] * EDITORS, lambda line, _who: bench.tell_floor(line))
        ours = measured(bench.portal, bench.asked(EDITORS), bench.edit)
    print(f"(a) eight editors, bare loop: {floor}")
    print(f"    portal: {ours}")
    for which in ("sent", "written"):
        ratios = [f"{ours.p(which, percent) / floor.p(which, percent):.1f}" for percent in (50, 95)]
        print(f"    since it was {which}: {' and '.join(ratios)} times the bare loop (p50, p95)")


def watched(bench: Bench, count: int, rate: float, length: float, *, floor: bool) -> Times | None:
    """So many watchers while somebody writes at the rate; None when the last has not come a second later."""
    number = max(40, int(rate * length))
    child = bench.floor_child if floor else bench.portal_child
    asked = [("/", "")] * count if floor else bench.asked(count)
    watchers = Watchers(bench.floor if floor else bench.portal, asked)
    before = cpu_seconds(child)
    if floor:
        line = HTTPConnection("127.0.0.1", bench.floor)
        reached = at_rate(rate, number, lambda _which: bench.tell_floor(line))
        line.close()
    else:
        with written_by(bench) as write:
            reached = at_rate(rate, number, write)
    time.sleep(1)
    used = cpu_seconds(child) - before
    heard = watchers.stop()
    if {len(each.times) for each in heard} != {number}:
        return None
    times = times_of(heard, {})
    times.rate, times.cpu = reached, used / number / count
    return times


@contextmanager
def written_by(bench: Bench) -> Iterator[Callable[[int], None]]:
    """What writes changes as fast as wished: the map's number and the change in plain SQL, and the bell."""
    kind = ContentType.objects.get_for_model(InterfaceMap).pk
    connection.close()
    line = psycopg2.connect(os.environ["DATABASE_URL"])

    def write(_number: int) -> None:
        told = stamp()
        with line, line.cursor() as cursor:
            cursor.execute(
                "UPDATE services_interfacemap SET seq = seq + 1 WHERE id = %s RETURNING seq", (bench.on.pk,)
            )
            [(seq,)] = cursor.fetchall()
            cursor.execute(
                "INSERT INTO collaboration_change (log_type_id, log_id, seq, op_id, subject_type_id, subject_id,"
                " property, from_value, to_value, request_digest, actor_id, at)"
                " VALUES (%s, %s, %s, %s, %s, %s, 'title_fi', %s, %s, '', %s, clock_timestamp())",
                (
                    *(kind, bench.on.pk, seq, str(uuid4()), kind, bench.on.pk),
                    *(f'"{told}"', f'"{told}"', bench.people[0].pk),
                ),
            )
        ring_for(bench.on)

    try:
        yield write
    finally:
        line.close()


def edit_here(bench: Bench) -> None:
    """An edit by another process than the one that the watchers are connected to: this one."""
    op = Op(uuid4(), f"map:{bench.on.pk}", "title_fi", 2**30, stamp())
    MAP.apply(bench.people[0], bench.on.pk, op)


def sustained_by_floor(bench: Bench, count: int) -> int:
    """The highest rate at which the bare loop keeps up."""
    sustained = 0
    for rate in (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 140, 160):
        found = watched(bench, count, rate, 4, floor=True)
        if found is None or found.p("sent", 95) > 250 or found.rate < 0.95 * rate:
            break
        sustained = rate
    print(f"(b) {count} watchers; the bare loop sustains {sustained} changes a second")
    return max(4, sustained)


def many_watchers(bench: Bench, count: int, rounds: int, rates: list[int]) -> None:
    """(b) Both in turn at the given rates, or at a quarter, half and all of what the bare loop sustains."""
    most = 0 if rates else sustained_by_floor(bench, count)
    for rate in rates or [most // 4, most // 2, most]:
        ratios = []
        for _round in range(rounds):
            floor = watched(bench, count, rate, 6, floor=True)
            ours = watched(bench, count, rate, 6, floor=False)
            print(f"    at {rate:.0f} a second, bare loop: {floor or 'not all came'}")
            print(f"    portal: {ours or 'not all came'}")
            if floor and ours:
                ratios.append([ours.p(which, 95) / floor.p(which, 95) for which in ("sent", "written")])
        if ratios:
            sent, written = (statistics.median(column) for column in zip(*ratios, strict=True))
            print(
                f"    at {rate} p95 of the portal since it was sent {sent:.2f}, written {written:.2f} times the bare loop's"
            )


def cost_of_streams(bench: Bench, count: int) -> None:
    """(i) What so many idle streams hold in a web process."""
    for name, port, child, asked in (
        ("bare loop", bench.floor, bench.floor_child, [("/", "")] * count),
        ("portal", bench.portal, bench.portal_child, bench.asked(count)),
    ):
        before, used, begun = memory_and_threads(child), cpu_seconds(child), time.monotonic()
        watchers = Watchers(port, asked)
        took, opening = time.monotonic() - begun, cpu_seconds(child) - used
        time.sleep(2)
        used = cpu_seconds(child)
        time.sleep(20)
        idle = (cpu_seconds(child) - used) / 20
        after = memory_and_threads(child)
        watchers.stop()
        each = (after[0] - before[0]) / count * 1000
        print(
            f"(i) {count} idle streams, {name}: {each:.0f} kB each, {after[1] - before[1]} threads more,"
            f" {after[0]:.0f} MB in all; opened in {took:.1f} s with {opening / count * 1000:.1f} CPU-ms each,"
            f" then {idle * 100:.0f} % of a processor"
        )


def operations(bench: Bench, count: int) -> None:
    """(c) Ops against the three rows of each in plain SQL, whose changes belong to a map that is not there."""
    aspect = Aspect.objects.filter(interface__map=bench.on).order_by("pk")[0]
    map_type, aspect_type = (ContentType.objects.get_for_model(kind).pk for kind in (InterfaceMap, Aspect))
    editor = bench.people[0]
    seq = 0
    plain = psycopg2.connect(os.environ["DATABASE_URL"])

    def rows() -> None:
        nonlocal seq
        seq += 1
        with plain, plain.cursor() as cursor:
            cursor.execute(
                "INSERT INTO collaboration_change (log_type_id, log_id, seq, op_id, subject_type_id, subject_id,"
                " property, from_value, to_value, request_digest, actor_id, at)"
                " VALUES (%s, %s, %s, %s, %s, %s, 'shared_fi', '\"a\"', '\"b\"', '', %s, now())",
                (map_type, 10**9, seq, str(uuid4()), aspect_type, aspect.pk, editor.pk),
            )
            cursor.execute(
                "INSERT INTO collaboration_event (verb, subject_type_id, subject_id, actor_id, note, digest, at)"
                " VALUES ('shared_fi.changed', %s, %s, %s, '', %s, now())",
                (aspect_type, aspect.pk, editor.pk, "0" * 64),
            )
            cursor.execute(
                "UPDATE services_aspect SET shared_fi = %s WHERE id = %s", (f"Teksti {seq}", aspect.pk)
            )

    def op() -> None:
        MAP.apply(
            editor, bench.on.pk, Op(uuid4(), f"aspect:{aspect.pk}", "shared_fi", 2**30, f"Teksti {uuid4()}")
        )

    rates: dict[str, list[float]] = {"plain SQL": [], "apply": []}
    for _round in range(3):
        for name, work in (("plain SQL", rows), ("apply", op)):
            begun = time.perf_counter()
            for _number in range(count):
                work()
            rates[name].append(count / (time.perf_counter() - begun))
    plain.close()
    floor, ours = (statistics.median(rates[name]) for name in ("plain SQL", "apply"))
    print(
        f"(c) three rows in plain SQL: {floor:.0f} a second; apply: {ours:.0f} a second, {floor / ours:.1f} times slower"
    )


def reconnects(bench: Bench, count: int, edits: int) -> None:
    """(d) Connections break over and over while somebody writes."""
    began = InterfaceMap.objects.get(pk=bench.on.pk).seq
    watchers = Watchers(bench.portal, bench.asked(count), patience=5)
    at_rate(20, edits, lambda _which: edit_here(bench))
    connection.close()
    time.sleep(5)
    heard = watchers.stop()
    wanted = list(range(began + 1, began + edits + 1))
    missed = sum(len(set(wanted) - set(each.numbers)) for each in heard)
    doubled = sum(len(each.numbers) - len(set(each.numbers)) for each in heard)
    breaks = sum(each.breaks for each in heard)
    print(f"(d) {edits} changes, {count} readers, {breaks} reconnects: {missed} missed, {doubled} told twice")


@contextmanager
def bench_with(watchers: int) -> Iterator[Bench]:
    """PostgreSQL, Valkey, the portal and the bare loop, with so many people who may read a map of Porvoo."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        with locked(VAR / "lock"):
            shutil.copytree(sealed(DEMO), folder / "data")
        log = folder / "log"
        database = postgres.start(folder / "data", log=log / "postgres.log", port=DATABASE_PORT)
        stack.callback(database.stop)
        stack.callback(valkey.start(folder=folder / "valkey", log=log / "valkey.log", port=REDIS_PORT).stop)
        portal, floor = free_port(), free_port()
        portal_child = web.start(portal, env=os.environ, log=log / "portal.log")
        stack.callback(portal_child.stop)
        floor_child = Child.start(
            "The bare loop",
            [
                *(sys.executable, "-m", "uvicorn", "benchmarks.bare:app"),
                *("--host", "127.0.0.1", "--port", str(floor), "--lifespan", "off"),
                *("--timeout-graceful-shutdown", "1"),
            ],
            log=log / "bare.log",
            env=os.environ,
            cwd=web.ROOT,
        )
        stack.callback(floor_child.stop)
        portal_child.wait_until(lambda: web.answers(portal))
        time.sleep(1)
        on = InterfaceMap.objects.filter(municipality__code="638", is_demo=True).order_by("pk")[0]
        count = max(watchers, EDITORS)
        people = User.objects.bulk_create(
            User(email=f"{number}@mittaus.example", name=f"Mittaaja {number}", password="!")  # noqa: S106
            for number in range(count)
        )
        Membership.objects.bulk_create(
            Membership(user=person, organisation=on.municipality, role="editor") for person in people
        )
        cookies = []
        for person in people:
            client = TestClient()
            client.force_login(person)
            cookies.append(f"sessionid={client.cookies['sessionid'].value}")
        yield Bench(portal, floor, portal_child, floor_child, on, people, cookies)
        connection.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--watchers", type=int, default=500)
    arguments.add_argument("--idle", type=int, default=5000, help="at most 12 for each watcher")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--rates", type=int, nargs="*", default=[], help="changes a second, for (b)")
    arguments.add_argument("--only", default="aibcd", help="which of the parts: aibcd")
    options = arguments.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the run")
    with bench_with(options.watchers) as bench:
        if "a" in options.only:
            eight_editors(bench, 160)
        if "i" in options.only:
            cost_of_streams(bench, options.watchers)
            cost_of_streams(bench, options.idle)
        if "b" in options.only:
            many_watchers(bench, options.watchers, options.rounds, options.rates)
        if "c" in options.only:
            operations(bench, 300)
        if "d" in options.only:
            reconnects(bench, 40, 300)
    print(f"load {os.getloadavg()[0]:.1f} after the run, {threading.active_count()} thread left")


if __name__ == "__main__":
    main()
