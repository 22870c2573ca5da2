"""What does not work: reported, listed, read, and taken step by step; the same rules as on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import Id, Ids, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import (
    IF_MATCH,
    LOCATION,
    WITH_A_BODY,
    answers,
    example,
    request_example,
)
from collaboration.api.once import Wished, begin_once
from collaboration.api.problems import Problem, of_form
from collaboration.api.resource import Resource, body, checked, listed, person, require_match, single
from collaboration.api.shapes import page
from collaboration.models import Level
from collaboration.workflow import Transition, TransitionRefused
from services.api.escalation_examples import DRAFT, FILED, OWN_RULE, RESULTS, ROW, RULE, WHOLE
from services.api.escalation_shapes import (
    ESCALATION_STATES,
    DaysWish,
    DraftWish,
    EscalationRuleShape,
    EscalationShape,
    EscalationsStepWish,
    EscalationStepWish,
    EscalationWish,
    RulePreviewShape,
    RuleWish,
    SimilarEscalationsShape,
    StepResultsShape,
    WholeEscalationShape,
)
from services.forms.escalations import RuleForm
from services.models import Aspect, Escalation, Feedback, Interface, InterfaceMap
from services.policy import escalations as policy
from services.policy import visible_interfaces, visible_maps
from services.policy.feedback import visible_feedback
from services.queries import escalation_rows as rows
from services.queries.escalation_rules import county_for, rule_page
from services.workflows.escalation_filing import drafted, send_along, take_many
from services.workflows.escalation_rules import preview, set_rule
from services.workflows.escalation_steps import Filing
from services.workflows.escalations import escalation_workflow, take_step

CALLED = {"aspect": "aspect_number", "to": "person"}
"""Fields of steps that have another name here, where `aspect` is an id and `to` is nobody."""
MOST_AT_ONCE = 200
WISHED = Wished(
    stays=("first_report", "map_id", "text", "effect", "frequency"),
    may_change=("interface_id", "aspect_id", "urgency"),
)


class EscalationsAsked(ListAsked):
    """Filters of escalations."""

    sorts = ("due_at", "id")

    q = forms.CharField(required=False, max_length=100, help_text="Words, or a number.")
    state = choice(ESCALATION_STATES, help_text="Without it those that are open.")
    level = choice(Level.values)
    aspect_number = forms.IntegerField(required=False, min_value=1, max_value=9)
    map = Id()
    interface = Id()


class Place(forms.Form):
    """Where it does not work."""

    interface = Id()
    map = Id()
    aspect_number = forms.IntegerField(required=False, min_value=1, max_value=9)


class FilingAsked(Place, Filing):
    """A report, under a key of the client's own."""

    key = forms.UUIDField()
    is_nameless = forms.BooleanField(required=False)  # type: ignore[assignment]
    feedback = Id()


class DraftAsked(Place):
    """What is being written."""

    text = forms.CharField(required=False, max_length=10_000)


def _place(request: Request, told: dict[str, Any]) -> tuple[InterfaceMap, Interface | None, Aspect | None]:
    """The map, the interface and the aspect that are meant. Raises a 422 for what the caller does not see."""
    hidden = _("This does not exist, or you may not see it.")
    number, chosen, on = (told.pop(name) for name in ("aspect_number", "interface", "map"))
    if chosen:
        live = visible_interfaces(person(request)).live().filter(pk=chosen)  # type: ignore[attr-defined]
        numbered = Aspect.objects.filter(number=number, interface__in=live).select_related("interface__map")
        aspect = numbered.first() if number else None
        interface = aspect.interface if aspect else live.select_related("map").first()
        if interface is None or (on and interface.map_id != on):
            raise of_form({"interface": [hidden]})
        return interface.map, interface, aspect
    if number:
        raise of_form({"aspect_number": [_("An aspect is of an interface: tell which.")]})
    if not on:
        raise of_form({"interface": [_("Tell in which interface, or at least on which map.")]})
    found = visible_maps(person(request)).filter(pk=on).first()
    if found is None:
        raise of_form({"map": [hidden]})
    return found, None, None


def _feedback(request: Request, number: int | None) -> Feedback | None:
    """What a resident told. Raises a 422 for what the caller does not see."""
    if number is None:
        return None
    found = visible_feedback(person(request)).filter(pk=number).first()
    if found is None:
        raise of_form({"feedback": [_("This does not exist, or you may not see it.")]})
    return found


def _answer(request: Request, escalation_id: int, status: int = 200) -> Response:
    told = rows.whole_escalation(person(request), escalation_id)
    return single(request, told, WholeEscalationShape, status=status)


