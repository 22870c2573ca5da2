"""The portal's search."""

from django import forms
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import OneAsked, asked, parameters
from collaboration.api.documentation import answers, example
from collaboration.api.resource import Resource, person, single
from collaboration.api.shapes import FoundShape
from collaboration.searching import AT_ONCE, Hit, search

MOST = 100
FOUND = {
    "found": [
        {
            "kind": "services",
            "hits": [{"title": "Päiväkoti", "url": "/palvelut/12/", "about": "Porvoo"}],
            "has_more": False,
        }
    ]
}


def _hit(hit: Hit) -> dict[str, str]:
    return {"title": hit.title, "url": hit.url, "about": hit.about}


class SearchAsked(OneAsked):
    """What is searched for."""

    q = forms.CharField(
        max_length=200, help_text="Words, also without dots and in part; synonyms are found, too."
    )
    kind = forms.CharField(
        required=False,
        max_length=30,
        help_text="Only maps, interfaces, services, matters, actions, goals, forums, organisations, people or pages.",
    )
    limit = forms.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text="How many of each kind."
    )


class Search(Resource):
    @extend_schema(
        operation_id="search",
        summary="What the caller may see and the words find, by kind",
        parameters=parameters(SearchAsked),
        responses=answers(200, FoundShape, 304, 400),
        examples=[example(FOUND)],
    )
    def get(self, request: Request) -> Response:
        wish = asked(SearchAsked, request)
        found = search(person(request), wish["q"], wish["kind"], wish["limit"] or AT_ONCE)
        rows = [
            {"kind": each.kind.name, "hits": [_hit(hit) for hit in each.hits], "has_more": each.has_more}
            for each in found
        ]
        return single(request, {"found": rows}, FoundShape, takes=SearchAsked)
