"""The databases of a test run: cached templates, copied once per run and cloned within it.

Making a template takes seconds, so each is kept as a stopped server's data folder under var/test, named by a hash of
all that it was made from. A run starts its own PostgreSQL on a copy of it, so runs never meet.
"""

import hashlib
import itertools
import os
import secrets
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.process import EmbeddedError, lock

ROOT = Path(__file__).parent.parent
VAR = ROOT / "var" / "test"
KEPT = 2  # so many templates of one kind stay cached: enough to change branches back and forth

START = """
import os, django
from django.core.management import call_command
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
"""


@dataclass(frozen=True)
class Recipe:
    """What a template holds: the program that fills it, and the files that decide its content."""

    name: str
    program: str
    inputs: tuple[str, ...]
    base: "Recipe | None" = None

    @property
    def key(self) -> str:
        """A hash of all that the template is made from."""
        digest = hashlib.sha256(self.base.key.encode() if self.base else b"")
        paths = {path for pattern in self.inputs for path in ROOT.glob(pattern) if path.is_file()}
        for path in sorted(path for path in paths if "__pycache__" not in path.parts):
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    @property
    def sealed(self) -> Path:
        """The data folder that the template is cached in."""
        return VAR / f"{self.name}-{self.key}"

    def fill(self, url: str) -> None:
        """Run the program on the database at `url`, telling the person who waits."""
        sys.stdout.write(f"Preparing the template {self.name} (kept until its sources change) ...\n")
        sys.stdout.flush()
        done = subprocess.run(
            [sys.executable, "-c", START + self.program],
            check=False,
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url, "SECRET_KEY": "template", "YHDYSPINTA_DEMO": "1"},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise EmbeddedError(f"The test template could not be made:\n{done.stderr.rstrip()}")
        postgres.run_sql(url, "ANALYZE")  # no autovacuum does it, and who plans without it plans badly


REFERENCE = Recipe(
    name="reference",
    program="call_command('migrate'); call_command('load_reference')",
    inputs=(
        "requirements/dev.txt",
        "tests/databases.py",
        "tests/settings.py",
        "*/migrations/*",
        "tests/notes/migrations/*",
        "*/reference/**/*",
        "*/management/commands/load_reference.py",
    ),
)
PRODUCT = tuple(
    f"{app}/**/*.{kind}"
    for app in ("yhdyspinta", "collaboration", "services", "agreements")
    for kind in ("py", "json", "csv", "sql")
)
CAST = Recipe(
    name="cast",
    program="from tests.cast import make_cast; make_cast()",
    inputs=(*PRODUCT, "tests/cast.py"),
    base=REFERENCE,
)
DEMO = Recipe(name="demo", program="call_command('load_demo')", inputs=PRODUCT, base=REFERENCE)


