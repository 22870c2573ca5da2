"""Server-sent events, as bytes."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import orjson

BEAT = b"event: beat\ndata: {}\n\n"
RETRY = b"retry: 2000\n\n"


def event(name: str, data: bytes, cursor: str = "") -> bytes:
    """One event; its id is how far the stream has come on each document."""
    head = f"event: {name}\nid: {cursor}\n" if cursor else f"event: {name}\n"
    return head.encode() + b"data: " + data + b"\n\n"


def about(name: str, key: str, cursor: str = "", **told: Any) -> bytes:
    """An event that says something of a document."""
    return event(name, orjson.dumps({"document": key, **told}), cursor)


class Changes:
    """New changes of a document: each is encoded once, for streams that know the first of them and for those that do not."""

    def __init__(self, key: str, since: int, rows: list[dict[str, Any]]) -> None:
        self.key, self.since = key, since
        self.seqs = [row["seq"] for row in rows]
        self.encoded = [orjson.dumps(row, default=str) for row in rows]
        self.events: dict[tuple[int, str], bytes] = {}

    @property
    def seq(self) -> int:
        """The number of the last one."""
        return self.seqs[-1] if self.seqs else self.since

    def after(self, known: int, cursor: str) -> bytes:
        """The event for streams that know the changes up to the number: the very same bytes for all of them."""
        made = self.events.get((known, cursor))
        if made is None:
            new = b",".join(self.encoded[bisect_right(self.seqs, known) :])
            head = f'{{"document":"{self.key}","seq":{self.seq},"changes":['.encode()
            made = self.events[known, cursor] = event("changes", head + new + b"]}", cursor)
        return made
