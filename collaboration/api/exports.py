"""Exports of a document: asked for, looked at while they are made, and fetched."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import ListAsked, OneAsked, asked, parameters
from collaboration.api.documentation import LOCATION, WITH_A_BODY, answers, request_example
from collaboration.api.export_shapes import ExportWish, FileShape
from collaboration.api.problems import Problem
from collaboration.api.resource import Resource, body, checked, listed, person, single
from collaboration.api.shapes import page
from collaboration.exports import pages, queue
from collaboration.exports.exporter import exporter_of
from collaboration.exports.form import ExportForm
from collaboration.exports.names import file_name
from collaboration.models import Export

EXPORT_WISH = request_example({"of": "1.0", "format": "pdf_a4", "language": "fi"})
FILE_ANSWERS = {code: shape for code, shape in answers(200, None, 400, 404, 409).items() if code != 200} | {
    (200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in dict.fromkeys(pages.TYPES.values())
}


class ExportsAsked(ListAsked):
    """Exports have no filters."""

    sorts = ("asked_at",)


class _OfDocument(Resource):
    model: type[Model]
    shape: type[FileShape]

    def document(self, request: Request, of: dict[str, int]) -> Any:
        """The document, whose number is the only part of the address that `of` holds."""
        return pages.document_for(person(request), self.model, *of.values())

    def export(self, request: Request, of: dict[str, int], export_id: int) -> Export:
        return pages.export_for(person(request), self.model, export_id, *of.values())

    def row_of(self, export: Export) -> dict[str, Any]:
        """An export as the API tells it, without its file."""
        [subject] = set(self.shape().fields) - set(FileShape().fields)
        return {
            "id": export.pk,
            subject: export.subject_id,
            "version": export.version,
            "of": export.of,
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


class Exports(_OfDocument):
    def get(self, request: Request, **of: int) -> Response:
        document = self.document(request, of)
        wish = asked(ExportsAsked, request)

        def complete(found: list[dict[str, Any]]) -> None:
            rows = Export.objects.listed().in_bulk([row["id"] for row in found])
            for row in found:
                rows[row["id"]].subject = document
                row.update(self.row_of(rows[row["id"]]))

        found: Any = Export.objects.of(document)
        return listed(
            request,
            found.values("id", "asked_at"),
            {**wish, "sort": wish["sort"] or "-asked_at"},
            orders={"asked_at": "asked_at"},
            shape=self.shape,
            complete=complete,
        )

    def post(self, request: Request, **of: int) -> Response:
        document = self.document(request, of)
        exporter = exporter_of(document)
        fields: dict[str, forms.Field] = {name: forms.CharField() for name in ExportForm.base_fields}
        form = ExportForm(
            body(request, fields), versions=exporter.versions(document), formats=exporter.formats
        )
        checked(form)
        try:
            export = queue.ask(person(request), document, *form.wished)
        except ObjectDoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            raise Problem(422, " ".join(error.messages)) from None
        queue.wake_for(export)
        row = self.row_of(self.export(request, of, export.pk))
        response = single(request, row, self.shape, status=202)
        response["Location"] = f"{request.path}{export.pk}/"
        return response


class OneExport(_OfDocument):
    def get(self, request: Request, export_id: int, **of: int) -> Response:
        export = self.export(request, of, export_id)
        return single(request, self.row_of(export), self.shape)


class ExportFile(_OfDocument):
    def get(self, request: Request, export_id: int, **of: int) -> HttpResponse:
        asked(forms.Form, request)
        export = self.export(request, of, export_id)
        if not export.made_at:
            sentence = _("The file is not ready: %(state)s.") % {"state": export.state_name}
            raise Problem(409, sentence, kind="file-not-ready")
        headers = pages.headers_of(export)
        del headers["Cache-Control"]  # as of everything here
        return HttpResponse(pages.bytes_of(export), headers=headers)


def paths(model: type[Model], shape: type[FileShape], of: str, name: str = "") -> list[URLPattern]:
    """The endpoints under a document's address. `of` is the document in words, `shape` has one member more: its number."""
    at = {"model": model, "shape": shape}
    many: Any = extend_schema_view(
        get=extend_schema(
            operation_id=f"list_{name}exports",
            summary=f"The exports of {of}",
            parameters=parameters(ExportsAsked),
            responses=answers(200, page(shape), 400, 404),
        ),
        post=extend_schema(
            operation_id=f"make_{name}export",
            summary="Ask for a version or the draft as a file; the same wish answers with the file that there is",
            parameters=[LOCATION],
            request=ExportWish,
            responses=answers(202, shape, 404, *WITH_A_BODY),
            examples=[EXPORT_WISH],
        ),
    )(type("Exports", (Exports,), at))
    one: Any = extend_schema_view(
        get=extend_schema(
            operation_id=f"read_{name}export",
            summary="One export: how far it is",
            parameters=parameters(OneAsked),
            responses=answers(200, shape, 304, 400, 404),
        )
    )(type("OneExport", (OneExport,), at))
    file: Any = extend_schema_view(
        get=extend_schema(
            operation_id=f"read_{name}export_file",
            summary="The file of a ready export; 409 while it is not ready",
            responses=FILE_ANSWERS,
        )
    )(type("ExportFile", (ExportFile,), at))
    return [
        path("", many.as_view(), name=f"api_{name}exports"),
        path("<int:export_id>/", one.as_view(), name=f"api_{name}export"),
        path("<int:export_id>/file/", file.as_view(), name=f"api_{name}export_file"),
    ]
