"""Approval rounds and published versions of a map, by the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import ListAsked, OneAsked, asked, parameters
from collaboration.api.documentation import WITH_A_BODY, answers, request_example
from collaboration.api.problems import Problem
from collaboration.api.resource import Resource, body, checked, listed, person, single
from collaboration.api.shapes import page
from collaboration.workflow import TransitionRefused
from services import policy
from services.api.version_shapes import (
    ApprovalStateShape,
    ApprovalWish,
    CancelWish,
    ReturnWish,
    RoundWish,
    VersionRowShape,
    VersionShape,
    WithdrawWish,
)
from services.forms.versions import ApprovalForm, CancelForm, ReturnForm, RoundForm
from services.models import InterfaceMap, MapVersion
from services.queries import versions
from services.queries.maps import map_for
from services.workflows import approvals
from services.workflows.reasons import Withdrawal

ROUND_WISH = request_example({"review_on": "2027-11-24", "is_major": False, "incomplete_reason": ""})
APPROVAL_WISH = request_example({"round": 3, "digest": "9f86d081884c7d65" * 4})
CANCEL_WISH = request_example({"round": 3})
RETURN_WISH = request_example({"round": 3, "reason": "The clinic's opening hours are missing."})
WITHDRAW_WISH = request_example({"reason": "Neuvola on muuttanut."})
COLUMNS = [name for name in VersionRowShape().fields.keys() if name != "number"]  # noqa: SIM118 of a serializer


class VersionsAsked(ListAsked):
    """Versions have no filters."""

    sorts = ("published_at",)


def _rows(request: Request, map_id: int) -> Any:
    number = Concat(Cast("major", CharField()), Value("."), Cast("minor", CharField()))
    found = policy.visible_versions(person(request)).filter(map=map_id)
    return found.values(*COLUMNS, number=number)


class Versions(Resource):
    @extend_schema(
        operation_id="list_versions",
        summary="The published versions of a map",
        parameters=parameters(VersionsAsked),
        responses=answers(200, page(VersionRowShape), 400, 404),
    )
    def get(self, request: Request, map_id: int) -> Response:
        map_for(person(request), map_id)
        wish = asked(VersionsAsked, request)
        return listed(
            request,
            _rows(request, map_id),
            {**wish, "sort": wish["sort"] or "-published_at"},
            orders={"published_at": "published_at"},
            shape=VersionRowShape,
        )


def _version(request: Request, map_id: int, version_id: int) -> Response:
    row = _rows(request, map_id).filter(pk=version_id).first()
    if row is None:
        raise Http404
    version = policy.visible_versions(person(request)).select_related("map").get(pk=version_id)
    return single(
        request,
        {
            **row,
            "approvals": version.approvals,
            "content": version.content,
            "can_withdraw": version.status == MapVersion.Status.PUBLISHED
            and bool(policy.can_withdraw_version(person(request), version)),
        },
        VersionShape,
    )


class OneVersion(Resource):
    @extend_schema(
        operation_id="read_version",
        summary="One published version, with its content",
        parameters=parameters(OneAsked),
        responses=answers(200, VersionShape, 304, 400, 404),
    )
    def get(self, request: Request, map_id: int, version_id: int) -> Response:
        return _version(request, map_id, version_id)


class VersionWithdrawn(Resource):
    @extend_schema(
        operation_id="withdraw_version",
        summary="Withdraw a version, with a reason",
        request=WithdrawWish,
        responses=answers(200, VersionShape, 403, 404, 409, *WITH_A_BODY),
        examples=[WITHDRAW_WISH],
    )
    def post(self, request: Request, map_id: int, version_id: int) -> Response:
        version = policy.visible_versions(person(request)).filter(map=map_id, pk=version_id).first()
        if version is None:
            raise Http404
        wish = checked(Withdrawal(body(request, Withdrawal.base_fields)))
        try:
            approvals.withdraw(person(request), map_id, version.major, version.minor, wish["reason"])
        except (InterfaceMap.DoesNotExist, MapVersion.DoesNotExist):
            raise Http404 from None
        except TransitionRefused as refusal:
            raise Problem(409, str(refusal)) from None
        return _version(request, map_id, version_id)


def _state(request: Request, map_id: int, *, status: int = 200) -> Response:
    found = versions.versions_page(person(request), map_id)
    approval_round = found["round"]
    return single(
        request,
        {
            "round": approval_round
            and {
                "id": approval_round.pk,
                "status": approval_round.status,
                "number": found["next_number"],
                "seq": approval_round.seq,
                "digest": approval_round.digest,
                "review_on": approval_round.review_on,
                "incomplete_reason": approval_round.incomplete_reason,
                "started_at": approval_round.started_at,
            },
            "parties": [
                {
                    "organisation": row["organisation"].pk,
                    "approved_at": row["approval"] and row["approval"].at,
                    "may_approve": row["may_approve"],
                }
                for row in found["parties"]
            ],
            "unfinished": [
                {
                    "aspect": aspect.pk,
                    "interface": aspect.interface_id,
                    "number": aspect.number,
                    "status": aspect.status,
                }
                for aspect in found["all_unfinished"]
            ],
            "can_start": bool(found["can_start"]) and approval_round is None,
            "can_cancel": bool(found["can_cancel"]),
            "can_return": bool(found["can_return"]),
        },
        ApprovalStateShape,
        status=status,
    )


class MapApproval(Resource):
    @extend_schema(
        operation_id="read_approval",
        summary="How far the approval of a map is: the open round, who is waited for, what is unfinished",
        parameters=parameters(OneAsked),
        responses=answers(200, ApprovalStateShape, 304, 400, 404),
    )
    def get(self, request: Request, map_id: int) -> Response:
        return _state(request, map_id)

    @extend_schema(
        operation_id="start_round",
        summary="Ask an approver of every party to approve the map as it is now",
        request=RoundWish,
        responses=answers(201, ApprovalStateShape, 403, 404, 409, *WITH_A_BODY),
        examples=[ROUND_WISH],
    )
    def post(self, request: Request, map_id: int) -> Response:
        map_for(person(request), map_id)
        wish = checked(RoundForm(body(request, RoundForm.base_fields)))
        _done(lambda: approvals.start(person(request), map_id, **wish))
        return _state(request, map_id, status=201)


class MapApprove(Resource):
    @extend_schema(
        operation_id="approve",
        summary="Approve the content of a round for a party; the last approval publishes",
        request=ApprovalWish,
        responses=answers(200, ApprovalStateShape, 403, 404, 409, *WITH_A_BODY),
        examples=[APPROVAL_WISH],
    )
    def post(self, request: Request, map_id: int) -> Response:
        map_for(person(request), map_id)
        wish = checked(ApprovalForm(body(request, ApprovalForm.base_fields)))
        _done(
            lambda: approvals.approve(
                person(request), map_id, wish["round"], wish["digest"], wish["organisation"]
            )
        )
        return _state(request, map_id)


class MapCancelRound(Resource):
    @extend_schema(
        operation_id="cancel_round",
        summary="Call an approval round off",
        request=CancelWish,
        responses=answers(200, ApprovalStateShape, 403, 404, 409, *WITH_A_BODY),
        examples=[CANCEL_WISH],
    )
    def post(self, request: Request, map_id: int) -> Response:
        map_for(person(request), map_id)
        wish = checked(CancelForm(body(request, CancelForm.base_fields)))
        _done(lambda: approvals.cancel(person(request), map_id, wish["round"]))
        return _state(request, map_id)


class MapReturnRound(Resource):
    @extend_schema(
        operation_id="return_round",
        summary="Return the map with a reason: the round ends, and everyone of the parties is told",
        request=ReturnWish,
        responses=answers(200, ApprovalStateShape, 403, 404, 409, *WITH_A_BODY),
        examples=[RETURN_WISH],
    )
    def post(self, request: Request, map_id: int) -> Response:
        map_for(person(request), map_id)
        wish = checked(ReturnForm(body(request, ReturnForm.base_fields)))
        _done(lambda: approvals.send_back(person(request), map_id, wish["round"], wish["reason"]))
        return _state(request, map_id)


def _done(step: Any) -> None:
    """Take a step; what is refused becomes the answer of its kind."""
    try:
        step()
    except InterfaceMap.DoesNotExist:
        raise Http404 from None
    except TransitionRefused as refusal:
        raise Problem(409, str(refusal)) from None
