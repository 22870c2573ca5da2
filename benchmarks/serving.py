"""What a request costs beyond its content: CPU of the web process and of PostgreSQL, over one kept connection.

`python benchmarks/serving.py [--against <another checkout>] [--requests 300]` starts everything that it needs, on the
demo's content, serves each checkout in turn and leaves nothing behind. docs/measurements.md has the figures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

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

from django.db import connection  # noqa: E402 Django must be set up first
from django.test import Client as TestClient  # noqa: E402

from collaboration.models import User  # noqa: E402
from services.models import InterfaceMap  # noqa: E402
from tests.databases import DEMO, VAR, locked, sealed  # noqa: E402
from yhdyspinta.embedded import postgres, valkey, web  # noqa: E402

DIRECTOR = "sivistysjohtaja.porvoo@esittely.example"
TICK = 1000 / os.sysconf("SC_CLK_TCK")
ROUNDS = 3
SERVE = """
import os, sys
from pathlib import Path
from yhdyspinta.embedded import web
web.start(int(sys.argv[1]), env=os.environ, log=Path(sys.argv[2])).wait()
"""


def stat(pid: int) -> tuple[int, float]:
    """A process's parent, and the milliseconds of it and of the children that it has seen end."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), sum(map(int, fields[11:15])) * TICK


def tree_cpu(root: int) -> float:
    """Milliseconds of a process and all below it, also of those that have ended."""
    found: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                found[int(folder.name)] = stat(int(folder.name))
            except (OSError, ValueError):
                continue
    below, total = [root], 0.0
    while below:
        pid = below.pop()
        total += found.get(pid, (0, 0.0))[1]
        below += [child for child, (parent, _cpu) in found.items() if parent == pid]
    return total


@dataclass
class Served:
    """One checkout behind its own port."""

    name: str
    port: int
    child: Child
    database: Child
    cookie: str

    def ask(self, path: str, count: int) -> None:
        """So many requests over one connection."""
        line = HTTPConnection("127.0.0.1", self.port)
        for _number in range(count):
            line.request("GET", path, headers={"Cookie": self.cookie})
            answer = line.getresponse()
            assert answer.status == 200, (self.name, path, answer.status)
            answer.read()
        line.close()

    def cost(self, path: str, count: int) -> tuple[float, float, float]:
        """CPU milliseconds of a request, in the web process and in PostgreSQL, and how long it took."""
        before = tree_cpu(self.child.process.pid), tree_cpu(self.database.process.pid)
        begun = time.monotonic()
        self.ask(path, count)
        took = (time.monotonic() - begun) * 1000
        after = tree_cpu(self.child.process.pid), tree_cpu(self.database.process.pid)
        return (after[0] - before[0]) / count, (after[1] - before[1]) / count, took / count

    def rate(self, path: str, count: int, lines: int) -> float:
        """Answers a second to so many connections at once."""
        threads = [threading.Thread(target=self.ask, args=(path, count // lines)) for _line in range(lines)]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return count / (time.monotonic() - begun)


@contextmanager
def served(checkouts: dict[str, Path]) -> Iterator[list[Served]]:
    """Each checkout's own web server on the same PostgreSQL, with fsync, and Valkey."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        with locked(VAR / "lock"):
            shutil.copytree(sealed(DEMO), folder / "data")
        log = folder / "log"
        database = postgres.start(folder / "data", log=log / "postgres.log", port=DATABASE_PORT)
        stack.callback(database.stop)
        stack.callback(valkey.start(folder=folder / "valkey", log=log / "valkey.log", port=REDIS_PORT).stop)
        client = TestClient()
        client.force_login(User.objects.get(email=DIRECTOR))
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        found = []
        for name, checkout in checkouts.items():
            port = free_port()
            command = [sys.executable, "-c", SERVE, str(port), str(log / name / "web.log")]
            child = Child.start(name, command, log=log / f"{name}.log", env=os.environ, cwd=checkout)
            stack.callback(child.stop)
            (log / name).mkdir(parents=True)
            child.wait_until(lambda port=port: web.answers(port))  # type: ignore[misc]
            found.append(Served(name, port, child, database.child, cookie))
        yield found
        connection.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--against", type=Path, action="append", default=[], help="another checkout")
    arguments.add_argument("--requests", type=int, default=300)
    options = arguments.parse_args()
    checkouts = {path.name: path.absolute() for path in options.against} | {"this one": web.ROOT}
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the run")
    with served(checkouts) as servers:
        on = InterfaceMap.objects.filter(municipality__code="638", is_demo=True).order_by("pk")[0].pk
        connection.close()
        paths = ("/healthz", "/tietoja/", "/kartat/", f"/kartat/{on}/", f"/api/v1/maps/{on}/changes/")
        for path in paths:
            costs: dict[str, list[tuple[float, float, float]]] = {each.name: [] for each in servers}
            for each in servers:
                each.ask(path, 20)
            for _round in range(ROUNDS):
                for each in servers:
                    costs[each.name].append(each.cost(path, options.requests))
            for name, measured in costs.items():
                own, theirs, took = (statistics.median(column) for column in zip(*measured, strict=True))
                print(
                    f"{path}: {name}: {own + theirs:.1f} CPU-ms (web {own:.1f}, PostgreSQL {theirs:.1f}),"
                    f" {took:.1f} ms"
                )
        for each in servers:
            rates = [each.rate("/tietoja/", options.requests * 2, 16) for _round in range(ROUNDS)]
            print(f"/tietoja/ to 16 at once: {each.name}: {statistics.median(rates):.0f} a second")


if __name__ == "__main__":
    main()
