"""The portal's addresses and the note's."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from collaboration.api import documents
from collaboration.http import SignedInRequest
from collaboration.views import exports
from collaboration.views.documents import Pages
from tests.notes.document import NOTE, may_write
from tests.notes.exports import PLACE


def note(request: SignedInRequest, note_id: int) -> HttpResponse:
    it = NOTE.row_for(request.user, note_id)
    shown = {"note": it, "items": it.listed(), "can_edit": may_write(request.user, it)}
    return render(request, "notes/note.html", shown)


FILES = path("vienti/", include(exports.paths("note", PLACE)))
NOTES = [
    path("muistiot/<int:note_id>/", include([path("", note, name="note"), FILES, *Pages(NOTE).urls])),
    path("api/v1/notes/<int:note_id>/", include(documents.paths(NOTE, name="note_"))),
]
urlpatterns = [path("", include((NOTES, "notes"))), path("", include("yhdyspinta.urls"))]
