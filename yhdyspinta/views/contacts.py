"""Whom one asks about what, and the form with which anybody writes to those who keep the portal."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from collaboration.forms.contact import ContactForm
from collaboration.lockout import MESSAGES_FROM_ONE, later
from collaboration.models import ContactMessage, User
from collaboration.queries.contact import own_administrators
from collaboration.workflows import contact
from services.queries.catalogue import public_organisers


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest) -> HttpResponse:
    """Who answers for what; a message is kept, unless too many have come from the same network address."""
    message = ContactMessage(language=get_language() or settings.LANGUAGE_CODE)
    form = ContactForm(request.POST if request.method == "POST" else None, instance=message)
    minutes = MESSAGES_FROM_ONE.take(request, form) if request.method == "POST" else 0
    if form.is_valid():
        contact.send(form.save(commit=False))
        return redirect("contacts_sent")
    page = {
        "form": form,
        "feedback": settings.ACCESSIBILITY_FEEDBACK,
        "administrators": own_administrators(request.user) if isinstance(request.user, User) else [],
        "organisers": public_organisers(),
    }
    status = 429 if minutes else 422 if form.errors else 200
    return later(render(request, "information/contacts.html", page, status=status), minutes)


@login_not_required
@require_safe
def contacts_sent(request: HttpRequest) -> HttpResponse:
    """The message has been kept."""
    return render(request, "information/contacts_sent.html")
