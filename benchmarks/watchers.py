"""Many browsers that listen, in a process of their own which does little else than to note when something came."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import re
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

TOLD = re.compile(rb'"to":"(\d+\.\d+)"')
NUMBER = re.compile(rb'"seq":(\d+),"id"')
CURSOR = re.compile(rb"\nid: (\S+)\n")
WRITTEN = re.compile(rb'"at":"?([^",}]+)')


@dataclass
class Heard:
    """What one browser heard: of each change when it was sent, when it was written down, when it came; the numbers."""

    times: list[tuple[str, str, float]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    breaks: int = 0


class Browser(asyncio.Protocol):
    """One connection after the other; with `patience` each breaks after a few events, and is made again."""

    def __init__(self, port: int, path: str, cookie: str, patience: int) -> None:
        self.port, self.path, self.cookie, self.patience = port, path, cookie, patience
        self.pieces: list[tuple[float, bytes]] = []
        self.heard = Heard()
        self.left, self.last_id = patience, b""
        self.ready = asyncio.Event()
        self.is_over = False
        self.chance = random.Random(port)  # noqa: S311 not for secrets
        self.transport: asyncio.Transport | None = None

    async def connect(self) -> None:
        """Open the stream, and wait until something comes."""
        self.ready.clear()
        loop = asyncio.get_running_loop()
        self.transport, _protocol = await loop.create_connection(lambda: self, "127.0.0.1", self.port)
        last = b"Last-Event-ID: " + self.last_id + b"\r\n" if self.last_id else b""
        head = f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n"
        self.transport.write(head.encode() + last + b"\r\n")
        await self.ready.wait()

    def data_received(self, data: bytes) -> None:
        """Note it; what it was is found out afterwards, unless the connection shall break."""
        self.pieces.append((time.time(), data))
        if b"retry" in data:
            self.ready.set()
        if self.patience and b"event: changes" in data:
            self.left -= 1
            if self.left <= 0:
                self.left = self.chance.randint(1, self.patience)
                self.heard.breaks += 1
                assert self.transport
                self.transport.abort()

    def connection_lost(self, _error: Exception | None) -> None:
        """Come back, as a browser does."""
        self.understand()
        if not self.is_over:
            self.again = asyncio.ensure_future(self.connect())

    def understand(self) -> None:
        """Take the events of this connection apart."""
        rest = b""
        for at, piece in self.pieces:
            *events, rest = (rest + piece).split(b"\n\n")
            for event in events:
                self.heard.numbers += [int(number) for number in NUMBER.findall(event)]
                written = WRITTEN.findall(event)
                for which, sent in enumerate(TOLD.findall(event)):
                    self.heard.times.append((sent.decode(), written[which].decode(), at))
                self.last_id = (CURSOR.findall(event) or [self.last_id])[-1]
        self.pieces = []


async def _watch(pipe: Connection, port: int, asked: list[tuple[str, str]], patience: int) -> None:
    browsers = [Browser(port, path, cookie, patience) for path, cookie in asked]
    for begin in range(0, len(browsers), 20):
        await asyncio.gather(*(browser.connect() for browser in browsers[begin : begin + 20]))
    pipe.send("ready")
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, pipe.recv)
    for browser in browsers:
        browser.is_over = True
        browser.understand()
        if browser.transport:
            browser.transport.abort()
    pipe.send([browser.heard for browser in browsers])


def _run(*arguments: Any) -> None:
    asyncio.run(_watch(*arguments))


class Watchers:
    """The process; made before anything in this one holds a connection."""

    def __init__(self, port: int, asked: list[tuple[str, str]], patience: int = 0) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=_run, args=(theirs, port, asked, patience))
        self.process.start()
        assert self.pipe.poll(120), "The streams did not open."
        self.pipe.recv()

    def stop(self) -> list[Heard]:
        """What each of them heard."""
        self.pipe.send("stop")
        heard: list[Heard] = self.pipe.recv()
        self.process.join()
        return heard
