"""The pages of the map as a document, and what its list does with several services at once."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from collaboration.http import SignedInRequest, own_address
from collaboration.ops.document import Conflict, NoSuchSubject, Op
from collaboration.outside import whole_number
from collaboration.views.documents import Pages
from services.queries.maps import map_for
from services.queries.structure import fields_again
from services.workflows.edits import MAP


def _again(request: SignedInRequest, on: Any, errors: dict[str, list[str]]) -> dict[str, Any]:
    """A refused row is asked for as it was; whoever connected services comes back to those that were chosen."""
    if request.POST.get("property") != "add_interface":
        return {"row_fields": fields_again(request.user, on, request.POST, errors)}
    keys = [("services", key) for key in request.POST.getlist("services")[:20]]
    return {"fields": [], "next": f"{reverse('services:map_connect', args=[on.pk])}?{urlencode(keys)}"}


MAP_PAGES = Pages(
    MAP, map_for, "services/map_tab.html", cause=gettext_lazy("from the county's base map"), again=_again
)


@require_POST
def map_chosen(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Connect the chosen services, or remove them from the map, each by an op of its own."""
    interface_map = map_for(request.user, map_id)
    chosen = [key for key in dict.fromkeys(request.POST.getlist("services")) if whole_number(key)]
    back = HttpResponseRedirect(
        own_address(request, request.POST.get("next", "")) or interface_map.get_absolute_url()
    )
    if not chosen:
        messages.error(request, _("Choose services first."))
        return back
    if request.POST.get("what") != "remove":
        query = "&".join(f"services={key}" for key in chosen)
        return redirect(f"{reverse('services:map_connect', args=[map_id])}?{query}")
    removed = 0
    for key in chosen[:200]:
        op = Op(uuid4(), f"service:{key}", "archived", interface_map.seq, value=True)
        try:
            MAP.apply(request.user, map_id, op)
            removed += 1
        except NoSuchSubject:
            continue
        except (ValidationError, PermissionDenied, Conflict) as refusal:
            messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
            break
    if removed:
        messages.success(
            request,
            ngettext(
                "%(count)d service was removed. It can be undone, or taken back on the history page.",
                "%(count)d services were removed. It can be undone, or taken back on the history page.",
                removed,
            )
            % {"count": removed},
        )
    return back
