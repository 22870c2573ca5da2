"""One browser that listens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Protocol

LONGEST_QUEUE = 200
"""A slower reader is cut off, and comes back with its numbers."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: no more of the person and of the session than what ends a stream."""

    person: int
    password: str
    session: str


class Keeper(Protocol):
    """Who wakes streams that have something to tell, and forgets those that end."""

    def fill(self, stream: Stream) -> None: ...

    def end(self, stream: Stream) -> None: ...


@dataclass(eq=False, slots=True)
class Stream:
    """To which documents somebody listens, and up to which numbers they have heard of each: of changes and of news."""

    hub: Keeper
    by: Listener
    wished: dict[str, int]
    cursors: dict[str, int] = field(default_factory=dict)
    news: dict[str, int] = field(default_factory=dict)
    waiting: list[bytes] = field(default_factory=list)
    sleeps: asyncio.Future[None] | None = None
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
            self.sleeps = asyncio.get_running_loop().create_future()
            await self.sleeps
        chunk = self.waiting[0] if len(self.waiting) == 1 else b"".join(self.waiting)
        self.waiting.clear()
        self.is_sending = True
        return chunk

    def wake(self) -> None:
        """Let the reader take what waits, or notice that this is the end."""
        if self.sleeps and not self.sleeps.done() and (self.waiting or not self.cursors):
            self.sleeps.set_result(None)

    def put(self, chunk: bytes) -> None:
        """Tell something, as soon as the reader has taken what was told before; one who is too far behind is let go."""
        if len(self.waiting) < LONGEST_QUEUE:
            self.waiting.append(chunk)
            self.hub.fill(self)
        else:
            self.hub.end(self)

    def cursor(self) -> str:
        """How far it has come: `map-12:340,note-7:3`."""
        return ",".join([f"{key}:{seq}" for key, seq in self.cursors.items()])

    def stop(self) -> None:
        """What waits is thrown away, and a reader who takes nothing is not waited for."""
        self.is_begun = True
        self.waiting.clear()
        self.wake()
        task, self.task = self.task, None
        if self.is_sending and task:
            task.cancel()

    def close(self) -> None:
        """The reader has left, or is given up."""
        self.is_sending = False
        self.hub.end(self)
