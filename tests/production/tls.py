"""TLS in front of production's web processes, as the proxy of docker-compose.yml puts it there.

Every request gets a connection of its own to the next web process in turn; the browser's own `X-Forwarded-` headers are
replaced. The certificate is made for the test, and nobody but the test trusts it.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from typing import ClassVar, TypeVar

import trustme

LARGEST_HEAD = 64 * 1024


Served = TypeVar("Served", bound="Proxy")


@contextmanager
def tls(host: str, ports: tuple[int, ...]) -> Iterator[Proxy]:
    """A proxy at whose port `https://host/` answers for as long as the block lasts."""
    with served(Proxy(host, ports)) as proxy:
        yield proxy


@contextmanager
def served(proxy: Served) -> Iterator[Served]:
    """It answers for as long as the block lasts."""
    thread = threading.Thread(target=proxy.run, name="TLS proxy")
    thread.start()
    proxy.is_open.wait()
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()


class Proxy:
    """The server, with a loop of its own in a thread beside the test. `asked`: how often each web process was."""

    is_encrypted_at_once: ClassVar = True

    def __init__(self, host: str, ports: tuple[int, ...]) -> None:
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority = trustme.CA()
        self.authority.issue_cert(host).configure_cert(self.context)
        self.ports = cycle(ports)
        self.asked: Counter[int] = Counter()
        self.port = 0
        self.is_open = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.done = asyncio.Event()

    def run(self) -> None:
        """Serve until `stop`."""
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    def stop(self) -> None:
        """End the server; called from another thread."""
        self.loop.call_soon_threadsafe(self.done.set)

    async def _serve(self) -> None:
        context = self.context if self.is_encrypted_at_once else None
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=context, limit=LARGEST_HEAD)
        self.port = server.sockets[0].getsockname()[1]
        self.is_open.set()
        await self.done.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    async def _answer(self, browser: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One request: its head with new headers, then bytes both ways until either side has ended."""
        web: asyncio.StreamWriter | None = None
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await browser.readuntil(b"\r\n\r\n")
            port = next(self.ports)
            self.asked[port] += 1
            answers, web = await asyncio.open_connection("127.0.0.1", port)
            web.write(forwarded(head))
            await both_ways((browser, back), (answers, web))
        for end in (web, back):
            if end:
                end.close()


def forwarded(head: bytes) -> bytes:
    """The request's head as the web process is to see it: over HTTPS, from this machine, with nothing after it."""
    first, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    replaced = (b"connection:", b"keep-alive:", b"x-forwarded-")
    kept = [line for line in lines if not line.lower().startswith(replaced)]
    ours = [b"X-Forwarded-Proto: https", b"X-Forwarded-For: 127.0.0.1", b"Connection: close"]
    return b"\r\n".join([first, *kept, *ours, b"", b""])


End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def both_ways(one: End, other: End) -> None:
    """Pass bytes on until either side has ended."""
    ways = {
        asyncio.create_task(pass_on(one[0], other[1])),
        asyncio.create_task(pass_on(other[0], one[1])),
    }
    _done, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in left:
        way.cancel()


async def pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    """Bytes as they come, until there are no more."""
    while content := await source.read(LARGEST_HEAD):
        to.write(content)
        await to.drain()
