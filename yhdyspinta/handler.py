"""How requests reach Django: pages and the API in a few threads that stay, live streams in the event loop alone.

Each thread keeps its connection to the database, so their number bounds the connections of a process. The loop reads
what comes in and sends what goes out: a slow browser holds no thread. docs/adr/0022-threads-and-streams.md tells why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import IO, Any, TypeVar

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted, RequestDataTooBig
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from collaboration.http import Events, EventStream
from yhdyspinta.health import PROBES

Result = TypeVar("Result")
Headers = list[tuple[bytes, bytes]]
AT_ONCE = 4  # pieces of a file that are read before the first is sent: most files end there


@dataclass
class Answer:
    """What Django answered, without the request: a stream outlives it by hours. `rest` is a file that goes on."""

    status: int
    headers: Headers
    pieces: list[bytes]
    rest: tuple[Iterator[bytes], HttpResponseBase] | None = None
    listen: Callable[[], Events] | None = None


class TooLarge(BytesIO):
    """What is read of a body that is too large: the refusal (`views.errors.bad_request`)."""

    def read(self, *_size: Any) -> bytes:
        raise RequestDataTooBig("The request is too large.")

    readline = read


class Handler(ASGIHandler):
    """Django's own, but one thread does all of a request, from the first middleware to the last."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[BaseDatabaseWrapper] = []
        self.pages = self._threads(settings.WEB_THREADS, "page")
        self.probes = self._threads(1, "probe")  # which answer also when every page waits for the database

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's own form)
        """All of it for threads."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        else:
            await self.handle(scope, receive, send)

    async def live(self, receive: Any, send: Any) -> None:
        """The server starts, and after the last request it stops."""
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await asyncio.to_thread(self.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def read_body(self, receive: Any) -> IO[bytes]:
        """The body, in memory: no disk can be full. What is too large is read to its end and not kept."""
        body, size, more = BytesIO(), 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestAborted
            piece, more = message.get("body", b""), message.get("more_body", False)
            size += len(piece)
            if size <= settings.MOST_BYTES_OF_A_REQUEST:
                body.write(piece)
            elif not isinstance(body, TooLarge):
                body = TooLarge()
        body.seek(0)
        return body

    async def handle(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """One request: read it, have it answered, send the answer."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        threads = self.probes if scope["path"] in PROBES else self.pages
        answer = await self._in(threads, self.answer, scope, body)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.listen:
            await _tell(answer.listen(), receive, send)
            return
        await _pass_on(answer.pieces, send, is_all=answer.rest is None)
        if answer.rest:
            await self._send_rest(*answer.rest, send)

    async def _send_rest(self, pieces: Iterator[bytes], response: HttpResponseBase, send: Any) -> None:
        try:
            while chunk := await self._in(self.pages, next, pieces, b""):
                await _pass_on([chunk], send, is_all=False)
            await _pass_on([], send, is_all=True)
        finally:
            response.close()

    def answer(self, scope: dict[str, Any], body: IO[bytes]) -> Answer:
        """All of a request that is Django's, in one thread."""
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=self.__class__, scope=scope)
            request, refusal = self.create_request(scope, body)
            return self._taken(self.get_response(request) if request else refusal)

    def _taken(self, response: Any) -> Answer:
        """The answer's content, as far as it is read here; the response is closed with it."""
        answer = Answer(response.status_code, _headers(response), [])
        if isinstance(response, EventStream):
            answer.listen = response.listen
        elif response.streaming:
            if isinstance(response, FileResponse):
                response.block_size = self.chunk_size
            pieces = iter(response)
            answer.pieces = list(islice(pieces, AT_ONCE))
            answer.rest = (pieces, response) if len(answer.pieces) == AT_ONCE else None
        else:
            answer.pieces = [response.content]
        if not answer.rest:
            response.close()
        return answer

    def _threads(self, number: int, name: str) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(number, thread_name_prefix=name, initializer=self._begin_thread)

    def _begin_thread(self) -> None:
        """Remember the thread's connections, which `close` may end."""
        for each in connections.all():
            each.inc_thread_sharing()
            self.kept.append(each)

    async def _in(self, threads: ThreadPoolExecutor, work: Callable[..., Result], *args: Any) -> Result:
        """Run in one of the threads; what is set in the context ends with the work."""
        return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, work, *args)

    def close(self) -> None:
        """End the threads and their connections."""
        for threads in (self.pages, self.probes):
            threads.shutdown()
        while self.kept:
            self.kept.pop().close()


def _headers(response: HttpResponseBase) -> Headers:
    cookies = [("Set-Cookie", cookie.output(header="").strip()) for cookie in response.cookies.values()]
    return [(name.encode("ascii"), value.encode("latin1")) for name, value in [*response.items(), *cookies]]


async def _pass_on(pieces: list[bytes], send: Any, *, is_all: bool) -> None:
    last = len(pieces) - 1
    for number, piece in enumerate(pieces):
        more = not is_all or number < last
        await send({"type": "http.response.body", "body": piece, "more_body": more})
    if is_all and not pieces:
        await send({"type": "http.response.body"})


async def _tell(stream: Events, receive: Any, send: Any) -> None:
    """Pass events on as they come, until they end or the browser has left."""
    leaving = asyncio.create_task(_closed_when_left(stream, receive))
    try:
        with suppress(asyncio.CancelledError):  # the server stops, or the reader takes nothing
            async for piece in stream:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body"})
    finally:
        leaving.cancel()
        stream.close()


async def _closed_when_left(stream: Events, receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close()
