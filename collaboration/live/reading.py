"""What the hub asks the database, in a thread of its own: each question once for all documents.

A document is called by its kind and number, such as `map-12`, in cursors, in events and here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone

from collaboration.followed import Followed, followed
from collaboration.kept import Kept
from collaboration.live.events import Changes
from collaboration.live.stream import Stream
from collaboration.models import User
from collaboration.ops.changes import changes_since
from collaboration.ops.document import Document, documents

MOST_CHANGES = 500
"""A stream that misses more loads the page anew."""

Numbers = tuple[int, int]


Kind = Document[Any] | Followed
"""What can be listened to: documents, and rows of which only news are told."""


def find(key: str) -> tuple[Kind, int] | None:
    """The document of this name and its number; None when there is no such kind."""
    name, _dash, pk = key.partition("-")
    kind = documents.get(name) or followed.get(name)
    return (kind, int(pk)) if kind is not None else None


def key_of(label: str, pk: int) -> str:
    """What a row of the model is called here; nothing when it is no document."""
    kinds: dict[str, Kind] = {**documents, **followed}
    names = (name for name, kind in kinds.items() if kind.model._meta.label_lower == label)
    return f"{next(names, '')}-{pk}"


def _by_kind(keys: Iterable[str]) -> dict[Kind, dict[int, str]]:
    found: dict[Kind, dict[int, str]] = {}
    for key in keys:
        if named := find(key):
            found.setdefault(named[0], {})[named[1]] = key
    return found


def numbers_of(keys: Iterable[str]) -> dict[str, Numbers]:
    """Of each document that is there the numbers of its latest change and of its latest news."""
    return {
        key: numbers[pk]
        for document, key_of in _by_kind(keys).items()
        if (numbers := document.numbers(key_of))
        for pk, key in key_of.items()
        if pk in numbers
    }


def readers_of(keys: Iterable[str]) -> dict[str, set[int]]:
    """Of each document who reads it: nobody of one that is not there."""
    found: dict[str, set[int]] = {key: set() for key in keys}
    for document, key_of in _by_kind(found).items():
        found |= {key_of[pk]: people for pk, people in document.audience.readers(key_of).items()}
    return found


@dataclass
class Seen:
    """What was asked in one go: of some documents the numbers, of some the readers, of some the changes.

    Of a document with too many changes there is its number instead.
    """

    numbers: dict[str, Numbers] = field(default_factory=dict)
    readers: dict[str, set[int]] = field(default_factory=dict)
    changes: dict[str, Changes] = field(default_factory=dict)
    too_many: dict[str, int] = field(default_factory=dict)


def look(numbers: Iterable[str], readers: Iterable[str], since: Mapping[str, int]) -> Seen:
    """One look: who reads is asked before what there is to read."""
    seen = Seen(readers=readers_of(readers), numbers=numbers_of(numbers))
    wanted = {
        (named[0], named[1]): number
        for key, number in since.items()
        if (named := find(key)) and isinstance(named[0], Document)
    }
    for (document, pk), rows in changes_since(wanted, MOST_CHANGES + 1).items() if wanted else ():
        key = f"{document.name}-{pk}"
        if len(rows) > MOST_CHANGES:
            seen.too_many |= {key: seq for key, (seq, _news) in numbers_of([key]).items()}
        elif rows:
            seen.changes[key] = Changes(key, since[key], rows)
    return seen


_alive = Kept(
    lambda keys, now: Session.objects.filter(pk__any=keys, expire_date__gt=now).values_list("pk", flat=True)
)
_passwords = Kept(
    lambda people: (
        User.objects.filter(pk__any=people, is_active=True).order_by().values_list("pk", "password")
    )
)


def signed_out(streams: list[Stream]) -> list[Stream]:
    """Streams whose session has ended, or whose person was locked out or has another password by now."""
    if not streams:
        return []
    alive = set(_alive(keys=list({stream.by.session for stream in streams}), now=timezone.now()))
    passwords = dict(_passwords(people=list({stream.by.person for stream in streams})))
    return [
        stream
        for stream in streams
        if stream.by.session not in alive or passwords.get(stream.by.person) != stream.by.password
    ]
