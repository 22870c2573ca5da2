"""The register of organisations and areas, and the caller themselves."""

from django import forms
from django.db import transaction
from django.forms.models import model_to_dict
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration import queries
from collaboration.api.asking import Flag, Id, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import (
    IF_MATCH_NEEDED,
    LOCATION,
    WITH_A_BODY,
    answers,
    example,
    request_example,
)
from collaboration.api.resource import (
    Resource,
    Row,
    body,
    checked,
    listed,
    one,
    person,
    require_match,
    single,
)
from collaboration.api.shapes import (
    AreaShape,
    MeShape,
    OrganisationChange,
    OrganisationShape,
    OrganisationWish,
    page,
)
from collaboration.forms import OrganisationForm
from collaboration.models import Area, Organisation, PersonalToken
from collaboration.policy import can_keep_organisation
from collaboration.words import by_name
from collaboration.workflows.organisations import keep_organisation

ORGANISATION = {
    "id": 215,
    "kind": "municipality",
    "code": "638",
    "business_id": "1061512-1",
    "name_fi": "Porvoo",
    "name_sv": "Borgå",
    "name_en": "Porvoo",
    "brand": "",
    "website": "",
    "language_status": "fi-sv",
    "unit_of": None,
    "merged_into": None,
    "valid_from": None,
    "valid_until": None,
    "areas": [
        {
            "area": 3,
            "kind": "wellbeing_services_county",
            "code": "01",
            "valid_from": None,
            "valid_until": None,
        }
    ],
}


class OrganisationsAsked(ListAsked):
    """Filters of organisations."""

    sorts = ("name", "code")

    q = forms.CharField(required=False, max_length=100, help_text="Part of a name or of the code.")
    kind = choice([kind.value for kind in Organisation.Kind if kind != Organisation.Kind.MUNICIPALITIES])
    county = forms.CharField(required=False, max_length=10, help_text="The county's code.")
    language_status = choice(Organisation.LanguageStatus.values)
    ended = Flag(help_text="Include merged municipalities.")


class Organisations(Resource):
    @extend_schema(
        operation_id="list_organisations",
        summary="Organisations and their units",
        parameters=parameters(OrganisationsAsked),
        responses=answers(200, page(OrganisationShape), 400),
        examples=[example({"results": [ORGANISATION], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(OrganisationsAsked, request)
        orders = {"name": by_name(), "code": "code"}
        rows = queries.organisation_rows(person(request), wish)
        return listed(request, rows, wish, orders=orders, shape=OrganisationShape)

    @extend_schema(
        operation_id="add_organisation",
        summary="Add an organisation of which no register is loaded, as a service administrator",
        parameters=[LOCATION],
        request=OrganisationWish,
        responses=answers(201, OrganisationShape, 403, *WITH_A_BODY),
        examples=[request_example({"kind": "parish", "name_fi": "Esimerkin seurakunta"}, "A parish")],
    )
    def post(self, request: Request) -> Response:
        organisation = Organisation()
        can_keep_organisation(person(request), organisation).require()
        form = OrganisationForm(body(request, OrganisationForm.base_fields), instance=organisation)
        checked(form)
        keep_organisation(form.save(commit=False), by=person(request))
        rows = queries.organisation_rows(person(request), {"ended": True}).filter(pk=organisation.pk)
        response = single(request, one(rows), OrganisationShape, status=201)
        response["Location"] = f"{request.path}{organisation.pk}/"
        return response


def _row_of(request: Request, organisation_id: int) -> Row:
    any_of_them = {"ended": True, "together": True}
    return one(queries.organisation_rows(person(request), any_of_them).filter(pk=organisation_id))


class OneOrganisation(Resource):
    @extend_schema(
        operation_id="read_organisation",
        summary="One organisation",
        parameters=parameters(OneAsked),
        responses=answers(200, OrganisationShape, 304, 400, 404),
        examples=[example(ORGANISATION)],
    )
    def get(self, request: Request, organisation_id: int) -> Response:
        return single(request, _row_of(request, organisation_id), OrganisationShape)

    @extend_schema(
        operation_id="change_organisation",
        summary="Change an organisation of which no register is loaded, as a service administrator",
        parameters=[IF_MATCH_NEEDED],
        request=OrganisationChange,
        responses=answers(200, OrganisationShape, 403, 404, 412, 428, *WITH_A_BODY),
        examples=[request_example({"website": "https://seurakunta.example/"}, "Its website")],
    )
    @transaction.atomic
    def patch(self, request: Request, organisation_id: int) -> Response:
        now = _row_of(request, organisation_id)
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        can_keep_organisation(person(request), organisation).require()
        require_match(request, now, needed=True)
        sent = body(request, OrganisationForm.base_fields)
        before = model_to_dict(organisation, fields=list(OrganisationForm.base_fields))
        form = OrganisationForm({**before, **sent}, instance=organisation)
        checked(form)
        keep_organisation(form.save(commit=False), by=person(request))
        return single(request, _row_of(request, organisation_id), OrganisationShape)


class AreasAsked(ListAsked):
    """Filters of areas."""

    sorts = ("name", "code")

    kind = choice(Area.Kind.values)
    code = forms.CharField(required=False, max_length=10)
    municipality = Id(help_text="Areas that this organisation is or was a member of.")


class Areas(Resource):
    @extend_schema(
        operation_id="list_areas",
        summary="Areas and their municipalities",
        parameters=parameters(AreasAsked),
        responses=answers(200, page(AreaShape), 400),
    )
    def get(self, request: Request) -> Response:
        wish = asked(AreasAsked, request)
        rows = queries.area_rows(person(request), wish)
        return listed(request, rows, wish, orders={"name": by_name(), "code": "code"}, shape=AreaShape)


class OneArea(Resource):
    @extend_schema(
        operation_id="read_area",
        summary="One area",
        parameters=parameters(OneAsked),
        responses=answers(200, AreaShape, 304, 400, 404),
    )
    def get(self, request: Request, area_id: int) -> Response:
        return single(request, one(queries.area_rows(person(request), {}).filter(pk=area_id)), AreaShape)


class Me(Resource):
    @extend_schema(
        operation_id="read_me",
        summary="The person who asks, with their roles",
        parameters=parameters(OneAsked),
        responses=answers(200, MeShape, 304, 400),
    )
    def get(self, request: Request) -> Response:
        token = request.auth if isinstance(request.auth, PersonalToken) else None
        used = {"name": token.name, "scope": token.scope, "expires_on": token.expires_on} if token else None
        return single(request, {**queries.me(person(request)), "token": used}, MeShape)
