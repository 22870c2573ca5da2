"""Files about a subject; the same rules as on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import ListAsked, OneAsked, asked, parameters
from collaboration.api.attachment_shapes import AttachmentShape
from collaboration.api.documentation import LOCATION, WITH_A_BODY, answers, example
from collaboration.api.problems import Problem, of_form
from collaboration.api.resource import Resource, listed, person, single
from collaboration.api.shapes import page
from collaboration.exports.attached import headers_of
from collaboration.models import Attachment, User
from collaboration.policy import attachments as policy
from collaboration.queries import attachments as queries
from collaboration.subjects import reference_to
from collaboration.workflows import attachments as workflow

ATTACHMENT = {
    "id": 8,
    "subject": "matter:12",
    "name": "lausunto.pdf",
    "kind": "pdf",
    "size": 48_213,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "added_by": "Neuvolatyön asiantuntija",
    "added_at": "2026-11-25T13:40:00Z",
    "is_sent": False,
}


class AttachmentsAsked(ListAsked):
    """Which files."""

    subject = forms.CharField(max_length=60, help_text="What they are about, such as `matter:12`.")


class AttachmentMade(OneAsked):
    """What a new file is about, and what it is called; its bytes are the body."""

    subject = forms.CharField(max_length=60, help_text="What it is about, such as `matter:12`.")
    name = forms.CharField(max_length=255, help_text="The name of the file.")


class FileParser(BaseParser):
    """The bytes of a file as they come."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The bytes. Raises a 413 for too many."""
        content = stream.read(Attachment.MOST_BYTES + 1)
        if len(content) > Attachment.MOST_BYTES:
            sentence = _("This is too large. Send at most %(most)d bytes.")
            raise Problem(413, sentence % {"most": Attachment.MOST_BYTES})
        return content


def _subject(user: User, key: str) -> Any:
    try:
        return queries.subject_for(user, key)
    except Http404:
        sentence = _("There is nothing of this name that takes files and that you see.")
        raise of_form({"subject": [sentence]}) from None


def _told(user: User, row: Any, file: Attachment) -> dict[str, Any]:
    return {
        "id": file.pk,
        "subject": reference_to(row),
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "digest": file.digest,
        "added_by": file.added_by.name if policy.reads_name(user, file, row) else "",
        "added_at": file.added_at,
        "is_sent": file.origin_id is not None,
    }


class Attachments(Resource):
    parser_classes = [FileParser]
    told_by = AttachmentMade

    @extend_schema(
        operation_id="list_attachments",
        summary="The files about a subject that the caller sees, the oldest first",
        parameters=parameters(AttachmentsAsked),
        responses=answers(200, page(AttachmentShape), 400, 422),
        examples=[example({"results": [ATTACHMENT], "next": None})],
    )
    def get(self, request: Request) -> Response:
        user, wish = person(request), asked(AttachmentsAsked, request)
        row = _subject(user, wish["subject"])

        def complete(found: list[dict[str, Any]]) -> None:
            files = workflow.attachments_of(row).in_bulk([each["id"] for each in found])
            for each in found:
                each.update(_told(user, row, files[each["id"]]))

        found: Any = workflow.attachments_of(row).values("id")
        return listed(
            request,
            found,
            wish,
            orders={"id": "pk"},
            shape=AttachmentShape,
            complete=complete,
        )

    @extend_schema(
        operation_id="attach_file",
        summary="Attach a file: its bytes are the body, its name and what it is about stand in the address",
        parameters=[LOCATION, *parameters(AttachmentMade)],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=answers(201, AttachmentShape, *WITH_A_BODY, 403),
        examples=[example(ATTACHMENT, status=201)],
    )
    def post(self, request: Request) -> Response:
        """The kind is read from the content, and the content is really opened: pictures (JPEG and PNG) are made anew without
        what else is in them, and a file with a personal identity code in its text is refused. The same file is attached once."""
        user, wish = person(request), asked(AttachmentMade, request)
        row = _subject(user, wish["subject"])
        policy.can_add(user, row).require()
        content = request.data if isinstance(request.data, bytes) else b""
        try:
            brought = policy.files_of(row).read(wish["name"], content)
            made = workflow.attach(row, brought, by=user)
        except ValidationError as error:
            raise Problem(422, " ".join(error.messages)) from None
        made.added_by = user
        response = single(request, _told(user, row, made), AttachmentShape, status=201, takes=AttachmentMade)
        response["Location"] = f"{request.path}{made.pk}/"
        return response


class OneAttachment(Resource):
    @extend_schema(
        operation_id="read_attachment",
        summary="What is known of a file",
        parameters=parameters(OneAsked),
        responses=answers(200, AttachmentShape, 304, 400, 404),
        examples=[example(ATTACHMENT)],
    )
    def get(self, request: Request, attachment_id: int) -> Response:
        user = person(request)
        asked(OneAsked, request)
        row, file = _sent(user, attachment_id)
        return single(request, _told(user, row, file), AttachmentShape)

    @extend_schema(
        operation_id="remove_attachment",
        summary="Take a file away: its bytes go for good",
        responses=answers(204, None, 403, 404),
    )
    def delete(self, request: Request, attachment_id: int) -> Response:
        user = person(request)
        row, file = _sent(user, attachment_id)
        workflow.take_away(file, row, by=user)
        return Response(status=204)


class AttachmentFile(Resource):
    @extend_schema(
        operation_id="read_attachment_file",
        summary="The file itself",
        responses={code: shape for code, shape in answers(200, None, 400, 404).items() if code != 200}
        | {(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in queries.TYPES.values()},
    )
    def get(self, request: Request, attachment_id: int) -> HttpResponse:
        asked(forms.Form, request)
        _row, file = _sent(person(request), attachment_id)
        headers = headers_of(file)
        del headers["Cache-Control"]  # as of everything here
        return HttpResponse(queries.bytes_of(file), headers=headers)


def _sent(user: User, pk: int) -> tuple[Any, Attachment]:
    """What the file is about, and the file; what has not been sent yet is not here."""
    row, file = queries.attachment_for(user, pk)
    if row is None:
        raise Http404
    return row, file
