"""The processes of docker-compose.yml without Docker: the same commands and environment names, restarted when they end.

Two web processes, a worker and a beat, with PostgreSQL (owner role and application role) and Valkey from wheels, or
with the servers that the environment names. A test compares this with docker-compose.yml.
"""

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.gear.client import Client, Unreachable
from yhdyspinta.embedded import postgres, valkey, web
from yhdyspinta.embedded.process import Child, EmbeddedError, free_port

DATABASE, OWNER, APPLICATION = "yhdyspinta", "yhdyspinta_owner", "yhdyspinta_app"
HOST = "portal.example"
ROLES = web.ROOT / "docker" / "postgres" / "roles.sql"

PREPARE = (
    ("migrate", "--noinput"),
    ("grant_rights", APPLICATION),
    ("load_reference",),
)
"""What the service `migrate` runs, as the owner."""

WEB = ("gunicorn", "--config", "python:yhdyspinta.web", "yhdyspinta.asgi:application")
WORKER = (
    *("celery", "--quiet", "-A", "yhdyspinta.celery", "worker"),
    *("--concurrency", "2", "--without-mingle", "--without-gossip", "--loglevel", "INFO"),
)
BEAT = (
    *("celery", "--quiet", "-A", "yhdyspinta.celery", "beat"),
    *("--schedule", "/tmp/beat-schedule", "--pidfile=", "--loglevel", "INFO"),  # noqa: S108 (of a container)
)


def ready(port: int) -> bool:
    """Whether the web process on this port is ready for people."""
    try:
        return Client(HOST, (port,)).get("/readyz").status == 200
    except Unreachable:
        return False


def given_servers() -> tuple[str, str] | None:
    """The addresses of a PostgreSQL of one's own, for the owner and for the application, when both are given."""
    names = ("OWNER_DATABASE_URL", "DATABASE_URL")
    return (os.environ[names[0]], os.environ[names[1]]) if all(name in os.environ for name in names) else None


