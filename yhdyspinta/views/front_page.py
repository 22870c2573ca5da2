"""The front page: of a signed-in person their desk, of the national coordinator the country."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collaboration.exports.at_once import FORMATS, file_of
from collaboration.http import SignedInRequest
from collaboration.models import Notification, User
from collaboration.seats import keep_seat, kept_seat, remember_seat
from services.policy import can_see_the_country
from services.queries import asked, country
from yhdyspinta.desk import coverage_in, desk_page, header_of, organisation_of


@login_not_required
@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """What the portal is for; for a signed-in person, their desk."""
    if not isinstance(request.user, User):
        return render(request, "front_page_anonymous.html")
    remember_seat(request)
    page = desk_page(
        request.user,
        asked(request.GET, "seat") or kept_seat(request),
        asked(request.GET, "sort"),
        everything=asked(request.GET, "all") == "1",
    )
    return render(request, "desk/desk.html", page)


@require_safe
def header_facts(request: SignedInRequest) -> HttpResponse:
    """What the header of every page tells of the person: how much waits, and which seats there are to choose from."""
    facts = header_of(request.user, kept_seat(request))
    return JsonResponse(facts, headers={"Cache-Control": "private, no-store"})


@require_POST
def take_seat(request: SignedInRequest, seat: str) -> HttpResponse:
    """Sit in another of one's seats: the desk is that seat's, and its organisation stands first in lists."""
    keep_seat(request, organisation_of(request.user, seat), seat)
    return redirect("front_page")


@require_safe
def county_in_numbers(request: SignedInRequest, code: str) -> HttpResponse:
    """One county in numbers, for the national coordinator."""
    return render(request, "desk/county.html", country.county_page(request.user, code))


@require_safe
def country_file(request: SignedInRequest, file_format: str) -> HttpResponse:
    """The counties side by side as a file: a few rows of numbers, made at once."""
    if file_format not in FORMATS or not can_see_the_country(request.user):
        raise Http404
    note = _("Åland is not in the table: it is outside the wellbeing services counties.")
    return file_of(_("The whole country, in numbers"), country.tables(), file_format, [note])


@require_safe
def coverage_file(request: SignedInRequest, seat: str, file_format: str) -> HttpResponse:
    """A county's municipalities as its change leader sees them, as a file."""
    if file_format not in FORMATS:
        raise Http404
    place, table = coverage_in(request.user, seat)
    return file_of(
        _("Interface maps of the municipalities, %(county)s") % {"county": place}, [table], file_format, []
    )


@require_POST
def put_news_aside(request: SignedInRequest) -> HttpResponse:
    """Mark everything that the person was told as read."""
    Notification.objects.filter(recipient=request.user).mark_read(timezone.now())
    return redirect("front_page")
