"""The whole portal on this machine: database, broker, worker with the clock, and web server, under one parent."""

import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from yhdyspinta.embedded import postgres, valkey, web
from yhdyspinta.embedded.process import Child, EmbeddedError, free_port, is_free

POSTGRES_PORT = 54320
VALKEY_PORT = 63790
STEPS = 4
MOST_DEATHS, A_WHILE = 5, 60.0  # a program that dies so often in so many seconds is not started again
CELERY = ("-m", "celery", "-A", "yhdyspinta.celery")


@dataclass
class Portal:
    """The children of a demo and the environment that they share; `folder` holds all that it keeps."""

    folder: Path
    port: int
    say: Callable[[str], object]
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    servers: list[Child] = field(default_factory=list)
    programs: dict[str, Child] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the portal answers."""
        return f"http://127.0.0.1:{self.port}/"

    def log(self, name: str) -> Path:
        """The log file of one child."""
        return self.folder / "log" / f"{name}.log"

    def step(self, number: int, what: str) -> None:
        """Tell the person who waits what happens now."""
        self.say(f"{number}/{STEPS} {what} ...\n")

    def start(self, *, fresh: bool) -> None:
        """Start everything, ready to answer; `fresh` throws the earlier content away first."""
        if not is_free(self.port):
            raise EmbeddedError(
                f"Port {self.port} is taken: stop the program there, or choose another port, "
                f"such as --port {self.port + 1}."
            )
        if fresh and "DATABASE_URL" in os.environ:
            raise EmbeddedError(
                "--fresh empties the demo's own database only, not the one that DATABASE_URL names."
            )
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.folder / "log", ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.env |= {
            "DJANGO_SETTINGS_MODULE": "yhdyspinta.settings",
            "YHDYSPINTA_DEMO": "1",
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self.secret_key(),
            "PYTHONUNBUFFERED": "1",
            "SITE_URL": self.address.rstrip("/"),
        }
        self.start_servers()
        self.step(2, "Preparing the database and its content")
        self.manage("prepare_demo").wait(self.say)
        self.step(3, "Starting the worker and its clock")
        self.start_programs("The worker", "The clock")
        self.step(4, "Starting the web server")
        self.start_programs("The web server")
        server = self.programs["The web server"]
        server.wait_until(lambda: web.answers(self.port))
        if (status := web.status(self.port)) >= 500:
            raise EmbeddedError(f"The front page fails ({status}). From {server.log}:\n{server.last_lines()}")
        self.say(f"\nYhdyspinta is ready: {self.address}\n\n")
        self.manage("demo_people").wait(self.say)
        self.say("\nCtrl-C stops it.\n")

    def secret_key(self) -> str:
        """A key of this demo's own, kept so that people stay signed in over a restart."""
        file = self.folder / "secret_key"
        if not file.exists():
            file.touch(mode=0o600)
        if not file.read_text():
            file.write_text(secrets.token_urlsafe(50))
        return file.read_text()

    def start_servers(self) -> None:
        """Start PostgreSQL and Valkey, unless the environment names others."""
        self.step(1, "Starting PostgreSQL and Valkey")
        if "DATABASE_URL" not in self.env:
            database = postgres.start(
                self.folder / "postgres",
                log=self.log("postgres"),
                port=self.usual(POSTGRES_PORT, "PostgreSQL"),
            )
            self.servers.append(database.child)
            postgres.create_database(database, postgres.ROLE)
            self.env["DATABASE_URL"] = database.url()
        if "REDIS_URL" not in self.env:
            port = self.usual(VALKEY_PORT, "Valkey")
            broker = valkey.start(folder=self.folder / "valkey", log=self.log("valkey"), port=port)
            self.servers.append(broker.child)
            self.env["REDIS_URL"] = broker.url

    def usual(self, port: int, name: str) -> int:
        """The port that the settings expect, or another one, and then say so."""
        chosen = free_port(port)
        if chosen != port:
            self.say(f"    Port {port} is taken, so {name} listens on {chosen}.\n")
        return chosen

    @property
    def starters(self) -> dict[str, Callable[[], Child]]:
        """How each program is started, the first time and again. A clock inside the worker could outlive it."""
        worker = ("worker", "--pool", "threads", "-c", "4", "--without-mingle", "--without-gossip")
        clock = ("beat", "--schedule", str(self.folder / "beat-schedule"), "--pidfile=")
        return {
            "The worker": partial(self.python, "The worker", "worker", *CELERY, *worker),
            "The clock": partial(self.python, "The clock", "clock", *CELERY, *clock),
            "The web server": partial(web.start, self.port, env=self.env, log=self.log("web")),
        }

    def start_programs(self, *names: str) -> None:
        """Start some of the programs."""
        self.programs |= {name: self.starters[name]() for name in names}

    def manage(self, command: str) -> Child:
        """Start a management command."""
        return self.python(f"manage.py {command}", command, "manage.py", command)

    def python(self, name: str, log: str, *arguments: str) -> Child:
        """Start a Python program of the checkout."""
        return Child.start(name, [sys.executable, *arguments], log=self.log(log), env=self.env, cwd=web.ROOT)

    def watch(self) -> None:
        """Watch until a server ends by itself, or a program does so again and again, which raises."""
        deaths: dict[str, list[float]] = {name: [] for name in self.programs}
        while True:
            for server in self.servers:
                if server.ended:
                    raise EmbeddedError(server.obituary())
            for name, child in list(self.programs.items()):
                if child.ended:
                    deaths[name] = [*deaths[name], time.monotonic()][-MOST_DEATHS:]
                    if len(deaths[name]) == MOST_DEATHS and deaths[name][-1] - deaths[name][0] < A_WHILE:
                        raise EmbeddedError(child.obituary())
                    self.revive(name, child)
            time.sleep(0.5)

    def revive(self, name: str, dead: Child) -> None:
        """Start a program that has stopped by itself again, and say so; the log of the dead one is kept."""
        dead.finish(seconds=0)
        kept = dead.log.replace(dead.log.with_suffix(".before.log"))
        self.start_programs(name)
        self.say(
            f"{name} stopped by itself (exit code {dead.process.returncode}) and has been started again. "
            f"What it said last: {kept}\n"
        )

    def stop(self) -> None:
        """Stop web and worker together, then the servers that they use."""
        for children in (list(self.programs.values()), self.servers):
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.finish()
