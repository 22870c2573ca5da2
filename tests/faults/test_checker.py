"""The history checker finds what it is there to find: in a history that fits, each damage, and nothing without one."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.history import CUT_OFF, Change, Exchange, History, Rows, faults, figures

MAP, TEXT, PLACE, PLACES = "map:1", ("aspect:1", "shared_fi"), ("service:1", "place"), ("map:1", "places")
ADDED = {"subject": "interface:9", "name": "A – B"}
BASE = "yksi kaksi kolme neljä viisi"

START: Rows = {TEXT: BASE, PLACE: None, PLACES: {}}
END: Rows = {
    TEXT: "alku kaksi kolme neljä loppu",
    PLACE: 3,
    PLACES: {"1": 3},
    ("interface:9", "archived"): True,
}

CHANGES = [
    Change(1, "i1", *TEXT, BASE, "alku kaksi kolme neljä viisi", "a"),
    Change(2, "i2", *TEXT, "alku kaksi kolme neljä viisi", END[TEXT], "b", "yksi kaksi kolme neljä loppu"),
    Change(3, "i3", *PLACE, None, 3, "b"),
    Change(4, "i4", *PLACES, {"1": 3}, {}, "a"),
    Change(5, "i5", *PLACES, {}, {"1": 3}, "a", None, 4),
    Change(6, "i6", MAP, "add_interface", None, ADDED, "b"),
    Change(7, "i7", "interface:9", "archived", False, True, "a"),
]


def asked(by: str, op_id: str, base_version: int, key: tuple[str, str], value: Any) -> dict[str, Any]:
    sent = {"id": op_id, "subject": key[0], "property": key[1], "base_version": base_version, "value": value}
    return {"by": by, "what": "op", "sent": sent}


def done(key: tuple[str, str], value: Any, version: int) -> dict[str, Any]:
    answer = {"subject": key[0], "property": key[1], "value": value, "version": version, "merged": None}
    return {"status": 200, "answer": answer}


GONE = ("interface:9", "archived")
MOVED = asked("b", "i3", 2, PLACE, 3)
REFUSED = {"yours": 5, "theirs": 3, "version": 5}

EXCHANGES = [
    Exchange(**asked("a", "i1", 0, TEXT, CHANGES[0].to), **done(TEXT, CHANGES[0].to, 1)),
    Exchange(**asked("b", "i2", 0, TEXT, CHANGES[1].sent), **done(TEXT, END[TEXT], 2)),
    Exchange(**MOVED, status=CUT_OFF),
    Exchange(**MOVED, **done(PLACE, 3, 5)),  # sent again after it was laid out and that was undone
    Exchange(**asked("a", "i4", 3, PLACES, {}), **done(PLACES, {}, 4)),
    Exchange("a", "undo", {"id": "i5", "before": None}, **done(PLACES, {"1": 3}, 5)),
    Exchange(**asked("b", "i6", 5, (MAP, "add_interface"), {}), **done((MAP, "add_interface"), ADDED, 6)),
    Exchange(**asked("a", "i7", 6, GONE, True), **done(GONE, True, 7)),
    Exchange(**asked("b", "late", 3, PLACE, 5), status=409, answer=REFUSED),
    Exchange(**asked("b", "same", 6, GONE, True), **done(GONE, True, 7)),
]

GOOD = History(MAP, START, CHANGES, EXCHANGES, END, {"a": dict(END), "b": dict(END)})


def with_changes(*changes: Change, end: Rows | None = None) -> History:
    rows = END | (end or {})
    return replace(GOOD, changes=list(changes), end=rows, replicas={"a": rows, "b": rows})


def with_change(number: int, end: Rows | None = None, **different: Any) -> History:
    return with_changes(
        *(replace(each, **different) if each.seq == number else each for each in CHANGES), end=end
    )


def with_exchange(op_id: str, edit: Callable[[Exchange], Exchange]) -> History:
    return replace(GOOD, exchanges=[edit(each) if each.sent["id"] == op_id else each for each in EXCHANGES])


def sent_from(base_version: int) -> Callable[[Exchange], Exchange]:
    return lambda each: replace(each, sent={**each.sent, "base_version": base_version})


def answered(**different: Any) -> Callable[[Exchange], Exchange]:
    return lambda each: replace(each, answer={**each.answer, **different})


def by(person: str) -> Callable[[Exchange], Exchange]:
    return lambda each: replace(each, by=person)


DAMAGES = {
    "lost": (with_changes(*CHANGES[:-1], end={GONE: False}), "lost: "),
    "lost in the middle": (with_changes(*CHANGES[:2], *CHANGES[3:]), "the numbers have a gap or a double at 3"),
    "a number twice": (with_change(3, seq=2), "the numbers have a gap or a double at 3"),
    "done twice": (with_changes(*CHANGES, replace(CHANGES[2], seq=8, was=3)), "doubled: i3"),
    "written over another's": (with_exchange("i4", sent_from(2)), "overwritten: .* was sent from 2, before 3"),
    "a place written over all places": (
        with_changes(*CHANGES, Change(8, "late", *PLACE, 3, 5, "b"), end={PLACE: 5, PLACES: {"1": 5}}),
        "overwritten: .* was sent from 3, before 5",
    ),
    "a value that came from nowhere": (with_change(2, was="jotain muuta"), "overwritten: .* stands on"),
    "the row is not what the log says": (with_changes(*CHANGES, end={PLACE: 4}), "the log has 3 in"),
    "the sender's word is not in the merged text": (
        with_change(2, to="alku kaksi kolme neljä", end={TEXT: "alku kaksi kolme neljä"}),
        "merged: .* lacks .'loppu'.",
    ),
    "the other's word is not in the merged text": (
        with_change(2, to=CHANGES[1].sent, end={TEXT: CHANGES[1].sent}),
        "merged: .* lacks .'alku'.",
    ),
    "stored otherwise than sent": (
        with_change(3, to=2, end={PLACE: 3}),
        "is not what was sent",
    ),
    "a conflict that was done": (
        with_changes(*CHANGES, Change(8, "late", *PLACE, 3, 5, "b"), end={PLACE: 5, PLACES: {"1": 5}}),
        "refused, and yet done",
    ),
    "a conflict with nothing": (with_exchange("late", answered(theirs=4)), "a conflict that is none"),
    "a conflict that nobody was in": (with_exchange("late", sent_from(5)), "a conflict that is none"),
    "acknowledged with another value": (with_exchange("i7", answered(value=False)), "acknowledged otherwise"),
    "acknowledged with another number": (with_exchange("i1", answered(version=2)), "acknowledged otherwise"),
    "acknowledged as another thing": (with_exchange("i1", answered(property="shared_sv")), "was acknowledged, and is"),
    "acknowledged and not so": (with_exchange("same", answered(value=False)), "lost: "),
    "nobody sent it": (replace(GOOD, exchanges=EXCHANGES[1:]), "nobody sent"),
    "under another's name": (with_exchange("i7", by("b")), "was sent by b"),
    "another's taken back": (with_change(4, by="b"), "undo: .* takes back what b wrote"),
    "not what was before": (with_change(5, to={"1": 2}, end={PLACE: 2}), "undo: .* is not .* taken back"),
    "taken back with what another moved": (
        with_changes(
            *CHANGES[:4],
            Change(5, "late", *PLACE, None, 5, "b"),
            replace(CHANGES[4], seq=6, was={"1": 5}),
        ),
        "undo: .* takes back 4 and what came after it",
    ),
    "somebody sees another text": (replace(GOOD, replicas={"a": END | {TEXT: BASE}}), "a has 'yksi"),
    "somebody has not heard of something": (replace(GOOD, replicas={"a": START}), "a has never heard of"),
    "somebody sees what is not there": (replace(GOOD, replicas={"a": END | {("x:1", "y"): 1}}), "which is not there"),
}  # fmt: skip


def test_nothing_is_found_in_a_history_that_fits() -> None:
    assert faults(GOOD) == []
    found = figures(GOOD)
    assert (found["edits"], found["merges"], found["conflicts"], found["undos"]) == (7, 1, 1, 1)
    assert (found["connections cut"], found["missing"], found["overwritten"]) == (1, 0, 0)


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_found(name: str) -> None:
    history, sentence = DAMAGES[name]
    found = "\n".join(faults(history))
    assert re.search(sentence, found), found


def test_a_request_that_nobody_waited_for_may_come_after_its_repetition_was_refused() -> None:
    cut = Exchange(**asked("b", "late", 5, PLACE, 5), status=CUT_OFF)
    refused = Exchange(**asked("b", "late", 5, PLACE, 5), status=422)
    late = Change(8, "late", *PLACE, 3, 5, "b")
    history = with_changes(*CHANGES, late, end={PLACE: 5, PLACES: {"1": 5}})
    assert faults(replace(history, exchanges=[*EXCHANGES[:-2], cut, refused, EXCHANGES[-1]])) == []
    assert len(faults(replace(history, exchanges=[*EXCHANGES[:-2], refused, EXCHANGES[-1]]))) == 1


def test_what_another_took_back_again_may_be_taken_back_before() -> None:
    """The place between was undone by its own author, so nothing of theirs is taken back."""
    changes = [
        *CHANGES[:4],
        Change(5, "late", *PLACE, None, 5, "b"),
        Change(6, "back", *PLACE, 5, None, "b", None, 5),
        replace(CHANGES[4], seq=7),
    ]
    assert not [fault for fault in faults(with_changes(*changes)) if fault.startswith("undo")]
