"""Bringing a content back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collaboration.http import SignedInRequest
from collaboration.ops.document import NoSuchSubject
from services.forms.imports import ImportForm
from services.queries import imports
from services.workflows import importing


@require_http_methods(["GET", "HEAD", "POST"])
def map_import(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Bring a file; a POST leads to the preview."""
    page = imports.importing_page(request.user, map_id)
    form = ImportForm()
    if request.method == "POST":
        page["can_import"].require()
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                row = importing.preview(request.user, map_id, form.name, form.cleaned_data["file"])
            except NoSuchSubject:
                raise Http404 from None
            except ValidationError as error:
                form.add_error("file", error.messages)
            else:
                return redirect(row)
    return render(
        request, "services/map_import.html", {**page, "form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def map_import_preview(request: SignedInRequest, map_id: int, import_id: int) -> HttpResponse:
    """What an import would change; a POST confirms it."""
    page = imports.import_page(request.user, map_id, import_id)
    if request.method == "POST":
        try:
            row = importing.confirm(request.user, map_id, import_id)
        except NoSuchSubject:
            raise Http404 from None
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if row.applied_at:
                messages.success(request, _("The file has been imported. The changes are in the history."))
            else:
                messages.warning(
                    request,
                    _(
                        "The map has changed since the preview. Nothing was changed; here is what would change now."
                    ),
                )
        return redirect("services:map_import_preview", map_id=map_id, import_id=import_id)
    return render(request, "services/map_import_preview.html", page)
