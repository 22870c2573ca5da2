"""Exports of a map: asked for, looked at while they are made, and fetched."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import ListAsked, OneAsked, asked, parameters
from collaboration.api.documentation import LOCATION, WITH_A_BODY, answers, request_example
from collaboration.api.problems import Problem
from collaboration.api.resource import Resource, body, checked, listed, person, single
from collaboration.api.shapes import page
from services import policy
from services.api.export_shapes import ExportShape, ExportWish
from services.exports.make import TYPES
from services.exports.names import attachment, file_name
from services.forms.exports import ExportForm
from services.models import Export, InterfaceMap
from services.queries import exports
from services.queries.maps import map_for
from services.workflows import exports as asking

EXPORT_WISH = request_example({"of": "1.0", "format": "pdf_a4", "language": "fi"})


FILE_ANSWERS = {code: shape for code, shape in answers(200, None, 400, 404, 409).items() if code != 200} | {
    (200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in dict.fromkeys(TYPES.values())
}


class ExportsAsked(ListAsked):
    """Exports have no filters."""

    sorts = ("asked_at",)


def row_of(export: Export) -> dict[str, Any]:
    """An export as the API tells it, without its file."""
    return {
        "id": export.pk,
        "map": export.map_id,
        "version": export.version_id,
        "of": export.version.number if export.version else exports.DRAFT,
        "digest": export.digest,
        "format": export.format,
        "language": export.language,
        "status": export.state,
        "progress": export.progress,
        "failure": str(export.get_failure_display()) if export.failure else "",
        "asked_at": export.asked_at,
        "made_at": export.made_at,
        "size": export.size,
        "name": file_name(export),
    }


def _complete(found: list[dict[str, Any]]) -> None:
    """Fill the rows of a page from their exports."""
    rows = Export.objects.listed().in_bulk([row["id"] for row in found])
    for row in found:
        row.update(row_of(rows[row["id"]]))


class Exports(Resource):
    @extend_schema(
        operation_id="list_exports",
        summary="The exports of a map",
        parameters=parameters(ExportsAsked),
        responses=answers(200, page(ExportShape), 400, 404),
    )
    def get(self, request: Request, map_id: int) -> Response:
        map_for(person(request), map_id)
        wish = asked(ExportsAsked, request)
        found: Any = policy.visible_exports(person(request)).filter(map=map_id)
        return listed(
            request,
            found.values("id", "asked_at"),
            {**wish, "sort": wish["sort"] or "-asked_at"},
            orders={"asked_at": "asked_at"},
            shape=ExportShape,
            complete=_complete,
        )

    @extend_schema(
        operation_id="make_export",
        summary="Ask for a version or the draft as a file; the same wish answers with the file that there is",
        parameters=[LOCATION],
        request=ExportWish,
        responses=answers(202, ExportShape, 404, *WITH_A_BODY),
        examples=[EXPORT_WISH],
    )
    def post(self, request: Request, map_id: int) -> Response:
        on = map_for(person(request), map_id)
        versions = list(on.versions.defer("content").select_related("map"))
        fields: dict[str, forms.Field] = {name: forms.CharField() for name in ExportForm.base_fields}
        wish = checked(ExportForm(body(request, fields), versions=versions))
        try:
            export = asking.ask(
                person(request),
                map_id,
                exports.version_of(versions, wish["of"]),
                wish["format"],
                wish["language"],
            )
        except InterfaceMap.DoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            raise Problem(422, " ".join(error.messages)) from None
        asking.wake_for(export)
        row = row_of(exports.export_for(person(request), map_id, export.pk))
        response = single(request, row, ExportShape, status=202)
        response["Location"] = f"{request.path}{export.pk}/"
        return response


class OneExport(Resource):
    @extend_schema(
        operation_id="read_export",
        summary="One export: how far it is",
        parameters=parameters(OneAsked),
        responses=answers(200, ExportShape, 304, 400, 404),
    )
    def get(self, request: Request, map_id: int, export_id: int) -> Response:
        return single(request, row_of(exports.export_for(person(request), map_id, export_id)), ExportShape)


class ExportFile(Resource):
    @extend_schema(
        operation_id="read_export_file",
        summary="The file of a ready export; 409 while it is not ready",
        responses=FILE_ANSWERS,
    )
    def get(self, request: Request, map_id: int, export_id: int) -> HttpResponse:
        asked(forms.Form, request)
        export = exports.export_for(person(request), map_id, export_id)
        if not export.made_at:
            sentence = _("The file is not ready: %(state)s.") % {"state": export.state_name}
            raise Problem(409, sentence, kind="file-not-ready")
        return HttpResponse(
            exports.file_of(export),
            content_type=TYPES[Export.Format(export.format)],
            headers={
                "Content-Disposition": attachment(file_name(export)),
                "X-Content-Type-Options": "nosniff",
            },
        )
