"""Interfaces, and their aspects with answers and confirmations. They are changed by ops of their map."""

from django import forms
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import Flag, Id, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import answers
from collaboration.api.resource import Resource, listed, one, person, single
from collaboration.api.shapes import page
from services.api import examples
from services.api.shapes import AspectShape, InterfaceShape
from services.models import AspectStatus, Enabler, Outcome
from services.queries import resources


class InterfacesAsked(ListAsked):
    """Filters of interfaces."""

    map = Id()
    organisation = Id(help_text="Interfaces that this organisation answers for.")
    outcome = choice(Outcome.values)
    enabler = choice(Enabler.values)
    removed = Flag(help_text="Removed ones, too.")


class Interfaces(Resource):
    @extend_schema(
        operation_id="list_interfaces",
        summary="Interfaces of the maps that the caller sees",
        parameters=parameters(InterfacesAsked),
        responses=answers(200, page(InterfaceShape), 400),
    )
    def get(self, request: Request) -> Response:
        wish = asked(InterfacesAsked, request)
        rows = resources.interface_rows(person(request), wish)
        return listed(request, rows, wish, orders={"id": "pk"}, shape=InterfaceShape)


class OneInterface(Resource):
    @extend_schema(
        operation_id="read_interface",
        summary="One interface",
        parameters=parameters(OneAsked),
        responses=answers(200, InterfaceShape, 304, 400, 404),
        examples=[examples.INTERFACE],
    )
    def get(self, request: Request, interface_id: int) -> Response:
        rows = resources.interface_rows(person(request), {"removed": True}).filter(pk=interface_id)
        return single(request, one(rows), InterfaceShape)


class AspectsAsked(ListAsked):
    """Filters of aspects."""

    map = Id()
    interface = Id()
    number = forms.IntegerField(required=False, min_value=1, max_value=9)
    status = choice(AspectStatus.values)
    responsible = Id(help_text="Aspects in which this person is named responsible.")
    review_by = forms.DateField(
        required=False, input_formats=["%Y-%m-%d"], help_text="Review date on or before this day, yyyy-mm-dd."
    )
    removed = Flag(help_text="Those of removed interfaces, too.")


class Aspects(Resource):
    @extend_schema(
        operation_id="list_aspects",
        summary="Aspects with answers and confirmations",
        parameters=parameters(AspectsAsked),
        responses=answers(200, page(AspectShape), 400),
    )
    def get(self, request: Request) -> Response:
        wish = asked(AspectsAsked, request)
        rows = resources.aspect_rows(person(request), wish)
        return listed(request, rows, wish, orders={"id": "pk"}, shape=AspectShape)


class OneAspect(Resource):
    @extend_schema(
        operation_id="read_aspect",
        summary="One aspect with answers and confirmations",
        parameters=parameters(OneAsked),
        responses=answers(200, AspectShape, 304, 400, 404),
        examples=[examples.ASPECT],
    )
    def get(self, request: Request, aspect_id: int) -> Response:
        rows = resources.aspect_rows(person(request), {"removed": True}).filter(pk=aspect_id)
        return single(request, one(rows), AspectShape)
