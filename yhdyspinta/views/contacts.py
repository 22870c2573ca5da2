"""Whom one asks about what, and the form with which anybody writes to those who keep the portal."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from collaboration.forms.contact import ContactForm
from collaboration.lockout import MESSAGES_FROM_ONE
from collaboration.models import ContactMessage, User
from collaboration.queries.contact import own_administrators
from collaboration.workflows import contact
from services.queries.catalogue import public_organisers


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest) -> HttpResponse:
    """Who answers for what; a message is kept, unless too many have come from the same network address."""
    address = request.META.get("REMOTE_ADDR", "")
    message = ContactMessage(language=get_language() or settings.LANGUAGE_CODE)
    form = ContactForm(request.POST if request.method == "POST" else None, instance=message)
    minutes = MESSAGES_FROM_ONE.wait(address) if request.method == "POST" else 0
    if minutes:
        sentence = ngettext(
            "Many messages have come from your network. Try again in %(minutes)d minute: what you wrote stays here.",
            "Many messages have come from your network. Try again in %(minutes)d minutes: what you wrote stays here.",
            minutes,
        ) % {"minutes": minutes}
        form.is_valid()
        form.add_error(None, sentence)
    elif form.is_valid():
        MESSAGES_FROM_ONE.count(address)
        contact.send(form.save(commit=False))
        return redirect("contacts_sent")
    page = {
        "form": form,
        "feedback": settings.ACCESSIBILITY_FEEDBACK,
        "administrators": own_administrators(request.user) if isinstance(request.user, User) else [],
        "organisers": public_organisers(),
    }
    status = 429 if minutes else 422 if form.errors else 200
    response = render(request, "information/contacts.html", page, status=status)
    if minutes:
        response.headers["Retry-After"] = str(60 * minutes)
    return response


@login_not_required
@require_safe
def contacts_sent(request: HttpRequest) -> HttpResponse:
    """The message has been kept."""
    return render(request, "information/contacts_sent.html")
