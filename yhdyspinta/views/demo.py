"""Pages of the demo: who one may be in it, and the mail that the portal would have sent. None exists elsewhere."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collaboration.models import User
from collaboration.views.accounts import signed_in
from yhdyspinta.demo import mailbox
from yhdyspinta.demo.people import people_by_place

MAILS_ON_THE_PAGE = 50


def require_demo() -> None:
    """Raise Http404 outside demo mode, should anyone ever give these views an address there."""
    if not settings.DEMO:
        raise Http404


@login_not_required
@never_cache
@require_safe
def demo_people(request: HttpRequest) -> HttpResponse:
    """Everyone whom one may be in the demo, with what each of them sees."""
    require_demo()
    return render(request, "demo/people.html", {"groups": people_by_place()})


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a demo person with one click; anyone else's address is not found."""
    require_demo()
    demo_person = get_object_or_404(User, email=_email(request), is_demo_person=True, is_active=True)
    return signed_in(request, demo_person)


def _email(request: HttpRequest) -> str:
    return request.POST.get("email", "").replace("\x00", "")


@login_not_required
@never_cache
@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The newest mails, as plain text."""
    require_demo()
    mails = mailbox.newest(Path(settings.EMAIL_FILE_PATH), MAILS_ON_THE_PAGE)
    return render(request, "demo/mail.html", {"mails": mails})
