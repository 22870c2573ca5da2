"""The service catalogue: classes, services, and who organises, produces, funds and resources them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.forms.carried import carried
from collaboration.http import SignedInRequest
from collaboration.policy import visible_organisations
from collaboration.views.saving import saved
from services import policy
from services.forms.catalogue import ServiceForm, responsibility_form
from services.models import Service
from services.queries import catalogue
from services.workflows.catalogue import archive_or_take_back, keep, remove_responsibility


@require_safe
def service_list(request: SignedInRequest) -> HttpResponse:
    """The taxonomy and the services in it."""
    return render(request, "services/service_list.html", catalogue.catalogue_page(request.user, request.GET))


@require_safe
def service_node(request: SignedInRequest, key: str) -> HttpResponse:
    """One service class and the organisations that have services in it."""
    return render(request, "services/service_node.html", catalogue.node_page(request.user, key))


@require_safe
def service_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One service."""
    page = catalogue.service_page(request.user, pk)
    return render(
        request,
        "services/service_detail.html",
        {**page, "form": responsibility_form(page["service"], by=request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def service_new(request: SignedInRequest, organisation_id: int) -> HttpResponse:
    """Add a service to an organisation's catalogue."""
    organisation = visible_organisations(request.user).filter(pk=organisation_id).first()
    if organisation is None:
        raise Http404
    return _service_form(request, Service(organisation=organisation), "service.added")


@require_http_methods(["GET", "HEAD", "POST"])
def service_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a service of the catalogue."""
    return _service_form(request, catalogue.service_for(request.user, pk), "service.changed")


def _service_form(request: SignedInRequest, service: Service, verb: str) -> HttpResponse:
    policy.can_edit_service(request.user, service).require()
    form = carried(ServiceForm(request.POST if request.method == "POST" else None, instance=service))
    if request.method == "POST" and saved(form, lambda: keep(form.instance, service, verb, by=request.user)):
        messages.success(request, _("Saved."))
        return redirect(service)
    context = {"form": form, "service": service}
    return render(request, "services/service_form.html", context, status=422 if form.errors else 200)


@require_POST
def service_archive(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove a service from the catalogue, or take it back."""
    service = catalogue.service_for(request.user, pk)
    try:
        archive_or_take_back(service, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, _("Removed from the catalogue.") if service.archived_at else _("Taken back.")
        )
    return redirect(service)


@require_POST
def responsibility_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name who organises, produces, funds or resources the service."""
    service = catalogue.service_for(request.user, pk)
    policy.can_edit_service(request.user, service).require()
    form = responsibility_form(service, request.POST, by=request.user)
    if saved(form, lambda: keep(form.instance, service, "service.responsibility_named", by=request.user)):
        messages.success(request, _("Saved."))
        return redirect(service)
    page = catalogue.service_page(request.user, pk)
    return render(request, "services/service_detail.html", {**page, "form": form}, status=422)


@require_POST
def responsibility_remove(request: SignedInRequest, pk: int, responsibility_id: int) -> HttpResponse:
    """Take a responsibility away."""
    service = catalogue.service_for(request.user, pk)
    policy.can_edit_service(request.user, service).require()
    responsibility = service.responsibilities.filter(pk=responsibility_id).first()
    if responsibility is None:
        raise Http404
    remove_responsibility(responsibility, by=request.user)
    messages.success(request, _("Removed."))
    return redirect(service)
