"""Actions: made, listed, read, and taken step by step; the same rules as on the pages."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.action_shapes import (
    ACTION_STATES,
    ActionChange,
    ActionShape,
    ActionStepWish,
    ActionWish,
    ResponsibleWish,
    WholeActionShape,
)
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
from collaboration.api.once import Wished, begin_once
from collaboration.api.problems import Problem, of_form
from collaboration.api.resource import (
    Resource,
    body,
    checked,
    listed,
    person,
    require_match,
    single,
    subject_of,
)
from collaboration.api.shapes import page
from collaboration.forms.actions import ActionForm, TextForm
from collaboration.models import Action, Matter, Organisation, User
from collaboration.policy.actions import can_begin, can_name_person, can_steer
from collaboration.queries import action_rows as rows
from collaboration.queries.actions import action_for, people_of
from collaboration.queries.matters import matter_for
from collaboration.workflow import Transition, TransitionRefused
from collaboration.workflows import actions as workflow

ROW: dict[str, Any] = {
    "id": 17,
    "what": "Suojattu lomake käyttöön",
    "status": "open",
    "status_at": "2026-11-24T08:15:00Z",
    "due_on": "2027-02-26",
    "progress": 40,
    "responsible": 215,
    "person": 8,
    "person_name": "Sivistysjohtaja, Porvoo",
    "made_for": 2,
    "made_at": "2026-11-24T08:15:00Z",
    "done_at": None,
    "matter": 41,
    "goal": 3,
}
WHOLE = ROW | {
    "description": "Kaikissa yksiköissä.",
    "evidence": "Käytössä kahdessa yksikössä kolmesta.",
    "evidence_link": "",
    "cancelled_reason": "",
    "made_by": "Muutosjohtaja, Itä-Uudenmaan hyvinvointialue",
    "about": {
        "subject": "interface:12",
        "title": "Päiväkoti – Neuvola",
        "url": "/kartat/4/yhdyspinnat/12/",
    },
    "answers": [
        {
            "answer": "new_day",
            "due_on": "2026-12-31",
            "wished_on": "2027-02-26",
            "reason": "Hankinta viivästyy.",
            "by": "Sivistysjohtaja, Porvoo",
            "at": "2026-12-18T09:00:00Z",
        }
    ],
    "is_asked": False,
    "steps": [{"name": "progress", "label": "Tell the progress", "blockers": []}],
    "can_change": False,
    "can_name_person": True,
}
MADE = {
    "what": "Suojattu lomake käyttöön",
    "responsible": 215,
    "due_on": "2027-02-26",
    "matter": 41,
    "about": "interface:12",
    "key": "6c1d3f0e-93a7-4f6b-8c58-2f1c9c8f0b11",
}
WISHED = Wished(
    stays=("made_by_id", "made_for_id", "responsible_id", "matter_id", "subject_type_id", "subject_id"),
    may_change=("what", "description", "due_on", "goal_id"),
)


class ActionsAsked(ListAsked):
    """Filters of actions."""

    sorts = ("due_on",)

    q = forms.CharField(required=False, max_length=100, help_text="Words of it.")
    state = choice(ACTION_STATES, help_text="Without it those that are open.")
    forum = Id(help_text="Of matters of this forum.")
    matter = Id()
    goal = Id(help_text="A shared goal.")


class MakeForm(ActionForm):
    """A new action, under a key of the client's own; for whom may be said even where there is one choice only."""

    key = forms.UUIDField()
    about = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "made_for" not in self.fields:
            field = deepcopy(self.base_fields["made_for"])
            field.required = False
            cast(Any, field).queryset = Organisation.objects.filter(pk=self.instance.made_for_id)
            self.only: Organisation | None = self.instance.made_for
            self.fields["made_for"] = field

    def clean_made_for(self) -> Organisation | None:
        """The one for whom the caller makes actions, when it is left out."""
        return self.cleaned_data["made_for"] or getattr(self, "only", None)


class MatterOfIt(forms.Form):
    """Of which matter an action is made."""

    matter = forms.IntegerField(required=False, min_value=1)


class Responsible(forms.Form):
    """Who of the responsible organisation does it."""

    person = forms.ModelChoiceField(User.objects.none(), required=False)

    def __init__(self, sent: Any, action: Action) -> None:
        super().__init__(sent)
        cast(Any, self.fields["person"]).queryset = people_of(action)


def _answer(request: Request, action_id: int, status: int = 200) -> Response:
    return single(request, rows.whole_action(person(request), action_id), WholeActionShape, status=status)


