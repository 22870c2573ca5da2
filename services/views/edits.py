"""Edits by ordinary forms: the same ops as the drawing sends, without JavaScript."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from collaboration.http import SignedInRequest, own_address
from collaboration.journal import IdUsed
from collaboration.ops.document import Conflict, Merged, NoSuchSubject, Op
from collaboration.ops.undo import NothingToUndo, redo, undo
from collaboration.outside import whole_number
from services.forms.edits import DICTIONARIES, FLAGS, LISTS, op_from_form
from services.models import InterfaceMap
from services.queries.history import in_a_sentence, in_words, names_in
from services.queries.maps import map_for
from services.queries.structure import fields_again
from services.workflows.edits import MAP
from services.workflows.properties import KINDS
from services.workflows.structure import CHOSEN


@require_POST
def map_edit(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Apply the form's one change; a refusal or a conflict shows what was typed, so that nothing is lost."""
    interface_map = map_for(request.user, map_id)
    try:
        op = op_from_form(request.POST)
        applied = MAP.apply(request.user, map_id, op)
    except NoSuchSubject:
        raise Http404 from None
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {}
        return _refused(request, interface_map, error.messages, status=422, by_field=by_field)
    except PermissionDenied as refusal:
        return _refused(request, interface_map, [str(refusal)], status=403)
    except IdUsed as refusal:
        return _refused(request, interface_map, [str(refusal)], status=409)
    except Conflict as conflict:
        names = names_in([(op.property, conflict.theirs), (op.property, conflict.yours)])
        theirs, yours = (in_words(op.property, value, names) for value in (conflict.theirs, conflict.yours))
        context = {
            **_typed(request),
            "map": interface_map,
            "conflict": conflict,
            "theirs": theirs,
            "yours": yours,
            "op_id": uuid4(),
        }
        return render(request, "services/edit_conflict.html", context, status=409)
    if applied.merged:
        messages.warning(request, _merged(applied.merged))
    messages.success(request, _undoable(applied.property, applied.value))
    return _back(request, interface_map)


def _merged(merged: Merged) -> str:
    return _(
        "%(by)s had changed the same text meanwhile. Both changes are in it now; read it once more. "
        "The history page keeps both texts as they were."
    ) % {"by": merged.by}


@require_POST
def map_undo(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Undo the person's own latest change of the map."""
    return _take_back(request, map_id, undo, _("Undone: %(what)s"))


@require_POST
def map_redo(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Do again what the person undid last."""
    return _take_back(request, map_id, redo, _("Done again: %(what)s"))


def _take_back(request: SignedInRequest, map_id: int, how: Any, said: str) -> HttpResponse:
    interface_map = map_for(request.user, map_id)
    try:
        change, _applied = how(
            MAP, request.user, map_id, uuid4(), before=whole_number(request.POST.get("before"))
        )
    except (NothingToUndo, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said % {"what": in_a_sentence(interface_map, change)})
    return _back(request, interface_map)


@require_POST
def map_chosen(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Connect the chosen services, or remove them from the map, each by an op of its own."""
    interface_map = map_for(request.user, map_id)
    chosen = [key for key in dict.fromkeys(request.POST.getlist("services")) if whole_number(key)]
    back = _back(request, interface_map)
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


def _undoable(property_name: str, value: Any) -> str:
    if property_name == "archived":
        return (
            _("Removed. Nothing was lost: it can be taken back on the history page.")
            if value
            else _("Taken back.")
        )
    return _("Saved.")


def _back(request: SignedInRequest, interface_map: InterfaceMap) -> HttpResponse:
    """To the page that the form was on, or to the map."""
    return HttpResponseRedirect(
        own_address(request, request.POST.get("next", "")) or interface_map.get_absolute_url()
    )


def _typed(request: SignedInRequest) -> dict[str, Any]:
    """What was sent, to be shown again: hidden fields as they were and the person's own text in fields."""
    name = request.POST.get("property", "")
    kind = KINDS.get(request.POST.get("subject", "").partition(":")[0])
    property_ = kind.properties.get(name) if kind else None
    chosen = LISTS | FLAGS | CHOSEN
    return {
        "label": property_.label if property_ else "",
        "subject": request.POST.get("subject", ""),
        "property": name,
        "base_version": request.POST.get("base_version", ""),
        "value": None if name in chosen else request.POST.get("value"),
        "values": request.POST.getlist("value")[:200] if name in chosen else [],
        "fields": [(key, request.POST.get(key, "")) for key in DICTIONARIES.get(name, ())],
        "next": own_address(request, request.POST.get("next", ""))
        if name != "add_interface"
        else _connecting(request),
    }


def _connecting(request: SignedInRequest) -> str:
    """The page where services are chosen, with those that were."""
    keys = [("services", key) for key in request.POST.getlist("services")[:20]]
    map_id = request.resolver_match.kwargs["map_id"]  # type: ignore[union-attr]
    return f"{reverse('services:map_connect', args=[map_id])}?{urlencode(keys)}"


def _refused(
    request: SignedInRequest,
    interface_map: Any,
    sentences: list[str],
    *,
    status: int,
    by_field: dict[str, list[str]] | None = None,
) -> HttpResponse:
    context = {
        **_typed(request),
        "map": interface_map,
        "sentences": sentences,
        "op_id": uuid4(),
        "may_retry": status in {409, 422},
        "row_fields": fields_again(interface_map, request.POST, by_field or {}),
    }
    return render(request, "services/edit_refused.html", context, status=status)
