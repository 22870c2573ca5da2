"""People who edit while processes are killed, what they were promised, and whether it was kept."""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.gear.client import Client, Unreachable
from yhdyspinta.embedded import postgres

PATIENCE = 90  # seconds after which a portal that does not come back is a failure; nothing measures speed


@dataclass
class Writer:
    """One person who edits one property over and over. Each answer of 200 is written down for good at once."""

    client: Client
    map_id: int
    name: str
    log: Path
    acknowledged: int = 0
    tried_again: int = 0
    problem: str = ""
    sent: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to edit."""
        self._thread = threading.Thread(target=self._write, name=f"writer of {self.name}")
        self._thread.start()

    def stop(self) -> None:
        """Finish the edit at hand and stop."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _write(self) -> None:
        version, number = 0, 0
        with self.log.open("a", encoding="utf-8") as log:
            while not self._stop.is_set() and not self.problem:
                number += 1
                op = {
                    "id": str(uuid4()),
                    "subject": f"map:{self.map_id}",
                    "property": self.name,
                    "base_version": version,
                    "value": f"{self.name} {number}",
                }
                self.sent.append(str(op["id"]))
                version = self._send(op)
                if version:
                    log.write(json.dumps({**op, "version": version}) + "\n")
                    log.flush()
                    os.fsync(log.fileno())
                    self.acknowledged += 1

    def _send(self, op: dict[str, object]) -> int:
        """Send the op until it is acknowledged, always under the same id; the version it got."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = self.client.post_json(f"/api/v1/maps/{self.map_id}/ops/", op)
            except Unreachable:
                answer = None
            if answer and answer.status == 200:
                return int(answer.json["version"])
            if answer and answer.status < 500:
                self.problem = f"{op} was answered with {answer.status}: {answer.text[:300]}"
                return 0
            self.tried_again += 1
            time.sleep(0.05)
        self.problem = f"The portal did not come back: {op['id']} is not acknowledged."
        return 0


def differences(database_url: str, map_id: int, writers: list[Writer]) -> list[str]:
    """One sentence for each acknowledged write that is missing or there twice, and each that nobody sent."""
    rows = postgres.run_sql(
        database_url,
        "SELECT op_id::text, seq, to_value #>> '{}' FROM collaboration_change WHERE log_id = %s ORDER BY seq",
        map_id,
    )
    stored: dict[str, list[tuple[int, str]]] = {}
    for op_id, seq, value in rows:
        stored.setdefault(op_id, []).append((seq, value))
    found = []
    for writer in writers:
        for line in writer.log.read_text(encoding="utf-8").splitlines():
            op = json.loads(line)
            if stored.get(op["id"]) != [(op["version"], op["value"])]:
                found.append(f"acknowledged as {op}, stored as {stored.get(op['id'])}")
    unknown = set(stored) - {op_id for writer in writers for op_id in writer.sent}
    found += [f"nobody sent {op_id}" for op_id in unknown]
    if [seq for _op, seq, _value in rows] != list(range(1, len(rows) + 1)):
        found.append("the numbers of the changes have holes")
    for writer in writers:
        now = postgres.run_sql(
            database_url, f"SELECT {writer.name} FROM services_interfacemap WHERE id = %s", map_id
        )
        last = [value for _op, _seq, value in rows if value.startswith(f"{writer.name} ")][-1:]
        if last and now != [(last[0],)]:
            found.append(f"{writer.name} is {now}, and its last change is {last}")
    [(events,)] = postgres.run_sql(
        database_url,
        "SELECT count(*) FROM collaboration_event WHERE verb IN ('title_fi.changed', 'title_sv.changed')"
        " AND subject_id = %s",
        map_id,
    )
    if events != len(rows):
        found.append(f"{len(rows)} changes have {events} events")
    return found
