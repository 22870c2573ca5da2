"""What is in the files of a note."""

from typing import Any

from collaboration.exports import pages
from collaboration.exports.about import About
from collaboration.exports.cells import Column, Marked, Table
from collaboration.exports.exporter import Exporter
from collaboration.marking import marked
from collaboration.models import Change, Export
from collaboration.views import exports
from tests.notes.models import Note


def _content(note: Note) -> dict[str, Any]:
    first = Change.objects.filter(subject_id=note.pk, property="body").order_by("seq").first()
    was, items = first and first.from_value, [item.words for item in note.listed()]
    return {"title": note.title, "body": note.body, "was": was, "items": items}


def _about(export: Export, content: dict[str, Any]) -> About:
    title = content["title"]
    return About(title, "A note", export.asked_at, export.language, "Note", [("Title", title)])


def _tables(content: dict[str, Any], _paper: str) -> list[Table]:
    changed = Marked(marked(content["was"] or "", content["body"]))
    body = Table("Text", [Column("Now", 3), Column("Changed", 3)], [[content["body"], changed]])
    return [body, Table("List", [Column("Words")], [[words] for words in content["items"]])]


FILES = Exporter(Note, "notes:note_export", _content, _about, _tables)
PLACE = exports.Place(
    Note, "collaboration/exports.html", lambda user, pk: (pages.document_for(user, Note, pk), {})
)
