"""Ways to end the processes of the portal as a crash would."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.gear.production import Production


def children_of(pid: int) -> list[int]:
    """The processes that this one started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.append(int(status.parent.name))
    return found


def kill_a_child(production: Production, name: str) -> None:
    """kill -9 of one process under a child: gunicorn's worker, or one session of PostgreSQL."""
    for _look in range(600):
        family = children_of(production.children[name].process.pid)
        with contextlib.suppress(ProcessLookupError):
            if family:
                os.kill(random.choice(family), signal.SIGKILL)  # noqa: S311
                return
        time.sleep(0.05)  # it has been killed itself a moment ago, and has started none yet
    raise AssertionError(f"{name} starts no processes.")


def kills(production: Production) -> dict[str, Callable[[], None]]:
    """Everything that is killed in one round."""
    return {
        "a web process": lambda: production.kill("web1"),
        "the other web process": lambda: production.kill("web2"),
        "gunicorn's worker": lambda: kill_a_child(production, "web1"),
        "the worker": lambda: production.kill("worker"),
        "a process of the worker": lambda: kill_a_child(production, "worker"),
        "the clock": lambda: production.kill("beat"),
        "Redis": lambda: production.kill("valkey"),
        "PostgreSQL": lambda: production.kill("postgres"),
        "a process of PostgreSQL": lambda: kill_a_child(production, "postgres"),
    }
