"""Pages of the demo: who one may be in it, its story and clock, and the mail that would have been sent. None exists elsewhere."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collaboration.models import User
from collaboration.views.accounts import signed_in
from yhdyspinta.demo import clock, mailbox, story
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
    """Everyone whom one may be in the demo, with what each of them sees; beside them the story and the clock."""
    require_demo()
    page = {"groups": people_by_place(), "today": timezone.localdate(), "now": timezone.now()}
    if (read := story.Story.read()) is not None:
        page |= {"story": read, "steps": story.told(read)}
    return render(request, "demo/people.html", page)


@login_not_required
@require_POST
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the clock from the day that the page showed: a second click on the same page moves nothing more."""
    require_demo()
    if request.POST.get("from") == timezone.localdate().isoformat():
        read = story.Story.read()
        deadline = read.next_deadline if read is not None else None
        if request.POST.get("to") == "deadline" and deadline is not None:
            clock.go_to(deadline)
        else:
            clock.go_to(clock.next_working_day())
    return redirect(f"{reverse('demo_people')}#story")


@login_not_required
@require_POST
def demo_begin_again(_request: HttpRequest) -> HttpResponse:
    """The story is about the next report."""
    require_demo()
    story.begin_again()
    return redirect(f"{reverse('demo_people')}#story")


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
