"""Browsers without a window that listen to the live stream of real web processes, each in a thread of its own."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import uuid4

from django.conf import settings
from django.test import Client as TestClient

from collaboration.models import User
from services.models import InterfaceMap
from tests.cast import Cast
from tests.gear.client import Answer, Client
from tests.portal import PortalServer, start_portal

PATIENCE = 30  # seconds; the limit only keeps a broken test from hanging


@dataclass
class Event:
    """One server-sent event."""

    name: str
    id: str
    data: Any


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it comes true."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


@dataclass
class Browser:
    """Somebody who has signed in; the session is made in the database that Django uses in the test."""

    user: User
    session: str = ""
    tab: str = field(default_factory=lambda: str(uuid4()))

    def __post_init__(self) -> None:
        client = TestClient()
        client.force_login(self.user)
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def at(self, portal: PortalServer) -> Client:
        """The browser's requests to one web process."""
        cookies = {"sessionid": self.session, "csrftoken": "x" * 32, "language": "en"}
        return Client("127.0.0.1", (urlsplit(portal.url).port or 0,), cookies)

    def edit(self, portal: PortalServer, map_id: int, subject: str, name: str, value: Any) -> int:
        """Change one property; the number of the change."""
        op = {"id": str(uuid4()), "subject": subject, "property": name, "base_version": 10**6, "value": value}
        answer = self.at(portal).post_json(f"/api/v1/maps/{map_id}/ops/", op)
        assert answer.status == 200, answer.text
        return int(answer.json["version"])

    def stand(self, portal: PortalServer, pk: int, at: str, kind: str = "map") -> Answer:
        """Tell where the person is on the document; nothing says that they leave."""
        return self.at(portal).post(f"/virta/{kind}-{pk}/lasna/", tab=self.tab, at=at)


class Listener:
    """An open stream, or the answer that refused it; a thread reads until the end."""

    def __init__(
        self, portal: PortalServer, session: str, documents: str, last_id: str = "", host: str = ""
    ) -> None:
        headers = {"Cookie": f"sessionid={session}; language=en", "Accept": "text/event-stream"}
        if host:
            headers |= {"Host": host, "X-Forwarded-Proto": "https"}
        self.connection = HTTPConnection("127.0.0.1", urlsplit(portal.url).port, timeout=60)
        self.connection.request(
            "GET",
            f"/virta/?documents={documents}",
            headers=headers | ({"Last-Event-ID": last_id} if last_id else {}),
        )
        self.socket: socket.socket = self.connection.sock
        self.response: HTTPResponse = self.connection.getresponse()
        self.status = self.response.status
        self.raw = bytearray()
        self.events: list[Event] = []
        self.ended = False
        self.thread = threading.Thread(target=self._read, name="listener")
        self.thread.start()

    def _read(self) -> None:
        try:
            rest = b""
            while piece := self.response.read1(65536):
                self.raw += piece
                *whole, rest = (rest + piece).split(b"\n\n")
                self.events += [_event(each.decode()) for each in whole]
        except (OSError, HTTPException, ValueError):
            pass
        self.ended = True

    def close(self) -> None:
        """Leave, as a browser does whose page is closed."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.response.close()
        self.connection.close()

    def named(self, name: str) -> list[Any]:
        """The data of all events of the name so far."""
        return [event.data for event in list(self.events) if event.name == name]

    @property
    def seqs(self) -> list[int]:
        """The numbers of all changes heard so far, in the order in which they came."""
        return [change["seq"] for data in self.named("changes") for change in data["changes"]]

    @property
    def people(self) -> list[tuple[str, str]]:
        """Who is where, as last told."""
        return [(person["name"], person["at"]) for person in self._present()]

    def tabs_of(self, name: str) -> list[str]:
        """The tabs in which somebody is, as last told."""
        return [person["tab"] for person in self._present() if person["name"] == name]

    def _present(self) -> list[dict[str, Any]]:
        told = self.named("presence")
        return told[-1]["people"] if told else []

    @property
    def last_id(self) -> str:
        """What a browser sends as Last-Event-ID."""
        return next((event.id for event in reversed(list(self.events)) if event.id), "")

    def hears(self, seq: int) -> bool:
        """Whether the change is told."""
        return eventually(lambda: seq in self.seqs)


def _event(text: str) -> Event:
    parts = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    data = parts.get("data", "")
    return Event(parts.get("event", ""), parts.get("id", ""), json.loads(data) if data else None)


@contextmanager
def listening(
    portal: PortalServer, browser: Browser | str, documents: str, last_id: str = "", host: str = ""
) -> Iterator[Listener]:
    """A stream for as long as the block lasts."""
    session = browser if isinstance(browser, str) else browser.session
    listener = Listener(portal, session, documents, last_id, host)
    try:
        yield listener
    finally:
        listener.close()


def streams_open(portal: PortalServer) -> int:
    """What the web process says of itself on /metrics."""
    with urlopen(f"{portal.url}/metrics") as answer:
        [found] = re.findall(r"^portal_streams_open (\S+)", answer.read().decode(), re.MULTILINE)
    return int(float(found))


NEVER = 999_999_999


@dataclass
class Web:
    """Two web processes on one database, the cast in it, and the browsers of its people."""

    one: PortalServer
    other: PortalServer
    cast: Cast
    database_url: str

    def browser(self, name: str) -> Browser:
        """A new browser of one of the cast."""
        return Browser(self.cast[name])

    def write(self, on: InterfaceMap, text: str, *, by: str = "county editor", portal: Any = None) -> int:
        """Change the map's title through the first web process; the number of the change."""
        name = "title_fi" if len(text) < 150 else "title_sv"
        return self.browser(by).edit(portal or self.one, on.pk, f"map:{on.pk}", name, text)

    def cursor(self, on: InterfaceMap) -> str:
        """The map at its present number, as a page that was just made asks for it."""
        return f"map-{on.pk}:{InterfaceMap.objects.get(pk=on.pk).seq}"


@contextmanager
def web_on(cast: Cast, url: str, folder: Path, **more: str) -> Iterator[Web]:
    """Two web processes on the database that Django uses and that holds the cast."""
    with ExitStack() as stack:
        portals: list[PortalServer] = []
        for name in ("one", "other"):
            portals.append(start_portal(url, log=folder / name / "portal.log", **more))
            stack.callback(portals[-1].stop)
        yield Web(portals[0], portals[1], cast, url)
        for portal in portals:
            text = portal.log.read_text()
            assert "Traceback" not in text, text


def news(listener: Listener) -> int:
    """The number of news that the map has, as last told."""
    assert comes(listener, "news")
    return int(listener.named("news")[-1]["news"])


def comes(listener: Listener, name: str, count: int = 1) -> bool:
    """Whether so many events of the name come."""
    return eventually(lambda: len(listener.named(name)) >= count)


# Delivery and numbers.
