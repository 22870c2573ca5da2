"""The live stream while something is broken, and what it costs."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from collaboration import bell
from collaboration.live import hub, presence, reading
from collaboration.live.stream import Listener, Stream
from collaboration.models import User
from collaboration.ops import changes
from services.models import InterfaceMap
from tests.cast import Cast, the_cast
from tests.databases import CAST, VAR, locked, sealed
from tests.live import Browser, Web, eventually, listening, web_on
from tests.plugin import django_on
from tests.portal import start_portal
from tests.services.ops import edit
from yhdyspinta.embedded import postgres, valkey
from yhdyspinta.embedded.process import free_port
from yhdyspinta.embedded.valkey import Valkey


def test_what_else_is_rung_does_no_harm(web: Web, valkey: Valkey) -> None:
    on, person = web.cast.maps["porvoo"], web.browser("county editor")
    with listening(web.other, web.browser("porvoo reader"), web.cursor(on)) as listener:
        with redis.Redis.from_url(valkey.url) as client:
            for rung in ("5", "nonsense", "[]", '{"from": ""}', '{"from": "", "person": 1}', b"\xff"):
                client.publish(bell.CHANNEL, rung)
        person.stand(web.one, on.pk, f"map:{on.pk}")  # which only Redis carries over
        assert eventually(lambda: listener.people != [])
        person.stand(web.one, on.pk, "")
        assert eventually(lambda: listener.people == [])


def test_flushall_takes_nothing_away(web: Web, valkey: Valkey) -> None:
    on, person = web.cast.maps["porvoo"], web.browser("county editor")
    with (
        listening(web.other, web.browser("porvoo reader"), web.cursor(on)) as listener,
        redis.Redis.from_url(valkey.url) as client,
    ):
        written = []
        for number in range(6):
            client.flushall()
            written.append(web.write(on, f"Huuhdottu {number}"))
        assert eventually(lambda: listener.seqs == written)
        client.flushall()
        person.stand(web.one, on.pk, f"map:{on.pk}")
        assert eventually(lambda: listener.people != [])
        person.stand(web.one, on.pk, "")


def test_without_redis_everything_but_presence_goes_on_and_redis_may_come_and_go(
    fresh_cast: Cast, fresh_database: str, tmp_path: Path
) -> None:
    port = free_port()
    with web_on(fresh_cast, fresh_database, tmp_path, REDIS_URL=f"redis://127.0.0.1:{port}/0") as web:
        on, person = web.cast.maps["porvoo"], web.browser("county editor")
        written = []
        with (
            listening(web.one, web.browser("porvoo editor"), web.cursor(on)) as near,
            listening(web.other, web.browser("porvoo reader"), web.cursor(on)) as far,
        ):
            written += [web.write(on, f"Ilman {number}") for number in range(5)]
            assert eventually(lambda: near.seqs == far.seqs == written)
            person.stand(web.one, on.pk, f"map:{on.pk}")
            assert eventually(lambda: near.people != [])
            server = valkey.start(folder=tmp_path / "valkey", log=tmp_path / "valkey.log", port=port)
            try:

                def is_carried_over() -> bool:
                    person.stand(web.one, on.pk, f"map:{on.pk}")
                    return bool(far.people)

                assert eventually(is_carried_over)
                written += [web.write(on, f"Kanssa {number}") for number in range(5)]
                assert eventually(lambda: near.seqs == far.seqs == written)
            finally:
                server.stop()
            written += [web.write(on, f"Taas ilman {number}") for number in range(5)]
            assert eventually(lambda: near.seqs == far.seqs == written)


@dataclass
class Silent:
    """Something that takes connections and says nothing."""

    port: int
    taken: list[socket.socket]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


@pytest.fixture
def silent() -> Iterator[Silent]:
    """A Redis that hangs."""
    door = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def take() -> None:
        while True:
            try:
                taken.append(door.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=take)
    thread.start()
    yield Silent(door.getsockname()[1], taken)
    door.shutdown(socket.SHUT_RDWR)
    door.close()
    thread.join()
    for each in taken:
        each.close()


def test_a_redis_that_hangs_costs_one_short_wait(
    fresh_cast: Cast, silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second edit and those after it do not even ask."""
    cast = fresh_cast
    on = cast.maps["porvoo"]
    monkeypatch.setattr(bell._Line, "client", None)
    monkeypatch.setattr(bell._Line, "silent_until", 0.0)
    monkeypatch.setattr(bell, "SILENCE", 600.0)
    with override_settings(CELERY_BROKER_URL=silent.url):
        began = time.monotonic()
        for number in range(20):
            edit(cast["county editor"], on, f"map:{on.pk}", "title_fi", f"Otsikko {number}")
        assert time.monotonic() - began < 20
    assert len(silent.taken) == 1
    assert bell._Line.client
    bell._Line.client.close()
    assert InterfaceMap.objects.get(pk=on.pk).seq == 20


def test_with_a_redis_that_hangs_the_others_hear_all_the_same(
    fresh_cast: Cast, fresh_database: str, silent: Silent, tmp_path: Path
) -> None:
    with web_on(fresh_cast, fresh_database, tmp_path, REDIS_URL=silent.url) as web:
        on = web.cast.maps["porvoo"]
        with listening(web.other, web.browser("porvoo reader"), web.cursor(on)) as listener:
            written = [web.write(on, f"Hiljaa {number}") for number in range(10)]
            assert eventually(lambda: listener.seqs == written)


# PostgreSQL goes and comes.


