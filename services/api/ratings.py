"""Rating rounds. A rating that is not yet shown to all is sent to its own party's people only."""

from django import forms
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import LARGEST_ID, OneAsked, parameters
from collaboration.api.documentation import WITH_A_BODY, answers, example, request_example
from collaboration.api.problems import Problem
from collaboration.api.resource import Resource, body, checked, person, single
from collaboration.workflow import TransitionRefused
from services import policy
from services.api.rating_shapes import RatingRoundShape, RatingWish, RoundRowShape
from services.forms.ratings import RatingForm
from services.models import MapParty
from services.queries import maps, ratings
from services.workflows.ratings import open_round, rate, rating_round_workflow

_ROW = {
    "id": 3,
    "map": 4,
    "number": 2,
    "status": "open",
    "opened_by": "Muutosjohtaja, Itä-Uudenmaan hyvinvointialue",
    "opened_at": "2026-11-24T09:46:03.749871Z",
    "ended_at": None,
    "mean_gap": 1.5,
    "gaps": 4,
    "given": 15,
    "of": 34,
    "can_close": False,
}
ROUND = example(
    {
        **_ROW,
        "aspects": [
            {
                "aspect": 100,
                "interface": 12,
                "number": 1,
                "gap": 2,
                "waits_for": [],
                "ratings": [
                    {"party": 7, "organisation": 215, "value": 2, "reason": "Ohje puuttuu.", "shown": True},
                    {"party": 8, "organisation": 2, "value": 4, "reason": "", "shown": True},
                ],
            }
        ],
    },
    "A round, shortened",
)
RATING = request_example(
    {"aspect": 101, "party": 7, "value": 3, "reason": "Toimii, kun muistetaan."}, "A rating"
)


class MapRounds(Resource):
    @extend_schema(
        operation_id="list_rating_rounds",
        summary="The map's rating rounds in numbers, the newest first",
        responses=answers(200, RoundRowShape(many=True), 404),
        examples=[example(_ROW, "A round in numbers")],
    )
    def get(self, request: Request, map_id: int) -> Response:
        return Response(ratings.rounds_of_map(person(request), map_id))

    @extend_schema(
        operation_id="open_rating_round",
        summary="Open a rating round",
        request=None,
        responses=answers(201, RatingRoundShape, 400, 403, 404, 422),
    )
    def post(self, request: Request, map_id: int) -> Response:
        opened = open_round(maps.map_for(person(request), map_id), by=person(request))
        return _round(request, opened.pk, status=201)


def _round(request: Request, round_id: int, *, status: int = 200) -> Response:
    found = ratings.round_for(person(request), pk=round_id)
    return single(request, ratings.whole_round(person(request), found), RatingRoundShape, status=status)


class OneRound(Resource):
    @extend_schema(
        operation_id="read_rating_round",
        summary="One rating round: gaps, and the ratings that the caller may read",
        parameters=parameters(OneAsked),
        responses=answers(200, RatingRoundShape, 304, 400, 404),
        examples=[ROUND],
    )
    def get(self, request: Request, round_id: int) -> Response:
        return _round(request, round_id)


class RoundClosed(Resource):
    @extend_schema(
        operation_id="close_rating_round",
        summary="Close a rating round and show its ratings to all parties",
        request=None,
        responses=answers(200, RatingRoundShape, 400, 403, 404, 409),
    )
    def post(self, request: Request, round_id: int) -> Response:
        found = ratings.round_for(person(request), pk=round_id)
        try:
            rating_round_workflow.perform("close", found, by=person(request))
        except TransitionRefused as refusal:
            raise Problem(409, str(refusal)) from None
        return _round(request, round_id)


class RatingAsked(RatingForm):
    """A rating with the ids of what is rated and for whom."""

    aspect = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
    party = forms.IntegerField(min_value=1, max_value=LARGEST_ID)


class RoundRatings(Resource):
    @extend_schema(
        operation_id="rate",
        summary="Give or change a party's rating of an aspect, while the round is open and not all have rated",
        request=RatingWish,
        responses=answers(200, RatingRoundShape, 403, 404, *WITH_A_BODY),
        examples=[RATING, ROUND],
    )
    def post(self, request: Request, round_id: int) -> Response:
        found = ratings.round_for(person(request), pk=round_id)
        wished = checked(RatingAsked(body(request, RatingAsked.base_fields)))
        aspects = policy.visible_aspects(person(request)).filter(interface__map=found.map_id)
        aspect = aspects.filter(pk=wished["aspect"]).first()
        party = (
            MapParty.objects.filter(map=found.map_id, pk=wished["party"])
            .select_related("organisation")
            .first()
        )
        if aspect is None or party is None:
            field = "party" if aspect else "aspect"
            sentence = _("There is no such thing on this map.")
            raise Problem(422, sentence, [(field, sentence)])
        rate(found, aspect, party, wished["value"], wished["reason"], by=person(request))
        return _round(request, round_id)
