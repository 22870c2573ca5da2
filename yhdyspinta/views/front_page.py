"""The front page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from collaboration.http import SignedInRequest
from collaboration.models import Notification, User
from yhdyspinta.desk import desk_page


@login_not_required
@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """What the portal is for; for a signed-in person, what waits for them."""
    if isinstance(request.user, User):
        return render(request, "front_page.html", desk_page(request.user))
    return render(request, "front_page_anonymous.html")


@require_POST
def put_news_aside(request: SignedInRequest) -> HttpResponse:
    """Mark everything that the person was told as read."""
    Notification.objects.filter(recipient=request.user, read_at__isnull=True).update(read_at=timezone.now())
    return redirect("front_page")
