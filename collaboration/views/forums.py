"""Forums and their seats."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.forms.carried import carried
from collaboration.forms.forums import (
    ForumFilter,
    ForumForm,
    ForumInvitationForm,
    SeatEnd,
    SeatForm,
)
from collaboration.http import SignedInRequest
from collaboration.models import Forum, ForumSeat, Invitation
from collaboration.policy.forums import can_change_forum, can_keep_forum, can_make_any
from collaboration.queries import counties
from collaboration.queries import forums as queries
from collaboration.views.saving import saved
from collaboration.workflows import forums, invitations


def _posted(request: SignedInRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


@require_safe
def structure(request: SignedInRequest) -> HttpResponse:
    """The forums of a county on their four levels."""
    form = ForumFilter(request.GET, areas=counties(request.user))
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    page = queries.structure_page(request.user, form.cleaned_data)
    return render(request, "collaboration/forum_structure.html", {**page, "form": form})


@require_safe
def forum(request: SignedInRequest, pk: int) -> HttpResponse:
    """One forum."""
    return render(request, "collaboration/forum.html", queries.forum_page(request.user, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def forum_new(request: SignedInRequest) -> HttpResponse:
    """Make a forum."""
    can_make_any(request.user).require()
    return _forum_form(request, Forum())


@require_http_methods(["GET", "HEAD", "POST"])
def forum_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what a forum is."""
    row = queries.forum_for(request.user, pk)
    can_change_forum(request.user, row).require()
    return _forum_form(request, row)


def _forum_form(request: SignedInRequest, row: Forum) -> HttpResponse:
    initial: dict[str, Any] = {}
    if row.pk is None and (area := queries.own_area(request.user)) is not None:
        initial = {"area": area}
    form = carried(ForumForm(_posted(request), instance=row, user=request.user, initial=initial))

    def write() -> None:
        if row.pk is None:
            forums.make_forum(form.instance, form.links, by=request.user)
        else:
            forums.change_forum(form.instance, form.links, by=request.user)

    if request.method == "POST" and saved(form, write):
        messages.success(request, _("Saved."))
        return redirect(form.instance)
    page = {"form": form, "forum": row if row.pk else None}
    return render(request, "collaboration/forum_form.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def forum_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether the forum is to end; a POST ends it."""
    row = queries.forum_for(request.user, pk)
    can_change_forum(request.user, row).require()
    refusal = ""
    if request.method == "POST":
        try:
            forums.end_forum(row, by=request.user)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(request, _("The forum has ended. It can be taken back into use."))
            return redirect(row)
    page = {"forum": row, "refusal": refusal}
    return render(request, "collaboration/forum_end.html", page, status=422 if refusal else 200)


@require_POST
def forum_take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take it back into use."""
    row = queries.forum_for(request.user, pk)
    try:
        forums.take_forum_back(row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken back."))
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a seat to somebody who has an account: first found by name, then seated."""
    row = queries.forum_for(request.user, pk)
    can_change_forum(request.user, row).require()
    words = request.GET.get("q", "").strip()[:100]
    person = request.POST.get("user") or request.GET.get("person") or ""
    chosen = queries.person_of(person)
    form = None
    if chosen is not None:
        seat = ForumSeat(forum=row)
        initial = queries.seat_of_person(chosen) | {
            name: request.GET[name] for name in ("role", "represents", "language") if name in request.GET
        }
        form = SeatForm(_posted(request), instance=seat, initial=initial, user=request.user)
        if request.method == "POST" and saved(form, lambda: forums.give_seat(form.instance, by=request.user)):
            messages.success(request, _("%(name)s has a seat in the forum.") % {"name": chosen.name})
            return redirect(row)
    page = {
        "forum": row,
        "form": form,
        "chosen": chosen,
        "q": words,
        "people": queries.people_found(words) if words and chosen is None else [],
    }
    return render(request, "collaboration/seat_new.html", page, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_edit(request: SignedInRequest, pk: int, seat_id: int) -> HttpResponse:
    """Change a seat."""
    seat = queries.seat_for(request.user, pk, seat_id)
    can_change_forum(request.user, seat.forum).require()
    form = carried(SeatForm(_posted(request), instance=seat, user=request.user))
    if request.method == "POST" and saved(
        form,
        lambda: forums.change_seat(form.instance, by=request.user),
        lock=lambda: forums.lock_forum(seat.forum),
    ):
        messages.success(request, _("Saved."))
        return redirect(seat.forum)
    page = {"form": form, "seat": seat, "forum": seat.forum, "today": timezone.localdate()}
    return render(request, "collaboration/seat.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_end(request: SignedInRequest, pk: int, seat_id: int) -> HttpResponse:
    """Ask which day is the last; a POST ends the seat."""
    seat = queries.seat_for(request.user, pk, seat_id)
    if seat.user_id != request.user.pk:
        can_keep_forum(request.user, seat.forum).require()
    form = SeatEnd(_posted(request), initial={"valid_until": timezone.localdate()})
    if request.method == "POST" and saved(
        form, lambda: forums.end_seat(seat, form.cleaned_data["valid_until"], by=request.user)
    ):
        messages.success(request, _("The last day of the seat was set."))
        return redirect(seat.forum)
    page = {"form": form, "seat": seat, "forum": seat.forum}
    return render(request, "collaboration/seat_end.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def forum_invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Invite somebody to a seat by mail."""
    row = queries.forum_for(request.user, pk)
    can_change_forum(request.user, row).require()
    invitation = Invitation(forum=row)
    initial = {
        "seat_role": request.GET.get("role") or "member",
        "represents": request.GET.get("represents") or "",
    }
    form = ForumInvitationForm(_posted(request), instance=invitation, initial=initial, user=request.user)
    if request.method == "POST" and saved(
        form, lambda: forums.invite_to_forum(form.instance, by=request.user)
    ):
        messages.success(
            request, _("An invitation is on its way to %(address)s.") % {"address": invitation.email}
        )
        return redirect(row)
    page = {"form": form, "forum": row}
    return render(request, "collaboration/forum_invite.html", page, status=422 if form.errors else 200)


@require_POST
def forum_invitation(request: SignedInRequest, pk: int, seat_invitation_id: int, what: str) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    row = queries.forum_for(request.user, pk)
    can_keep_forum(request.user, row).require()
    change = {"laheta": invitations.send_again, "peru": invitations.withdraw}.get(what)
    invitation = Invitation.objects.waiting().filter(forum=row, pk=seat_invitation_id).first()
    if change is None or invitation is None:
        raise Http404
    try:
        change(invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done."))
    return redirect(row)
