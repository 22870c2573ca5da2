"""Files about a subject: added, fetched and taken away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from collaboration import uploads
from collaboration.exports.attached import headers_of
from collaboration.http import SignedInRequest
from collaboration.policy import attachments as policy
from collaboration.queries import attachments as queries
from collaboration.subjects import Files
from collaboration.workflows import attachments as workflow


def brought(files: Iterable[UploadedFile[bytes]], port: Files) -> tuple[list[uploads.Brought], list[str]]:
    """Those of the files that are taken, and of the others why they are not."""
    taken, refused = [], []
    for file in files:
        try:
            taken.append(port.read(file.name or "", file.read()))
        except ValidationError as error:
            refused += error.messages
    return taken, refused


@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: SignedInRequest, files_of: str) -> HttpResponse:
    """The files about a subject; a POST adds those that are brought, each with its own result."""
    row = queries.subject_for(request.user, files_of)
    if request.method != "POST":
        return _page(request, row, [])
    policy.can_add(request.user, row).require()
    files = request.FILES.getlist("files")
    taken, refused = brought(files, policy.files_of(row))
    added = 0
    for each in taken:
        try:
            workflow.attach(row, each, by=request.user)
        except ValidationError as error:
            refused += [f"{each.name}: {sentence}" for sentence in error.messages]
        else:
            added += 1
    if added:
        told = ngettext("%(count)d file was attached.", "%(count)d files were attached.", added)
        messages.success(request, told % {"count": added})
    if not files:
        refused = [_("Choose a file first.")]
    if refused:
        return _page(request, row, refused)
    return redirect(f"{row.get_absolute_url()}#tiedostot")


def _page(request: SignedInRequest, row: Any, refused: list[str]) -> HttpResponse:
    page = {"subject": row, "files": queries.files_about(request.user, row), "refused": refused}
    return render(request, "collaboration/attachments.html", page, status=422 if refused else 200)


@require_safe
def attachment(request: SignedInRequest, attachment_id: int) -> HttpResponse:
    """The file, to be saved: no browser opens it as a page of ours."""
    _row, file = queries.attachment_for(request.user, attachment_id)
    return HttpResponse(queries.bytes_of(file), headers=headers_of(file))


@require_http_methods(["GET", "HEAD", "POST"])
def attachment_remove(request: SignedInRequest, attachment_id: int) -> HttpResponse:
    """Ask whether the file is to be taken away; a POST takes it."""
    row, file = queries.attachment_for(request.user, attachment_id)
    if row is None:
        raise PermissionDenied
    policy.can_take_away(request.user, file, row).require()
    if request.method == "POST":
        workflow.take_away(file, row, by=request.user)
        messages.success(request, _("Taken away."))
        return redirect(f"{row.get_absolute_url()}#tiedostot")
    return render(request, "collaboration/attachment_remove.html", {"file": file, "subject": row})
