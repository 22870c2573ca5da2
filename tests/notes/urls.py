"""The portal's addresses and the note's."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from collaboration.api import documents
from collaboration.http import SignedInRequest
from collaboration.views.documents import Pages
from tests.notes.document import NOTE, may_write


def note(request: SignedInRequest, note_id: int) -> HttpResponse:
    it = NOTE.row_for(request.user, note_id)
    items = it.items.filter(archived_at=None).order_by("pk")
    context = {"note": it, "items": items, "can_edit": may_write(request.user, it)}
    return render(request, "notes/note.html", context)


PAGES = [path("", note, name="note"), *Pages(NOTE).urls]
API = documents.paths(NOTE, name="note_")
NOTES = [path("muistiot/<int:note_id>/", include(PAGES)), path("api/v1/notes/<int:note_id>/", include(API))]
urlpatterns = [path("", include((NOTES, "notes"))), path("", include("yhdyspinta.urls"))]
