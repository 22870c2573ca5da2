"""A forum's page, with the maps that it looks after."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collaboration.http import SignedInRequest
from collaboration.queries.forums import forum_page
from services.queries.forums import of_forum


@require_safe
def forum(request: SignedInRequest, pk: int) -> HttpResponse:
    """One forum: its matters, its seats, its maps and the interfaces that name it, as far as the person sees them."""
    page = forum_page(request.user, pk)
    return render(request, "forum.html", {**page, **of_forum(request.user, page["forum"])})
