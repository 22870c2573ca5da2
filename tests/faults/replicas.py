"""What one editor sees of a map: read once over HTTP, and then kept by the changes that the portal tells."""

import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import Any

from tests.faults.history import Change, Rows, take
from tests.faults.writers import PATIENCE
from tests.gear.client import Client, Unreachable

EMPTY = {
    "service": {"archived": False, "place": None, "where_fi": "", "where_sv": "", "how_fi": "", "how_sv": ""}
}
COPIED = ("where_fi", "where_sv", "how_fi", "how_sv")


def change_of(row: dict[str, Any]) -> Change:
    """A change as the portal tells it."""
    was, to = row["from"], row["to"]
    return Change(
        row["seq"], row["id"], row["subject"], row["property"], was, to, row["by"], row["sent"], row["undoes"]
    )


@dataclass
class Replica:
    """Every property of a map as one editor sees it, up to the number `seq`.

    `owners`: whose service or answer it is; `services`: which of them meet in an interface; `of`: whose aspect it is.
    """

    client: Client
    map_id: int
    seq: int = 0
    rows: Rows = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    meets: dict[str, list[int]] = field(default_factory=dict)
    of: dict[str, str] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)
    problem: str = ""

    @property
    def on(self) -> str:
        """The map as an op names it."""
        return f"map:{self.map_id}"

    def read(self) -> None:
        """Everything that is not known yet, as it is now; what is known follows the changes alone."""
        whole = self._get(f"/api/v1/maps/{self.map_id}/")
        self.seq = self.seq or whole["seq"]
        found: Rows = {(self.on, name): whole[name] for name in ("title_fi", "title_sv", "base")}
        lanes = {party["id"]: party["organisation"] for party in whole["parties"]}
        found |= {(f"party:{pk}", "archived"): False for pk in lanes}
        for row in whole["services"]:
            subject = f"service:{row['id']}"
            self.owners[subject] = lanes[row["party"]]
            found |= {(subject, name): row[name] for name in ("place", *COPIED)} | {
                (subject, "archived"): False
            }
        found[self.on, "places"] = {str(row["id"]): row["place"] for row in whole["services"] if row["place"]}
        for row in self._list(f"/api/v1/interfaces/?map={self.map_id}&removed=true&limit=200"):
            subject = f"interface:{row['id']}"
            self.meets[subject] = row["services"]
            found |= {(subject, "archived"): False, (subject, "parties"): sorted(row["parties"])}
            found |= {(subject, name): row[name] for name in ("outcomes", "enablers")}
        for row in self._list(f"/api/v1/aspects/?map={self.map_id}&removed=true&limit=200"):
            found |= self._aspect(row)
        known = {subject for subject, _name in self.rows}
        self.rows |= {key: value for key, value in found.items() if key[0] not in known}

    def _aspect(self, row: dict[str, Any]) -> Rows:
        subject = f"aspect:{row['id']}"
        self.of[subject] = f"interface:{row['interface']}"
        names = ("shared_fi", "shared_sv", "not_applicable_reason", "review_on", "follows_base")
        found: Rows = {(subject, name): row[name] for name in names}
        found[subject, "responsible"] = sorted(person["id"] for person in row["responsible"])
        for answer in row["answers"]:
            own = f"answer:{answer['id']}"
            self.of[own], self.owners[own] = subject, answer["organisation"]
            found |= {(own, name): answer[name] for name in ("answer_fi", "answer_sv")}
            found[own, "confirmation"] = answer["confirmed_text"]
        return found

    def _get(self, path: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(*Unreachable):
                answer = self.client.get(path)
                if answer.status == 200:
                    return answer.json
                if answer.status < 500 and answer.status != 429:
                    raise AssertionError(f"{path} was answered with {answer.status}: {answer.text[:300]}")
            time.sleep(0.05)
        raise AssertionError(f"{path} was not answered.")

    def _list(self, path: str) -> Iterator[dict[str, Any]]:
        while path:
            page = self._get(path)
            yield from page["results"]
            path = page["next"] and "/" + page["next"].split("/", 3)[3]

    def take(self, told: list[dict[str, Any]]) -> None:
        """Change what is seen as the changes say; each must be the next one."""
        for change in map(change_of, told):
            with self.lock:
                if change.seq != self.seq + 1:
                    self.problem = self.problem or f"After {self.seq} it was told {change.seq}."
                if change.made and (change.made, "archived") not in self.rows:
                    self._begin(change)
                take(self.rows, self.on, change)
                self.seq = change.seq

    def _begin(self, change: Change) -> None:
        """A service that is new is empty, but a copy has the texts of the one that it is like."""
        kind = change.made.partition(":")[0]
        self.rows |= {(change.made, name): value for name, value in EMPTY.get(kind, {}).items()}
        if change.name == "add_copy":
            self.rows |= {(change.made, name): self.rows[change.subject, name] for name in COPIED}
            self.owners[change.made] = self.owners[change.subject]
        elif kind == "service":
            self.owners[change.made] = 0  # nobody's, so that nobody here writes its texts
        if change.name != "add_service":
            self.read()

    def is_live(self, subject: str) -> bool:
        """Whether it is on the map, as far as is known here."""
        with self.lock:
            while subject in self.of:
                subject = self.of[subject]
            parts = [subject, *(f"service:{pk}" for pk in self.meets.get(subject, []))]
            return not any(self.rows.get((part, "archived")) for part in parts)

    def poll(self, limit: int) -> int:
        """Ask for the changes since the last one; how many there were."""
        answer = self._get(f"/api/v1/maps/{self.map_id}/changes/?since={self.seq}&limit={limit}")
        self.take(answer["changes"])
        return len(answer["changes"])


@dataclass
class Follower:
    """Keeps a replica: by the live stream, which it hangs up and calls again, or by asking now and then."""

    replica: Replica
    streams: bool
    chance: random.Random
    connected: int = 0
    missed_much: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _socket: socket.socket | None = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to follow."""
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def stop(self) -> None:
        """Hang up for good."""
        self._stop.set()
        self._hang_up()
        if self._thread:
            self._thread.join()

    def _hang_up(self) -> None:
        with suppress(OSError, AttributeError):
            self._socket.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    def _follow(self) -> None:
        try:
            while not self._stop.is_set():
                if self.streams:
                    with suppress(*Unreachable):
                        self._listen()
                elif not self.replica.poll(self.chance.randint(1, 40)):
                    self._stop.wait(self.chance.random())
                self._stop.wait(0.05)
        except Exception as problem:  # whatever it is belongs to the test
            self.replica.problem = self.replica.problem or repr(problem)

    def _listen(self) -> None:
        client, replica = self.replica.client, self.replica
        connection = client.begin("GET", f"/virta/?documents=map-{replica.map_id}:{replica.seq}", timeout=40)
        self._socket = connection.sock
        try:
            response = connection.getresponse()
            if response.status != 200:
                raise OSError(f"The stream was answered with {response.status}.")
            self.connected += 1
            hangs_up = self.chance.randint(3, 60)
            for name, data in events(response):
                if name == "changes":
                    replica.take(data["changes"])
                elif name == "reset":
                    self.missed_much += 1
                    while replica.poll(500):
                        pass
                    return
                elif name == "gone":
                    raise AssertionError("The map is gone for somebody who edits it.")
                hangs_up -= 1
                if not hangs_up or self._stop.is_set():
                    return
        finally:
            connection.close()


def events(response: HTTPResponse) -> Iterator[tuple[str, Any]]:
    """The events of a stream until it ends; one that was cut off in the middle is none."""
    name, data = "", ""
    while line := response.readline():
        text = line.decode()
        if not text.endswith("\n"):
            return
        label, _colon, value = text.rstrip("\n").partition(": ")
        if label == "event":
            name = value
        elif label == "data":
            data = value
        elif not label and data:
            yield name, json.loads(data)
            name, data = "", ""
