"""What residents tell of published services: read, closed with a reason, or reported; the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import Flag, Id, ListAsked, OneAsked, asked, parameters
from collaboration.api.documentation import WITH_A_BODY, answers, example, request_example
from collaboration.api.problems import Problem
from collaboration.api.resource import Resource, body, checked, listed, person, single
from collaboration.api.shapes import Shape, page
from collaboration.workflow import TransitionRefused
from services.forms.feedback import CloseForm
from services.models import Feedback
from services.policy.feedback import visible_feedback
from services.queries.feedback import feedback_for
from services.workflows import feedback as workflow

FEEDBACK = {
    "id": 4,
    "map": 3,
    "service": 17,
    "interface": 12,
    "text": "Kerroimme saman asian kolmessa paikassa.",
    "language": "fi",
    "sent_at": "2026-11-25T13:40:00Z",
    "escalation": None,
    "closed_reason": "",
    "handled_at": None,
}


class FeedbackShape(Shape):
    id = serializers.IntegerField()
    map = serializers.IntegerField()
    service = serializers.IntegerField(help_text="The service's place on the map.")
    interface = serializers.IntegerField(allow_null=True, help_text="Where the resident told it.")
    text = serializers.CharField()
    language = serializers.CharField()
    sent_at = serializers.DateTimeField()
    escalation = serializers.IntegerField(allow_null=True, help_text="The report that was made of it.")
    closed_reason = serializers.CharField(help_text="Why no report was made.")
    handled_at = serializers.DateTimeField(allow_null=True)


class FeedbackClosed(Shape):
    closed_reason = serializers.CharField(max_length=500)


class FeedbackAsked(ListAsked):
    """Which feedback."""

    map = Id()
    handled = Flag(help_text="true: what has been handled; false: what waits.")


def _told(row: Feedback) -> dict[str, Any]:
    return {
        "id": row.pk,
        "map": row.map_id,
        "service": row.place_id,
        "interface": row.interface_id,
        "text": row.text,
        "language": row.language,
        "sent_at": row.sent_at,
        "escalation": row.escalation_id,
        "closed_reason": row.closed_reason,
        "handled_at": row.handled_at,
    }


class FeedbackList(Resource):
    @extend_schema(
        operation_id="list_feedback",
        summary="What residents have told of services on maps that the caller reads",
        parameters=parameters(FeedbackAsked),
        responses=answers(200, page(FeedbackShape), 400),
        examples=[example({"results": [FEEDBACK], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(FeedbackAsked, request)
        rows: Any = visible_feedback(person(request))
        if wish["map"]:
            rows = rows.filter(map=wish["map"])
        if wish["handled"] is not None:
            rows = rows.filter(handled_at__isnull=not wish["handled"])

        def complete(found: list[dict[str, Any]]) -> None:
            told = Feedback.objects.in_bulk([each["id"] for each in found])
            for each in found:
                each.update(_told(told[each["id"]]))

        return listed(
            request, rows.values("id"), wish, orders={"id": "pk"}, shape=FeedbackShape, complete=complete
        )


class OneFeedback(Resource):
    @extend_schema(
        operation_id="read_feedback",
        summary="What a resident told",
        parameters=parameters(OneAsked),
        responses=answers(200, FeedbackShape, 304, 400, 404),
        examples=[example(FEEDBACK)],
    )
    def get(self, request: Request, feedback_id: int) -> Response:
        return single(request, _told(feedback_for(person(request), feedback_id)), FeedbackShape)


class FeedbackClose(Resource):
    @extend_schema(
        operation_id="close_feedback",
        summary="Say why no report is made of it; a report is made by filing one that names it",
        request=FeedbackClosed,
        responses=answers(200, FeedbackShape, *WITH_A_BODY, 403, 404, 409),
        examples=[request_example({"closed_reason": "Numero on korjattu."}), example(FEEDBACK)],
    )
    @transaction.atomic
    def post(self, request: Request, feedback_id: int) -> Response:
        row = feedback_for(person(request), feedback_id)
        fields: dict[str, forms.Field] = dict(CloseForm.base_fields)
        reason = checked(CloseForm(body(request, fields)))["closed_reason"]
        try:
            workflow.close(row, reason, by=person(request))
        except TransitionRefused as refusal:
            raise Problem(409, str(refusal)) from None
        return single(request, _told(feedback_for(person(request), feedback_id)), FeedbackShape)
