"""What differs between versions and the draft of a map, and an aspect taken back from a version: as on the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import asked, parameters, sparse
from collaboration.api.documentation import WITH_A_BODY, answers, request_example
from collaboration.api.documents import applied_row
from collaboration.api.problems import Problem
from collaboration.api.resource import Resource, body, checked, person
from collaboration.ops.document import Conflict, NoSuchSubject
from services import policy
from services.api import examples
from services.api.version_shapes import ComparisonShape, TakeBackWish, TakenBackShape
from services.forms.versions import TakeBackWishForm
from services.queries import versions
from services.workflows.edits import MAP
from services.workflows.taking_back import take_back_aspect

TAKE_BACK_WISH = request_example({"id": examples.OP, "interface": 12, "number": 3, "base_version": 84})


def _number_or_draft(value: str) -> None:
    if value != versions.DRAFT and not versions.NUMBER.fullmatch(value):
        raise ValidationError(_("Give the number of a version, such as 1.0, or “draft”."), code="version")


class ComparisonAsked(forms.Form):
    """Which two are compared."""

    fields_ = forms.CharField(
        required=False, help_text="Only these members, with commas between; the others are then left out."
    )
    from_ = forms.CharField(
        required=False,
        max_length=9,
        validators=[_number_or_draft],
        help_text="A version's number or “draft”; the newest version when it is left out.",
    )
    to = forms.CharField(
        required=False,
        max_length=9,
        validators=[_number_or_draft],
        help_text="The same; the draft when it is left out.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("fields", "from"):
            self.fields[name] = self.fields.pop(f"{name}_")


def _row(row: dict[str, Any]) -> dict[str, Any]:
    difference = row["difference"]
    return {
        "kind": difference.kind,
        "subject": difference.subject,
        "where": difference.where,
        "what": difference.what,
        "sentence": difference.sentence,
        "interface": difference.interface or None,
        "number": difference.number or None,
        "can_take_back": row["takes_back"],
        "properties": [
            {
                "name": each.label,
                "language": each.language,
                "parts": [{"kind": kind, "text": text} for kind, text in each.parts],
            }
            for each in difference.properties
        ],
    }


class MapComparison(Resource):
    @extend_schema(
        operation_id="compare",
        summary="What differs between two versions, or a version and the draft, in the caller's language",
        parameters=parameters(ComparisonAsked),
        responses=answers(200, ComparisonShape, 400, 404),
        examples=[examples.COMPARISON],
    )
    def get(self, request: Request, map_id: int) -> Response:
        """Two that say the same have no differences. 404 when the map has no such version."""
        wish = asked(ComparisonAsked, request)
        wanted = sparse(wish["fields"], ComparisonShape)
        found = versions.comparison_of(person(request), map_id, wish["from"], wish["to"])
        row = {
            "map": found["map"].pk,
            "seq": found["map"].seq,
            "from": found["earlier"],
            "to": found["later"],
            "headline": found["headline"],
            "differences": [_row(each) for each in found["rows"]],
        }
        return Response({name: row[name] for name in wanted})


class VersionTakenBack(Resource):
    @extend_schema(
        operation_id="take_back_aspect",
        summary="Take one aspect back from a version, by ops like any other",
        request=TakeBackWish,
        responses=answers(200, TakenBackShape, 403, 404, 409, *WITH_A_BODY),
        examples=[TAKE_BACK_WISH, examples.TAKEN_BACK],
    )
    def post(self, request: Request, map_id: int, version_id: int) -> Response:
        """409 when somebody has changed the aspect since `base_version`. The same id sent again changes nothing."""
        version = policy.visible_versions(person(request)).filter(map=map_id, pk=version_id).first()
        if version is None:
            raise Http404
        wish = checked(TakeBackWishForm(body(request, TakeBackWishForm.base_fields)))
        op_id = wish.pop("id")
        try:
            done = take_back_aspect(
                person(request), version, wish["interface"], wish["number"], op_id, wish["base_version"]
            )
        except NoSuchSubject:
            raise Problem(404, _("This is no longer there.")) from None
        except Conflict as conflict:
            raise Problem(409, str(conflict), kind="edit-conflict") from None
        except ValidationError as error:
            if getattr(error, "code", "") != "changed":
                raise
            raise Problem(409, " ".join(error.messages), kind="edit-conflict") from None
        return Response({"applied": [applied_row(MAP, each) for each in done]})
