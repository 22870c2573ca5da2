"""Shared goals: listed, read with their chains, and kept; the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.action_shapes import (
    GoalInChainShape,
    GoalLinkWish,
    SharedGoalChange,
    SharedGoalShape,
    SharedGoalWish,
    WholeSharedGoalShape,
)
from collaboration.api.asking import Flag, Id, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import (
    IF_MATCH,
    IF_MATCH_NEEDED,
    LOCATION,
    WITH_A_BODY,
    answers,
    example,
    request_example,
)
from collaboration.api.forum_shapes import LEVELS
from collaboration.api.resource import (
    Resource,
    body,
    checked,
    filled,
    listed,
    one,
    person,
    require_match,
    single,
    subject_of,
)
from collaboration.api.shapes import Shape, page
from collaboration.forms.goals import GoalForm
from collaboration.models import Goal
from collaboration.policy.actions import can_keep_goal, can_make_goals
from collaboration.queries import action_rows as rows
from collaboration.queries.goals import goal_for
from collaboration.workflows import goals as workflow

ROW: dict[str, Any] = {
    "id": 3,
    "title_fi": "Tieto kulkee päiväkodista neuvolaan",
    "title_sv": "",
    "level": "management",
    "parent": 1,
    "parties": [2, 215],
    "forum": 5,
    "until": "2027-12-31",
}
LINK = {
    "id": 4,
    "linked": {
        "subject": "interface:12",
        "title": "Päiväkoti – Neuvola",
        "url": "/kartat/4/yhdyspinnat/12/",
    },
}
WHOLE = ROW | {"description": "", "links": [LINK], "can_change": True}
IN_CHAIN = {
    "id": 3,
    "title": "Tieto kulkee päiväkodista neuvolaan",
    "level": "management",
    "parent": 1,
    "lacks": ["Porvoo: no action that you see"],
}


class GoalChainShape(Shape):
    results = GoalInChainShape(many=True)


class GoalsAsked(ListAsked):
    """Filters of shared goals."""

    q = forms.CharField(required=False, max_length=100, help_text="Words of it.")
    level = choice(LEVELS)
    parent = Id(help_text="The goal above.")
    forum = Id(help_text="That looks after them.")
    mine = Flag(help_text="Only where an organisation of the caller's is a party.")
    lacking = Flag(help_text="Only where something is missing, as far as the caller sees.")


class LinkForm(forms.Form):
    """What a goal is about."""

    linked = forms.CharField(max_length=100)


def _answer(request: Request, goal_id: int, status: int = 200) -> Response:
    return single(request, _whole(request, goal_id), WholeSharedGoalShape, status=status)


def _whole(request: Request, goal_id: int) -> dict[str, Any]:
    row = one(rows.shared_goals(person(request), {}).filter(pk=goal_id))
    return rows.whole_goal(person(request), row)


class Goals(Resource):
    @extend_schema(
        operation_id="list_shared_goals",
        summary="Shared goals",
        parameters=parameters(GoalsAsked),
        responses=answers(200, page(SharedGoalShape), 400),
        examples=[example({"results": [ROW], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(GoalsAsked, request)
        found = rows.shared_goals(person(request), wish)
        return listed(request, found, wish, orders={"id": "pk"}, shape=SharedGoalShape)

    @extend_schema(
        operation_id="make_shared_goal",
        summary="Make a shared goal, as an editor of a party or as a keeper of its forum",
        parameters=[LOCATION],
        request=SharedGoalWish,
        responses=answers(201, WholeSharedGoalShape, 403, *WITH_A_BODY),
        examples=[
            request_example({"title_fi": "Tieto kulkee", "level": "management", "parties": [2, 215]}),
        ],
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        can_make_goals(person(request)).require()
        row = Goal()
        form = filled(request, lambda sent: GoalForm(sent, instance=row, user=person(request)))
        workflow.make_goal(row, form.cleaned_data["parties"], by=person(request))
        response = _answer(request, row.pk, status=201)
        response["Location"] = f"{request.path}{row.pk}/"
        return response


class OneGoal(Resource):
    @extend_schema(
        operation_id="read_shared_goal",
        summary="One shared goal",
        parameters=parameters(OneAsked),
        responses=answers(200, WholeSharedGoalShape, 304, 400, 404),
        examples=[example(WHOLE)],
    )
    def get(self, request: Request, goal_id: int) -> Response:
        return _answer(request, goal_id)

    @extend_schema(
        operation_id="change_shared_goal",
        summary="Change a shared goal",
        parameters=[IF_MATCH_NEEDED],
        request=SharedGoalChange,
        responses=answers(200, WholeSharedGoalShape, 403, 404, 412, 428, *WITH_A_BODY),
    )
    @transaction.atomic
    def patch(self, request: Request, goal_id: int) -> Response:
        row = _to_keep(request, goal_id, needed=True)
        form = filled(request, lambda sent: GoalForm(sent, instance=row, user=person(request)))
        workflow.change_goal(row, form.cleaned_data["parties"], by=person(request))
        return _answer(request, goal_id)


def _to_keep(request: Request, goal_id: int, *, needed: bool = False) -> Goal:
    """The goal, which nobody else changes now, as the caller has read it. Raises a 404, 403, 412 or 428."""
    goal_for(person(request), goal_id)
    workflow.lock_chains()
    Goal.objects.select_for_update(of=("self",), no_key=True).get(pk=goal_id)
    row = goal_for(person(request), goal_id)
    can_keep_goal(person(request), row).require()
    if needed or "If-Match" in request.headers:
        require_match(request, _whole(request, goal_id), needed=needed)
    return row


class GoalChain(Resource):
    @extend_schema(
        operation_id="read_goal_chain",
        summary="The goal's chain from its highest goal down, each with what it lacks as far as the caller sees",
        responses=answers(200, GoalChainShape, 400, 404),
        examples=[example({"results": [IN_CHAIN]})],
    )
    def get(self, request: Request, goal_id: int) -> Response:
        asked(forms.Form, request)
        return Response({"results": rows.chain_rows(person(request), goal_id)})


class GoalLinks(Resource):
    @extend_schema(
        operation_id="link_shared_goal",
        summary="Say that the goal is about an interface",
        parameters=[IF_MATCH],
        request=GoalLinkWish,
        responses=answers(201, WholeSharedGoalShape, 403, 404, 412, *WITH_A_BODY),
        examples=[request_example({"linked": "interface:12"})],
    )
    @transaction.atomic
    def post(self, request: Request, goal_id: int) -> Response:
        goal = _to_keep(request, goal_id)
        told = checked(LinkForm(body(request, LinkForm.base_fields)))
        workflow.link(goal, subject_of(request, "linked", told["linked"]), by=person(request))
        return _answer(request, goal_id, status=201)


class OneGoalLink(Resource):
    @extend_schema(
        operation_id="unlink_shared_goal",
        summary="Take a link of the goal away",
        parameters=[IF_MATCH],
        responses=answers(200, WholeSharedGoalShape, 400, 403, 404, 412),
    )
    @transaction.atomic
    def delete(self, request: Request, goal_id: int, link_id: int) -> Response:
        goal = _to_keep(request, goal_id)
        linked = goal.links.filter(pk=link_id).first()
        if linked is None:
            raise Http404
        workflow.unlink(goal, linked, by=person(request))
        return _answer(request, goal_id)
