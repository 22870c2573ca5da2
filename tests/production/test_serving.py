"""How a web process answers: threads that stay with their connections, and streams that hold neither."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from collaboration.models import Membership, User
from services.models import InterfaceMap
from tests.cast import Cast, the_cast
from tests.databases import CAST, VAR, locked, sealed
from tests.live import Browser, comes, eventually, listening, streams_open
from tests.plugin import django_on
from tests.portal import PortalServer, start_portal
from yhdyspinta.embedded import postgres
from yhdyspinta.handler import Handler

PAGE = "/organisaatiot/"
OTHERS = """SELECT pid, state, wait_event_type FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> ALL(%s) AND pid <> pg_backend_pid()"""


class Watched:
    """A web process with few threads, and what it holds."""

    def __init__(self, portal: PortalServer, cast: Cast) -> None:
        self.portal, self.cast = portal, cast
        self.browser = Browser(cast["porvoo editor"])
        self.client = self.browser.at(portal)
        self.on: InterfaceMap = cast.maps["porvoo"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.own = [cursor.fetchone()[0]]

    def connections(self) -> dict[int, tuple[str, str]]:
        """PostgreSQL's processes that serve the web process, with their state and what they wait for."""
        rows = postgres.run_sql(self.portal.database_url, OTHERS, self.own)
        return {pid: (state, waits) for pid, state, waits in rows}

    def threads(self) -> int:
        """How many threads the web process has."""
        status = Path(f"/proc/{self.portal.child.process.pid}/status").read_text()
        return int(dict(line.split(":", 1) for line in status.splitlines())["Threads"])

    def ask(self, count: int, at_once: int) -> list[int]:
        """So many requests for a page, by so many at once; the statuses."""

        def status(_number: int) -> int:
            return self.browser.at(self.portal).get(PAGE).status

        with ThreadPoolExecutor(at_once) as threads:
            return list(threads.map(status, range(count)))

    def write(self, text: str) -> int:
        """Change the map's title; the status of the answer."""
        op: dict[str, object] = {"id": str(uuid4()), "subject": f"map:{self.on.pk}", "property": "title_fi"}
        op |= {"base_version": 10**6, "value": text}
        return self.client.post_json(f"/api/v1/maps/{self.on.pk}/ops/", op).status


@contextmanager
def watched(url: str, folder: Path, threads: int) -> Iterator[Watched]:
    """A web process on the database that Django uses and that holds the cast."""
    cast = the_cast()
    portal = start_portal(url, log=folder / "portal.log", WEB_THREADS=str(threads))
    try:
        yield Watched(portal, cast)
    finally:
        portal.stop()
    assert "Exception in ASGI" not in portal.log.read_text()


def test_requests_share_few_kept_connections(fresh_cast: Cast, fresh_database: str, tmp_path: Path) -> None:
    with watched(fresh_database, tmp_path, threads=3) as web:
        assert web.ask(5, at_once=1) == [200] * 5
        kept = set(web.connections())
        assert web.ask(20, at_once=1) == [200] * 20
        assert len(kept) <= 2, "one after another they need one, or two when the next comes very soon"
        assert kept <= set(web.connections()), "the same ones as before"
        assert web.ask(60, at_once=12) == [200] * 60
        assert len(web.connections()) <= 3
        assert {state for state, _waits in web.connections().values()} == {"idle"}
    assert eventually(lambda: not web.connections()), "none outlives the process"


def test_open_streams_hold_neither_threads_nor_connections(
    fresh_cast: Cast, fresh_database: str, tmp_path: Path
) -> None:
    """200 of them, beside the threads of the pages and the two of the hub."""
    with watched(fresh_database, tmp_path, threads=2) as web, ExitStack() as stack:
        cursor, browsers = f"map-{web.on.pk}:0", []
        for number in range(20):
            user = User.objects.create(email=f"{number}@cast.example", name=f"Katsoja {number}", password="!")  # noqa: S106
            Membership.objects.create(user=user, organisation=web.cast.organisations["porvoo"], role="reader")
            browsers.append(Browser(user))
        assert web.ask(40, at_once=20) == [200] * 40
        with listening(web.portal, browsers[0], cursor) as first, listening(web.portal, browsers[1], cursor):
            assert comes(first, "news")
            assert web.write("Ensin") == 200
            assert first.hears(1)
        assert eventually(lambda: streams_open(web.portal) == 0)
        threads = web.threads()
        streams = [
            stack.enter_context(listening(web.portal, browser, cursor))
            for browser in browsers
            for _number in range(10)
        ]
        assert eventually(lambda: streams_open(web.portal) == 200)
        assert all(comes(each, "changes") for each in streams)
        assert web.threads() <= threads + 1, "the hub's second thread at most"
        assert len(web.connections()) <= 2 + 2 + 1, "pages, the hub, and the probe that counts the streams"
        assert web.ask(40, at_once=20) == [200] * 40
        assert web.write("Kaikille") == 200
        assert all(each.hears(2) for each in streams)