class Escalations(Resource):
    @extend_schema(
        operation_id="list_escalations",
        summary="What does not work, as far as the caller sees it, by deadline",
        parameters=parameters(EscalationsAsked),
        responses=answers(200, page(EscalationShape), 400),
        examples=[example({"results": [ROW], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(EscalationsAsked, request)
        found = rows.escalation_rows(person(request), {**wish, "aspect": wish["aspect_number"]})
        return listed(
            request,
            found,
            wish,
            orders={"due_at": "due_at", "id": "pk"},
            shape=EscalationShape,
            complete=rows.completed,
        )

    @extend_schema(
        operation_id="file_escalation",
        summary="Report what does not work",
        parameters=[LOCATION],
        request=EscalationWish,
        responses=answers(201, WholeEscalationShape, 403, 409, *WITH_A_BODY),
        examples=[request_example(FILED)],
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        sent = body(request, FilingAsked.base_fields)
        told = checked(FilingAsked({"is_nameless": True, **sent}))
        key, about = told.pop("key"), _feedback(request, told.pop("feedback"))
        wish = drafted(*_place(request, told), told, by=person(request), key=key)
        filed = begin_once(escalation_workflow, "file", wish, WISHED, by=person(request))
        try:
            send_along(filed, about, by=person(request))
        except TransitionRefused as refusal:
            raise Problem(409, str(refusal)) from None
        response = _answer(request, filed.pk, status=201)
        response["Location"] = f"{request.path}{filed.pk}/"
        return response


class SimilarEscalations(Resource):
    @extend_schema(
        operation_id="similar_escalations",
        summary="Open reports that may be of the same as a draft; writes nothing",
        request=DraftWish,
        responses=answers(200, SimilarEscalationsShape, 403, *WITH_A_BODY),
        examples=[request_example(DRAFT)],
    )
    def post(self, request: Request) -> Response:
        """A POST, since what is being written belongs in no address."""
        told = checked(DraftAsked(body(request, DraftAsked.base_fields)))
        text = told.pop("text")
        on, interface, aspect = _place(request, told)
        policy.can_file(person(request), on).require()
        number = aspect.number if aspect else None
        return Response({"results": rows.similar_rows(person(request), on, interface, number, text)})


class OneEscalation(Resource):
    @extend_schema(
        operation_id="read_escalation",
        summary="One escalation: its ladder, owners, deadline, pauses, words and timeline, and the steps that the caller may take",
        parameters=parameters(OneAsked),
        responses=answers(200, WholeEscalationShape, 304, 400, 404),
        examples=[example(WHOLE)],
    )
    def get(self, request: Request, escalation_id: int) -> Response:
        return _answer(request, escalation_id)


def _offered(step: str) -> Transition[Escalation]:
    """The step of that name that people take. Raises a 404."""
    found = escalation_workflow.transitions.get(step)
    if found is None or found.is_automatic or not found.sources:
        raise Http404
    return found


def _fields(transition: Transition[Escalation]) -> dict[str, forms.Field]:
    """What the step asks for, by the names and of the kinds that it has here."""
    fields = {
        CALLED.get(name, name): field for name, field in getattr(transition.form, "base_fields", {}).items()
    }
    if "aspect_number" in fields:
        fields["aspect_number"] = forms.IntegerField(required=False, min_value=1, max_value=9)
    if "is_nameless" in fields:
        fields["is_nameless"] = forms.BooleanField(required=False)
    return fields


def _sent(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same by the names of the form, as a page sends it."""
    named = {here: there for there, here in CALLED.items()}
    sent = {named.get(name, name): value for name, value in told.items()}
    if "is_nameless" in sent:
        sent["is_nameless"] = "yes" if sent["is_nameless"] else "no"
    return sent


def _named_here(error: ValidationError) -> Problem:
    """The sentences by the names of the fields here."""
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return of_form({CALLED.get(name, name): sentences for name, sentences in told.items()})


def _known(transition: Transition[Escalation], row: Escalation) -> dict[str, Any]:
    """What a step keeps that is not sent, as the page fills it in."""
    known = {"title": row.title, "urgency": row.urgency, "base_version": row.map.seq}
    return {name: value for name, value in known.items() if name in _fields(transition)}


class EscalationTransition(Resource):
    @extend_schema(
        operation_id="take_escalation_step",
        summary="Take a step of an escalation, such as join, take, wait, propose, works, doubt, climb, hand_over, merge",
        parameters=[IF_MATCH],
        request=EscalationStepWish,
        responses=answers(200, WholeEscalationShape, 403, 404, 409, 412, *WITH_A_BODY),
        examples=[
            request_example({"text": "Meillä sama.", "is_nameless": False}, "join"),
            request_example(
                {"waiting_for": "reporter", "reason": "Minä päivänä?", "until": "2026-12-10"}, "wait"
            ),
            request_example(
                {
                    "proposal": "Havainnot lähetetään viikkoa ennen.",
                    "repair": "text",
                    "shared": "Päiväkoti lähettää havainnot viikkoa ennen tarkastusta.",
                },
                "propose",
            ),
            request_example({"reason": "Ei tullut tänäänkään."}, "doubt"),
        ],
    )
    @transaction.atomic
    def post(self, request: Request, escalation_id: int, escalation_step: str) -> Response:
        visible = policy.visible_escalations(person(request)).filter(pk=escalation_id)
        row = visible.select_related("map").select_for_update(of=("self",)).first()
        if row is None:
            raise Http404
        transition = _offered(escalation_step)
        if "If-Match" in request.headers:
            require_match(request, rows.whole_escalation(person(request), escalation_id))
        try:
            transition.require_source(row)
            transition.allowed(person(request), row).require()
            sent = _known(transition, row) | _sent(body(request, _fields(transition)))
            done = take_step(escalation_step, row, by=person(request), sent=sent)
        except TransitionRefused as refusal:
            raise Problem(409, str(refusal)) from None
        except ValidationError as error:
            raise _named_here(error) from None
        return _answer(request, done.pk)


class Chosen(forms.Form):
    """Which ones."""

    escalations = Ids(MOST_AT_ONCE)


class EscalationsTransition(Resource):
    @extend_schema(
        operation_id="take_step_of_escalations",
        summary="Take a step of many escalations, each with its own result",
        request=EscalationsStepWish,
        responses=answers(200, StepResultsShape, 404, *WITH_A_BODY),
        examples=[request_example({"escalations": [41, 42]}, "take"), example(RESULTS)],
    )
    def post(self, request: Request, escalation_step: str) -> Response:
        """A report whose step is refused keeps no other from its own."""
        transition = _offered(escalation_step)
        sent = body(request, _fields(transition) | Chosen.base_fields)
        numbers = checked(Chosen({"escalations": sent.pop("escalations", None)}))["escalations"]
        done = take_many(escalation_step, numbers, by=person(request), sent=_sent(sent))
        return Response(
            {
                "results": [
                    {
                        "id": result.pk,
                        "is_done": result.is_done,
                        "status": row and row.status,
                        "refusal": result.refusal,
                    }
                    for result, row in done
                ]
            }
        )


class EscalationDays(Resource):
    @extend_schema(
        operation_id="read_escalation_days",
        summary="In how many working days each level answers in a county, now and before",
        parameters=parameters(OneAsked),
        responses=answers(200, EscalationRuleShape, 304, 400, 404),
        examples=[example(OWN_RULE)],
    )
    def get(self, request: Request, county_id: int) -> Response:
        return _days(request, county_id)

    @extend_schema(
        operation_id="set_escalation_days",
        summary="Set in how many working days each level answers in a county",
        request=RuleWish,
        responses=answers(200, EscalationRuleShape, 403, 404, *WITH_A_BODY),
        examples=[request_example(RULE)],
    )
    @transaction.atomic
    def post(self, request: Request, county_id: int) -> Response:
        county = county_for(county_id)
        policy.can_keep_rule(person(request), county).require()
        form = RuleForm()
        form = RuleForm(body(request, form.fields))
        told = checked(form)
        set_rule(county, form.days, by=person(request), reason=told["reason"], to_open=told["to_open"])
        return _days(request, county_id)


def _days(request: Request, county_id: int) -> Response:
    told = rows.rule_told(rule_page(person(request), county_for(county_id)))
    return single(request, told, EscalationRuleShape)


class EscalationDaysPreview(Resource):
    @extend_schema(
        operation_id="preview_escalation_days",
        summary="What these days would do to the county's open reports; writes nothing",
        request=DaysWish,
        responses=answers(200, RulePreviewShape, 403, 404, *WITH_A_BODY),
        examples=[request_example({name: RULE[name] for name in Level.values})],
    )
    def post(self, request: Request, county_id: int) -> Response:
        county = county_for(county_id)
        policy.can_keep_rule(person(request), county).require()
        fields = {name: field for name, field in RuleForm().fields.items() if name in Level.values}
        form = RuleForm(body(request, fields))
        checked(form)
        done = preview(county, form.days)
        return Response({"earlier": done.earlier, "later": done.later, "past": done.past})
