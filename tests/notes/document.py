"""The note as a document that people edit together."""

from typing import Any

from collaboration.audience import Audience
from collaboration.models import User
from collaboration.ops.document import Document
from collaboration.ops.properties import Kind, addition, archived, of_lines, save, text
from collaboration.verdict import Verdict
from tests.notes.models import Item, Note


def may_write(user: User, _row: Any) -> Verdict:
    return Verdict.unless(user.name != "Reader", "Readers only read.")


OF_NOTE = (
    text(Note, "title", may_write),
    text(Note, "body", may_write),
    addition("item", "added", may_write, of_lines(Item, "note", "words"), save, members={"words": "Words"}),
)
OF_ITEM = text(Item, "words", may_write), archived("item", may_write)
KINDS = {
    "note": Kind(
        Note,
        lambda on: Note.objects.filter(pk=getattr(on, "pk", on)),
        {each.name: each for each in OF_NOTE},
    ),
    "item": Kind(Item, lambda on: Item.objects.filter(note=on), {each.name: each for each in OF_ITEM}),
}
NOTE = Document("note", Note, Audience(Note, "organisation"), KINDS, addresses="notes")
