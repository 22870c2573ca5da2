"""What happens on documents, told to those who look at them: one hub in each web process.

PostgreSQL has the order of changes; a ring of the bell only says that there is something to read. Every stream knows
the number up to which it has told each of its documents, so whatever is lost on the way is read again, and once. What
happens around a document without changing it is told by a number alone: a page that was made at another one is asked
for again.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import Context
from itertools import islice
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError, connection
from prometheus_client import Gauge

from collaboration import bell
from collaboration.live import events, reading
from collaboration.live.line import Line
from collaboration.live.presence import Presence
from collaboration.live.reading import Numbers, Seen
from collaboration.live.stream import Listener, Stream

MOST_DOCUMENTS = 20
MOST_STREAMS = 12  # of one person in one process
BEAT = 15.0
AT_ONCE = 100  # documents that are read, and streams that are woken
LOOK, LOOK_ALONE = 3.0, 1.0  # seconds between looks into the database, with Redis and without
TURN = 0.0005  # seconds that a thread waits for the interpreter while streams are woken; otherwise 0.005
GUARD = 2.0  # how old a look at who may read is allowed to be when something is told

open_streams: Counter[int] = Counter()
"""How many streams each person has in this process; read by threads, written by the loop alone."""

STREAMS = Gauge("portal_streams_open", "Open live streams.", multiprocess_mode="livesum")
log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Hub:
    """Who listens to which document in this process, and who is where."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.streams: set[Stream] = set()
        self.watchers: dict[str, set[Stream]] = {}
        self.checked: dict[str, float] = {}
        self.presence = Presence()
        self.line = Line(self.hear)
        self.beginning: list[Stream] = []
        self.came = asyncio.Event()
        self.waiting: set[str] = set()
        self.with_news: set[str] = set()
        self.rung = asyncio.Event()
        self.full: dict[Stream, None] = {}
        self.filled = asyncio.Event()
        self.pool = ThreadPoolExecutor(2, thread_name_prefix="live")
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen; the tasks are held here, or they would be collected. None belongs to the first request."""
        bell.listeners.append(self._hear_from_a_thread)
        works = (
            *(self._begin_all, self._deliver_all, self._wake_all),
            *(self._look, self._guard, self._beat, self.line.listen),
        )
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

    def listen(self, by: Listener, wished: dict[str, int]) -> Stream:
        """A stream, which ends when its reader leaves or may read none of its documents."""
        stream = Stream(self, by, wished)
        self.streams.add(stream)
        STREAMS.inc()
        open_streams[by.person] += 1
        stream.put(events.RETRY)
        self.beginning.append(stream)
        self.came.set()
        return stream

    async def _begin_all(self) -> None:
        """See who of those that have come sees which document: once for all that came meanwhile."""
        while True:
            await self.came.wait()
            self.came.clear()
            streams, self.beginning = self.beginning, []
            seen = None
            with _TriedAgain():
                keys = {key for stream in streams for key in stream.wished}
                seen = await self.database(reading.look, keys, keys, {})
            for stream in streams:
                if stream not in self.streams:
                    continue  # has left or was signed out meanwhile
                if seen is None:
                    self.end(stream)  # the database is away; the browser comes back
                    continue
                stream.is_begun = True
                for key, seq in stream.wished.items():
                    is_seen = stream.by.person in seen.readers[key]
                    self._open(stream, key, seq, seen.numbers.get(key) if is_seen else None)

    def end(self, stream: Stream) -> None:
        """Nothing more is told."""
        if stream in self.streams:
            self.streams.remove(stream)
            STREAMS.dec()
            open_streams[stream.by.person] -= 1
            if not open_streams[stream.by.person]:
                del open_streams[stream.by.person]
        for key in list(stream.cursors):
            self._leave(stream, key)
        stream.stop()

    def _open(self, stream: Stream, key: str, seq: int, numbers: Numbers | None) -> None:
        """Begin to tell of a document; a number that it has not reached (after a restore) is no number."""
        if numbers is None:
            stream.put(events.about("gone", key))
            return
        latest, stream.news[key] = numbers
        stream.put(events.about("news", key, news=stream.news[key]))
        stream.cursors[key] = min(seq, latest)
        if seq > latest:
            stream.put(events.about("reset", key, stream.cursor(), seq=latest))
        self.watchers.setdefault(key, set()).add(stream)
        self._ring(key)
        if self.presence.people.get(key):
            stream.put(self.presence.event(key))

    def _leave(self, stream: Stream, key: str) -> None:
        stream.cursors.pop(key, None)
        stream.news.pop(key, None)
        watchers = self.watchers.get(key, set())
        watchers.discard(stream)
        if not watchers:
            self.watchers.pop(key, None)
            self.checked.pop(key, None)

    def fill(self, stream: Stream) -> None:
        """The stream has something to tell, in its turn: until then it may get more."""
        self.full[stream] = None
        self.filled.set()

    async def _wake_all(self) -> None:
        """Wake a few streams at a time: between them the next ring is heard, and what it is about is read.

        The loop lets the interpreter go at each write and has it back before a thread that reads has woken up, so such a
        thread waits for its turn to be asked for: meanwhile that is earlier.
        """
        usual = sys.getswitchinterval()
        while True:
            await self.filled.wait()
            self.filled.clear()
            turn, self.full = iter(self.full), {}
            sys.setswitchinterval(TURN)
            try:
                while some := list(islice(turn, AT_ONCE)):
                    for stream in some:
                        stream.wake()
                    await asyncio.sleep(0)
            finally:
                sys.setswitchinterval(usual)

    # The bell rings.

    def hear(self, message: dict[str, Any]) -> None:
        """Somebody wrote, or is somewhere."""
        if "person" in message:
            if self.presence.stand(message["document"], message["person"]):
                self._tell(message["document"], self.presence.event(message["document"]))
        else:
            self._ring(reading.key_of(message["log"], message["pk"]), news="news" in message)

    def _hear_from_a_thread(self, message: dict[str, Any]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and nobody listens
            self.loop.call_soon_threadsafe(self.hear, message)

    def _ring(self, key: str, *, news: bool = False) -> None:
        if key in self.watchers:
            self.waiting.add(key)
            if news:
                self.with_news.add(key)
            self.rung.set()

    async def _look(self) -> None:
        """A ring may be lost: look at the numbers of the watched documents now and then, and oftener without Redis."""
        while True:
            await asyncio.sleep(LOOK if self.line.is_open else LOOK_ALONE)
            if not self.watchers:
                continue
            with _TriedAgain():
                found = await self.database(reading.numbers_of, list(self.watchers))
                for key, (seq, news) in found.items():
                    watching = self.watchers.get(key, ())
                    is_new = any(stream.news[key] != news for stream in watching)
                    if is_new or any(stream.cursors[key] < seq for stream in watching):
                        self._ring(key, news=is_new)

    async def _deliver_all(self) -> None:
        """Tell what is new on all documents that have been rung for, at one look."""
        while True:
            await self.rung.wait()
            keys = {self.waiting.pop() for _each in range(min(len(self.waiting), AT_ONCE))}
            if not self.waiting:
                self.rung.clear()
            with _TriedAgain():
                watched = {key: self.watchers[key] for key in keys & self.watchers.keys()}
                since = {key: min(stream.cursors[key] for stream in those) for key, those in watched.items()}
                news, self.with_news = self.with_news & keys, self.with_news - keys
                self._tell_all(await self._see(watched, news, since), since)

    def _tell_all(self, seen: Seen, since: dict[str, int]) -> None:
        for key, (_seq, news) in seen.numbers.items():
            for stream in list(self.watchers.get(key, ())):
                if stream.news[key] != news:
                    stream.news[key] = news
                    stream.put(events.about("news", key, news=news))
        for key, latest in seen.too_many.items():
            for stream in list(self.watchers.get(key, ())):
                if stream.cursors[key] == since[key]:
                    stream.cursors[key] = latest
                    stream.put(events.about("reset", key, stream.cursor(), seq=latest))
            self._ring(key)
        for key, changes in seen.changes.items():
            self._tell_changes(key, changes)

    def _tell_changes(self, key: str, changes: events.Changes) -> None:
        """Tell everyone what is new to them; who came meanwhile and knows less has rung."""
        alone = f"{key}:{changes.seq}"
        for stream in list(self.watchers.get(key, ())):
            known = stream.cursors[key]
            if changes.since <= known < changes.seq:
                stream.cursors[key] = changes.seq
                cursor = alone if len(stream.cursors) == 1 else stream.cursor()
                stream.put(changes.after(known, cursor))

    def _tell(self, key: str, chunk: bytes) -> None:
        for stream in list(self.watchers.get(key, ())):
            stream.put(chunk)

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
                        stream.put(events.BEAT)

    # Who may read.

    async def _guard(self) -> None:
        """End streams of those who have been signed out; tell nothing more of documents to those who no longer see them."""
        while True:
            await asyncio.sleep(GUARD)
            for key in self.presence.forget():
                self._tell(key, self.presence.event(key))
            with _TriedAgain():
                for stream in await self.database(reading.signed_out, list(self.streams)):
                    self.end(stream)
                await self._see(self.watchers)

    async def _see(
        self, keys: Iterable[str], news: Iterable[str] = (), since: dict[str, int] | None = None
    ) -> Seen:
        """One look at the documents: who reads them, unless that was asked a moment ago, and what there is to read.

        Those who began to listen since then were looked at when they came.
        """
        now = time.monotonic()
        late = [key for key in keys if now - self.checked.get(key, -GUARD) >= GUARD]
        watching = {key: list(self.watchers[key]) for key in late}
        if not (late or since):
            return Seen()
        seen = await self.database(reading.look, news, late, since or {})
        for key in seen.readers.keys() & self.watchers.keys():
            self.checked[key] = now
            for stream in watching[key]:
                if stream.by.person not in seen.readers[key] and key in stream.cursors:
                    self._leave(stream, key)
                    stream.put(events.about("gone", key))
        return seen


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


def listen(by: Listener, wished: dict[str, int]) -> Stream:
    """A stream of this process's hub, from the number that the browser has of each document. Called in the event loop."""
    return hub().listen(by, wished)


def streams_of(person: int) -> int:
    """How many streams the person has in this process."""
    return open_streams[person]
