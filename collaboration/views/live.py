"""The live stream of a browser, and where a person is on a document."""

import re
from functools import partial

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collaboration.bell import ring
from collaboration.http import EventStream, SignedInRequest
from collaboration.live.hub import MOST_DOCUMENTS, MOST_STREAMS, listen, streams_of
from collaboration.live.reading import find
from collaboration.live.stream import Listener

ONE = r"[a-z_]{1,30}-\d{1,18}:\d{1,9}"
CURSOR = re.compile(rf"{ONE}(?:,{ONE})*", re.ASCII)
TAB = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
PLACE = re.compile(r"([a-z_]{1,30}):\d{1,18}(?:-[1-9])?", re.ASCII)


def _numbers(cursor: str) -> dict[str, int]:
    return {key: int(seq) for key, _colon, seq in (pair.partition(":") for pair in cursor.split(","))}


@require_GET
def live_stream(request: SignedInRequest) -> HttpResponseBase:
    """Server-sent events of the documents in `documents=map-12:340,map-15:8`, each from the number that the browser has.

    Here is only decided whether there will be a stream; the event loop begins it, without the request.
    """
    cursor, resumed = request.GET.get("documents", ""), request.headers.get("Last-Event-ID", "")
    if not CURSOR.fullmatch(cursor) or len(cursors := _numbers(cursor)) > MOST_DOCUMENTS:
        return _plain(
            _("“documents” must look like map-12:340,map-15:8, with at most twenty documents."), 400
        )
    if CURSOR.fullmatch(resumed):
        cursors |= {key: seq for key, seq in _numbers(resumed).items() if key in cursors}
    if streams_of(request.user.pk) >= MOST_STREAMS:
        return _plain(_("You have too many live streams open. Close some of the portal's windows."), 429)
    listener = Listener(request.user.pk, request.user.password, request.session.session_key or "")
    return EventStream(partial(listen, listener, cursors))


def _plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


@require_POST
def presence(request: SignedInRequest, kind: str, document_id: int) -> HttpResponse:
    """Where the person is on the document, told every few seconds; an empty place says that they leave."""
    key = f"{kind}-{document_id}"
    named = find(key)
    reader = named and named[0].audience.standing(request.user, document_id)
    if not named or not reader:
        raise Http404
    tab, place = request.POST.get("tab", ""), request.POST.get("at", "")
    if not TAB.fullmatch(tab):
        return _plain(_("“tab” must be a UUID of the browser's own."), 400)
    if place and not ((at := PLACE.fullmatch(place)) and at[1] in named[0].kinds):
        return _plain(_("“at” must name a place of the document, such as %(kind)s:7.") % {"kind": kind}, 400)
    organisation = reader.through
    person = {
        "tab": tab,
        "user": request.user.pk,
        "name": request.user.name,
        "role": reader.role,
        "organisation": {
            "fi": organisation.name_fi,
            "sv": organisation.name_sv or organisation.name_fi,
        },
        "at": place,
    }
    ring({"document": key, "person": person})
    return HttpResponse(status=204)
