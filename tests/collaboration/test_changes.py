"""The next changes of many documents: one statement, each document from its own number and up to the limit."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from collaboration.live.events import Changes
from collaboration.live.reading import look
from collaboration.ops.changes import changes_since
from tests.gear.writers import Writers
from tests.notes.document import NOTE

pytestmark = pytest.mark.django_db


def test_each_document_is_read_from_its_own_number(django_assert_num_queries: Any) -> None:
    one, two, idle = Writers(), Writers(), Writers()
    for number in range(1, 6):
        one.write(one.one, "title", f"One {number}")
        two.write(two.two, "title", f"Two {number}")
    wanted = {(NOTE, one.note.pk): 3, (NOTE, two.note.pk): 0, (NOTE, idle.note.pk): 0}
    changes_since(wanted, 1)  # content types are known, the statement is prepared
    with django_assert_num_queries(1):
        found = changes_since(wanted, 4)
    told = {pk: [(row["seq"], row["to"]) for row in rows] for (_document, pk), rows in found.items()}
    assert told == {
        one.note.pk: [(4, "One 4"), (5, "One 5")],
        two.note.pk: [(number, f"Two {number}") for number in range(1, 5)],
        idle.note.pk: [],
    }
    [row] = changes_since({(NOTE, one.note.pk): 4}, 9)[NOTE, one.note.pk]
    assert (row["subject"], row["property"], row["by"]) == (f"note:{one.note.pk}", "title", "One")
    with django_assert_num_queries(1):
        seen = look([], [], {f"note-{one.note.pk}": 3, f"note-{two.note.pk}": 4, "nothing-1": 0})
    assert {key: changes.seqs for key, changes in seen.changes.items()} == {
        f"note-{one.note.pk}": [4, 5],
        f"note-{two.note.pk}": [5],
    }


def test_a_change_is_encoded_once_for_whoever_knows_how_much() -> None:
    changes = Changes("note-1", 3, [{"seq": seq, "to": f"“{seq}”"} for seq in (4, 5, 6)])
    assert changes.seq == 6
    for known in (3, 4, 5):
        name, cursor, data = changes.after(known, f"note-1:6,map-{known}:1").decode().splitlines()[:3]
        assert (name, cursor) == ("event: changes", f"id: note-1:6,map-{known}:1")
        told = orjson.loads(data.removeprefix("data: "))
        assert (told["document"], told["seq"]) == ("note-1", 6)
        assert told["changes"] == [{"seq": seq, "to": f"“{seq}”"} for seq in range(known + 1, 7)]
    assert changes.after(3, "note-1:6") is changes.after(3, "note-1:6"), "the very same bytes"
