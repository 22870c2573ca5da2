"""An organisation's people and its invitations, for who keeps them; the same rules as on the page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration import queries
from collaboration.api.asking import Flag, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import (
    IF_MATCH,
    IF_MATCH_NEEDED,
    LOCATION,
    WITH_A_BODY,
    answers,
    example,
    request_example,
)
from collaboration.api.problems import of_form
from collaboration.api.resource import (
    Resource,
    body,
    checked,
    listed,
    one,
    person,
    require_match,
    single,
)
from collaboration.api.shapes import InvitationShape, InvitationWish, MemberChange, MemberShape, page
from collaboration.forms import ContactForm, InvitationForm, MemberForm
from collaboration.models import Invitation, Member, Membership, Organisation
from collaboration.policy import can_change_contact, can_manage_people, visible_invitations
from collaboration.workflows import invitations
from collaboration.workflows.people import end_membership, keep_contact, set_roles, take_back

MEMBER = {
    "id": 12,
    "organisation": 215,
    "person": 3,
    "name": "Sivistysjohtaja, Porvoo",
    "email": "sivistysjohtaja.porvoo@esittely.example",
    "roles": ["editor"],
    "level": "management",
    "title": "Sivistysjohtaja",
    "phone": "019 000 0003",
    "hours": "ma–pe 8–16",
    "deputy": None,
    "ended_at": None,
}
INVITATION = {
    "id": 4,
    "organisation": 215,
    "email": "kuraattori.porvoo@esittely.example",
    "role": "reader",
    "level": "expert",
    "title": "Kuraattori",
    "language": "fi",
    "invited_by": "Organisaation pääkäyttäjä, Porvoo",
    "made_at": "2026-11-24T15:04:05Z",
    "expires_at": "2026-12-08T15:04:05Z",
    "times": 1,
}


class PeopleAsked(ListAsked):
    """Filters of people."""

    sorts = ("name",)

    q = forms.CharField(required=False, max_length=100, help_text="Part of the name, title or address.")
    role = choice(Membership.Role.values)
    level = choice(Member.Level.values)
    ended = Flag(help_text="Those who have ended, too.")


def _kept(request: Request, organisation_id: int) -> Organisation:
    """The organisation, whose people the caller keeps. Raises a 404 or a 403."""
    organisation = queries.organisation_for(person(request), organisation_id)
    can_manage_people(person(request), organisation).require()
    return organisation


def _answer(request: Request, member: Member) -> Response:
    return single(request, one(queries.member_rows(Member.objects.filter(pk=member.pk))), MemberShape)


class People(Resource):
    @extend_schema(
        operation_id="list_people",
        summary="The people of an organisation",
        parameters=parameters(PeopleAsked),
        responses=answers(200, page(MemberShape), 400, 403, 404),
        examples=[example({"results": [MEMBER], "next": None})],
    )
    def get(self, request: Request, organisation_id: int) -> Response:
        wish = asked(PeopleAsked, request)
        members = queries.members_of(_kept(request, organisation_id), wish)
        orders = {"name": "user__sort_key"}
        return listed(request, queries.member_rows(members), wish, orders=orders, shape=MemberShape)


class OneMember(Resource):
    @extend_schema(
        operation_id="read_member",
        summary="One of an organisation's people",
        parameters=parameters(OneAsked),
        responses=answers(200, MemberShape, 304, 400, 404),
        examples=[example(MEMBER)],
    )
    def get(self, request: Request, organisation_id: int, member_id: int) -> Response:
        return _answer(request, queries.member_for(person(request), organisation_id, member_id))

    @extend_schema(
        operation_id="change_member",
        summary="Change a member's roles, level, title, phone, hours or deputy",
        parameters=[IF_MATCH_NEEDED],
        request=MemberChange,
        responses=answers(200, MemberShape, 403, 404, 412, 428, *WITH_A_BODY),
    )
    @transaction.atomic
    def patch(self, request: Request, organisation_id: int, member_id: int) -> Response:
        """People change the title, phone, hours and deputy of their own; the rest is the administrators'."""
        member = _locked(request, organisation_id, member_id, needs_match=True)
        can_change_contact(person(request), member).require()
        manages = bool(can_manage_people(person(request), member.organisation)) and not member.ended_at
        form_class = MemberForm if manages else ContactForm
        sent = body(request, form_class.base_fields)
        now = model_to_dict(member, fields=list(form_class.base_fields))
        now["roles"] = member.roles  # type: ignore[attr-defined]
        form = form_class({**now, **sent}, instance=member)
        checked(form)
        with_sentences(lambda: _keep(request, member, form, sent))
        return _answer(request, member)


def _keep(request: Request, member: Member, form: ContactForm, sent: dict[str, Any]) -> None:
    if "roles" in sent:
        set_roles(member, form.cleaned_data["roles"], by=person(request))
    if columns := sent.keys() - {"roles"}:
        keep_contact(member, columns, by=person(request))


def with_sentences(write: Any) -> None:
    """Write; what the workflow refuses is a 422 that names the fields."""
    try:
        with transaction.atomic():
            write()
    except ValidationError as error:
        raise of_form(error.message_dict if hasattr(error, "error_dict") else {"": error.messages}) from None


