"""The live stream of a browser, and where a person is on a map."""

import re
from functools import partial

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collaboration.bell import ring
from collaboration.http import EventStream, SignedInRequest
from services.live import MOST_MAPS, MOST_STREAMS, Listener, listen, streams_of
from services.queries.maps import map_for, standing_of

CURSOR = re.compile(r"(\d{1,18}):(\d{1,9})(?:,(\d{1,18}):(\d{1,9}))*", re.ASCII)
TAB = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
PLACE = re.compile(r"(?:(?:map|service|interface):\d{1,18}(?:-[1-9])?)?", re.ASCII)


def _numbers(cursor: str) -> dict[int, int]:
    return {int(key): int(seq) for key, _colon, seq in (pair.partition(":") for pair in cursor.split(","))}


@require_GET
def live_stream(request: SignedInRequest) -> HttpResponseBase:
    """Server-sent events of the maps in `maps=12:340,15:8`, each from the number that the browser has.

    Here is only decided whether there will be a stream; the event loop begins it, without the request.
    """
    cursor, resumed = request.GET.get("maps", ""), request.headers.get("Last-Event-ID", "")
    if not CURSOR.fullmatch(cursor) or len(cursors := _numbers(cursor)) > MOST_MAPS:
        return _plain(_("“maps” must look like 12:340,15:8, with at most twenty maps."), 400)
    if CURSOR.fullmatch(resumed):
        cursors |= {key: seq for key, seq in _numbers(resumed).items() if key in cursors}
    if streams_of(request.user.pk) >= MOST_STREAMS:
        return _plain(_("You have too many live streams open. Close some of the portal's windows."), 429)
    listener = Listener(request.user.pk, request.user.password, request.session.session_key or "")
    return EventStream(partial(listen, listener, cursors))


def _plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


@require_POST
def map_presence(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Where the person is on the map, told every few seconds; an empty place says that they leave."""
    interface_map = map_for(request.user, map_id)
    tab, place = request.POST.get("tab", ""), request.POST.get("at", "")
    if not TAB.fullmatch(tab):
        return _plain(_("“tab” must be a UUID of the browser's own."), 400)
    if not PLACE.fullmatch(place):
        return _plain(_("“at” must name a place of the map, such as interface:7-3."), 400)
    role, organisation = standing_of(request.user, interface_map)
    person = {
        "tab": tab,
        "user": request.user.pk,
        "name": request.user.name,
        "role": role,
        "organisation": organisation,
        "at": place,
    }
    ring({"map": map_id, "person": person})
    return HttpResponse(status=204)
