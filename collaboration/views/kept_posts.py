"""What a person sent after their session had ended: read again, and sent or discarded."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_http_methods

from collaboration import kept_posts, made_for
from collaboration.http import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def kept_post(request: SignedInRequest) -> HttpResponse:
    """Offer what is kept for the person; a POST discards it."""
    if request.method == "POST" and kept_posts.SEND_TO in request.POST:
        kept_posts.keep(request, request.user.pk)
        return redirect("collaboration:kept_post")
    if request.method == "POST":
        kept_posts.forget(request)
        return redirect(settings.LOGIN_REDIRECT_URL)
    kept = kept_posts.kept_for(request)
    fields = [(name, text, kept_posts.is_typed(name, text)) for name, text in kept["fields"]] if kept else []
    return render(request, "collaboration/kept_post.html", {"kept": kept, "fields": fields})


def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token no longer holds: when it came from a page of ours, what was typed is kept and offered."""
    person = made_for.person_asked_for(request)
    is_script = made_for.HEADER in request.headers
    if person is None or is_script or (request.user.is_authenticated and request.user.pk != person):
        return csrf_failure(request, reason=reason)
    if not kept_posts.keep(request, person):
        return csrf_failure(request, reason=reason)
    return redirect("collaboration:kept_post")
