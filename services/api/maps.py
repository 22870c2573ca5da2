"""Interface maps: found, made, read whole, changed by ops, followed by their changes, and archived."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import Id, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import LOCATION, WITH_A_BODY, answers
from collaboration.api.problems import MEDIA_TYPE, Problem, of_validation
from collaboration.api.resource import Resource, body, checked, listed, person, require_match, single
from collaboration.api.shapes import or_id_used, page
from collaboration.kept import Kept
from collaboration.ops.changes import changes_since
from collaboration.ops.document import Applied, Conflict, NoSuchSubject, Op
from collaboration.ops.undo import NothingToUndo, redo, undo
from collaboration.words import by_name
from collaboration.workflow import TransitionRefused
from services.api import examples
from services.api.shapes import (
    AppliedShape,
    ChangesShape,
    ConflictShape,
    MapRowShape,
    MapShape,
    MapWish,
    OpShape,
    StaysShape,
    TemplateShape,
    UndoneShape,
    UndoShape,
)
from services.forms.maps import NewMapForm
from services.models import Aspect, AspectAnswer, AspectRow, Evidence, InterfaceMap, TargetGroup
from services.queries import maps, resources
from services.queries.history import in_a_sentence
from services.workflows.edits import MAP
from services.workflows.interface_map import interface_map_workflow
from services.workflows.map_templates import TEMPLATE_BY_KEY, TEMPLATES
from services.workflows.new_map import make_map

MOST_CHANGES = 500
LARGEST_SEQ = 2**31 - 1
IF_MATCH = OpenApiParameter("If-Match", str, "header", description="The ETag of the version that is changed.")
IF_MATCH_NEEDED = OpenApiParameter(
    "If-Match", str, "header", required=True, description="The ETag of the version that is changed."
)


class MapsAsked(ListAsked):
    """Filters of maps."""

    sorts = ("changed_at", "title")

    q = forms.CharField(required=False, max_length=100, help_text="Part of a title or of the municipality.")
    target_group = choice(TargetGroup.values)
    status = choice(InterfaceMap.Status.values)
    municipality = Id()
    organisation = Id(help_text="Maps with this party.")


class Maps(Resource):
    @extend_schema(
        operation_id="list_maps",
        summary="The maps that the caller sees",
        parameters=parameters(MapsAsked),
        responses=answers(200, page(MapRowShape), 400),
        examples=[examples.MAPS],
    )
    def get(self, request: Request) -> Response:
        wish = asked(MapsAsked, request)
        return listed(
            request,
            resources.map_rows(person(request), wish),
            {**wish, "sort": wish["sort"] or "-changed_at"},
            orders={"changed_at": "changed_at", "title": by_name()},
            shape=MapRowShape,
            complete=resources.add_tallies,
        )

    @extend_schema(
        operation_id="make_map",
        summary="Make a map from a template",
        parameters=[LOCATION],
        request=MapWish,
        responses=answers(201, MapShape, 403, 404, 409, *WITH_A_BODY),
        examples=[examples.MAP_WISH],
    )
    def post(self, request: Request) -> Response:
        sent = body(request, NewMapForm.base_fields)
        form = NewMapForm({"source_language": "fi", "use_base": True, **sent}, user=person(request))
        wished = checked(form)
        template = TEMPLATE_BY_KEY[wished.pop("template")]
        made = make_map(by=person(request), template=template, **wished)
        response = _map(request, made.pk, status=201)
        response["Location"] = f"{request.path}{made.pk}/"
        return response


def _map(request: Request, map_id: int, *, status: int = 200) -> Response:
    found = resources.map_for_api(person(request), map_id)
    return single(request, resources.whole_map(person(request), found), MapShape, status=status)


class OneMap(Resource):
    @extend_schema(
        operation_id="read_map",
        summary="One map, whole",
        parameters=parameters(OneAsked),
        responses=answers(200, MapShape, 304, 400, 404),
        examples=[examples.MAP],
    )
    def get(self, request: Request, map_id: int) -> Response:
        return _map(request, map_id)


class MapDrawing(Resource):
    @extend_schema(
        operation_id="read_drawing",
        summary="The map's drawing: its geometry in pixels, in the caller's language",
        responses=answers(200, OpenApiTypes.OBJECT, 404),
    )
    def get(self, request: Request, map_id: int) -> Response:
        wish = maps.filter_of(request.query_params)
        return Response(maps.drawing_of(person(request), maps.map_for(person(request), map_id), wish))


class MapTemplates(Resource):
    @extend_schema(
        operation_id="list_map_templates",
        summary="Templates of maps",
        responses=answers(200, TemplateShape(many=True)),
    )
    def get(self, request: Request) -> Response:
        names = ("key", "name", "description", "target_group")
        return Response([{name: str(getattr(template, name)) for name in names} for template in TEMPLATES])


class MapTransition(Resource):
    @extend_schema(
        operation_id="take_step",
        summary="Take a step of the map's workflow: archive, take_back",
        parameters=[IF_MATCH],
        request=None,
        responses=answers(200, MapShape, 400, 403, 404, 409, 412),
    )
    def post(self, request: Request, map_id: int, name: str) -> Response:
        found = resources.map_for_api(person(request), map_id)
        if "If-Match" in request.headers:
            require_match(request, resources.whole_map(person(request), found))
        try:
            interface_map_workflow.perform(name, found, by=person(request))
        except TransitionRefused as refusal:
            raise Problem(409, str(refusal)) from None
        return _map(request, map_id)


class ChangesAsked(forms.Form):
    """Which changes."""

    since = forms.IntegerField(
        required=False, min_value=0, max_value=LARGEST_SEQ, help_text="The number of the last known change."
    )
    limit = forms.IntegerField(required=False, min_value=1, max_value=MOST_CHANGES)


class MapChanges(Resource):
    @extend_schema(
        operation_id="list_changes",
        summary="The map's changes since a number: what a client that was away catches up with",
        parameters=parameters(ChangesAsked),
        responses=answers(200, ChangesShape, 400, 404),
        examples=[examples.CHANGES],
    )
    def get(self, request: Request, map_id: int) -> Response:
        interface_map = maps.map_for(person(request), map_id)
        wish = asked(ChangesAsked, request)
        changes = changes_since({(MAP, map_id): wish["since"] or 0}, wish["limit"] or MOST_CHANGES)[
            MAP, map_id
        ]
        return Response({"seq": interface_map.seq, "news": interface_map.news_seq, "changes": changes})


class MapOps(Resource):
    @extend_schema(
        operation_id="apply_op",
        summary="Change one property, or add a service, an interface, a party, evidence, a row, a service channel or a step of a path",
        request=OpShape,
        responses={
            **answers(200, AppliedShape, 403, 404, *WITH_A_BODY),
            (409, MEDIA_TYPE): OpenApiResponse(
                or_id_used(ConflictShape), description="Changed meanwhile: both values. Or an id used before."
            ),
        },
        examples=[*examples.OPS, examples.APPLIED, examples.CONFLICT],
    )
    def post(self, request: Request, map_id: int) -> Response:
        """Apply one op. 200 with the property as it now is; 409 with both values; 422 with the sentences."""
        try:
            applied = MAP.apply(person(request), map_id, _op(request.data))
        except NoSuchSubject:
            raise Problem(404, _("This is no longer there.")) from None
        except ValidationError as error:
            raise of_validation(error, "value") from None
        except Conflict as conflict:
            raise Problem(
                409,
                str(conflict),
                kind="edit-conflict",
                yours=conflict.yours,
                theirs=conflict.theirs,
                version=conflict.version,
                by=str(conflict.by or ""),
                at=conflict.at,
            ) from None
        return Response(applied_row(applied))


class UndoAsked(forms.Form):
    """Which change to take back."""

    id = forms.UUIDField()
    before = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_SEQ)


STAYS = {
    (409, MEDIA_TYPE): OpenApiResponse(
        or_id_used(StaysShape), description="Nothing to undo, or changed since. Or an id used before."
    )
}


class MapUndo(Resource):
    @extend_schema(
        operation_id="undo",
        summary="Undo the caller's own latest change of the map",
        request=UndoShape,
        responses={**answers(200, UndoneShape, 400, 403, 404, 422), **STAYS},
        examples=[examples.UNDO, examples.UNDONE],
    )
    def post(self, request: Request, map_id: int) -> Response:
        return _taken_back(undo, request, map_id)


class MapRedo(Resource):
    @extend_schema(
        operation_id="redo",
        summary="Do again what the caller undid last",
        request=UndoShape,
        responses={**answers(200, UndoneShape, 400, 403, 404, 422), **STAYS},
        examples=[examples.UNDO, examples.UNDONE],
    )
    def post(self, request: Request, map_id: int) -> Response:
        return _taken_back(redo, request, map_id)


def _taken_back(how: Any, request: Request, map_id: int) -> Response:
    interface_map = maps.map_for(person(request), map_id)
    wish = checked(UndoAsked(body(request, UndoAsked.base_fields)))
    try:
        change, applied = how(MAP, person(request), map_id, wish["id"], before=wish["before"])
    except NoSuchSubject:
        raise Problem(404, _("This is no longer there.")) from None
    except NothingToUndo as stays:
        raise Problem(409, str(stays), kind="nothing-to-undo", seq=stays.seq) from None
    what = in_a_sentence(interface_map, change)
    return Response({"what": what, **applied_row(applied)})


def _op(sent: Any) -> Op:
    if not isinstance(sent, dict):
        raise Problem(400, _("An op is a JSON object with id, subject, property, base_version and value."))
    base_version = sent.get("base_version")
    try:
        op_id = UUID(str(sent.get("id")))
    except ValueError:
        raise _not_whole("id", _("“id” must be a UUID of the client's own.")) from None
    if not isinstance(base_version, int) or isinstance(base_version, bool) or base_version < 0:
        raise _not_whole(
            "base_version", _("“base_version” must be the map's number when the value was read.")
        )
    return Op(
        op_id, str(sent.get("subject", "")), str(sent.get("property", "")), base_version, sent.get("value")
    )


def _not_whole(field: str, sentence: str) -> Problem:
    return Problem(400, sentence, [(field, sentence)])


def applied_row(applied: Applied) -> dict[str, Any]:
    """What an op has done, as the API sends it."""
    answer: dict[str, Any] = {
        "subject": applied.subject,
        "property": applied.property,
        "value": applied.value,
        "version": applied.version,
        "merged": applied.merged
        and {**vars(applied.merged), "by": str(applied.merged.by or ""), "at": applied.merged.at},
    }
    row = applied.row
    aspect = row.aspect if isinstance(row, AspectAnswer | AspectRow | Evidence) else row
    if isinstance(aspect, Aspect):
        answer |= _STATUS.one(pk=aspect.pk) or {}
    return answer


_STATUS = Kept(lambda pk: Aspect.objects.filter(pk=pk).values("status", "follows_base"))
