"""The portal's search: a page, and the same as a list below the field while one types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collaboration import searching
from collaboration.http import SignedInRequest
from services.queries import asked as text_of

MOST_OF_ONE_KIND = 100


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """What was found by kind; `kind` shows more of one, `part` answers with the list only."""
    asked, kind = text_of(request.GET, "q"), request.GET.get("kind", "")
    most = MOST_OF_ONE_KIND if kind else searching.AT_ONCE
    found = searching.search(request.user, asked, kind, most)
    count = sum(len(each.hits) for each in found)
    page = {"sought": asked, "found": found, "kind": kind, "count": count}
    return render(request, "components/found.html" if "part" in request.GET else "search.html", page)
