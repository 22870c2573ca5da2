"""What is in the files of a note."""

from typing import Any

from django.urls import include, path

from collaboration.exports import pages
from collaboration.exports.about import About
from collaboration.exports.cells import Column, Marked, Table
from collaboration.exports.exporter import Exporter
from collaboration.marking import marked
from collaboration.models import Change, Export
from collaboration.views import exports
from tests.notes.models import Note
from yhdyspinta.urls import urlpatterns as of_the_portal


def _content(note: Note) -> dict[str, Any]:
    first = Change.objects.filter(subject_id=note.pk, property="body").order_by("seq").first()
    items = [item.words for item in note.items.filter(archived_at=None)]
    return {"title": note.title, "body": note.body, "was": first and first.from_value, "items": items}


def _about(export: Export, content: dict[str, Any]) -> About:
    return About(
        content["title"], "A note", export.asked_at, export.language, "Note", [("Title", content["title"])]
    )


def _tables(content: dict[str, Any], _paper: str) -> list[Table]:
    changed = Marked(marked(content["was"] or "", content["body"]))
    body = Table("Text", [Column("Now", 3), Column("Changed", 3)], [[content["body"], changed]])
    return [body, Table("List", [Column("Words")], [[words] for words in content["items"]])]


FILES = Exporter(Note, "note_export", _content, _about, _tables)
PLACE = exports.Place(
    Note, "collaboration/exports.html", lambda user, pk: (pages.document_for(user, Note, pk), {})
)
urlpatterns = [*of_the_portal, path("notes/<int:note_id>/files/", include(exports.paths("note", PLACE)))]
