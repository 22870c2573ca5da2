"""Matters: raised, listed, read, and taken step by step; the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import Id, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import (
    IF_MATCH,
    IF_MATCH_NEEDED,
    LOCATION,
    WITH_A_BODY,
    answers,
    example,
    request_example,
)
from collaboration.api.forum_shapes import (
    MATTER_KINDS,
    MATTER_STATES,
    CheckWish,
    MatterChange,
    MatterShape,
    MatterStepWish,
    MatterWish,
    PreparerWish,
    UncheckedWish,
    WholeMatterShape,
)
from collaboration.api.once import Wished, begin_once
from collaboration.api.problems import Problem
from collaboration.api.resource import (
    Resource,
    body,
    checked,
    filled,
    listed,
    person,
    require_match,
    single,
    subject_of,
)
from collaboration.api.shapes import page
from collaboration.forms.forums import CheckForm, MatterForm, TextForm
from collaboration.models import InterfaceCheck, Matter
from collaboration.policy.forums import can_change_text, can_handle, can_prepare
from collaboration.queries import forum_rows as rows
from collaboration.queries.matters import matter_for
from collaboration.workflow import Transition, TransitionRefused
from collaboration.workflows import interface_checks
from collaboration.workflows import matters as workflow
from collaboration.workflows.matter_steps import Preparer, Unchecked

ROW: dict[str, Any] = {
    "id": 41,
    "number": "2026-41",
    "forum": 5,
    "kind": "phenomenon",
    "title": "Tieto ei siirry päiväkodista neuvolaan",
    "status": "accepted",
    "status_at": "2026-11-24T08:15:00Z",
    "raised_by": "Varhaiskasvatuksen asiantuntija, Porvoo",
    "raised_for": 215,
    "raised_at": "2026-11-20T08:15:00Z",
    "came_from": None,
    "next_step": "Käsitellään ryhmän kokouksessa",
    "next_step_on": "2026-12-10",
}
ABOUT = {
    "subject": "interface:12",
    "title": "Päiväkoti – Neuvola",
    "url": "/kartat/4/yhdyspinnat/12/",
}
WHOLE = ROW | {
    "text": "Lomake jää usein kotiin.",
    "proposal": "",
    "about": ABOUT,
    "prepared_by": 8,
    "needs_check": False,
    "checks": [
        {
            "id": 3,
            "touched": ABOUT,
            "effect": "Tiedon kulku muuttuu.",
            "heard_on": "2026-11-25",
            "not_heard_reason": "",
            "made_by": "Sivistysjohtaja, Porvoo",
            "made_at": "2026-11-25T10:00:00Z",
        }
    ],
    "unchecked_reason": "",
    "outcome": "",
    "decision": "",
    "decided_on": None,
    "section": "",
    "case_number": "",
    "minutes": "",
    "publicity": "draft",
    "secrecy_basis": "",
    "handled_reason": "",
    "answer": "",
    "answered_at": None,
    "answered_by": None,
    "chain": [
        {
            "id": 41,
            "forum": "Itä-Uudenmaan LAPE-ryhmä",
            "level": "Management",
            "status": "accepted",
            "at": "2026-11-24T08:15:00Z",
            "is_here": True,
            "answer": "",
            "reason": "",
            "next_step_on": "2026-12-10",
        }
    ],
    "steps": [{"name": "prepare", "label": "Write the proposal", "blockers": []}],
    "can_change_text": True,
    "can_prepare": True,
}
RAISED = {
    "forum": 5,
    "kind": "phenomenon",
    "title": "Tieto ei siirry päiväkodista neuvolaan",
    "text": "Lomake jää usein kotiin.",
    "key": "0f6f9a53-0b57-4f43-8f2c-0a8c9a2f6d10",
    "about": "interface:12",
}


class MattersAsked(ListAsked):
    """Filters of matters."""

    q = forms.CharField(required=False, max_length=100, help_text="Words, or a number.")
    state = choice(MATTER_STATES, help_text="Without it those that have no answer yet.")
    kind = choice(MATTER_KINDS)
    forum = Id()


class RaiseForm(MatterForm):
    """What is raised, where, and about what; under a key of the client's own."""

    key = forms.UUIDField()
    about = forms.CharField(required=False, max_length=100)

    class Meta(MatterForm.Meta):
        fields = ["forum", *MatterForm.Meta.fields]


