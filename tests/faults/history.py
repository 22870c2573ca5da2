"""The history checker: what people sent and were answered, what the database has, what each of them sees.

It has a small model of its own of what a change does, and trusts nothing that the portal says of itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, str]
"""A subject and a property, as an op names them."""

Rows = dict[Key, Any]
"""The value of each property."""

CUT_OFF, LOST = 0, -1
"""The status of a request whose answer nobody read: the editor hung up, or the process went away."""


@dataclass(frozen=True)
class Change:
    """A row of the change log. `sent` is what was sent when it was merged; `undoes` the number of what it takes back."""

    seq: int
    id: str
    subject: str
    name: str
    was: Any
    to: Any
    by: str
    sent: Any = None
    undoes: int | None = None

    @property
    def made(self) -> str:
        """The subject that an addition made or brought back, or nothing."""
        return str(self.to["subject"]) if self.name.startswith("add_") else ""

    @property
    def key(self) -> Key:
        """What it changed."""
        return (self.made, "archived") if self.made else (self.subject, self.name)


@dataclass(frozen=True)
class Exchange:
    """One request of an editor and its answer, when somebody read one."""

    by: str
    what: str
    sent: dict[str, Any]
    status: int
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """All that happened on one map."""

    map: str
    start: Rows
    changes: list[Change]
    exchanges: list[Exchange]
    end: Rows
    replicas: dict[str, Rows] = field(default_factory=dict)


def take(rows: Rows, on: str, change: Change) -> set[Key]:
    """Change the rows as the change says; which of them it touched. Places are one column under two names."""
    if change.made.startswith("service:"):
        rows.setdefault((change.made, "place"), None)
    if change.name != "places":
        rows[change.key] = change.to if not change.made else False
        touched = {change.key}
    else:
        touched = {key for key in rows if key[1] == "place"}
        for key in touched:
            rows[key] = change.to.get(key[0].partition(":")[2])
    if change.name in {"place", "places"}:
        rows[on, "places"] = {
            key[0].partition(":")[2]: value for key, value in rows.items() if key[1] == "place" and value
        }
        touched = touched | {(on, "places")}
    return touched


@dataclass(frozen=True)
class Step:
    """A change beside what the log before it says: the latest changes of what it touched, and the value as it was."""

    change: Change
    known: bool
    value: Any
    before: list[Change]

    @property
    def version(self) -> int:
        """The number of the property's previous change."""
        return self.before[-1].seq if self.before else 0


@dataclass
class Replay:
    """The log done again from the start: each change as a step, and every value that each property ever had."""

    rows: Rows
    steps: list[Step] = field(default_factory=list)
    past: dict[Key, list[tuple[int, Any]]] = field(default_factory=dict)

    def at(self, key: Key, version: int) -> Any:
        """The property's value at the number."""
        return next((value for seq, value in reversed(self.past.get(key, [])) if seq <= version), None)

    def had(self, key: Key, version: int, value: Any, since: int = 0) -> bool:
        """Whether the property got just this value in the change of just this number."""
        past = self.past.get(key, [(0, value)])
        return version >= since and (version, value) in past


def replay(history: History) -> Replay:
    """Do the log again."""
    done = Replay(dict(history.start), past={key: [(0, value)] for key, value in history.start.items()})
    log: dict[Key, list[Change]] = defaultdict(list)
    for change in history.changes:
        value = done.rows.get(change.key)
        known = change.key in done.rows and not change.made
        if (
            change.made and (change.made, "place") not in done.rows
        ):  # without a place, as after every new layout
            laid_out = [each.seq for each in log[history.map, "places"] if each.name == "places"]
            done.past[change.made, "place"] = [(seq, None) for seq in (0, *laid_out)]
        done.steps.append(Step(change, known, value, list(log[change.key])))
        if change.key not in done.rows:
            done.past[change.key] = [(0, change.was)]  # of a row made meanwhile
        for key in take(done.rows, history.map, change):
            log[key].append(change)
            done.past.setdefault(key, []).append((change.seq, done.rows[key]))
    return done


