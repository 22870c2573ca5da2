"""Forums, their seats, and absences; the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

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
from collaboration.api.forum_shapes import (
    FORUM_KINDS,
    LEVELS,
    SEAT_ROLES,
    AbsenceChange,
    AbsenceShape,
    AbsenceWish,
    ForumChange,
    ForumSeatChange,
    ForumSeatShape,
    ForumSeatWish,
    ForumShape,
    ForumWish,
    LastDayWish,
    WholeForumShape,
)
from collaboration.api.resource import (
    Resource,
    filled,
    listed,
    one,
    person,
    require_match,
    single,
)
from collaboration.api.shapes import page
from collaboration.forms.forums import AbsenceForm, ForumForm, KeptAbsenceForm, SeatEnd, SeatForm
from collaboration.models import Absence, Forum, ForumSeat
from collaboration.policy.forums import can_change_forum, can_keep_forum, can_make_any, can_set_absence
from collaboration.queries import forum_rows as rows
from collaboration.queries import forums as queries
from collaboration.words import by_name
from collaboration.workflows import absences, forums

SEAT = {
    "id": 31,
    "forum": 5,
    "user": 3,
    "name": "Muutosjohtaja, Itä-Uudenmaan hyvinvointialue",
    "organisation": 2,
    "role": "chair",
    "represents": "social_and_health",
    "language": "fi",
    "deputy_for": None,
    "matter": None,
    "valid_from": "2026-08-01",
    "valid_until": None,
    "stands_in": {"user": 8, "name": "Sivistysjohtaja, Porvoo", "until": "2026-12-31"},
}
FORUM: dict[str, Any] = {
    "id": 5,
    "kind": "lape",
    "level": "management",
    "name_fi": "Itä-Uudenmaan LAPE-ryhmä",
    "name_sv": "Östra Nylands LAPE-grupp",
    "area": 3,
    "coordinated_by": 2,
    "above": 7,
    "languages": "fi-sv",
    "purpose_fi": "Sovittaa yhteen lasten, nuorten ja perheiden palvelut.",
    "purpose_sv": "",
    "legal_basis": "611/2021, 14 §",
    "term_from": None,
    "term_until": None,
    "ended_on": None,
    "members": [2, 215],
    "forwards_to": [],
}
WHOLE = FORUM | {
    "working_rules": "",
    "seats": [SEAT],
    "composition": [{"part": "Chair", "count": 1, "is_missing": False}],
    "routes": [{"forum": 7, "name": "Itä-Uudenmaan aluehallitus"}],
    "can_change": True,
    "can_raise": True,
}
ABSENCE = {
    "id": 2,
    "user": 3,
    "name": "Muutosjohtaja, Itä-Uudenmaan hyvinvointialue",
    "deputy": 8,
    "deputy_name": "Sivistysjohtaja, Porvoo",
    "seat": None,
    "valid_from": "2027-07-01",
    "valid_until": "2027-07-31",
}


class ForumsAsked(ListAsked):
    """Filters of forums."""

    sorts = ("name",)

    q = forms.CharField(required=False, max_length=100, help_text="Part of a name or of the purpose.")
    area = Id(help_text="The area's id.")
    level = choice(LEVELS)
    kind = choice(FORUM_KINDS)
    ended = Flag(help_text="Those that have ended, too.")
    mine = Flag(help_text="Only where the caller sits, or stands in for somebody, today.")


def _answer(request: Request, forum_id: int, status: int = 200) -> Response:
    return single(request, _whole(request, forum_id), WholeForumShape, status=status)


def _whole(request: Request, forum_id: int) -> dict[str, Any]:
    row = one(rows.forum_rows(person(request), {"ended": True}).filter(pk=forum_id))
    return rows.whole_forum(person(request), row)


class Forums(Resource):
    @extend_schema(
        operation_id="list_forums",
        summary="Forums on the four levels",
        parameters=parameters(ForumsAsked),
        responses=answers(200, page(ForumShape), 400),
        examples=[example({"results": [FORUM], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(ForumsAsked, request)
        found = rows.forum_rows(person(request), wish)
        return listed(request, found, wish, orders={"name": by_name()}, shape=ForumShape)

    @extend_schema(
        operation_id="make_forum",
        summary="Make a forum, as an editor or administrator of the organisation that coordinates it",
        parameters=[LOCATION],
        request=ForumWish,
        responses=answers(201, WholeForumShape, 403, *WITH_A_BODY),
        examples=[request_example({"kind": "lape", "name_fi": "LAPE-ryhmä", "coordinated_by": 2})],
    )
    def post(self, request: Request) -> Response:
        can_make_any(person(request)).require()
        row = Forum()
        form = filled(request, lambda sent: ForumForm(sent, instance=row, user=person(request)))
        forums.make_forum(row, form.links, by=person(request))
        response = _answer(request, row.pk, status=201)
        response["Location"] = f"{request.path}{row.pk}/"
        return response


class OneForum(Resource):
    @extend_schema(
        operation_id="read_forum",
        summary="One forum with its seats, what its composition lacks, and its routes",
        parameters=parameters(OneAsked),
        responses=answers(200, WholeForumShape, 304, 400, 404),
        examples=[example(WHOLE)],
    )
    def get(self, request: Request, forum_id: int) -> Response:
        return _answer(request, forum_id)

    @extend_schema(
        operation_id="change_forum",
        summary="Change what a forum is",
        parameters=[IF_MATCH_NEEDED],
        request=ForumChange,
        responses=answers(200, WholeForumShape, 403, 404, 412, 428, *WITH_A_BODY),
    )
    @transaction.atomic
    def patch(self, request: Request, forum_id: int) -> Response:
        row = _locked(request, forum_id)
        can_change_forum(person(request), row).require()
        require_match(request, _whole(request, forum_id), needed=True)
        form = filled(request, lambda sent: ForumForm(sent, instance=row, user=person(request)))
        forums.change_forum(row, form.links, by=person(request))
        return _answer(request, forum_id)


def _locked(request: Request, forum_id: int) -> Forum:
    """The forum, which nobody else changes now. Raises a 404."""
    queries.forum_for(person(request), forum_id)
    Forum.objects.select_for_update(of=("self",), no_key=True).get(pk=forum_id)
    return queries.forum_for(person(request), forum_id)


def _matched(request: Request, forum_id: int) -> Forum:
    """The same, as the caller has read it if they say what they have read. Raises a 412, too."""
    row = _locked(request, forum_id)
    if "If-Match" in request.headers:
        require_match(request, _whole(request, forum_id))
    return row


class ForumEnded(Resource):
    @extend_schema(
        operation_id="end_forum",
        summary="End a forum in which nothing waits: its seats open nothing, its matters stay",
        parameters=[IF_MATCH],
        request=None,
        responses=answers(200, WholeForumShape, 400, 403, 404, 412, 422),
    )
    @transaction.atomic
    def post(self, request: Request, forum_id: int) -> Response:
        forums.end_forum(_matched(request, forum_id), by=person(request))
        return _answer(request, forum_id)


class ForumTakenBack(Resource):
    @extend_schema(
        operation_id="take_forum_back",
        summary="Take an ended forum back into use",
        parameters=[IF_MATCH],
        request=None,
        responses=answers(200, WholeForumShape, 400, 403, 404, 412, 422),
    )
    @transaction.atomic
    def post(self, request: Request, forum_id: int) -> Response:
        forums.take_forum_back(_matched(request, forum_id), by=person(request))
        return _answer(request, forum_id)


class SeatsAsked(ListAsked):
    """Filters of seats."""

    sorts = ("name",)

    role = choice(SEAT_ROLES)
    ended = Flag(help_text="Those that have ended, too.")


def _seat(request: Request, seat: ForumSeat, status: int = 200) -> Response:
    return single(request, _seat_row(request, seat), ForumSeatShape, status=status)


def _seat_row(request: Request, seat: ForumSeat) -> dict[str, Any]:
    found = rows.seat_rows(person(request), ForumSeat.objects.filter(pk=seat.pk))
    return rows.with_deputies([one(found)])[0]


class Seats(Resource):
    @extend_schema(
        operation_id="list_seats",
        summary="Who sits in a forum, and who stands in for them today",
        parameters=parameters(SeatsAsked),
        responses=answers(200, page(ForumSeatShape), 400, 404),
        examples=[example({"results": [SEAT], "next": None})],
    )
    def get(self, request: Request, forum_id: int) -> Response:
        wish = asked(SeatsAsked, request)
        one(rows.forum_rows(person(request), {"ended": True}).filter(pk=forum_id))
        found = rows.seat_rows(person(request), rows.seats_of_forum(person(request), forum_id, wish))
        orders = {"name": "user__sort_key"}
        return listed(request, found, wish, orders=orders, shape=ForumSeatShape, complete=rows.with_deputies)

    @extend_schema(
        operation_id="give_seat",
        summary="Give somebody who has an account a seat",
        parameters=[LOCATION],
        request=ForumSeatWish,
        responses=answers(201, ForumSeatShape, 403, 404, *WITH_A_BODY),
        examples=[request_example({"user": 8, "organisation": 215, "role": "member"})],
    )
    def post(self, request: Request, forum_id: int) -> Response:
        forum = queries.forum_for(person(request), forum_id)
        can_change_forum(person(request), forum).require()
        seat = ForumSeat(forum=forum)
        filled(request, lambda sent: SeatForm(sent, instance=seat, user=person(request)))
        forums.give_seat(seat, by=person(request))
        response = _seat(request, seat, status=201)
        response["Location"] = f"{request.path}{seat.pk}/"
        return response


class OneSeat(Resource):
    @extend_schema(
        operation_id="read_seat",
        summary="One seat",
        parameters=parameters(OneAsked),
        responses=answers(200, ForumSeatShape, 304, 400, 404),
        examples=[example(SEAT)],
    )
    def get(self, request: Request, forum_id: int, seat_id: int) -> Response:
        return _seat(request, queries.seat_for(person(request), forum_id, seat_id))

    @extend_schema(
        operation_id="change_seat",
        summary="Change a seat",
        parameters=[IF_MATCH_NEEDED],
        request=ForumSeatChange,
        responses=answers(200, ForumSeatShape, 403, 404, 412, 428, *WITH_A_BODY),
    )
    @transaction.atomic
    def patch(self, request: Request, forum_id: int, seat_id: int) -> Response:
        can_change_forum(person(request), _locked(request, forum_id)).require()
        seat = queries.seat_for(person(request), forum_id, seat_id)
        require_match(request, _seat_row(request, seat), needed=True)
        filled(request, lambda sent: SeatForm(sent, instance=seat, user=person(request)))
        forums.change_seat(seat, by=person(request))
        return _seat(request, seat)


class SeatEnded(Resource):
    @extend_schema(
        operation_id="end_seat",
        summary="Say which day of a seat is its last: whoever keeps the forum, and each of their own",
        parameters=[IF_MATCH],
        request=LastDayWish,
        responses=answers(200, ForumSeatShape, 403, 404, 412, *WITH_A_BODY),
        examples=[request_example({"valid_until": "2026-12-31"})],
    )
    @transaction.atomic
    def post(self, request: Request, forum_id: int, seat_id: int) -> Response:
        forum = _locked(request, forum_id)
        seat = queries.seat_for(person(request), forum_id, seat_id)
        if seat.user_id != person(request).pk:
            can_keep_forum(person(request), forum).require()
        require_match(request, _seat_row(request, seat))
        form = filled(request, SeatEnd)
        forums.end_seat(seat, form.cleaned_data["valid_until"], by=person(request))
        return _seat(request, seat)


class AbsencesAsked(ListAsked):
    """Filters of absences."""

    user = Id(help_text="Who is away.")
    ended = Flag(help_text="Those that have ended, too.")


def _absence(request: Request, absence_id: int, status: int = 200) -> Response:
    return single(request, one(_rows(request, absence_id)), AbsenceShape, status=status)


def _rows(request: Request, absence_id: int) -> Any:
    return rows.absence_rows(person(request), {"ended": True}).filter(pk=absence_id)


class Absences(Resource):
    @extend_schema(
        operation_id="list_absences",
        summary="The caller's absences, those in which they stand in, and those of the people whom they keep",
        parameters=parameters(AbsencesAsked),
        responses=answers(200, page(AbsenceShape), 400),
        examples=[example({"results": [ABSENCE], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(AbsencesAsked, request)
        found = rows.absence_rows(person(request), wish)
        return listed(request, found, wish, orders={"id": "pk"}, shape=AbsenceShape)

    @extend_schema(
        operation_id="set_absence",
        summary="Say when the caller, or somebody whose organisation's people they keep, is away, and who stands in",
        parameters=[LOCATION],
        request=AbsenceWish,
        responses=answers(201, AbsenceShape, 403, *WITH_A_BODY),
        examples=[request_example({"valid_from": "2027-07-01", "valid_until": "2027-07-31", "deputy": 8})],
    )
    def post(self, request: Request) -> Response:
        absence = filled(request, lambda sent: KeptAbsenceForm(sent, by=person(request))).instance
        absences.set_absence(absence, by=person(request))
        response = _absence(request, absence.pk, status=201)
        response["Location"] = f"{request.path}{absence.pk}/"
        return response


class OneAbsence(Resource):
    @extend_schema(
        operation_id="read_absence",
        summary="One absence",
        parameters=parameters(OneAsked),
        responses=answers(200, AbsenceShape, 304, 400, 404),
        examples=[example(ABSENCE)],
    )
    def get(self, request: Request, absence_id: int) -> Response:
        return _absence(request, absence_id)

    @extend_schema(
        operation_id="change_absence",
        summary="Other days, another deputy, another seat",
        parameters=[IF_MATCH_NEEDED],
        request=AbsenceChange,
        responses=answers(200, AbsenceShape, 403, 404, 412, 428, *WITH_A_BODY),
    )
    @transaction.atomic
    def patch(self, request: Request, absence_id: int) -> Response:
        queries.absence_for(person(request), absence_id)
        Absence.objects.select_for_update(of=("self",)).get(pk=absence_id)
        row = queries.absence_for(person(request), absence_id)
        can_set_absence(person(request), row).require()
        require_match(request, one(_rows(request, absence_id)), needed=True)
        filled(request, lambda sent: AbsenceForm(sent, instance=row))
        absences.change_absence(row, by=person(request))
        return _absence(request, absence_id)


class AbsenceEnded(Resource):
    @extend_schema(
        operation_id="end_absence",
        summary="The person is back: the absence ended yesterday",
        request=None,
        responses=answers(200, AbsenceShape, 400, 403, 404),
    )
    def post(self, request: Request, absence_id: int) -> Response:
        absences.end_absence(queries.absence_for(person(request), absence_id), by=person(request))
        return _absence(request, absence_id)
