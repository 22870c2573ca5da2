"""Tamper evidence: batches of events are sealed with a hash that holds on to the seal before.

A seal covers every event up to its last one, so no event may appear below it later. Numbers are given out before
transactions commit, so a lower number may become visible after a higher one: see `settle`.
"""

import datetime
import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, Max, OuterRef, Subquery

from collaboration.models import Change, Event, Seal

BATCH = 10_000
PATIENCE = 10.0  # seconds that a round waits for the writers it met; the next round waits again
LOCK = 7_305_883_911  # the advisory lock of whoever seals
COLUMNS = (
    "id",
    "verb",
    "subject_type_id",
    "subject_id",
    "actor_id",
    "change_id",
    "note",
    "digest",
    "key",
    "at",
)
CHANGES = 1_000  # so many changes are read at once: their texts may be long
logger = logging.getLogger(__name__)


def seal_events(*, batch: int = BATCH, patience: float = PATIENCE) -> int:
    """Seal what has been committed for good; how many events. Two that run at once never seal the same."""
    horizon = Event.objects.aggregate(last=Max("pk"))["last"]
    if horizon is None or not settle(patience):
        return 0
    sealed = 0
    while True:
        with transaction.atomic():
            if not _alone():
                return sealed
            now = _seal_one(horizon, batch)
        sealed += now
        if now == 0:
            return sealed


def settle(patience: float = PATIENCE) -> bool:
    """Wait until every transaction that may hold a lower number than those we can see has ended.

    Who inserts an event holds ROW EXCLUSIVE on the table from before its number is drawn until its transaction ends.
    So once all who hold it now are gone, each number drawn before is a visible row, or will never be one. Nobody is
    held up by this, as locking the table would do. False when somebody takes longer than we care to wait.
    """
    waiting = _writers()
    deadline = time.monotonic() + patience
    while waiting:
        if time.monotonic() > deadline:
            logger.warning("Nothing is sealed in this round: a transaction that writes events has not ended.")
            return False
        time.sleep(0.02)
        waiting &= _writers()
    return True


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND relation = %s::regclass AND pid <> pg_backend_pid()",
            [Event._meta.db_table],
        )
        return {row[0] for row in cursor.fetchall()}


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _seal_one(horizon: int, batch: int) -> int:
    latest = Seal.objects.last()
    after, previous = (latest.last_event, latest.root) if latest else (0, "")
    rows = list(
        Event.objects.filter(pk__gt=after, pk__lte=horizon).order_by("pk").values_list(*COLUMNS)[:batch]
    )
    if rows:
        Seal.objects.create(
            first_event=rows[0][0],
            last_event=rows[-1][0],
            events=len(rows),
            root=root(previous, rows),
            previous=previous,
        )
    return len(rows)


def unsealed() -> models.QuerySet[Event]:
    """Events that no seal covers yet."""
    latest = Seal.objects.last()
    return Event.objects.filter(pk__gt=latest.last_event if latest else 0)


def root(previous: str, rows: Iterable[tuple[Any, ...]]) -> str:
    """The hash of a batch: of the seal before, then each row in its one canonical form."""
    digest = hashlib.sha256(previous.encode())
    for row in rows:
        digest.update(canonical(row))
    return digest.hexdigest()


def canonical(row: tuple[Any, ...]) -> bytes:
    """A row as bytes, the same whatever the time zone, the driver or the language: JSON in the order of COLUMNS."""
    *facts, at = row
    moment = at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return json.dumps([*facts, moment], ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def problems(expected_root: str = "") -> Iterator[str]:
    """One sentence for each thing that is not as it was written. `expected_root` was noted down elsewhere earlier."""
    yield from _of_seals(expected_root)
    yield from _of_changes()


def _of_changes() -> Iterator[str]:
    """Every change is what its newest event says of it, and every event still has its change."""
    newest = Event.objects.filter(change=OuterRef("pk")).order_by("-pk")
    changes = Change.objects.order_by("pk").annotate(carried=Subquery(newest.values("digest")[:1]))
    after = 0
    while rows := list(changes.filter(pk__gt=after)[:CHANGES]):
        for change in rows:
            where = f"Change {change.pk} (number {change.seq})"
            if change.carried is None:
                yield f"{where} has no event: it was not made by the portal."
            elif change.carried != change.digest():
                yield f"{where} does not fit its event: it has been altered."
        after = rows[-1].pk
    there = Change.objects.filter(pk=OuterRef("change_id"))
    for event in Event.objects.filter(~Exists(there), change__isnull=False).order_by("pk").iterator():
        yield f"Event {event.pk} tells of change {event.change_id}, which has been removed."


def _of_seals(expected_root: str) -> Iterator[str]:
    after, previous = 0, ""
    for seal in Seal.objects.order_by("last_event").iterator():
        where = f"Seal {seal.pk} (events {seal.first_event} to {seal.last_event})"
        if seal.previous != previous:
            yield f"{where} does not hold on to the seal before it: a seal has been removed or rewritten."
        rows = Event.objects.filter(pk__gt=after, pk__lte=seal.last_event).order_by("pk")
        found, made = 0, hashlib.sha256(seal.previous.encode())
        for row in rows.values_list(*COLUMNS).iterator():
            found += 1
            made.update(canonical(row))
        if found != seal.events:
            yield f"{where} was made over {seal.events} events, and there are {found} now."
        elif made.hexdigest() != seal.root:
            yield f"{where} does not fit its events: at least one of them has been altered."
        after, previous = seal.last_event, seal.root
    if expected_root and not Seal.objects.filter(root=expected_root).exists():
        yield f"No seal has the root {expected_root}, which once was there: seals have been removed."
