"""Interface maps: found, made, read whole, changed by ops, followed by their changes, and archived."""

from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api import documents
from collaboration.api.asking import Id, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import IF_MATCH, LOCATION, WITH_A_BODY, answers
from collaboration.api.problems import Problem
from collaboration.api.resource import Resource, body, checked, listed, person, require_match, single
from collaboration.api.shapes import page
from collaboration.words import by_name
from collaboration.workflow import TransitionRefused
from services.api import examples
from services.api.shapes import (
    AppliedShape,
    ChangesShape,
    MapRowShape,
    MapShape,
    MapWish,
    TemplateShape,
)
from services.forms.maps import NewMapForm
from services.models import InterfaceMap, TargetGroup
from services.queries import maps, resources
from services.workflows.edits import MAP
from services.workflows.interface_map import interface_map_workflow
from services.workflows.map_templates import TEMPLATE_BY_KEY, TEMPLATES
from services.workflows.new_map import make_map


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


DOES = "Change one property, or add a service, an interface, a party, evidence, a row, a service channel or a step of a path"
EXAMPLES = {
    "ops": [*examples.OPS, examples.APPLIED, examples.CONFLICT],
    "undo": [examples.UNDO, examples.UNDONE],
    "redo": [examples.UNDO, examples.UNDONE],
    "changes": [examples.CHANGES],
}
of_document = documents.paths(
    MAP, DOES, find=maps.map_for, applied=AppliedShape, changes=ChangesShape, examples=EXAMPLES
)
