"""The register of organisations."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collaboration import queries
from collaboration.forms import OrganisationFilter
from collaboration.http import SignedInRequest


@require_safe
def organisation_list(request: SignedInRequest) -> HttpResponse:
    """Find organisations by name, code, kind, county and language status."""
    form = OrganisationFilter(request.GET)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    page = queries.organisation_list_page(request.user, form.cleaned_data, request.GET)
    return render(request, "collaboration/organisation_list.html", {**page, "form": form})


@require_safe
def organisation_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One organisation, its areas and its units."""
    return render(
        request, "collaboration/organisation_detail.html", queries.organisation_page(request.user, pk)
    )
