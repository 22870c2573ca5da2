"""The note as a document that people edit together."""

from typing import Any

from collaboration.audience import Audience
from collaboration.models import User
from collaboration.ops.document import Document
from collaboration.ops.properties import addition, archived, kind_of, of_lines, save, text
from collaboration.verdict import Verdict
from tests.notes.models import Item, Note


def may_write(user: User, _row: Any) -> Verdict:
    return Verdict.unless(user.name != "Reader", "Readers only read.")


WORDS = of_lines(Item, "note", "words")
OF_NOTE = (
    text(Note, "title", may_write),
    text(Note, "body", may_write),
    addition("item", "added", may_write, WORDS, save, members={"words": "Words"}),
)
OF_ITEM = (text(Item, "words", may_write), archived("item", may_write))
KINDS = {
    "note": kind_of(Note, lambda on: Note.objects.filter(pk=getattr(on, "pk", on)), *OF_NOTE),
    "item": kind_of(Item, lambda on: Item.objects.filter(note=on), *OF_ITEM),
}
NOTE = Document("note", Note, Audience(Note, "organisation"), KINDS, addresses="notes")
