"""The service catalogue: services, and who organises, produces, funds and resources them."""

from typing import Any

from django import forms
from django.db import transaction
from django.forms.models import model_to_dict
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import Flag, Id, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import IF_MATCH, IF_MATCH_NEEDED, LOCATION, WITH_A_BODY, answers
from collaboration.api.problems import of_form
from collaboration.api.resource import Resource, body, checked, listed, person, require_match, single
from collaboration.api.shapes import page
from collaboration.outside import row_id
from collaboration.policy import visible_organisations
from collaboration.words import by_name
from services import policy
from services.api import examples
from services.api.shapes import (
    ResponsibilityWish,
    ServiceChange,
    ServiceClassShape,
    ServiceRowShape,
    ServiceShape,
    ServiceWish,
)
from services.forms.catalogue import ResponsibilityForm, ServiceForm, responsibility_form
from services.models import Enabler, Outcome, Service, TargetGroup
from services.queries import resources
from services.queries.catalogue import service_for
from services.workflows.catalogue import archive_or_take_back, keep, remove_responsibility


class ServicesAsked(ListAsked):
    """Filters of services."""

    sorts = ("name",)

    q = forms.CharField(required=False, max_length=100, help_text="Part of the name.")
    organisation = Id()
    node = Id(help_text="The service's class, or the class above it.")
    target_group = choice(TargetGroup.values)
    outcome = choice(Outcome.values)
    enabler = choice(Enabler.values)
    removed = Flag(help_text="Those removed from the catalogue, too.")


class ServiceClasses(Resource):
    @extend_schema(
        operation_id="list_service_classes",
        summary="Classes of services",
        parameters=parameters(ListAsked),
        responses=answers(200, page(ServiceClassShape), 400),
    )
    def get(self, request: Request) -> Response:
        wish = asked(ListAsked, request)
        return listed(request, resources.node_rows(), wish, orders={"id": "pk"}, shape=ServiceClassShape)


class Services(Resource):
    @extend_schema(
        operation_id="list_services",
        summary="Services of every organisation's catalogue",
        parameters=parameters(ServicesAsked),
        responses=answers(200, page(ServiceRowShape), 400),
    )
    def get(self, request: Request) -> Response:
        wish = asked(ServicesAsked, request)
        rows = resources.service_rows(person(request), wish)
        return listed(request, rows, wish, orders={"name": by_name()}, shape=ServiceRowShape)

    @extend_schema(
        operation_id="add_service",
        summary="Add a service to an organisation's catalogue",
        parameters=[LOCATION],
        request=ServiceWish,
        responses=answers(201, ServiceShape, 403, *WITH_A_BODY),
        examples=[examples.SERVICE_WISH],
    )
    def post(self, request: Request) -> Response:
        sent = body(request, {"organisation": Id(), **ServiceForm.base_fields})
        wished = sent.pop("organisation", None)
        organisation = visible_organisations(person(request)).filter(pk=row_id(wished)).first()
        if organisation is None:
            raise of_form({"organisation": [_("There is no such organisation.")]})
        service = Service(organisation=organisation)
        policy.can_edit_service(person(request), service).require()
        _keep(request, ServiceForm(sent, instance=service), "service.added")
        response = _service(request, service.pk, status=201)
        response["Location"] = f"{request.path}{service.pk}/"
        return response


def _keep(request: Request, form: Any, verb: str) -> None:
    checked(form)
    row = form.save(commit=False)
    keep(row, row if isinstance(row, Service) else row.service, verb, by=person(request))


def _service(request: Request, service_id: int, *, status: int = 200) -> Response:
    service = service_for(person(request), service_id)
    return single(request, resources.service_row(person(request), service), ServiceShape, status=status)


def _locked(request: Request, service_id: int, *, needs_match: bool = True) -> Service:
    """The service, which nobody else changes now, as the caller has read it. Raises a 404, 403, 412 or 428."""
    service = service_for(person(request), service_id)
    Service.objects.select_for_update().get(pk=service.pk)
    service.refresh_from_db()
    policy.can_edit_service(person(request), service).require()
    require_match(request, resources.service_row(person(request), service), needed=needs_match)
    return service


class OneService(Resource):
    @extend_schema(
        operation_id="read_service",
        summary="One service",
        parameters=parameters(OneAsked),
        responses=answers(200, ServiceShape, 304, 400, 404),
        examples=[examples.SERVICE],
    )
    def get(self, request: Request, service_id: int) -> Response:
        return _service(request, service_id)

    @extend_schema(
        operation_id="change_service",
        summary="Change a service",
        parameters=[IF_MATCH_NEEDED],
        request=ServiceChange,
        responses=answers(200, ServiceShape, 403, 404, 412, 428, *WITH_A_BODY),
    )
    @transaction.atomic
    def patch(self, request: Request, service_id: int) -> Response:
        service = _locked(request, service_id)
        sent = body(request, ServiceForm.base_fields)
        now = model_to_dict(service, fields=list(ServiceForm.base_fields))
        _keep(request, ServiceForm({**now, **sent}, instance=service), "service.changed")
        return _service(request, service_id)

    @extend_schema(
        operation_id="remove_service",
        summary="Remove a service from the catalogue; it stays on its maps and can be taken back",
        parameters=[IF_MATCH_NEEDED],
        responses=answers(200, ServiceShape, 400, 403, 404, 412, 428),
    )
    @transaction.atomic
    def delete(self, request: Request, service_id: int) -> Response:
        service = _locked(request, service_id)
        if service.archived_at is None:
            archive_or_take_back(service, by=person(request))
        return _service(request, service_id)


class ServiceTakenBack(Resource):
    @extend_schema(
        operation_id="take_service_back",
        summary="Take a removed service back into the catalogue",
        parameters=[IF_MATCH],
        request=None,
        responses=answers(200, ServiceShape, 400, 403, 404, 412, 422),
    )
    @transaction.atomic
    def post(self, request: Request, service_id: int) -> Response:
        service = _locked(request, service_id, needs_match=False)
        if service.archived_at:
            archive_or_take_back(service, by=person(request))
        return _service(request, service_id)


class Responsibilities(Resource):
    @extend_schema(
        operation_id="name_responsibility",
        summary="Name who organises, produces, funds or resources the service",
        parameters=[IF_MATCH],
        request=ResponsibilityWish,
        responses=answers(201, ServiceShape, 403, 404, 412, *WITH_A_BODY),
        examples=[examples.RESPONSIBILITY_WISH],
    )
    @transaction.atomic
    def post(self, request: Request, service_id: int) -> Response:
        service = _locked(request, service_id, needs_match=False)
        sent = body(request, ResponsibilityForm.base_fields)
        _keep(request, responsibility_form(service, sent, by=person(request)), "service.responsibility_named")
        return _service(request, service_id, status=201)


class OneResponsibility(Resource):
    @extend_schema(
        operation_id="remove_responsibility",
        summary="Take a responsibility away",
        parameters=[IF_MATCH],
        responses=answers(200, ServiceShape, 400, 403, 404, 412),
    )
    @transaction.atomic
    def delete(self, request: Request, service_id: int, responsibility_id: int) -> Response:
        service = _locked(request, service_id, needs_match=False)
        responsibility = service.responsibilities.filter(pk=responsibility_id).first()
        if responsibility is None:
            raise Http404
        remove_responsibility(responsibility, by=person(request))
        return _service(request, service_id)
