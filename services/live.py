"""What happens on maps, told to those who look at them: one hub in each web process.

PostgreSQL has the order of changes; a ring of the bell only says that there is something to read. Every stream knows
the number up to which it has told each of its maps, so whatever is lost on the way is read again, and once. What happens
around approval and ratings is told by a number alone: a page that was made at another one is asked for again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import orjson
import redis.asyncio
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from prometheus_client import Gauge

from collaboration import bell
from collaboration.models import User
from services import policy
from services.models import InterfaceMap
from services.queries.resources import change_rows
from services.queries.version_tags import news_number

MOST_CHANGES = 500  # a stream that misses more loads the page anew
MOST_MAPS = 20
MOST_STREAMS = MOST_TABS = 12  # of one person in one process; in which one is told to be on a map
LONGEST_QUEUE = 200  # a slower reader is cut off, and comes back with its numbers
BEAT = 15.0
AT_ONCE = 100
LOOK, LOOK_ALONE = 3.0, 1.0  # seconds between looks into the database, with Redis and without
GUARD = 2.0  # how old a look at who may read is allowed to be when something is told
PRESENCE = 10.0

open_streams: Counter[int] = Counter()
"""How many streams each person has in this process; read by threads, written by the loop alone."""

STREAMS = Gauge("portal_streams_open", "Open live streams.", multiprocess_mode="livesum")
log = logging.getLogger(__name__)
Result = TypeVar("Result")
Message = dict[str, Any]


def _event(name: str, data: bytes, cursor: str = "") -> bytes:
    head = f"event: {name}\n" + (f"id: {cursor}\n" if cursor else "")
    return head.encode() + b"data: " + data + b"\n\n"


def _gone(map_id: int) -> bytes:
    return _event("gone", orjson.dumps({"map": map_id}))


def _news_event(map_id: int, news: int) -> bytes:
    return _event("news", orjson.dumps({"map": map_id, "news": news}))


BEATEN = _event("beat", b"{}")


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: no more of the person and of the session than what ends a stream."""

    person: int
    password: str
    session: str


@dataclass(eq=False, slots=True)
class Stream:
    """One browser that listens: to which maps, and up to which number it has heard of each."""

    hub: Hub
    by: Listener
    wished: dict[int, int]
    cursors: dict[int, int] = field(default_factory=dict)
    news: dict[int, int] = field(default_factory=dict)
    waiting: list[bytes] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[Any] | None = None
    is_begun: bool = False
    is_sending: bool = False

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> bytes:
        self.task, self.is_sending = self.task or asyncio.current_task(), False
        while not self.waiting:
            if self.is_begun and not self.cursors:
                self.hub.end(self)
                raise StopAsyncIteration
            self.told.clear()
            await self.told.wait()
        chunk = b"".join(self.waiting)
        self.waiting.clear()
        self.is_sending = True
        return chunk

    def put(self, chunk: bytes) -> None:
        """Tell something, as soon as the reader has taken what was told before."""
        self.waiting.append(chunk)
        self.told.set()

    def close(self) -> None:
        """The reader has left, or is given up."""
        self.is_sending = False
        self.hub.end(self)


def _cursor(stream: Stream) -> str:
    return ",".join(f"{map_id}:{seq}" for map_id, seq in stream.cursors.items())


