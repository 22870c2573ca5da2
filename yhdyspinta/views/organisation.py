"""An organisation's page, with what several apps know of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collaboration.http import SignedInRequest
from collaboration.queries import organisation_page
from services.queries.catalogue import of_organisation


@require_safe
def organisation_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One organisation: the register's facts, its services and its interface maps."""
    page = organisation_page(request.user, pk)
    return render(request, "organisation.html", {**page, **of_organisation(request.user, pk)})
