"""Exports of a document: asked for, looked at while they are made, and fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.exports import pages, queue
from collaboration.exports.exporter import address_of_list, exporter_of
from collaboration.exports.form import ExportForm
from collaboration.http import SignedInRequest
from collaboration.models import User


@dataclass(frozen=True)
class Place:
    """The exports of one model's documents. `page` reads the document, or raises 404, and what its template shows."""

    model: type[Model]
    template: str
    page: Callable[[User, int], tuple[Any, dict[str, Any]]]


def paths(name: str, place: Place) -> list[URLPattern]:
    """The addresses under that of a document, whose number is the only other part of them."""
    at = {"place": place}
    return [
        path("", export_list, at, name=f"{name}_exports"),
        path("<int:export_id>/", export_file, at, name=f"{name}_export"),
        path("<int:export_id>/uudelleen/", export_retry, at, name=f"{name}_export_retry"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def export_list(request: SignedInRequest, place: Place, **of: int) -> HttpResponse:
    """The exports of a document; a POST asks for one."""
    document, page = place.page(request.user, *of.values())
    page |= pages.exports_page(document)
    form = ExportForm(
        request.POST if request.method == "POST" else None,
        versions=page["versions"],
        formats=exporter_of(document).formats,
        of=request.GET.get("of", ""),
    )
    if form.is_valid() and _asked(request, document, form):
        return redirect(request.path)
    status = 422 if form.errors else 200
    return render(request, place.template, {**page, "form": form}, status=status)


def _asked(request: SignedInRequest, document: Any, form: ExportForm) -> bool:
    try:
        export = queue.ask(request.user, document, *form.wished)
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        form.add_error(None, error)
        return False
    queue.wake_for(export)
    told = _("The file is ready.") if export.made_at else _("The file is being made. It appears below.")
    messages.success(request, told)
    return True


@require_safe
def export_file(request: SignedInRequest, place: Place, export_id: int, **of: int) -> HttpResponse:
    """Download an export. One that is not ready leads back to the list, which tells how far it is."""
    export = pages.export_for(request.user, place.model, export_id, *of.values())
    if not export.made_at:
        return redirect(address_of_list(export))
    return HttpResponse(pages.bytes_of(export), headers=pages.headers_of(export))


@require_POST
def export_retry(request: SignedInRequest, place: Place, export_id: int, **of: int) -> HttpResponse:
    """Let an export that failed be tried again."""
    export = pages.export_for(request.user, place.model, export_id, *of.values())
    queue.wake_for(queue.retry(export))
    return redirect(address_of_list(export))
