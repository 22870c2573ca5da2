"""Absences: one's own, and those of the people whom one keeps."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from collaboration.forms.carried import carried
from collaboration.forms.forums import AbsenceForm
from collaboration.http import SignedInRequest
from collaboration.models import Absence, Member, User
from collaboration.policy import can_manage_people
from collaboration.policy.forums import can_set_absence
from collaboration.queries import forums as queries
from collaboration.queries import member_for
from collaboration.views.saving import saved
from collaboration.workflows import absences


@require_http_methods(["GET", "HEAD", "POST"])
def absence_list(request: SignedInRequest) -> HttpResponse:
    """One's absences, and a form for the next one."""
    return _absences(request, request.user, None)


@require_http_methods(["GET", "HEAD", "POST"])
def of_member(request: SignedInRequest, pk: int, member_id: int) -> HttpResponse:
    """The absences of one of an organisation's people, for who keeps them."""
    member = member_for(request.user, pk, member_id)
    can_manage_people(request.user, member.organisation).require()
    if member.ended_at is not None:
        return redirect("collaboration:member", pk, member_id)
    return _absences(request, member.user, member)


def _absences(request: SignedInRequest, person: User, member: Member | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = AbsenceForm(posted, instance=Absence(user=person), initial={"valid_from": timezone.localdate()})
    if posted is not None and saved(form, lambda: absences.set_absence(form.instance, by=request.user)):
        messages.success(request, _set(form.instance, request.user))
        return redirect(request.path)
    page = {**queries.absences_page(request.user, person), "form": form, "member": member}
    if member is not None:
        page["organisation"] = member.organisation
    return render(request, "collaboration/absences.html", page, status=422 if form.errors else 200)


def _set(absence: Absence, by: User) -> str:
    if absence.user_id == by.pk:
        return _("%(name)s stands in for you on these days.") % {"name": absence.deputy.name}
    return _("%(deputy)s stands in for %(name)s on these days. Both have been told.") % {
        "deputy": absence.deputy.name,
        "name": absence.user.name,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def absence_change(request: SignedInRequest, absence_id: int) -> HttpResponse:
    """Other days, or another deputy."""
    row = queries.absence_for(request.user, absence_id)
    can_set_absence(request.user, row).require()
    back = queries.absences_of(request.user, row.user)
    if row.valid_until < timezone.localdate():
        messages.error(request, _("This absence has ended."))
        return redirect(back)
    posted = request.POST if request.method == "POST" else None
    form = carried(AbsenceForm(posted, instance=queries.absence_for(request.user, absence_id)))
    if posted is not None and saved(form, lambda: absences.change_absence(form.instance, by=request.user)):
        messages.success(request, _("Saved. Those whom it concerns have been told."))
        return redirect(back)
    page = {"absence": row, "form": form, "back": back, "is_own": row.user_id == request.user.pk}
    return render(request, "collaboration/absence_change.html", page, status=422 if form.errors else 200)


@require_POST
def absence_end(request: SignedInRequest, absence_id: int) -> HttpResponse:
    """The person is back."""
    row = queries.absence_for(request.user, absence_id)
    absences.end_absence(row, by=request.user)
    messages.success(request, _("The absence has ended."))
    return redirect(queries.absences_of(request.user, row.user))
