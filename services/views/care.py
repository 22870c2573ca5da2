"""The forums that look after a map, and the matters about it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collaboration.http import SignedInRequest
from collaboration.outside import row_id
from services.queries import forums
from services.queries.maps import map_for
from services.workflows import care


@require_safe
def map_matters(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The matters about a map and what is on it, as far as the person sees them."""
    return render(request, "services/map_matters.html", forums.map_matters_page(request.user, map_id))


@require_POST
def map_care_put(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Put the map into a forum's care."""
    on = map_for(request.user, map_id)
    try:
        row = care.put_into_care(on, row_id(request.POST.get("forum", "")), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, _("%(forum)s looks after the map now: its seats read it.") % {"forum": row.forum.name}
        )
    return redirect("services:map_settings", map_id=map_id)


@require_POST
def map_care_end(request: SignedInRequest, map_id: int, care_id: int) -> HttpResponse:
    """Take the map out of a forum's care."""
    on = map_for(request.user, map_id)
    row = forums.care_for(on, care_id)
    care.take_out_of_care(row, by=request.user)
    messages.success(request, _("%(forum)s looks after the map no more.") % {"forum": row.forum.name})
    return redirect("services:map_settings", map_id=map_id)
