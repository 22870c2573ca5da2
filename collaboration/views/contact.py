"""Messages from the contacts page, for those who answer them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from collaboration.http import SignedInRequest
from collaboration.policy import can_answer_messages
from collaboration.queries import contact as queries
from collaboration.workflows import contact


@require_safe
def contact_messages(request: SignedInRequest) -> HttpResponse:
    """Those that wait, those that have been answered, or all."""
    can_answer_messages(request.user).require()
    page = queries.messages_page(request.user, request.GET)
    return render(request, "collaboration/contact_messages.html", page)


@require_safe
def contact_message(request: SignedInRequest, message_id: int) -> HttpResponse:
    """One message."""
    can_answer_messages(request.user).require()
    page = {"contact_message": queries.message_for(request.user, message_id)}
    return render(request, "collaboration/contact_message.html", page)


@require_POST
def contact_mark(request: SignedInRequest, message_id: int) -> HttpResponse:
    """Mark it answered, or as one that waits after all."""
    can_answer_messages(request.user).require()
    message = queries.message_for(request.user, message_id)
    contact.mark(message, by=request.user, answered=request.POST.get("answered") == "1")
    return redirect(message)