class Databases(ABC):
    """A server with the template of one recipe; `clone` copies the template within the server."""

    def __init__(self, recipe: Recipe, server: str, prefix: str = "") -> None:
        self.recipe = recipe
        self.server = server
        self.prefix = prefix
        self.template = f"{prefix}{recipe.name}"
        self.numbers = itertools.count(1)

    def url(self, name: str) -> str:
        """The address of a database of this server."""
        return f"{self.server}/{name}"

    def clone(self, name: str = "") -> str:
        """A new database like the template; its name."""
        name = f"{self.prefix}{name or f'clone_{next(self.numbers)}'}"
        postgres.run_sql(self.url("postgres"), f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        postgres.run_sql(self.url("postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind."""


class OwnDatabases(Databases):
    """An embedded server of this run alone, on a copy of the cached template."""

    def __init__(self, recipe: Recipe) -> None:
        with locked(VAR / "lock"):
            remove_dead_runs()
            template = sealed(recipe)
            self.folder = VAR / f"run-{os.getpid()}-{secrets.token_hex(4)}"
            self.folder.mkdir()
            self.alive = lock(self.folder / "alive")  # held for as long as this process lives
            shutil.copytree(template, self.folder / "data")
        self.postgres = postgres.start(self.folder / "data", log=self.folder / "postgres.log", durable=False)
        super().__init__(recipe, self.postgres.url("").rstrip("/"))

    def close(self) -> None:
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.alive:
            self.alive.close()


class GivenDatabases(Databases):
    """The server of DATABASE_URL: its role may create databases; all of ours carry the number of the run's process."""

    def __init__(self, recipe: Recipe, url: str) -> None:
        super().__init__(recipe, server_of(url), run_prefix())
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        self.template, self.prefix = f"{self.prefix}{recipe.name}", f"{self.prefix}{recipe.name}_{worker}_"
        with locked(VAR / "lock"):
            for name in ours(self.server):
                if not process_exists(int(name.split("_")[2])):
                    self.drop(name)
            self.make(recipe)

    def make(self, recipe: Recipe) -> None:
        """Make the template unless another worker of this run has made it. The caller holds the lock."""
        name = f"{run_prefix()}{recipe.name}"
        if name in ours(self.server):
            return
        if recipe.base:
            self.make(recipe.base)
        base = f'TEMPLATE "{run_prefix()}{recipe.base.name}"' if recipe.base else ""
        postgres.run_sql(self.url("postgres"), f'CREATE DATABASE "{name}" {base}')
        recipe.fill(self.url(name))

    def close(self) -> None:
        """Nothing: the other workers may still clone the template, and the run itself removes everything."""


def server_of(url: str) -> str:
    """The address without the database."""
    return url.removesuffix(urlsplit(url).path)


def run_prefix() -> str:
    """What the names of this run's databases on a given server begin with: all its workers have the same."""
    return f"yhdyspinta_test_{os.getppid() if 'PYTEST_XDIST_WORKER' in os.environ else os.getpid()}_"


def ours(server: str) -> list[str]:
    """The databases of test runs on a given server."""
    statement = "SELECT datname FROM pg_database WHERE datname LIKE 'yhdyspinta_test_%'"
    return [name for (name,) in postgres.run_sql(f"{server}/postgres", statement)]


def leave_nothing(url: str) -> None:
    """Remove what this run has made on a given server."""
    server = server_of(url)
    for name in ours(server):
        if name.startswith(run_prefix()):
            postgres.run_sql(f"{server}/postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def open_databases(recipe: Recipe, given: str) -> Databases:
    """The databases of this run: on the given server, or on an embedded one."""
    return GivenDatabases(recipe, given) if given else OwnDatabases(recipe)


def sealed(recipe: Recipe) -> Path:
    """The cached data folder of a template, made when missing. The caller holds the lock."""
    folder = recipe.sealed
    if folder.exists():
        folder.touch()
        return folder
    half_made = VAR / "half-made" / recipe.name
    shutil.rmtree(half_made, ignore_errors=True)
    if recipe.base:
        shutil.copytree(sealed(recipe.base), half_made)
    server = postgres.start(half_made, log=VAR / "template.log", durable=False)
    try:
        if recipe.base:
            base, name = recipe.base.name, recipe.name
            postgres.run_sql(server.url("postgres"), f'ALTER DATABASE "{base}" RENAME TO "{name}"')
        else:
            postgres.create_database(server, recipe.name)
        recipe.fill(server.url(recipe.name))
    finally:
        server.stop()
    half_made.rename(folder)
    earlier = sorted(VAR.glob(f"{recipe.name}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in earlier[KEPT:]:
        shutil.rmtree(old)
    return folder


def remove_dead_runs() -> None:
    """Remove the folders of runs that were killed. The caller holds the lock."""
    for folder in VAR.glob("run-*"):
        alive = lock(folder / "alive", wait=False)
        if alive:
            shutil.rmtree(folder, ignore_errors=True)
            alive.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one process at a time passes here."""
    file = lock(path)
    assert file
    with file:
        yield


def process_exists(pid: int) -> bool:
    """Whether a process of this number is running."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
