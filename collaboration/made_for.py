"""For whom a page was made: what it writes is refused once another person is signed in in the same browser.

Every form says it through `{% csrf_token %}`, every script through the header. A program of one's own says nothing, and
is judged by who asks, as before.
"""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from collaboration import kept_posts

FIELD = "made_for"
HEADER = "X-Made-For"
WRITING_NOTHING = {"GET", "HEAD", "OPTIONS", "TRACE"}


def token_of(user: Any) -> str:
    """What pages made for this person say; empty for nobody."""
    return _signer().sign(str(user.pk)) if user.is_authenticated else ""


def person_of(token: str) -> int | None:
    """The person that a page says it was made for, if it was a page of ours."""
    try:
        return int(_signer().unsign(token))
    except BadSignature:
        return None


def person_asked_for(request: HttpRequest) -> int | None:
    """For whom the page was made that sends this."""
    said = request.headers.get(HEADER) or _field(request)
    return person_of(said) if said else None


def _field(request: HttpRequest) -> str:
    """What an ordinary form says; the API reads its body itself, and its callers use the header."""
    is_form = request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}
    return request.POST.get(FIELD, "") if is_form and not request.path_info.startswith("/api/") else ""


def _signer() -> Signer:
    return Signer(salt="collaboration.made_for")


class MadeForMiddleware(MiddlewareMixin):
    """Stands before the check of forgery, which would say less."""

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        if request.method in WRITING_NOTHING or "Authorization" in request.headers:
            return None
        person = person_asked_for(request)
        if person is None or not request.user.is_authenticated:
            return None
        if person == request.user.pk:
            kept_posts.forget_sent(request)
            return None
        return _refused(request, person)


def _refused(request: HttpRequest, person: int) -> HttpResponseBase:
    """A sentence for whoever is signed in now; what the other one sent is kept for that one."""
    sentence = _(
        "This page was made for another person, who is no longer signed in here. Nothing was saved in your name."
    )
    if HEADER in request.headers:
        problem = {
            "type": "urn:yhdyspinta:problem:another-person",  # as the API's own, which stands above this
            "title": _("Another person is signed in"),
            "status": 409,
            "detail": sentence,
            "errors": [],
            "made_for_another": True,
        }
        return JsonResponse(problem, status=409, content_type="application/problem+json")
    kept_posts.keep(request, person)
    return render(request, "collaboration/made_for_another.html", {"sentence": sentence}, status=409)
