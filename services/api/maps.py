"""The map's data, its ops and its changes as JSON: what the editor itself uses."""

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.models import Change, User
from services.models import Aspect, AspectAnswer, Evidence
from services.queries import history, maps
from services.workflows.edits import Applied, Conflict, NoSuchSubject, Op, apply

MOST_CHANGES = 500


def _person(request: Request) -> User:
    """Who asks; the permission classes have let nobody else in."""
    return cast(User, request.user)


@api_view(["GET"])
def map_drawing(request: Request, map_id: int) -> Response:
    """The map with its geometry and statuses."""
    return Response(maps.drawing_of(_person(request), maps.map_for(_person(request), map_id)))


@api_view(["GET"])
def map_changes(request: Request, map_id: int) -> Response:
    """Changes after the number `since`, in order: what a client that was away catches up with."""
    since = request.query_params.get("since", "0")
    if not since.isdecimal() or len(since) > 9:
        raise ParseError(_("“since” must be the number of a change."))
    interface_map = maps.map_for(_person(request), map_id)
    changes = history.changes_of(interface_map).filter(seq__gt=int(since)).order_by("seq")[:MOST_CHANGES]
    return Response({"seq": interface_map.seq, "changes": [_as_json(change) for change in changes]})


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "seq": change.seq,
        "id": str(change.op_id),
        "property": change.property,
        "from": change.from_value,
        "to": change.to_value,
        "by": str(change.actor),
        "at": change.at,
    }


@api_view(["POST"])
def map_ops(request: Request, map_id: int) -> Response:
    """Apply one op. 200 with the property as it now is; 409 with both values; 422 with the sentences; 403; 404."""
    try:
        applied = apply(_person(request), map_id, _op(request.data))
    except NoSuchSubject:
        raise NotFound(_("This is no longer there.")) from None
    except ValidationError as error:
        return Response({"detail": " ".join(error.messages), "errors": error.messages}, status=422)
    except PermissionDenied as refusal:
        return Response({"detail": str(refusal)}, status=403)
    except Conflict as conflict:
        return Response(
            {
                "detail": str(conflict),
                "yours": conflict.yours,
                "theirs": conflict.theirs,
                "version": conflict.version,
                "by": str(conflict.by or ""),
                "at": conflict.at,
            },
            status=409,
        )
    return Response(_answer(applied))


def _op(sent: Any) -> Op:
    if not isinstance(sent, dict):
        raise ParseError(_("An op is a JSON object with id, subject, property, base_version and value."))
    base_version = sent.get("base_version")
    try:
        op_id = UUID(str(sent.get("id")))
    except ValueError:
        raise ParseError(_("“id” must be a UUID of the client's own.")) from None
    if not isinstance(base_version, int) or isinstance(base_version, bool) or base_version < 0:
        raise ParseError(_("“base_version” must be the map's number when the value was read."))
    return Op(
        op_id, str(sent.get("subject", "")), str(sent.get("property", "")), base_version, sent.get("value")
    )


def _answer(applied: Applied) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "subject": applied.subject,
        "property": applied.property,
        "value": applied.value,
        "version": applied.version,
    }
    row = applied.row
    aspect = row.aspect if isinstance(row, AspectAnswer | Evidence) else row
    if isinstance(aspect, Aspect):
        answer["status"] = Aspect.objects.with_status().values_list("status", flat=True).get(pk=aspect.pk)  # type: ignore[misc]
    return answer