def faults(history: History) -> list[str]:
    """One sentence for each thing that does not fit; none when nothing was lost, doubled or overwritten."""
    done = replay(history)
    by_id = {change.id: change for change in history.changes}
    requests = _by_id(history)
    return [
        *_numbers(history),
        *_overwritten(done, requests),
        *_merges(done, requests),
        *_undone(done, {change.seq: change for change in history.changes}),
        *_acknowledged(done, requests, by_id),
        *_refused(done, requests, by_id),
        *_replicas(history, done),
    ]


def _by_id(history: History) -> dict[str, list[Exchange]]:
    """The requests about each op, in the order in which they were sent."""
    requests: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in history.exchanges:
        requests[exchange.sent["id"]].append(exchange)
    return requests


def _numbers(history: History) -> Iterator[str]:
    seqs = [change.seq for change in history.changes]
    if seqs != list(range(1, len(seqs) + 1)):
        wrong = next(at for at, seq in enumerate([*seqs, 0], 1) if at != seq)
        yield f"the numbers have a gap or a double at {wrong}"
    ids: dict[str, list[int]] = defaultdict(list)
    for change in history.changes:
        ids[change.id].append(change.seq)
    yield from (f"doubled: {key} is the changes {found}" for key, found in ids.items() if len(found) > 1)


def _overwritten(done: Replay, requests: dict[str, list[Exchange]]) -> Iterator[str]:
    """Every change stands on the value before it, and was sent by somebody who had seen that value."""
    for step in done.steps:
        change, asked = step.change, requests.get(step.change.id)
        if step.known and change.was != step.value:
            yield f"overwritten: {change} stands on {change.was!r}, and it was {step.value!r} since {step.version}"
        if not asked:
            yield f"nobody sent {change}"
            continue
        if change.by != asked[0].by:
            yield f"{change} was sent by {asked[0].by}"
        if asked[0].what != "op" or change.made:
            continue
        if change.sent is None and asked[0].sent["base_version"] < step.version:
            yield f"overwritten: {change} was sent from {asked[0].sent['base_version']}, before {step.version}"
        if (change.to if change.sent is None else change.sent) != asked[0].sent["value"]:
            yield f"{change} is not what was sent: {asked[0].sent}"


def _words(text: Any) -> set[str]:
    return set(re.findall(r"\w+", str(text)))


def _merges(done: Replay, requests: dict[str, list[Exchange]]) -> Iterator[str]:
    """Everything that either wrote is in the merged text, nothing that either took away, and nothing else."""
    for step in done.steps:
        change = step.change
        if change.sent is None or change.id not in requests:
            continue
        base_version = requests[change.id][0].sent["base_version"]
        if base_version >= step.version:
            yield f"{change} was merged with nothing"
        base = _words(done.at(change.key, base_version))
        sent, theirs, merged = _words(change.sent), _words(change.was), _words(change.to)
        wanted = (base & sent & theirs) | (sent - base) | (theirs - base)
        if wanted != merged:
            yield f"merged: {change} lacks {sorted(wanted - merged)} and has {sorted(merged - wanted)} too much"


def _in_effect(changes: Iterable[Change], after: int) -> list[Change]:
    """Those after the number that have not been taken back, without what only takes back one of them."""
    gone: set[int] = set()
    kept = []
    for change in sorted(changes, key=lambda each: -each.seq):
        if change.seq <= after or change.seq in gone:
            continue
        if change.undoes is not None and change.undoes > after:
            gone.add(change.undoes)
        else:
            kept.append(change)
    return kept


def _undone(done: Replay, by_seq: dict[int, Change]) -> Iterator[str]:
    """Whoever takes back takes back what they wrote themselves, all of it, and nothing that came after it."""
    for step in done.steps:
        change = step.change
        if change.undoes is None:
            continue
        undone = by_seq[change.undoes]
        before, after = (False, True) if undone.made else (undone.to, undone.was)
        if change.by != undone.by:
            yield f"undo: {change} takes back what {undone.by} wrote"
        if change.key != undone.key or (change.was, change.to) != (before, after):
            yield f"undo: {change} is not {undone} taken back"
        if _in_effect(step.before, undone.seq):
            yield f"undo: {change} takes back {undone.seq} and what came after it"


def _key_of(answer: dict[str, Any]) -> Key:
    return answer["subject"], answer["property"]