WISHED = Wished(
    stays=("raised_by_id", "forum_id", "kind", "subject_type_id", "subject_id"),
    may_change=("title", "text"),
)


def _answer(request: Request, matter_id: int, status: int = 200) -> Response:
    return single(request, rows.whole_matter(person(request), matter_id), WholeMatterShape, status=status)


class Matters(Resource):
    @extend_schema(
        operation_id="list_matters",
        summary="The matters that the caller sees",
        parameters=parameters(MattersAsked),
        responses=answers(200, page(MatterShape), 400),
        examples=[example({"results": [ROW], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(MattersAsked, request)
        found = rows.matter_rows(person(request), wish)
        return listed(
            request, found, wish, orders={"id": "pk"}, shape=MatterShape, complete=rows.with_numbers
        )

    @extend_schema(
        operation_id="raise_matter",
        summary="Raise a matter to a forum",
        parameters=[LOCATION],
        request=MatterWish,
        responses=answers(201, WholeMatterShape, 403, 409, *WITH_A_BODY),
        examples=[request_example(RAISED)],
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        form = RaiseForm(body(request, RaiseForm.base_fields))
        told = checked(form)
        form.instance.key = told["key"]
        form.instance.subject = subject_of(request, "about", told["about"])
        form.instance.raised_by = person(request)
        matter = begin_once(workflow.matter_workflow, "raise", form.instance, WISHED, by=person(request))
        response = _answer(request, matter.pk, status=201)
        response["Location"] = f"{request.path}{matter.pk}/"
        return response


class OneMatter(Resource):
    @extend_schema(
        operation_id="read_matter",
        summary="One matter with its check, its chain, and the steps that the caller may take now",
        parameters=parameters(OneAsked),
        responses=answers(200, WholeMatterShape, 304, 400, 404),
        examples=[example(WHOLE)],
    )
    def get(self, request: Request, matter_id: int) -> Response:
        return _answer(request, matter_id)

    @extend_schema(
        operation_id="change_matter",
        summary="Change what was raised: its title and text",
        parameters=[IF_MATCH_NEEDED],
        request=MatterChange,
        responses=answers(200, WholeMatterShape, 403, 404, 412, 428, *WITH_A_BODY),
    )
    @transaction.atomic
    def patch(self, request: Request, matter_id: int) -> Response:
        matter = _locked(request, matter_id)
        can_change_text(person(request), matter).require()
        _match(request, matter_id, needed=True)
        wanted = {name: TextForm.base_fields[name] for name in ("title", "text")}
        sent = body(request, wanted)
        now = {"title": matter.title, "text": matter.text, "seq": matter.seq}
        told = checked(TextForm({**now, **sent}, instance=matter_for(person(request), matter_id)))
        workflow.change_text(matter, {name: told[name] for name in sent}, seq=matter.seq, by=person(request))
        return _answer(request, matter_id)


def _locked(request: Request, matter_id: int) -> Matter:
    """The matter, which nobody else changes now. Raises a 404."""
    matter_for(person(request), matter_id)
    Matter.objects.select_for_update(of=("self",)).get(pk=matter_id)
    return matter_for(person(request), matter_id)


def _match(request: Request, matter_id: int, *, needed: bool = False) -> None:
    """Raise a 412 when the caller has read another version than there is now; a 428 when they have to say which."""
    if needed or "If-Match" in request.headers:
        require_match(request, rows.whole_matter(person(request), matter_id), needed=needed)


class MatterTransition(Resource):
    @extend_schema(
        operation_id="take_matter_step",
        summary="Take a step of a matter: accept, prepare, plan, make_ready, decide, note, forward, answer, return, withdraw",
        parameters=[IF_MATCH],
        request=MatterStepWish,
        responses=answers(200, WholeMatterShape, 403, 404, 409, 412, *WITH_A_BODY),
        examples=[
            request_example({"next_step": "Käsitellään kokouksessa", "next_step_on": "2026-12-10"}, "accept"),
            request_example({"forum": 7}, "forward"),
            request_example({"answer": "Lomake kulkee vastedes sähköisesti."}, "answer"),
        ],
    )
    @transaction.atomic
    def post(self, request: Request, matter_id: int, step: str) -> Response:
        matter = _locked(request, matter_id)
        transition = _offered(step)
        _match(request, matter_id)
        try:
            transition.require_source(matter)
            transition.allowed(person(request), matter).require()
            sent = body(request, getattr(transition.form, "base_fields", {}))
            workflow.matter_workflow.perform(step, matter, by=person(request), sent=sent)
        except TransitionRefused as refusal:
            raise Problem(409, str(refusal)) from None
        return _answer(request, matter_id)


def _offered(step: str) -> Transition[Matter]:
    """The step of that name that people take. Raises a 404."""
    found = workflow.matter_workflow.transitions.get(step)
    if found is None or found.is_automatic or not found.sources:
        raise Http404
    return found


class MatterPreparer(Resource):
    @extend_schema(
        operation_id="name_preparer",
        summary="Say who prepares the matter",
        parameters=[IF_MATCH],
        request=PreparerWish,
        responses=answers(200, WholeMatterShape, 403, 404, 412, *WITH_A_BODY),
        examples=[request_example({"prepared_by": 8})],
    )
    @transaction.atomic
    def post(self, request: Request, matter_id: int) -> Response:
        matter = _locked(request, matter_id)
        can_handle(person(request), matter).require()
        _match(request, matter_id)
        form = filled(request, Preparer)
        workflow.name_preparer(matter, form.cleaned_data["prepared_by"], by=person(request))
        return _answer(request, matter_id)


def _to_check(request: Request, matter_id: int) -> Matter:
    """The matter whose check the caller may change, as they have read it if they say so. Raises a 404, 403 or 412."""
    matter = _locked(request, matter_id)
    can_prepare(person(request), matter).require()
    _match(request, matter_id)
    return matter


class Checks(Resource):
    @extend_schema(
        operation_id="add_check",
        summary="Add what the matter touches to its interface check",
        parameters=[IF_MATCH],
        request=CheckWish,
        responses=answers(201, WholeMatterShape, 403, 404, 412, *WITH_A_BODY),
        examples=[
            request_example({"touched": "interface:12", "effect": "Muuttuu", "heard_on": "2026-11-25"})
        ],
    )
    @transaction.atomic
    def post(self, request: Request, matter_id: int) -> Response:
        check = InterfaceCheck(matter=_to_check(request, matter_id))
        sent = body(request, CheckForm.base_fields)
        if touched := subject_of(request, "touched", sent.get("touched") or ""):
            check.touched = touched
        checked(CheckForm(sent, instance=check))
        interface_checks.check_interface(check, by=person(request))
        return _answer(request, matter_id, status=201)


class OneCheck(Resource):
    @extend_schema(
        operation_id="remove_check",
        summary="Take a row of the interface check away",
        parameters=[IF_MATCH],
        responses=answers(200, WholeMatterShape, 400, 403, 404, 412, 422),
    )
    @transaction.atomic
    def delete(self, request: Request, matter_id: int, check_id: int) -> Response:
        matter = _to_check(request, matter_id)
        check = matter.checks.filter(pk=check_id).first()
        if check is None:
            raise Http404
        interface_checks.take_check_away(check, by=person(request))
        return _answer(request, matter_id)


class NothingTouched(Resource):
    @extend_schema(
        operation_id="tell_unchecked",
        summary="Say why the matter touches no interface",
        parameters=[IF_MATCH],
        request=UncheckedWish,
        responses=answers(200, WholeMatterShape, 403, 404, 412, *WITH_A_BODY),
        examples=[request_example({"unchecked_reason": "Koskee vain kokousaikoja."})],
    )
    @transaction.atomic
    def post(self, request: Request, matter_id: int) -> Response:
        matter = _to_check(request, matter_id)
        form = filled(request, Unchecked)
        interface_checks.tell_unchecked(matter, form.cleaned_data["unchecked_reason"], by=person(request))
        return _answer(request, matter_id)