def test_a_slow_browser_holds_no_thread(fresh_cast: Cast, fresh_database: str, tmp_path: Path) -> None:
    """With one thread only: somebody sends a form, and does not come to its end."""
    with watched(fresh_database, tmp_path, threads=1) as web, ExitStack() as stack:
        head = b"POST /kirjaudu/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for request in (head, head + b"Content-Length: 9\r\n\r\nslow"):
            slow = stack.enter_context(
                socket.create_connection(("127.0.0.1", urlsplit(web.portal.url).port or 0))
            )
            slow.sendall(request)
        assert web.ask(10, at_once=2) == [200] * 10


def test_a_transaction_that_fails_leaves_nothing_behind(
    fresh_cast: Cast, fresh_database: str, tmp_path: Path
) -> None:
    """With one thread: a statement that is cancelled and a connection that is cut, both within an edit."""
    with watched(fresh_database, tmp_path, threads=1) as web:
        assert web.write("Ennen") == 200
        [kept] = web.connections()
        for how, is_kept in (("pg_cancel_backend", True), ("pg_terminate_backend", False)):
            with ThreadPoolExecutor(1) as beside, transaction.atomic():
                InterfaceMap.objects.select_for_update().get(pk=web.on.pk)
                waiting = beside.submit(web.write, "Odottaa")
                assert eventually(lambda: [waits for _state, waits in web.connections().values()] == ["Lock"])
                postgres.run_sql(web.portal.database_url, f"SELECT {how}(%s)", kept)
                assert waiting.result() == 503
            assert web.write(f"Jälkeen: {how}") == 200
            [(pid, (state, _waits))] = web.connections().items()
            assert state == "idle"
            assert (pid == kept) == is_kept
        assert web.ask(5, at_once=1) == [200] * 5


def test_a_restart_of_the_database_fails_no_later_request(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    """On a server of the test's own, which stops once in good order and once as in a crash."""
    with locked(VAR / "lock"):
        shutil.copytree(sealed(CAST), tmp_path / "data")
    log = tmp_path / "postgres.log"
    server = postgres.start(tmp_path / "data", log=log, durable=False)
    try:
        url = server.url(CAST.name)
        with django_on(url, django_db_blocker), watched(url, tmp_path / "web", threads=4) as web:
            for is_crash in (False, True):
                assert web.ask(40, at_once=8) == [200] * 40
                before = set(web.connections())
                connection.close()
                if is_crash:
                    server.child.stop(seconds=0)
                else:
                    server.stop()
                server = postgres.start(tmp_path / "data", log=log, port=server.port, durable=False)
                assert web.ask(40, at_once=8) == [200] * 40
                assert not before & set(web.connections())
                assert web.write("Jälkeen") == 200
    finally:
        server.stop()


def test_the_connections_end_with_the_threads(fresh_cast: Cast, fresh_database: str) -> None:
    """Within this process: the application is started, asked, and stopped, as a server does it."""
    name = Browser(fresh_cast["porvoo editor"]).session
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = [cursor.fetchone()[0]]

    def connections() -> int:
        return len(postgres.run_sql(fresh_database, OTHERS, own))

    async def page(handler: Handler) -> int:
        scope: dict[str, Any] = {"type": "http", "method": "GET", "path": PAGE, "query_string": b""}
        scope["headers"] = [(b"host", b"localhost"), (b"cookie", f"sessionid={name}".encode())]
        told: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        await handler(scope, receive, send)
        return int(told[0]["status"])

    async def run() -> None:
        handler = Handler()
        asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        life = asyncio.create_task(handler({"type": "lifespan"}, asked.get, told.put))
        await asked.put({"type": "lifespan.startup"})
        assert await told.get() == {"type": "lifespan.startup.complete"}
        assert await asyncio.gather(*(page(handler) for _each in range(6))) == [200] * 6
        assert 1 <= connections() <= settings.WEB_THREADS
        await asked.put({"type": "lifespan.shutdown"})
        assert await told.get() == {"type": "lifespan.shutdown.complete"}
        await life
        assert handler.kept == []

    asyncio.run(run())
    assert eventually(lambda: connections() == 0)
