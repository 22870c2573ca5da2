"""The note as a document that people edit together."""

from typing import Any

from collaboration.audience import Audience
from collaboration.models import Change, User
from collaboration.ops.document import Document
from collaboration.ops.properties import Kind, Property, archived, text
from collaboration.verdict import Verdict
from tests.notes.models import Item, Note


def _may(user: User, _row: Any) -> Verdict:
    return Verdict.unless(user.name != "Reader", "Readers only read.")


def _clean_item(_note: Any, wish: Any, _user: User) -> Item:
    item = Item(words=wish)
    item.clean_fields(exclude=["note"])
    return item


def _write_item(note: Any, item: Item, _user: User) -> None:
    item.note = note
    item.save()
    note.just_made = item


def _made(note: Any) -> dict[str, str]:
    return {"subject": f"item:{note.just_made.pk}", "name": str(note.just_made)}


def _used_by(change: Change) -> User | None:
    """Who else has changed the item that this added."""
    subject = (change.to_value or {}).get("subject", "")
    later = Change.objects.filter(subject_id=subject.partition(":")[2], property="words", seq__gt=change.seq)
    other = later.exclude(actor=change.actor_id).first()
    return other.actor if other else None


ADD = Property(
    "add_item", "added", _may, _clean_item, lambda _note: None, _write_item, is_versioned=False, made=_made
)
KINDS = {
    "note": Kind(
        Note,
        lambda on: Note.objects.filter(pk=getattr(on, "pk", on)),
        {each.name: each for each in (text(Note, "title", _may), text(Note, "body", _may), ADD)},
    ),
    "item": Kind(
        Item,
        lambda on: Item.objects.filter(note=on),
        {each.name: each for each in (text(Item, "words", _may), archived("item", _may))},
    ),
}
NOTE = Document(
    "note",
    Note,
    Audience(Note, "organisation"),
    KINDS,
    used_by=_used_by,
)
