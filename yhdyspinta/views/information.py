"""What the portal tells of itself to anybody: accessibility, privacy, and what it is."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def accessibility_statement(request: HttpRequest) -> HttpResponse:
    """The statement that law 306/2019 asks for."""
    page = {"feedback": settings.ACCESSIBILITY_FEEDBACK}
    return render(request, "information/accessibility.html", page)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Which data of people the portal keeps, and which it refuses."""
    page = {"minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)}
    return render(request, "information/privacy.html", page)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the portal is for, where its model and its register come from, and its licence."""
    return render(request, "information/about.html")
