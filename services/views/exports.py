"""Exports of a map, and bringing a content back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.http import SignedInRequest
from collaboration.ops.document import NoSuchSubject
from services.exports.make import TYPES
from services.exports.names import attachment, file_name
from services.forms.exports import ExportForm, ImportForm
from services.models import Export, InterfaceMap
from services.queries import asked, exports
from services.workflows import exports as asking
from services.workflows import importing


@require_http_methods(["GET", "HEAD", "POST"])
def map_exports(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The exports of a map; a POST asks for one."""
    page = exports.exports_page(request.user, map_id)
    wish = {"versions": page["versions"], "of": asked(request.GET, "of")}
    form = ExportForm(**wish)
    if request.method == "POST":
        form = ExportForm(request.POST, **wish)
        if form.is_valid():
            try:
                export = _asked(request, page["map"], form)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(
                    request,
                    _("The file is ready.")
                    if export.made_at
                    else _("The file is being made. It appears below."),
                )
                return redirect("services:map_exports", map_id=map_id)
    return render(
        request, "services/map_exports.html", {**page, "form": form}, status=422 if form.errors else 200
    )


def _asked(request: SignedInRequest, interface_map: InterfaceMap, form: ExportForm) -> Export:
    wished = form.cleaned_data
    version = exports.version_of(form.versions, wished["of"])
    try:
        export = asking.ask(request.user, interface_map.pk, version, wished["format"], wished["language"])
    except InterfaceMap.DoesNotExist:
        raise Http404 from None
    asking.wake_for(export)
    return export


@require_safe
def map_export(request: SignedInRequest, map_id: int, export_id: int) -> HttpResponse:
    """Download an export. One that is not ready leads back to the list, which tells how far it is."""
    export = exports.export_for(request.user, map_id, export_id)
    if not export.made_at:
        return redirect("services:map_exports", map_id=map_id)
    headers = {
        "Content-Disposition": attachment(file_name(export)),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(
        exports.file_of(export), content_type=TYPES[Export.Format(export.format)], headers=headers
    )


@require_POST
def map_export_retry(request: SignedInRequest, map_id: int, export_id: int) -> HttpResponse:
    """Let an export that failed be tried again."""
    export = asking.retry(exports.export_for(request.user, map_id, export_id))
    asking.wake_for(export)
    return redirect("services:map_exports", map_id=map_id)


@require_http_methods(["GET", "HEAD", "POST"])
def map_import(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Bring a file; a POST leads to the preview."""
    page = exports.importing_page(request.user, map_id)
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
    page = exports.import_page(request.user, map_id, import_id)
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