@dataclass
class Production:
    """The children and their environment; `folder` holds all that they keep. `redis`: whether Valkey runs at all.

    `given` are the addresses of another PostgreSQL than the embedded one; `static` collected files that are there.
    """

    folder: Path
    ports: tuple[int, ...] = field(default_factory=lambda: (free_port(), free_port()))
    redis: bool = True
    given: tuple[str, str] | None = field(default_factory=given_servers)
    static: Path | None = None
    say: Callable[[str], object] = lambda _text: None
    children: dict[str, Child] = field(default_factory=dict)
    restarts: dict[str, int] = field(default_factory=dict)
    database_port: int = field(default_factory=free_port)
    redis_port: int = field(default_factory=free_port)
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    _stopping: threading.Event = field(default_factory=threading.Event)
    _supervisor: threading.Thread | None = None

    @property
    def owner_url(self) -> str:
        """The address of the database for the owner."""
        embedded = f"postgresql://{OWNER}@127.0.0.1:{self.database_port}/{DATABASE}"
        return self.given[0] if self.given else embedded

    @property
    def application_url(self) -> str:
        """The address of the database for the application."""
        embedded = f"postgresql://{APPLICATION}@127.0.0.1:{self.database_port}/{DATABASE}"
        return self.given[1] if self.given else embedded

    @property
    def static_folder(self) -> Path:
        """Where the collected static files are."""
        return self.static or self.folder / "static"

    def env(self, **more: str) -> dict[str, str]:
        """The environment of docker-compose.yml, and nothing of ours that it does not have."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        return kept | {
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "yhdyspinta.settings",
            "SECRET_KEY": self.secret_key,
            "DATABASE_URL": self.application_url,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "DEFAULT_FROM_EMAIL": f"yhdyspinta@{HOST}",
            "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "MAIL_OFFICE_HOURS": "0",  # tests run also at night
            "MAIL_GATHER_MINUTES": "0",
            "STATIC_FOLDER": str(self.static_folder),
            **({"PGBOUNCER": os.environ["PGBOUNCER"]} if "PGBOUNCER" in os.environ else {}),
            **more,
        }

    def start(self) -> None:
        """Start everything, in the order of docker-compose.yml, and watch over it from a thread."""
        started = threading.Event()
        problems: list[Exception] = []
        self._supervisor = threading.Thread(
            target=self._supervise, args=(started, problems), name="supervisor"
        )
        self._supervisor.start()
        started.wait()
        if problems:
            self.stop()
            raise problems[0]

    def _supervise(self, started: threading.Event, problems: list[Exception]) -> None:
        """Linux ends a child with the thread that started it, so all of them are started here."""
        try:
            self._start_in_order()
        except Exception as problem:  # whatever it is belongs to the thread that waits
            problems.append(problem)
        started.set()
        while not problems and not self._stopping.wait(0.1):
            for name in [name for name, child in self.children.items() if child.ended]:
                self.restarts[name] = self.restarts.get(name, 0) + 1
                self._start(name)
        for child in reversed(self.children.values()):
            child.ask_to_stop()
        for child in reversed(self.children.values()):
            child.finish(seconds=10)

    def _start_in_order(self) -> None:
        """Everything, unless it is to be stopped meanwhile."""
        for step in self._steps():
            if self._stopping.is_set():
                return
            step()

    def _steps(self) -> Iterator[Callable[[], object]]:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.given:
            yield partial(self._start, "postgres")
            yield self._make_roles
        if self.redis:
            yield partial(self._start, "valkey")
        self.say("Migrating, granting rights and collecting static files ...\n")
        for arguments in PREPARE:
            yield partial(self.manage, *arguments, owner=True)
        if not self.static_folder.exists():
            yield partial(self.manage, "collectstatic", "--noinput", "--verbosity", "0")
        for name in (*self.web_names, "worker", "beat"):
            yield partial(self._start, name)
        for name, port in zip(self.web_names, self.ports, strict=True):
            yield partial(self.children[name].wait_until, partial(ready, port))

    @property
    def web_names(self) -> tuple[str, ...]:
        """The web processes: web1, web2 ..."""
        return tuple(f"web{number + 1}" for number in range(len(self.ports)))

    def _start(self, name: str) -> None:
        """Start a child, or try to: one that fails is tried again at the next look."""
        for earlier in [self.children[name]] if name in self.children else []:
            earlier.finish(seconds=0)  # as with a container, nothing of the one that died is left
        try:
            self.children[name] = self._child(name)
        except EmbeddedError as error:
            if name not in self.children:
                raise
            self.say(f"{name} does not start yet: {error}\n")
            time.sleep(0.2)

    def _child(self, name: str) -> Child:
        log = self.folder / "log" / f"{name}-{self.restarts.get(name, 0)}.log"
        if name == "postgres":
            return postgres.start(self.folder / "postgres", log=log, port=self.database_port).child
        if name == "valkey":
            return valkey.start(folder=self.folder / "valkey", log=log, port=self.redis_port).child
        if name == "worker":
            return self._python(name, WORKER, log, self.env())
        if name == "beat":
            return self._python(name, self._beat(), log, self.env())
        number = self.web_names.index(name)
        own = {
            "WEB_BIND": f"127.0.0.1:{self.ports[number]}",
            "WEB_WORKERS": "1",
            "FORWARDED_ALLOW_IPS": "*",
        }
        return self._python(name, WEB, log, self.env(**own))

    def _beat(self) -> tuple[str, ...]:
        """Two on one machine may not share a schedule in /tmp."""
        own = str(self.folder / "beat-schedule")
        return tuple(own if part == "/tmp/beat-schedule" else part for part in BEAT)  # noqa: S108

    def _python(self, name: str, command: tuple[str, ...], log: Path, env: dict[str, str]) -> Child:
        return Child.start(name, [sys.executable, "-m", *command], log=log, env=env, cwd=web.ROOT)

    def _make_roles(self) -> None:
        """Run docker/postgres/roles.sql, as the image does."""
        address = f"postgresql://{postgres.ROLE}@127.0.0.1:{self.database_port}/postgres"
        variables = {
            "database": DATABASE,
            "owner": OWNER,
            "owner_password": secrets.token_hex(16),
            "application": APPLICATION,
            "application_password": secrets.token_hex(16),
        }
        options = [f"--set={name}={value}" for name, value in variables.items()]
        done = subprocess.run(
            [postgres.program("psql"), "--no-psqlrc", "--quiet", *options, "--file", ROLES, address],
            env=postgres.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EmbeddedError(f"{ROLES.name} failed: {done.stderr.strip()}")

    def manage(self, *arguments: str, owner: bool = False, **more: str) -> str:
        """Run a management command as the owner or as the application; what it printed."""
        env = self.env(**more) | ({"DATABASE_URL": self.owner_url} if owner else {})
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=web.ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EmbeddedError(
                f"manage.py {arguments[0]} failed: {done.stderr.strip() or done.stdout.strip()}"
            )
        return done.stdout

    def kill(self, name: str) -> None:
        """End a child as a crash would, without a word; the supervisor starts it again."""
        self.children[name].process.kill()

    def watch(self) -> None:
        """Wait for the supervisor, which waits for `stop`."""
        while self._supervisor and self._supervisor.is_alive():
            self._supervisor.join(0.5)

    def stop(self) -> None:
        """Stop everything in good order."""
        self._stopping.set()
        if self._supervisor:
            self._supervisor.join()
