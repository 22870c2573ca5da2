"""Pages of one interface, aspect or service of a map. The drawing and the matrix show the same parts in a panel."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collaboration.http import SignedInRequest
from collaboration.views.comments import talk_about
from services.queries import adding, asked, confirming, interfaces
from services.views.gate import anyway


def _page_or_panel(request: SignedInRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or only its part when a panel asks for it (header `X-Panel`)."""
    folder = "partials/" if request.headers.get("X-Panel") else ""
    context |= {"in_panel": bool(folder), "top": 2 if folder else 1}
    response = render(request, f"services/{folder}{name}.html", context)
    response["Vary"] = "X-Panel, Cookie"
    return response


@require_safe
def interface_detail(request: SignedInRequest, map_id: int, interface_id: int) -> HttpResponse:
    """One interface and its nine aspects."""
    page = interfaces.interface_page(request.user, map_id, interface_id, anyway(request))
    if not request.headers.get("X-Panel"):
        page["talk"] = talk_about(request, page["interface"])
    return _page_or_panel(request, "interface", page)


@require_safe
def aspect_detail(request: SignedInRequest, map_id: int, interface_id: int, number: int) -> HttpResponse:
    """One aspect: answers, rows, confirmations, people, review date and evidence."""
    page = interfaces.aspect_page(
        request.user,
        map_id,
        interface_id,
        number,
        asked(request.GET, "person"),
        asked(request.GET, "leader"),
        anyway=anyway(request),
    )
    return _page_or_panel(request, "aspect", page)


@require_safe
def confirm_texts(request: SignedInRequest) -> HttpResponse:
    """Go through the texts that wait for one's confirmation; each is given by the map's own form, which leads back here."""
    page = confirming.walk_page(request.user, request.GET, anyway(request))
    template = "services/confirm_text.html" if "own" in page else "services/confirmed_texts.html"
    return render(request, template, page)


@require_safe
def map_service(request: SignedInRequest, map_id: int, place_id: int) -> HttpResponse:
    """One service on the map: the client questions, who answers for it, where it meets others."""
    return _page_or_panel(
        request, "map_service", interfaces.map_service_page(request.user, map_id, place_id, anyway(request))
    )


@require_safe
def map_add_service(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Choose a service of the catalogue, or add a new one to it."""
    search = asked(request.GET, "service")
    return _page_or_panel(
        request, "add_service", adding.add_service_page(request.user, map_id, search, anyway(request))
    )


@require_safe
def map_connect(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Choose two or more services that meet."""
    chosen = request.GET.getlist("services")
    return _page_or_panel(
        request, "connect", adding.connect_page(request.user, map_id, chosen, anyway(request))
    )
