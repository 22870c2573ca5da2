"""The register of organisations."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from collaboration import queries
from collaboration.forms import OrganisationFilter, OrganisationForm
from collaboration.forms.carried import carried
from collaboration.http import SignedInRequest
from collaboration.models import Organisation
from collaboration.policy import can_keep_organisation
from collaboration.views.saving import saved
from collaboration.workflows.organisations import keep_organisation


@require_safe
def organisation_list(request: SignedInRequest) -> HttpResponse:
    """Find organisations by name, code, kind, county and language status."""
    form = OrganisationFilter(request.GET, user=request.user)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    page = queries.organisation_list_page(request.user, form.cleaned_data, request.GET)
    return render(request, "collaboration/organisation_list.html", {**page, "form": form})


@require_safe
def organisation_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One organisation, its areas and its units."""
    return render(
        request, "collaboration/organisation_detail.html", queries.organisation_page(request.user, pk)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_new(request: SignedInRequest) -> HttpResponse:
    """Add an education provider, an association, a parish: what comes from no register."""
    return _organisation_form(request, Organisation())


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change one."""
    return _organisation_form(request, queries.organisation_for(request.user, pk))


def _organisation_form(request: SignedInRequest, organisation: Organisation) -> HttpResponse:
    can_keep_organisation(request.user, organisation).require()
    form = carried(
        OrganisationForm(request.POST if request.method == "POST" else None, instance=organisation)
    )
    if request.method == "POST" and saved(form, lambda: keep_organisation(form.instance, by=request.user)):
        messages.success(request, _("Saved."))
        return redirect(organisation)
    page = {"form": form, "organisation": organisation}
    return render(request, "collaboration/organisation_form.html", page, status=422 if form.errors else 200)
