"""The foundations of every test: PostgreSQL before Django reads its settings, clones instead of TRUNCATE, no network.

Fixtures: `db` (of pytest-django) for ordinary tests, rolled back; `fresh_database` for what must commit or use
threads; `valkey` for what needs Redis; `portal_server` and `own_portal_server` for the portal as a process.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import DjangoDbBlocker

from tests.databases import DEMO, REFERENCE, Databases, open_databases
from tests.portal import PortalServer, start_portal
from yhdyspinta.embedded import valkey as embedded_valkey
from yhdyspinta.embedded.process import EmbeddedError, free_port
from yhdyspinta.embedded.production import Production
from yhdyspinta.embedded.valkey import Valkey

LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}


class TestRun:
    """What one pytest run has started; demo databases only when a test asks for them."""

    __test__ = False

    def __init__(self) -> None:
        self.given = os.environ.get("DATABASE_URL")
        self.reference = open_databases(REFERENCE, self.given)
        self.valkey_port = free_port()
        self._demo: Databases | None = None

    @property
    def demo(self) -> Databases:
        """The demo databases, started at first use."""
        self._demo = self._demo or open_databases(DEMO, self.given)
        return self._demo

    def close(self) -> None:
        """Stop the servers and remove what they kept."""
        for databases in (self._demo, self.reference):
            if databases:
                databases.close()


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
    """Start the database and set the environment before pytest-django reads the settings."""
    try:
        run = TestRun()
    except (EmbeddedError, OSError) as error:
        raise pytest.UsageError(str(error)) from None
    early_config.stash[RUN] = run
    early_config.add_cleanup(run.close)
    for name in ("YHDYSPINTA_DEMO", "DEBUG", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)
    os.environ["DATABASE_URL"] = run.reference.url(f"{run.reference.prefix}clone_main")
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{run.valkey_port}/0"
    os.environ["YHDYSPINTA_TEST"] = "1"
    os.environ["SECRET_KEY"] = "not-secret-in-tests"  # noqa: S105
    sys.addaudithook(refuse_network)
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Settings that only tests want: static files without collectstatic, passwords hashed fast."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    changed = override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    changed.enable()
    config.add_cleanup(changed.disable)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What can be asked of a run beside pytest's own options."""
    parser.addoption("--long", action="store_true", help="random tests take their time: thousands of cases")


@pytest.fixture
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether random tests may take their time."""
    return bool(request.config.getoption("--long"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys in a browser run last; a test that would empty tables learns what to use instead."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if (marker and marker.kwargs.get("transaction")) or fixtures & {"transactional_db", "live_server"}:
            raise pytest.UsageError(
                f"{item.nodeid} would empty tables with TRUNCATE, which events refuse: use the fixture fresh_database."
            )
        if fixtures >= {"db", "fresh_database"} or (marker and "fresh_database" in fixtures):
            raise pytest.UsageError(f"{item.nodeid} uses both db and fresh_database: the second is enough.")


@pytest.fixture(scope="session")
def test_run(request: pytest.FixtureRequest) -> TestRun:
    """What this run has started."""
    return request.config.stash[RUN]


@pytest.fixture(scope="session")
def django_db_setup(test_run: TestRun, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Instead of pytest-django's: the database of ordinary tests is a clone, nothing is migrated or emptied."""
    from django.db import connections

    test_run.reference.clone("clone_main")
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@contextmanager
def django_on(url: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django uses the database at the address meanwhile."""
    from django.db import connection

    parts = urlsplit(url)
    wished = {"NAME": parts.path.strip("/"), "HOST": parts.hostname or "", "PORT": str(parts.port or "")}
    with blocker.unblock():
        ordinary = {key: connection.settings_dict[key] for key in wished}
        connection.close()
        connection.settings_dict.update(wished)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(ordinary)


@contextmanager
def own_database(test_run: TestRun, blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a new database with the reference data, which Django uses meanwhile."""
    name = test_run.reference.clone()
    try:
        with django_on(test_run.reference.url(name), blocker):
            yield test_run.reference.url(name)
    finally:
        test_run.reference.drop(name)


@pytest.fixture
def fresh_database(test_run: TestRun, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a database of this test alone, which Django uses meanwhile: commits, threads, processes."""
    with own_database(test_run, django_db_blocker) as url:
        yield url


@pytest.fixture(scope="session")
def valkey(test_run: TestRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A real Valkey at the address that the settings name; without it every test has Redis off."""
    folder = tmp_path_factory.mktemp("valkey")
    server = embedded_valkey.start(folder=folder, log=folder / "valkey.log", port=test_run.valkey_port)
    yield server
    server.stop()


@contextmanager
def running_portal(test_run: TestRun, folder: Path) -> Iterator[PortalServer]:
    """The portal on a clone of the demo database, for as long as the block lasts."""
    name = test_run.demo.clone()
    server = start_portal(test_run.demo.url(name), log=folder / "portal.log")
    try:
        yield server
    finally:
        server.stop()
        test_run.demo.drop(name)


@pytest.fixture(scope="module")
def portal_server(test_run: TestRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    """The portal with demo content, shared by the tests of one file."""
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
