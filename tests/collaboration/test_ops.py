"""A second document: a note with two texts and a list, which gets everything that editing together needs from the port."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from collaboration.journal import IdUsed
from collaboration.models import Change, Event, User
from collaboration.ops.document import Conflict, NoSuchSubject, Op
from collaboration.ops.undo import NothingToUndo, redo, undo
from tests import notes
from tests.gear.writers import Writers
from tests.notes.document import NOTE

CODE = "131052-308T"
FOLDER = Path(notes.__file__).parent


pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """What follows from each change: here only that it is written down."""
    told: list[tuple[int, str]] = []
    monkeypatch.setattr(NOTE, "after", lambda note, change, _row: told.append((note.pk, change.property)))
    return told


@pytest.fixture
def on(db: None) -> Writers:
    return Writers()


@pytest.fixture
def kept(fresh_database: str) -> Writers:
    return Writers()


def test_an_edit_is_numbered_written_down_and_told(on: Writers, heard: list[tuple[int, str]]) -> None:
    applied = on.write(on.one, "body", "First.")
    note, change = on.now(), Change.objects.get()
    assert (applied.version, note.seq, note.body, note.changed_at is not None) == (1, 1, "First.", True)
    assert (change.log_id, change.from_value, change.to_value, change.actor) == (
        note.pk,
        "",
        "First.",
        on.one,
    )
    assert (Event.objects.get().verb, Event.objects.get().digest) == ("body.changed", change.digest())
    assert heard == [(note.pk, "body")]
    assert on.write(on.one, "body", "First.").version == 1, "nothing new is no change"


def test_who_may_not_see_or_write_changes_nothing(on: Writers, heard: list[tuple[int, str]]) -> None:
    with pytest.raises(NoSuchSubject):
        on.write(on.outsider, "body", "x")
    with pytest.raises(PermissionDenied, match="Readers only read"):
        on.write(on.reader, "body", "x")
    for value in (f"Client {CODE}", "x" * 501, 5, None):
        with pytest.raises(ValidationError):
            on.write(on.one, "body", value)
    for subject, name in (("note:0", "body"), ("item:1", "words"), ("map:1", "title"), ("note:x", "body")):
        with pytest.raises(NoSuchSubject):
            on.write(on.one, name, "x", subject=subject)
    assert (on.now().seq, Change.objects.count(), heard) == (0, 0, [])


def test_two_changes_of_a_text_are_merged_where_they_stand_apart(on: Writers) -> None:
    on.write(on.one, "body", "The clinic calls the family. The school waits.")
    on.write(on.two, "body", "The clinic phones the family. The school waits.", base=1)
    applied = on.write(on.one, "body", "The clinic calls the family. The school asks.", base=1)
    assert on.now().body == "The clinic phones the family. The school asks."
    assert applied.merged
    assert (applied.merged.by, applied.merged.theirs) == (
        on.two,
        "The clinic phones the family. The school waits.",
    )
    with pytest.raises(Conflict) as conflict:
        on.write(on.two, "body", "The clinic writes to the family. The school waits.", base=1)
    assert (conflict.value.version, conflict.value.by) == (3, on.one)
    on.write(on.one, "title", "Ours")
    with pytest.raises(Conflict):
        on.write(on.two, "title", "Theirs", base=2)  # a line is never merged


def test_the_same_id_changes_nothing_twice_and_belongs_to_one_wish(on: Writers) -> None:
    op = Op(uuid4(), f"note:{on.note.pk}", "body", 0, "Once.")
    first, again = (NOTE.apply(on.one, on.note.pk, op) for _time in range(2))
    assert (first.version, again.version, on.now().seq) == (1, 1, 1)
    for by, value in ((on.two, "Once."), (on.one, "Twice.")):
        with pytest.raises(IdUsed):
            NOTE.apply(by, on.note.pk, Op(op.id, op.subject, "body", 0, value))


def test_a_list_is_added_to_removed_from_undone_and_redone(on: Writers) -> None:
    added = on.write(on.one, "add_item", {"words": "Milk"}).value["subject"]
    on.write(on.one, "add_item", {"words": "Bread"})
    undo(NOTE, on.one, on.note.pk, uuid4())
    assert on.items() == ["Milk"]
    redo(NOTE, on.one, on.note.pk, uuid4())
    assert on.items() == ["Milk", "Bread"]
    on.write(on.two, "archived", True, subject=added)
    with pytest.raises(ValidationError, match="removed meanwhile"):
        on.write(on.one, "words", "Oat milk", subject=added)
    undo(NOTE, on.two, on.note.pk, uuid4())
    on.write(on.two, "words", "Oat milk", subject=added)
    with pytest.raises(NothingToUndo, match="Two has already used what you added"):
        undo(NOTE, on.one, on.note.pk, uuid4(), before=2)
    assert on.items() == ["Oat milk", "Bread"]


def test_undoing_stops_where_another_has_written_since(on: Writers) -> None:
    on.write(on.one, "body", "Mine.")
    on.write(on.two, "body", "Theirs.")
    with pytest.raises(NothingToUndo, match="Two has changed the same since"):
        undo(NOTE, on.one, on.note.pk, uuid4())
    with pytest.raises(NoSuchSubject):
        undo(NOTE, on.outsider, on.note.pk, uuid4())
    undo(NOTE, on.two, on.note.pk, uuid4())
    undo(NOTE, on.one, on.note.pk, uuid4())
    assert on.now().body == ""
    assert Change.objects.count() == on.now().seq == 4


def test_numbers_have_no_gap_however_many_write_at_once(kept: Writers) -> None:
    barrier, failed = threading.Barrier(4), []

    def write(by: User) -> None:
        try:
            barrier.wait(timeout=20)
            for number in range(5):
                kept.write(by, "add_item", {"words": f"{by.name} {number}"})
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[by]) for by in (kept.one, kept.two) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failed == []
    assert list(Change.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 21))
    assert (kept.now().seq, len(kept.items())) == (20, 20)


def test_a_second_document_takes_at_most_150_lines_of_its_own() -> None:
    files = [*FOLDER.rglob("*.py"), *FOLDER.rglob("*.html")]
    assert {path.name for path in files} >= {
        "models.py",
        "0001_initial.py",
        "document.py",
        "urls.py",
        "note.html",
    }
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert sum(bool(line.strip()) for line in lines) <= 150