def _locked(request: Request, organisation_id: int, member_id: int, *, needs_match: bool = False) -> Member:
    """The member, whom nobody else changes now, as the caller has read it. Raises a 404, 412 or 428."""
    queries.member_for(person(request), organisation_id, member_id)
    Member.objects.select_for_update(of=("self",)).get(pk=member_id)
    member = queries.member_for(person(request), organisation_id, member_id)
    require_match(request, one(queries.member_rows(Member.objects.filter(pk=member.pk))), needed=needs_match)
    return member


class MemberEnded(Resource):
    @extend_schema(
        operation_id="end_member",
        summary="End a membership: all roles go, and can be taken back",
        parameters=[IF_MATCH],
        request=None,
        responses=answers(200, MemberShape, 400, 403, 404, 412, 422),
    )
    @transaction.atomic
    def post(self, request: Request, organisation_id: int, member_id: int) -> Response:
        member = _locked(request, organisation_id, member_id)
        with_sentences(lambda: end_membership(member, by=person(request)))
        return _answer(request, member)


class MemberTakenBack(Resource):
    @extend_schema(
        operation_id="take_member_back",
        summary="Take an ended membership back with the same roles",
        parameters=[IF_MATCH],
        request=None,
        responses=answers(200, MemberShape, 400, 403, 404, 412),
    )
    @transaction.atomic
    def post(self, request: Request, organisation_id: int, member_id: int) -> Response:
        member = _locked(request, organisation_id, member_id)
        take_back(member, by=person(request))
        return _answer(request, member)


class Invitations(Resource):
    @extend_schema(
        operation_id="list_invitations",
        summary="Invitations of an organisation that wait",
        parameters=parameters(ListAsked),
        responses=answers(200, page(InvitationShape), 400, 403, 404),
        examples=[example({"results": [INVITATION], "next": None})],
    )
    def get(self, request: Request, organisation_id: int) -> Response:
        wish = asked(ListAsked, request)
        waiting = Invitation.objects.waiting().filter(organisation=_kept(request, organisation_id))
        rows = queries.invitation_rows(waiting)
        return listed(request, rows, wish, orders={"id": "pk"}, shape=InvitationShape)

    @extend_schema(
        operation_id="invite",
        summary="Invite somebody to the organisation's people by mail",
        parameters=[LOCATION],
        request=InvitationWish,
        responses=answers(201, InvitationShape, 403, 404, *WITH_A_BODY),
        examples=[request_example({"email": "kuraattori.porvoo@esittely.example", "role": "reader"})],
    )
    def post(self, request: Request, organisation_id: int) -> Response:
        organisation = _kept(request, organisation_id)
        wish = {"language": person(request).language, **body(request, InvitationForm.base_fields)}
        form = InvitationForm(wish, instance=Invitation(organisation=organisation))
        checked(form)
        invitation = form.save(commit=False)
        with_sentences(lambda: invitations.invite(invitation, by=person(request)))
        row = one(queries.invitation_rows(Invitation.objects.filter(pk=invitation.pk)))
        response = single(request, row, InvitationShape, status=201)
        response["Location"] = f"{request.path}{invitation.pk}/"
        return response


class OneInvitation(Resource):
    @extend_schema(
        operation_id="read_invitation",
        summary="One invitation",
        parameters=parameters(OneAsked),
        responses=answers(200, InvitationShape, 304, 400, 404),
        examples=[example(INVITATION)],
    )
    def get(self, request: Request, organisation_id: int, invitation_id: int) -> Response:
        found = _invitations(request, organisation_id, invitation_id)
        return single(request, one(queries.invitation_rows(found)), InvitationShape)

    @extend_schema(
        operation_id="withdraw_invitation",
        summary="Withdraw an invitation: its link works no longer",
        responses=answers(200, InvitationShape, 400, 403, 404, 422),
    )
    def delete(self, request: Request, organisation_id: int, invitation_id: int) -> Response:
        found = _invitations(request, organisation_id, invitation_id)
        row = one(queries.invitation_rows(found))
        with_sentences(lambda: invitations.withdraw(found.get(), by=person(request)))
        return single(request, row, InvitationShape)


class InvitationSent(Resource):
    @extend_schema(
        operation_id="send_invitation",
        summary="Send an invitation again: a new link for two weeks, and the earlier one ends",
        request=None,
        responses=answers(200, InvitationShape, 400, 403, 404, 422),
    )
    def post(self, request: Request, organisation_id: int, invitation_id: int) -> Response:
        found = _invitations(request, organisation_id, invitation_id)
        with_sentences(lambda: invitations.send_again(found.get(), by=person(request)))
        return single(request, one(queries.invitation_rows(found)), InvitationShape)


def _invitations(request: Request, organisation_id: int, invitation_id: int) -> Any:
    """The one that waits, as a queryset. Raises a 404."""
    seen = visible_invitations(person(request)).waiting()  # type: ignore[attr-defined]
    found = seen.filter(organisation=organisation_id, pk=invitation_id)
    if not found.exists():
        raise Http404
    return found
