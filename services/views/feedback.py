"""Feedback of residents: the form behind a published page, and the list of those who handle it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from collaboration.forms import add_refusal
from collaboration.http import SignedInRequest
from collaboration.lockout import FEEDBACK_FROM_ONE, later
from collaboration.models import User
from collaboration.workflow import TransitionRefused
from services.forms.feedback import CloseForm, FeedbackForm
from services.models import Feedback
from services.policy import feedback as policy
from services.policy.escalations import can_file
from services.queries import feedback as queries
from services.residents import pages
from services.workflows import feedback as workflow


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def resident_feedback(request: HttpRequest, language: str, place_id: int) -> HttpResponse:
    """How a published service did not work. Staff are led to reporting it; what others tell is feedback."""
    with translation.override(language):
        head = pages.head_of_service(place_id)
        page = pages.service_page(head, place_id)
        row = Feedback(map_id=page["map"], place_id=place_id, language=language)
        meets = [
            (each["id"], ", ".join(str(other["name"].text) for other in each["others"]))
            for each in page["meets"]
        ]
        form = FeedbackForm(request.POST if request.method == "POST" else None, instance=row, meets=meets)
        minutes = FEEDBACK_FROM_ONE.take(request, form) if request.method == "POST" else 0
        if form.is_valid():
            workflow.send(form.save(commit=False))
            return redirect("services:resident_thanks", language, place_id)
        staff = isinstance(request.user, User) and bool(can_file(request.user, row.map))
        shown = {"form": form, "service": page["name"].text, "place_id": place_id, "meets": meets}
        shown |= {"residents_language": language, "is_staff": staff}
        status = 429 if minutes else 422 if form.errors else 200
        return later(render(request, "services/residents/feedback.html", shown, status=status), minutes)


@login_not_required
@require_safe
def resident_thanks(request: HttpRequest, language: str, place_id: int) -> HttpResponse:
    """It has been kept."""
    with translation.override(language):
        page = {"place_id": place_id, "residents_language": language}
        return render(request, "services/residents/feedback_sent.html", page)


@require_safe
def feedback_list(request: SignedInRequest) -> HttpResponse:
    """What residents have told of services on one's own maps."""
    is_handled = request.GET.get("tila") == "kasitellyt"
    page = queries.feedback_list_page(request.user, request.GET, is_handled=is_handled)
    return render(request, "services/feedback_list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: SignedInRequest, feedback_id: int) -> HttpResponse:
    """One; a POST says why no report is made of it."""
    row = queries.feedback_for(request.user, feedback_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        policy.can_close(request.user, row).require()
    if request.method == "POST" and form.is_valid():
        try:
            workflow.close(row, form.cleaned_data["closed_reason"], by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(row)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("services:feedback_list")
    page: dict[str, Any] = {
        "row": row,
        "form": form,
        "can_report": policy.can_report(request.user, row),
        "can_close": policy.can_close(request.user, row),
    }
    return render(request, "services/feedback.html", page, status=422 if form.errors else 200)
