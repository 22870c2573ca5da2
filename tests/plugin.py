"""The foundations of every test: PostgreSQL before Django reads its settings, clones instead of TRUNCATE, no network.

Fixtures: `db` (of pytest-django) for ordinary tests, rolled back; `fresh_database` for what must commit or use
threads; `valkey` for what needs Redis; `portal_server` and `own_portal_server` for the portal as a process.
"""

import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

from tests.budget import allowed
from tests.databases import CAST, DEMO, REFERENCE, Databases, Recipe, leave_nothing, open_databases
from tests.gear.production import Production
from tests.portal import PortalServer, start_portal
from yhdyspinta.embedded import postgres
from yhdyspinta.embedded import valkey as embedded_valkey
from yhdyspinta.embedded.process import EmbeddedError, free_port
from yhdyspinta.embedded.valkey import Valkey

sys.dont_write_bytecode = (
    False  # a suite of many processes compiles each module once, whatever the shell says
)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

NO_BROWSER = "no Chromium was found, and none could be fetched"
WEIGHTS = (1, 8, 30)
"""About how dear a test is, a journey, and what is slow, so that the dearest files begin."""

NOT_YET = "postgresql://nobody@127.0.0.1:9/not_yet"
LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}


class TestRun:
    """What one process of a run has started: each server when its first test asks, so none in xdist's controller."""

    __test__ = False

    def __init__(self) -> None:
        self.given = os.environ.setdefault("YHDYSPINTA_TEST_SERVER", os.environ.get("DATABASE_URL", ""))
        self.valkey_port = free_port()
        self._started: dict[str, Databases] = {}
        self._main: dict[str, str] = {}

    def _databases(self, recipe: Recipe) -> Databases:
        if recipe.name not in self._started:
            try:
                self._started[recipe.name] = open_databases(recipe, self.given)
            except (EmbeddedError, OSError) as error:
                pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
        return self._started[recipe.name]

    @property
    def reference(self) -> Databases:
        """The databases with reference data alone."""
        return self._databases(REFERENCE)

    @property
    def cast(self) -> Databases:
        """The databases with the cast and its maps."""
        return self._databases(CAST)

    @property
    def demo(self) -> Databases:
        """The databases with the demo's content."""
        return self._databases(DEMO)

    def main(self, databases: Databases) -> str:
        """The address of the one clone whose changes every ordinary test rolls back."""
        name = databases.recipe.name
        if name not in self._main:
            self._main[name] = databases.url(databases.clone(f"clone_main_{name}"))
        return self._main[name]

    def close(self) -> None:
        """Stop the servers and remove what they kept."""
        for databases in self._started.values():
            databases.close()
        if self.given and "PYTEST_XDIST_WORKER" not in os.environ:
            leave_nothing(self.given)


RUN = pytest.StashKey[TestRun]()


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: a test reaches nothing beyond this machine."""
    if event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in LOOPBACK:
        raise RuntimeError(f"A test tried to reach {host}: tests use this machine only.")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Set the environment before pytest-django reads the settings; no server yet answers there."""
    run = TestRun()
    early_config.stash[RUN] = run
    early_config.add_cleanup(run.close)
    for name in ("YHDYSPINTA_DEMO", "DEBUG", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)
    os.environ["DATABASE_URL"] = NOT_YET
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{run.valkey_port}/0"
    os.environ["YHDYSPINTA_TEST"] = "1"
    os.environ["SECRET_KEY"] = "not-secret-in-tests"  # noqa: S105
    sys.addaudithook(refuse_network)
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Settings that only tests want: static files without collectstatic, passwords hashed fast, few random examples."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    changed = override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    changed.enable()
    config.add_cleanup(changed.disable)
    hypothesis.settings.register_profile("ordinary", max_examples=25)
    hypothesis.settings.register_profile("long", max_examples=300)
    if not config.getoption("--hypothesis-profile"):
        hypothesis.settings.load_profile("long" if config.getoption("--long") else "ordinary")


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three workers for two cores, since many tests wait; one file alone runs in this very process, at once."""
    files = {argument.partition("::")[0] for argument in config.args}
    alone = len(files) == 1 and all(Path(file).is_file() for file in files)
    return 0 if alone or config.option.collectonly else cores() + cores() // 2


def cores() -> int:
    """How many processors this run may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """What can be asked of a run beside pytest's own options."""
    parser.addoption(
        "--long", action="store_true", help="every person, language and width, and thousands of cases"
    )


