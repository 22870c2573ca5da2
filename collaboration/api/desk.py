"""A person's own desk."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration import desk
from collaboration.api.asking import OneAsked, parameters
from collaboration.api.documentation import answers, example
from collaboration.api.resource import Resource, person, single
from collaboration.api.shapes import DeskShape
from collaboration.policy import seats_of

DESK = {
    "seats": [
        {
            "id": 12,
            "organisation": 215,
            "name": "Porvoo",
            "level": "management",
            "title": "Sivistysjohtaja",
            "roles": ["editor"],
        }
    ],
    "waiting": [
        {
            "kind": "confirmations",
            "what": "8 texts wait for your confirmation",
            "where": "Alle kouluikäisten palvelut, Porvoo",
            "verb": "Confirm",
            "url": "/vahvistukset/?map=5",
            "since": "2026-11-24T08:15:00Z",
            "due": None,
        }
    ],
    "news": [
        {
            "verb": "map_version.published",
            "sentence": "A version of an interface map was published",
            "title": "Nuorten palvelut, Porvoo 1.0",
            "url": "/kartat/3/versiot/1.0/",
            "by": "Hyvinvointialuejohtaja, Itä-Uudenmaan hyvinvointialue",
            "at": "2026-11-24T08:15:00Z",
        }
    ],
}


class Desk(Resource):
    @extend_schema(
        operation_id="read_desk",
        summary="What waits for the person who asks, and what is new to them",
        parameters=parameters(OneAsked),
        responses=answers(200, DeskShape, 304, 400),
        examples=[example(DESK)],
    )
    def get(self, request: Request) -> Response:
        user = person(request)
        seats = [
            {
                "id": seat.pk,
                "organisation": seat.organisation_id,
                "name": seat.organisation.full_name,
                "level": seat.level,
                "title": seat.title,
                "roles": seat.roles,
            }
            for seat in seats_of(user)
        ]
        waiting = [
            {
                "kind": row.kind.name,
                "what": row.what,
                "where": row.where,
                "verb": str(row.kind.verb),
                "url": row.url,
                "since": row.since,
                "due": row.due,
            }
            for row in desk.waiting(user)
        ]
        news = [
            {
                "verb": told["notification"].event.verb,
                "sentence": told["sentence"],
                "title": told["title"],
                "url": told["url"],
                "by": told["notification"].event.actor.name if told["notification"].event.actor else None,
                "at": told["notification"].created_at,
            }
            for told in desk.news(user)
        ]
        return single(request, {"seats": seats, "waiting": waiting, "news": news}, DeskShape)