def _acknowledged(
    done: Replay, requests: dict[str, list[Exchange]], by_id: dict[str, Change]
) -> Iterator[str]:
    """Every answer of 200 tells a change that is there, or a value that the property had already."""
    for op_id, asked in requests.items():
        change = by_id.get(op_id)
        for number, exchange in enumerate(asked):
            answer = exchange.answer
            if exchange.status != 200:
                continue
            if change is None:
                if exchange.what != "op" or not _was_so_already(done, exchange):
                    yield f"lost: {exchange} was acknowledged, and there is no such change"
            elif _key_of(answer) != (change.subject, change.name):
                yield f"{exchange} was acknowledged, and is {change}"
            elif (answer["version"], answer["value"]) != (change.seq, change.to) and not (
                number and done.had(change.key, answer["version"], answer["value"], change.seq)
            ):
                yield f"acknowledged otherwise: {exchange} is {change}"


def _was_so_already(done: Replay, exchange: Exchange) -> bool:
    answer, sent = exchange.answer, exchange.sent
    if not done.had(_key_of(answer), answer["version"], answer["value"]):
        return False
    base = _words(done.at(_key_of(answer), sent["base_version"]))
    merged = bool(answer["merged"]) and _words(sent["value"]) - base <= _words(answer["value"])
    return bool(sent["value"] == answer["value"]) or merged


def _refused(done: Replay, requests: dict[str, list[Exchange]], by_id: dict[str, Change]) -> Iterator[str]:
    """What was refused changed nothing, and a conflict shows both values as they are."""
    for op_id, asked in requests.items():
        if _is_refused(asked) and op_id in by_id and not _may_be_late(asked):
            yield f"refused, and yet done: {by_id[op_id]}"
        for exchange in asked:
            if exchange.status != 409 or exchange.what != "op":
                continue
            answer, sent = exchange.answer, exchange.sent
            theirs = done.had((sent["subject"], sent["property"]), answer["version"], answer["theirs"])
            if not theirs or answer["yours"] != sent["value"] or answer["version"] <= sent["base_version"]:
                yield f"a conflict that is none: {exchange}"


def _is_refused(asked: list[Exchange]) -> bool:
    return any(400 <= exchange.status < 500 for exchange in asked)


def _may_be_late(asked: list[Exchange]) -> bool:
    """Whether an earlier request that nobody waited for may have been done after a later one was refused."""
    return next(each.status for each in asked if each.status != 429) in {CUT_OFF, LOST}


def _replicas(history: History, done: Replay) -> Iterator[str]:
    """The log, the rows and what everybody sees are the same."""
    yield from _differences("the log", done.rows, history.end)
    for name, rows in history.replicas.items():
        yield from _differences(name, rows, history.end)
        unseen = [key for key in history.end if key not in rows]
        if unseen:
            yield f"{name} has never heard of {unseen[:3]} and so on, {len(unseen)} in all"


def _differences(name: str, rows: Rows, end: Rows) -> Iterator[str]:
    for key, value in rows.items():
        if key not in end:
            yield f"{name} has {key}, which is not there"
        elif end[key] != value:
            yield f"{name} has {value!r} in {key}, and it is {end[key]!r}"


def figures(history: History) -> dict[str, int]:
    """What there was of everything."""
    changes, exchanges = history.changes, history.exchanges
    by_seq = {change.seq: change for change in changes}
    taken_back = [by_seq[change.undoes] for change in changes if change.undoes]
    found = faults(history)
    requests = _by_id(history)
    done = {change.id for change in changes}
    return {
        "edits": len(changes),
        "requests": len(exchanges),
        "merges": sum(change.sent is not None for change in changes),
        "conflicts": len({each.sent["id"] for each in exchanges if each.status == 409 and each.what == "op"}),
        "undos": sum(change.undoes is None for change in taken_back),
        "redos": sum(change.undoes is not None for change in taken_back),
        "connections cut": sum(each.status == CUT_OFF for each in exchanges),
        "connections lost": sum(each.status == LOST for each in exchanges),
        "errors": sum(each.status >= 500 for each in exchanges),
        "refused": len({each.sent["id"] for each in exchanges if each.status in {403, 404, 422}}),
        "done after a repetition was refused": sum(_is_refused(requests[op_id]) for op_id in done),
        "missing": sum(fault.startswith("lost") for fault in found),
        "overwritten": sum(fault.startswith("overwritten") for fault in found),
    }