@pytest.fixture
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether everything is tried, and random tests may take their time."""
    return bool(request.config.getoption("--long"))


def leave_out_alike(items: list[pytest.Item], config: pytest.Config) -> None:
    """Of the cases of a test marked alike keep so many, the same ones in every worker of a run."""
    cases: dict[tuple[Path, str], list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("alike"):
            cases[item.path, item.name.partition("[")[0]].append(item)
    chance = random.Random(config.getoption("randomly_seed", 0))  # noqa: S311 not for a secret
    left: set[pytest.Item] = set()
    for key in sorted(cases):
        [most] = cases[key][0].get_closest_marker("alike").args  # type: ignore[union-attr]
        among = sorted(cases[key], key=lambda item: item.name)
        left |= set(among) - set(chance.sample(among, min(most, len(among))))
    if left:
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Journeys in a browser run last; a test that would empty tables learns what to use instead."""
    if not config.getoption("--long"):
        leave_out_alike(items, config)
    weights = Counter[Path]()
    for item in items:
        weights[item.path] += WEIGHTS[1 if item.get_closest_marker("browser") else 0]
        weights[item.path] += WEIGHTS[2] if item.get_closest_marker("slow") else 0
    dearest_first = "PYTEST_XDIST_WORKER" in os.environ  # else a worker ends long before the other
    items.sort(
        key=lambda item: (
            item.get_closest_marker("browser") is not None,
            -weights[item.path] if dearest_first else 0,
        )
    )
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if (marker and marker.kwargs.get("transaction")) or fixtures & {"transactional_db", "live_server"}:
            raise pytest.UsageError(
                f"{item.nodeid} would empty tables with TRUNCATE, which events refuse: use the fixture fresh_database."
            )
        if fixtures >= {"db", "fresh_database"} or (marker and "fresh_database" in fixtures):
            raise pytest.UsageError(f"{item.nodeid} uses both db and fresh_database: the second is enough.")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How long it took, which tests took longest; and nobody may believe that journeys passed which did not run."""
    seconds: dict[str, float] = defaultdict(float)
    own: dict[str, float] = defaultdict(float)  # without what is prepared for several
    for report in (each for reports in terminalreporter.stats.values() for each in reports):
        if isinstance(report, pytest.TestReport):
            seconds[report.nodeid] += report.duration
            own[report.nodeid] += report.duration if report.when == "call" else 0
    terminalreporter.section(f"{sum(seconds.values()):.0f} s in {len(seconds)} tests; the slowest")
    for name, taken in sorted(seconds.items(), key=lambda each: -each[1])[:10]:
        terminalreporter.line(f"{taken:6.1f} s {name}")
    beside = max(1, len(terminalreporter.config.option.tx or []) / cores())  # workers for each core
    over = [name for name, taken in own.items() if taken > allowed(name) * beside]
    if over:
        terminalreporter.line(f"Longer than the budget, for which tests/budget.py has no reason: {len(over)}")
    for name in sorted(over, key=own.__getitem__, reverse=True)[:30]:
        terminalreporter.line(f"{own[name]:6.1f} s {name}")
    skipped = terminalreporter.stats.get("skipped", [])
    names = [report.nodeid for report in skipped if NO_BROWSER in str(report.longrepr)]
    if names:
        terminalreporter.section(f"{len(names)} JOURNEYS DID NOT RUN: {NO_BROWSER}", red=True, bold=True)
        for name in names:
            terminalreporter.line(name, red=True)
        terminalreporter.line("Install chromium, or name one in CHROMIUM_PATH, and run the tests again.")


@pytest.fixture(scope="session")
def test_run(request: pytest.FixtureRequest) -> TestRun:
    """What this run has started."""
    return request.config.stash[RUN]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Instead of pytest-django's: the databases of ordinary tests are clones, nothing is migrated or emptied."""
    from django.db import connections

    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """An ordinary test is on the clone with the cast when it asks for the cast, else on the one without."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if "db" in fixtures or item.get_closest_marker("django_db"):
        run = item.config.stash[RUN]
        use(run.main(run.cast if "cast" in fixtures else run.reference))


def use(url: str) -> dict[str, str]:
    """Let Django use the database at the address; what it used before."""
    from django.db import connection

    parts = urlsplit(url)
    wished = {
        "NAME": parts.path.strip("/"),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
    }
    before = {key: connection.settings_dict[key] for key in wished}
    if before != wished:
        connection.close()
        connection.settings_dict.update(wished)
    return before


@contextmanager
def django_on(url: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django uses the database at the address meanwhile."""
    from django.db import connection

    with blocker.unblock():
        before = use(url)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)