class Hub:
    """Who listens to which map in this process, and who is where."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.streams: set[Stream] = set()
        self.watchers: dict[int, set[Stream]] = {}
        self.checked: dict[int, float] = {}
        self.people: dict[int, dict[tuple[int, str], tuple[float, Message]]] = {}
        self.beginning: list[Stream] = []
        self.came = asyncio.Event()
        self.waiting: set[int] = set()
        self.with_news: set[int] = set()
        self.rung = asyncio.Event()
        self.hears_redis = False
        self.pool = ThreadPoolExecutor(2, thread_name_prefix="live")
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen; the tasks are held here, or they would be collected. None belongs to the first request."""
        bell.listeners.append(self._hear_from_a_thread)
        works = (self._begin_all, self._deliver_all, self._look, self._guard, self._beat, self._listen)
        self.tasks = [
            self.loop.create_task(work(), name=f"live {work.__name__}", context=Context()) for work in works
        ]

    def stop(self) -> None:
        """Listen no more, as before the loop ends."""
        bell.listeners.remove(self._hear_from_a_thread)
        for task in self.tasks:
            task.cancel()
        self.pool.shutdown(wait=False)

    async def database(self, work: Callable[..., Result], *args: Any) -> Result:
        """Run in a thread of the hub's own, whose connection is made anew when the database has been away."""

        def run() -> Result:
            try:
                return work(*args)
            except (OperationalError, InterfaceError):
                connection.close()
                return work(*args)

        return await self.loop.run_in_executor(self.pool, run)

    # Streams come and go.

    def listen(self, by: Listener, wished: dict[int, int]) -> Stream:
        """A stream, which ends when its reader leaves or may read none of its maps."""
        stream = Stream(self, by, wished)
        self.streams.add(stream)
        STREAMS.inc()
        open_streams[by.person] += 1
        stream.put(b"retry: 2000\n\n")
        self.beginning.append(stream)
        self.came.set()
        return stream

    async def _begin_all(self) -> None:
        """See who of those that have come sees which map: once for all that came meanwhile."""
        while True:
            await self.came.wait()
            self.came.clear()
            streams, self.beginning = self.beginning, []
            numbers: dict[int, tuple[int, int]] = {}
            readers: dict[int, set[int]] = {}
            with _TriedAgain():
                maps = {map_id for stream in streams for map_id in stream.wished}
                numbers, readers = await self.database(_readable, maps)
            for stream in streams:
                if stream not in self.streams:
                    continue  # has left or was signed out meanwhile
                if not readers:
                    self.end(stream)  # the database is away; the browser comes back
                    continue
                stream.is_begun = True
                for map_id, seq in stream.wished.items():
                    seen = stream.by.person in readers[map_id]
                    self._open(stream, map_id, seq, numbers.get(map_id) if seen else None)

    def end(self, stream: Stream) -> None:
        """Nothing more is told; what waits is thrown away, and a reader who takes nothing is not waited for."""
        if stream in self.streams:
            self.streams.remove(stream)
            STREAMS.dec()
            open_streams[stream.by.person] -= 1
            if not open_streams[stream.by.person]:
                del open_streams[stream.by.person]
        for map_id in list(stream.cursors):
            self._leave(stream, map_id)
        stream.is_begun = True
        stream.waiting.clear()
        stream.told.set()
        task, stream.task = stream.task, None
        if stream.is_sending and task:
            task.cancel()

    def _open(self, stream: Stream, map_id: int, seq: int, numbers: tuple[int, int] | None) -> None:
        """Begin to tell of a map; a number that it has not reached (after a restore) is no number."""
        if numbers is None:
            stream.put(_gone(map_id))
            return
        latest, stream.news[map_id] = numbers
        stream.put(_news_event(map_id, stream.news[map_id]))
        stream.cursors[map_id] = min(seq, latest)
        if seq > latest:
            stream.put(_event("reset", orjson.dumps({"map": map_id, "seq": latest}), _cursor(stream)))
        self.watchers.setdefault(map_id, set()).add(stream)
        self._wake(map_id)
        if self.people.get(map_id):
            stream.put(self._present(map_id))

    def _tell(self, stream: Stream, chunk: bytes) -> None:
        """Tell something, unless the reader has fallen too far behind."""
        if len(stream.waiting) < LONGEST_QUEUE:
            stream.put(chunk)
        else:
            self.end(stream)

    def _leave(self, stream: Stream, map_id: int) -> None:
        stream.cursors.pop(map_id, None)
        stream.news.pop(map_id, None)
        watchers = self.watchers.get(map_id, set())
        watchers.discard(stream)
        if not watchers:
            self.watchers.pop(map_id, None)
            self.checked.pop(map_id, None)

    # The bell rings.

    def hear(self, message: Message) -> None:
        """Somebody wrote, or is somewhere."""
        if message.get("log") == InterfaceMap._meta.label_lower:
            self._wake(message["pk"], news="news" in message)
        elif "person" in message:
            self._stand(message)

    def _hear_from_a_thread(self, message: Message) -> None:
        with suppress(RuntimeError):  # the loop has ended, and nobody listens
            self.loop.call_soon_threadsafe(self.hear, message)

    def _wake(self, map_id: int, *, news: bool = False) -> None:
        if map_id in self.watchers:
            self.waiting.add(map_id)
            if news:
                self.with_news.add(map_id)
            self.rung.set()

    async def _listen(self) -> None:
        """Hear the other processes through Redis, for as long as it answers."""
        while True:
            client = redis.asyncio.Redis.from_url(
                settings.CELERY_BROKER_URL, socket_connect_timeout=2, socket_timeout=2, retry=None
            )
            try:
                async with client.pubsub() as line:
                    await line.subscribe(bell.CHANNEL)
                    await self._follow(line)
            except (redis.RedisError, OSError):
                pass
            finally:
                self.hears_redis = False
                with suppress(redis.RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(1)

    async def _follow(self, line: redis.asyncio.client.PubSub) -> None:
        """Hear until nothing comes, not even an answer to a question."""
        asked = False
        while (message := await line.get_message(timeout=BEAT)) or not asked:
            asked = message is None
            if message is None:
                await line.ping()
                continue
            self.hears_redis = True
            if message["type"] == "message":
                with suppress(ValueError, TypeError, KeyError, AttributeError):  # of another version
                    rung = json.loads(message["data"])
                    if rung["from"] != bell.own_name():
                        self.hear(rung)
            await asyncio.sleep(0)  # many rings at once keep nobody from being told

    async def _look(self) -> None:
        """A ring may be lost: look at the numbers of the watched maps now and then, and oftener without Redis."""
        while True:
            await asyncio.sleep(LOOK if self.hears_redis else LOOK_ALONE)
            if not self.watchers:
                continue
            with _TriedAgain():
                for map_id, seq, news in await self.database(_numbers, list(self.watchers)):
                    watching = self.watchers.get(map_id, ())
                    is_new = any(stream.news[map_id] != news for stream in watching)
                    if is_new or any(stream.cursors[map_id] < seq for stream in watching):
                        self._wake(map_id, news=is_new)

    async def _deliver_all(self) -> None:
        while True:
            await self.rung.wait()
            self.rung.clear()
            maps, self.waiting = self.waiting, set()
            with _TriedAgain():
                await self._check_readers(maps)
            for map_id in maps:
                with _TriedAgain():
                    await self._deliver(map_id)

    async def _deliver(self, map_id: int) -> None:
        """Tell everyone what is new to them: those who know as much get the very same bytes."""
        await self._check_readers([map_id])
        if map_id in self.with_news:
            self.with_news.discard(map_id)
            for _map, _seq, news in await self.database(_numbers, [map_id]):
                self._tell_news(map_id, news)
        for since in sorted({stream.cursors[map_id] for stream in self.watchers.get(map_id, ())}):
            name, seq, data = await self.database(_news, map_id, since)
            if seq == since:
                continue
            chunks: dict[str, bytes] = {}
            for stream in list(self.watchers.get(map_id, ())):
                if stream.cursors[map_id] == since:
                    stream.cursors[map_id] = seq
                    cursor = _cursor(stream)
                    if cursor not in chunks:
                        chunks[cursor] = _event(name, data, cursor)
                    self._tell(stream, chunks[cursor])

    def _tell_news(self, map_id: int, news: int) -> None:
        for stream in list(self.watchers.get(map_id, ())):
            if stream.news[map_id] != news:
                stream.news[map_id] = news
                self._tell(stream, _news_event(map_id, news))

    async def _beat(self) -> None:
        """A word to everyone now and then, so that a connection that died is noticed at both ends.

        Not to all at the same moment: with thousands of streams the others would wait for it.
        """
        while True:
            streams = list(self.streams)
            slices = [streams[begin : begin + AT_ONCE] for begin in range(0, len(streams), AT_ONCE)] or [[]]
            for some in slices:
                await asyncio.sleep(BEAT / len(slices))
                for stream in some:
                    if stream in self.streams:
                        self._tell(stream, BEATEN)

    # Who may read.

    async def _guard(self) -> None:
        """End streams of those who have been signed out, and tell nothing more of maps to those who no longer see them."""
        while True:
            await asyncio.sleep(GUARD)
            for map_id in list(self.people):
                self._forget(map_id)
            with _TriedAgain():
                for stream in await self.database(_signed_out, list(self.streams)):
                    self.end(stream)
                await self._check_readers(list(self.watchers))

    async def _check_readers(self, maps: Iterable[int]) -> None:
        """Ask once for all of the maps; those who began to listen since the last look were looked at then."""
        now = time.monotonic()
        late = [map_id for map_id in maps if now - self.checked.get(map_id, -GUARD) >= GUARD]
        watching = {map_id: list(self.watchers.get(map_id, ())) for map_id in late}
        readers = await self.database(policy.readers_of, late) if late else {}
        for map_id in readers.keys() & self.watchers.keys():
            self.checked[map_id] = now
            for stream in watching[map_id]:
                if stream.by.person not in readers[map_id] and map_id in stream.cursors:
                    self._leave(stream, map_id)
                    self._tell(stream, _gone(map_id))

    # Who is where.
    def _stand(self, message: Message) -> None:
        map_id, person = message["map"], message["person"]
        here = self.people.setdefault(map_id, {})
        before = here.pop((person["user"], person["tab"]), (0.0, None))[1]
        if person["at"]:
            here[person["user"], person["tab"]] = time.monotonic() + PRESENCE, person
            for oldest in [other for other in here if other[0] == person["user"]][:-MOST_TABS]:
                del here[oldest]
        if (person if person["at"] else None) != before:
            self._tell_people(map_id)

    def _forget(self, map_id: int) -> None:
        """Those not heard of for a while have left."""
        here = self.people.get(map_id, {})
        late = [key for key, (until, _person) in here.items() if until < time.monotonic()]
        for key in late:
            del here[key]
        if late:
            self._tell_people(map_id)
        if not here:
            self.people.pop(map_id, None)

    def _present(self, map_id: int) -> bytes:
        here = [person for _until, person in self.people.get(map_id, {}).values()]
        return _event("presence", orjson.dumps({"map": map_id, "people": here}))

    def _tell_people(self, map_id: int) -> None:
        chunk = self._present(map_id)
        for stream in list(self.watchers.get(map_id, ())):
            self._tell(stream, chunk)


class _TriedAgain(suppress):
    """Whatever fails now (a database that is away) is tried again at the next look."""

    def __init__(self) -> None:
        super().__init__(Exception)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if isinstance(error, Exception):
            log.warning("The live stream could not read: %s", type(error).__name__)
        return super().__exit__(kind, error, trace)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of this process, started at first use."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(loop)
        _hubs[loop].start()
    return _hubs[loop]


def listen(by: Listener, wished: dict[int, int]) -> Stream:
    """A stream of this process's hub, from the number that the browser has of each map. Called in the event loop."""
    return hub().listen(by, wished)


def streams_of(person: int) -> int:
    """How many streams the person has in this process."""
    return open_streams[person]


def _readable(maps: Iterable[int]) -> tuple[dict[int, tuple[int, int]], dict[int, set[int]]]:
    """Of each map its numbers, and who reads it."""
    readers = policy.readers_of(maps)
    return {map_id: (seq, news) for map_id, seq, news in _numbers(maps)}, readers


def _numbers(maps: Iterable[int]) -> list[tuple[int, int, int]]:
    """Of each map its latest change and its number of news."""
    found = InterfaceMap.objects.filter(pk__in=maps).annotate(news=news_number())
    return list(found.values_list("pk", "seq", "news"))


def _signed_out(streams: list[Stream]) -> list[Stream]:
    """Streams whose session has ended, or whose person was locked out or has another password by now."""
    keys, people = {stream.by.session for stream in streams}, {stream.by.person for stream in streams}
    sessions = Session.objects.filter(pk__in=keys, expire_date__gt=timezone.now())
    alive = set(sessions.values_list("pk", flat=True))
    active = User.objects.filter(pk__in=people, is_active=True).order_by()
    passwords = dict(active.values_list("pk", "password"))
    return [
        stream
        for stream in streams
        if stream.by.session not in alive or passwords.get(stream.by.person) != stream.by.password
    ]


def _news(map_id: int, since: int) -> tuple[str, int, bytes]:
    """What a stream that has heard up to the number is told: the event's name, the new number, the data."""
    rows = change_rows(InterfaceMap(pk=map_id), since, MOST_CHANGES + 1)
    if len(rows) > MOST_CHANGES:
        [(_pk, seq, _count)] = _numbers([map_id])
        return "reset", seq, orjson.dumps({"map": map_id, "seq": seq})
    seq = rows[-1]["seq"] if rows else since
    return "changes", seq, orjson.dumps({"map": map_id, "seq": seq, "changes": rows}, default=str)