class Actions(Resource):
    @extend_schema(
        operation_id="list_actions",
        summary="The actions that the caller sees, by due day",
        parameters=parameters(ActionsAsked),
        responses=answers(200, page(ActionShape), 400),
        examples=[example({"results": [ROW], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(ActionsAsked, request)
        found = rows.action_rows(person(request), wish)
        return listed(request, found, wish, orders={"due_on": "due_on"}, shape=ActionShape)

    @extend_schema(
        operation_id="make_action",
        summary="Make an action, of a matter or by itself",
        parameters=[LOCATION],
        request=ActionWish,
        responses=answers(201, WholeActionShape, 403, 409, *WITH_A_BODY),
        examples=[request_example(MADE)],
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        matter, sent = _matter_of(request)
        can_begin(person(request), matter).require()
        form = MakeForm(sent, instance=Action(matter=matter), user=person(request), matter=matter)
        told = checked(form)
        action = form.instance
        action.key, action.made_by = told["key"], person(request)
        action.subject = subject_of(request, "about", told["about"])
        made = begin_once(workflow.action_workflow, "make", action, WISHED, by=person(request))
        response = _answer(request, made.pk, status=201)
        response["Location"] = f"{request.path}{made.pk}/"
        return response


def _matter_of(request: Request) -> tuple[Matter | None, dict[str, Any]]:
    """Of which matter the action is wished, and what else was sent. Raises a 422 for one that the caller does not see."""
    sent = body(request, {**MakeForm.base_fields, **MatterOfIt.base_fields})
    number = checked(MatterOfIt({"matter": sent.pop("matter", None)}))["matter"]
    try:
        return (matter_for(person(request), number) if number else None), sent
    except Http404:
        raise of_form({"matter": [_("This does not exist, or you may not see it.")]}) from None


class OneAction(Resource):
    @extend_schema(
        operation_id="read_action",
        summary="One action with its answers and the steps that the caller may take now",
        parameters=parameters(OneAsked),
        responses=answers(200, WholeActionShape, 304, 400, 404),
        examples=[example(WHOLE)],
    )
    def get(self, request: Request, action_id: int) -> Response:
        return _answer(request, action_id)

    @extend_schema(
        operation_id="change_action",
        summary="Change what an action is: its words and its shared goal",
        parameters=[IF_MATCH_NEEDED],
        request=ActionChange,
        responses=answers(200, WholeActionShape, 403, 404, 412, 428, *WITH_A_BODY),
    )
    @transaction.atomic
    def patch(self, request: Request, action_id: int) -> Response:
        action = _locked(request, action_id)
        can_steer(person(request), action).require()
        _match(request, action_id, needed=True)
        wanted = {name: TextForm.base_fields[name] for name in TextForm.Meta.fields}
        sent = body(request, wanted)
        now = {"what": action.what, "description": action.description, "goal": action.goal_id}
        told = checked(
            TextForm({**now, **sent, "seq": action.seq}, instance=Action.objects.get(pk=action_id))
        )
        workflow.change_action(
            action, {name: told[name] for name in sent}, seq=action.seq, by=person(request)
        )
        return _answer(request, action_id)


def _locked(request: Request, action_id: int) -> Action:
    """The action, which nobody else changes now. Raises a 404."""
    action_for(person(request), action_id)
    Action.objects.select_for_update(of=("self",)).get(pk=action_id)
    return action_for(person(request), action_id)


def _match(request: Request, action_id: int, *, needed: bool = False) -> None:
    """Raise a 412 when the caller has read another version than there is now; a 428 when they have to say which."""
    if needed or "If-Match" in request.headers:
        require_match(request, rows.whole_action(person(request), action_id), needed=needed)


class ActionTransition(Resource):
    @extend_schema(
        operation_id="take_action_step",
        summary="Take a step of an action: progress, finish, on_track, late, ask_day, move, cancel, reopen",
        parameters=[IF_MATCH],
        request=ActionStepWish,
        responses=answers(200, WholeActionShape, 403, 404, 409, 412, *WITH_A_BODY),
        examples=[
            request_example({"progress": 60, "evidence": "Käytössä kahdessa yksikössä."}, "progress"),
            request_example({"evidence": "Käytössä kaikissa."}, "finish"),
            request_example({"wished_on": "2027-03-31", "reason": "Hankinta viivästyy."}, "ask_day"),
        ],
    )
    @transaction.atomic
    def post(self, request: Request, action_id: int, action_step: str) -> Response:
        action = _locked(request, action_id)
        transition = _offered(action_step)
        _match(request, action_id)
        try:
            transition.require_source(action)
            transition.allowed(person(request), action).require()
            fields = getattr(transition.form, "base_fields", {})
            kept = {name: getattr(action, name) for name in workflow.EVIDENCE if name in fields}
            sent = {**kept, **body(request, fields)}
            workflow.action_workflow.perform(action_step, action, by=person(request), sent=sent)
        except TransitionRefused as refusal:
            raise Problem(409, str(refusal)) from None
        return _answer(request, action_id)


def _offered(step: str) -> Transition[Action]:
    """The step of that name that people take. Raises a 404."""
    found = workflow.action_workflow.transitions.get(step)
    if found is None or found.is_automatic or not found.sources:
        raise Http404
    return found


class ActionPerson(Resource):
    @extend_schema(
        operation_id="name_responsible_person",
        summary="Say who of the responsible organisation does it",
        parameters=[IF_MATCH],
        request=ResponsibleWish,
        responses=answers(200, WholeActionShape, 403, 404, 412, *WITH_A_BODY),
        examples=[request_example({"person": 8})],
    )
    @transaction.atomic
    def post(self, request: Request, action_id: int) -> Response:
        action = _locked(request, action_id)
        can_name_person(person(request), action).require()
        _match(request, action_id)
        told = checked(Responsible(body(request, Responsible.base_fields), action))
        workflow.name_person(action, told["person"], by=person(request))
        return _answer(request, action_id)