@contextmanager
def own_database(databases: Databases, blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a new clone, which Django uses meanwhile."""
    name = databases.clone()
    try:
        with django_on(databases.url(name), blocker):
            yield databases.url(name)
    finally:
        databases.drop(name)


@pytest.fixture
def fresh_database(
    request: pytest.FixtureRequest, test_run: TestRun, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The address of a database of this test alone, which Django uses meanwhile: commits, threads, processes."""
    databases = test_run.cast if "fresh_cast" in request.fixturenames else test_run.reference
    with own_database(databases, django_db_blocker) as url:
        yield url


@pytest.fixture(scope="session")
def valkey(test_run: TestRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A real Valkey at the address that the settings name; without it every test has Redis off."""
    folder = tmp_path_factory.mktemp("valkey")
    server = embedded_valkey.start(folder=folder, log=folder / "valkey.log", port=test_run.valkey_port)
    yield server
    server.stop()


@contextmanager
def running_portal(test_run: TestRun, folder: Path, **more: str) -> Iterator[PortalServer]:
    """The portal on a clone of the demo database, for as long as the block lasts; `more` environment."""
    name = test_run.demo.clone()
    server = start_portal(test_run.demo.url(name), log=folder / "portal.log", **more)
    try:
        yield server
    finally:
        server.stop()
        test_run.demo.drop(name)


READ = """SELECT (SELECT count(*) FROM collaboration_change), (SELECT sum(seq) FROM services_interfacemap),
    (SELECT count(*) FROM collaboration_export)"""


@pytest.fixture(scope="session")
def shared_portal(test_run: TestRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    """The portal with demo content that all files share whose tests only read, as it finds out itself."""
    with running_portal(test_run, tmp_path_factory.mktemp("portal")) as server:
        before = postgres.run_sql(server.database_url, READ)
        yield server
        assert postgres.run_sql(server.database_url, READ) == before, "A file marked only_reads has written."


@pytest.fixture(scope="module")
def portal_server(
    request: pytest.FixtureRequest, test_run: TestRun, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PortalServer]:
    """The portal with demo content: one for each file, and one for all files that only read."""
    if request.node.get_closest_marker("only_reads"):
        yield request.getfixturevalue("shared_portal")
        return
    with running_portal(test_run, tmp_path_factory.mktemp("portal")) as server:
        yield server


@pytest.fixture
def own_portal_server(test_run: TestRun, tmp_path: Path) -> Iterator[PortalServer]:
    """The portal with demo content, of one test alone."""
    with running_portal(test_run, tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The processes of docker-compose.yml without Docker, with production's own settings and both database roles."""
    portal = Production(tmp_path_factory.mktemp("production"))
    portal.start()
    yield portal
    portal.stop()
