"""The caller's own saved filters of lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import ListAsked, OneAsked, parameters
from collaboration.api.asking import asked as asked_for
from collaboration.api.documentation import WITH_A_BODY, answers, example, request_example
from collaboration.api.problems import of_form
from collaboration.api.resource import Resource, body, checked, listed, person, single
from collaboration.api.shapes import Shape, page
from collaboration.forms import saved_filters as lists
from collaboration.models import SavedFilter
from collaboration.models.fields import GATE
from collaboration.queries.saved_filters import all_filters, filter_for
from collaboration.workflows.saved_filters import forget_filter, save_filter

COLUMNS = ("id", "listed", "name", "query", "is_default", "made_at")
ROW: dict[str, Any] = {
    "id": 7,
    "listed": "escalations",
    "name": "Tiedonkulku, myöhässä",
    "query": "state=late&aspect=3",
    "is_default": False,
    "made_at": "2026-12-01T08:15:00Z",
    "url": "/ilmoitukset/?state=late&aspect=3",
    "problems": [],
}
SAVED = {
    "listed": "escalations",
    "name": "Tiedonkulku, myöhässä",
    "query": "state=late&aspect=3",
    "is_default": False,
}


class SavedFilterShape(Shape):
    """A saved filter. `problems` tell what of it has ended since, in sentences; the rest still filters."""

    id = serializers.IntegerField()
    listed = serializers.CharField(help_text="`matters`, `actions`, `goals` or `escalations`.")
    name = serializers.CharField()
    query = serializers.CharField(allow_blank=True, help_text="As the address of the page says it.")
    is_default = serializers.BooleanField(help_text="The page opens with it.")
    made_at = serializers.DateTimeField()
    url = serializers.CharField()
    problems = serializers.ListField(child=serializers.CharField())


class SavedFilterWish(Shape):
    """Filters to keep; under a name that there is they take the place of what was kept."""

    listed = serializers.CharField(max_length=30, help_text="`matters`, `actions`, `goals` or `escalations`.")
    name = serializers.CharField(max_length=60)
    query = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=1_000)
    is_default = serializers.BooleanField(required=False)


class SavedFiltersAsked(ListAsked):
    """Filters of saved filters."""

    listed = forms.CharField(required=False, max_length=30, help_text="Only those of this list.")


class SaveAsked(forms.Form):
    """What is kept, of which list, and under which name."""

    listed = forms.CharField(max_length=30)
    name = forms.CharField(max_length=60, validators=GATE)
    query = forms.CharField(required=False, max_length=1_000)
    is_default = forms.BooleanField(required=False)


def _told(request: Request, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        saved = SavedFilter(listed=row["listed"], query=row["query"])
        found = lists.named(row["listed"])
        row["url"] = found.url(row["query"]) if found else ""
        row["problems"] = lists.problems_of(saved, person(request))


def _answer(request: Request, saved: SavedFilter, status: int = 200) -> Response:
    row = {name: getattr(saved, name) for name in COLUMNS}
    _told(request, [row])
    return single(request, row, SavedFilterShape, status=status)


class SavedFilters(Resource):
    @extend_schema(
        operation_id="list_saved_filters",
        summary="The caller's saved filters of lists",
        parameters=parameters(SavedFiltersAsked),
        responses=answers(200, page(SavedFilterShape), 400),
        examples=[example({"results": [ROW], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked_for(SavedFiltersAsked, request)
        found = all_filters(person(request)).values(*COLUMNS)
        if wish["listed"]:
            found = found.filter(listed=wish["listed"])
        return listed(
            request,
            found,
            wish,
            orders={"id": "pk"},
            shape=SavedFilterShape,
            complete=lambda rows: _told(request, rows),
        )

    @extend_schema(
        operation_id="save_filter",
        summary="Keep the filters of a list under a name",
        request=SavedFilterWish,
        responses=answers(201, SavedFilterShape, *WITH_A_BODY),
        examples=[request_example(SAVED)],
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        told = checked(SaveAsked(body(request, SaveAsked.base_fields)))
        found = lists.named(told["listed"])
        if found is None:
            raise of_form({"listed": [str(lists.NO_SUCH_LIST)]})
        query = lists.require_understood(found, told["query"], person(request))
        saved = save_filter(
            found.name, told["name"], query, by=person(request), is_default=told["is_default"]
        )
        return _answer(request, saved, status=201)


class OneSavedFilter(Resource):
    @extend_schema(
        operation_id="read_saved_filter",
        summary="One of the caller's saved filters",
        parameters=parameters(OneAsked),
        responses=answers(200, SavedFilterShape, 304, 400, 404),
        examples=[example(ROW)],
    )
    def get(self, request: Request, filter_id: int) -> Response:
        return _answer(request, filter_for(person(request), filter_id))

    @extend_schema(
        operation_id="forget_filter",
        summary="Remove one of the caller's saved filters",
        responses=answers(200, SavedFilterShape, 400, 404),
    )
    @transaction.atomic
    def delete(self, request: Request, filter_id: int) -> Response:
        saved = filter_for(person(request), filter_id)
        answer = _answer(request, saved)
        forget_filter(saved)
        return answer