def test_a_stream_outlives_a_restart_of_the_database(
    valkey: Valkey, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    """On a server of the test's own."""
    with locked(VAR / "lock"):
        shutil.copytree(sealed(CAST), tmp_path / "data")
    log = tmp_path / "postgres.log"
    server = postgres.start(tmp_path / "data", log=log, durable=False)
    try:
        with django_on(server.url(CAST.name), django_db_blocker), ExitStack() as stack:
            cast = the_cast()
            portal = start_portal(server.url(CAST.name), log=tmp_path / "portal" / "portal.log")
            stack.callback(portal.stop)
            web = Web(portal, portal, cast, server.url(CAST.name))
            on = cast.maps["porvoo"]
            listener = stack.enter_context(listening(portal, web.browser("porvoo reader"), web.cursor(on)))
            editor = web.browser("county editor")
            written = [editor.edit(portal, on.pk, f"map:{on.pk}", "title_fi", "Ennen")]
            assert listener.hears(written[0])
            connection.close()
            server.stop()
            time.sleep(2 * hub.GUARD)  # the hub looks in vain a few times
            server = postgres.start(tmp_path / "data", log=log, port=server.port, durable=False)
            written.append(editor.edit(portal, on.pk, f"map:{on.pk}", "title_fi", "Jälkeen"))
            assert eventually(lambda: listener.seqs == written)
            assert not listener.ended
    finally:
        server.stop()


# Within one process: what a stream costs, and who is forgotten.


async def take(events: Stream, heard: list[bytes]) -> None:
    """Read a stream to its end, or until the reader leaves."""
    try:
        async for chunk in events:
            heard.append(chunk)  # noqa: PERF401 as each comes
    finally:
        events.close()


async def soon(holds: Callable[[], bool]) -> bool:
    """Whether it comes true, while the loop goes on."""
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    return holds()


@dataclass
class Counted:
    """A hub in the test's own loop, whose statements are counted. It does not hear Redis."""

    hub: hub.Hub
    statements: list[str]

    @classmethod
    def start(cls) -> Counted:
        own, statements = hub.Hub(asyncio.get_running_loop()), list[str]()
        plain = own.database

        async def counted(work: Callable[..., Any], *args: Any) -> Any:
            def captured() -> Any:
                with CaptureQueriesContext(connection) as queries:
                    found = work(*args)
                statements.extend(query["sql"] for query in queries.captured_queries)
                return found

            return await plain(captured)

        own.database = counted  # type: ignore[method-assign]
        own.start()
        return cls(own, statements)

    async def stop(self) -> None:
        """End the hub, and close its connections."""
        self.hub.stop()
        await asyncio.gather(*self.hub.tasks, return_exceptions=True)
        self.hub.pool.shutdown()


def sessions(user: User) -> str:
    return Browser(user).session


def test_a_hundred_streams_of_a_map_cost_as_many_statements_as_one(
    fresh_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LOOK_ALONE", 600.0)
    monkeypatch.setattr(hub, "GUARD", 600.0)
    cast = fresh_cast
    on, readers = cast.maps["porvoo"], [cast[name] for name in ("porvoo reader", "county reader")]
    key, keys = f"map-{on.pk}", {user.pk: sessions(user) for user in readers}
    bell._Line.silent_until = time.monotonic() + 600

    async def statements_for(count: int) -> tuple[list[str], list[list[bytes]]]:
        counted = Counted.start()
        try:
            heard: list[list[bytes]] = [[] for _each in range(count)]
            began = (await counted.hub.database(reading.numbers_of, [key]))[key][0]
            tasks = []
            for number in range(count):
                user = readers[number % 2]
                listener = Listener(user.pk, user.password, keys[user.pk])
                events = counted.hub.listen(listener, {key: began})
                tasks.append(asyncio.create_task(take(events, heard[number])))
            assert await soon(lambda: len(counted.hub.watchers.get(key, ())) == count)
            looked = changes._next.name  # for what is new to those who have come: nothing
            assert await soon(lambda: any(looked in each for each in counted.statements))
            counted.statements.clear()
            await asyncio.to_thread(write)
            assert await soon(lambda: all(b"event: changes" in b"".join(each) for each in heard))
            await asyncio.sleep(0.2)
            of_the_edit = list(counted.statements)
            counted.statements.clear()
            counted.hub.checked.clear()
            await counted.hub._see([key])
            await counted.hub.database(reading.signed_out, list(counted.hub.streams))
            of_the_guard = list(counted.statements)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert (counted.hub.streams, counted.hub.watchers, counted.hub.checked) == (set(), {}, {})
            return [*of_the_edit, "guard", *of_the_guard], heard
        finally:
            await counted.stop()

    def write() -> None:
        try:
            edit(cast["county editor"], on, f"map:{on.pk}", "title_fi", uuid4().hex)
        finally:
            connection.close()

    one, _heard = asyncio.run(statements_for(1))
    hundred, heard = asyncio.run(statements_for(100))
    assert len(hundred) == len(one) <= 5, hundred
    last = {b"".join(each).rpartition(b"event: changes")[2] for each in heard}
    assert len(last) == 1, "all are told the very same"


def test_nobody_is_remembered_on_a_map_that_nobody_watches(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "GUARD", 0.05)
    monkeypatch.setattr(presence, "FORGOTTEN", 0.1)

    async def run() -> None:
        counted = Counted.start()
        try:
            for number in range(5):
                person = {"user": 1, "tab": str(number), "at": "map:1"}
                counted.hub.hear({"document": f"map-{number}", "person": person})
            assert len(counted.hub.presence.people) == 5
            assert await soon(lambda: counted.hub.presence.people == {})
            assert counted.statements == [], "a hub without streams asks the database nothing"
        finally:
            await counted.stop()

    asyncio.run(run())
