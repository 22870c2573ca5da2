"""The people of an organisation: found, changed, ended and taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration import queries
from collaboration.forms import ContactForm, MemberForm, PeopleFilter
from collaboration.forms.carried import carried
from collaboration.http import SignedInRequest
from collaboration.models import Member
from collaboration.policy import can_change_contact, can_manage_people
from collaboration.views.saving import saved
from collaboration.workflows.people import (
    end_membership,
    keep_contact,
    lock_people,
    roles_of,
    set_roles,
    take_back,
)


@require_safe
def people(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everybody of the organisation, for who keeps its people."""
    organisation = queries.organisation_for(request.user, pk)
    can_manage_people(request.user, organisation).require()
    form = PeopleFilter(request.GET)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    page = queries.people_page(organisation, form.cleaned_data, request.GET)
    return render(request, "collaboration/people.html", {**page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: SignedInRequest, pk: int, member_id: int) -> HttpResponse:
    """One member: roles and how they are called. People change the latter themselves."""
    row = queries.member_for(request.user, pk, member_id)
    manages = bool(can_manage_people(request.user, row.organisation))
    can_change = can_change_contact(request.user, row)
    if request.method == "POST":
        can_change.require()
    form = _form(row, request.POST if request.method == "POST" else None, manages=manages)
    if request.method == "POST" and saved(
        form, lambda: _keep(request, form, row), lock=lambda: lock_people(row.organisation_id)
    ):
        messages.success(request, _("Saved."))
        return redirect("collaboration:people", pk) if manages else redirect("collaboration:profile")
    page = {
        "member": row,
        "organisation": row.organisation,
        "role_names": queries.role_names(row.ended_roles or row.roles),  # type: ignore[attr-defined]
        "form": form,
        "manages": manages,
        "can_change": can_change,
    }
    return render(request, "collaboration/member.html", page, status=422 if form.errors else 200)


def _form(row: Member, posted: Any, *, manages: bool) -> ContactForm:
    if not manages or row.ended_at:
        return carried(ContactForm(posted, instance=row))
    form = MemberForm(posted, instance=row, initial={"roles": row.roles})  # type: ignore[attr-defined]
    return carried(form, lambda: {"roles": roles_of(row)})


def _keep(request: SignedInRequest, form: ContactForm, row: Member) -> None:
    """Save what was changed, and nothing else."""
    changed = set(form.changed_data)
    if "roles" in changed:
        set_roles(row, form.cleaned_data["roles"], by=request.user)
    if columns := changed - {"roles"}:
        keep_contact(row, columns, by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def member_end(request: SignedInRequest, pk: int, member_id: int) -> HttpResponse:
    """Ask whether the membership is to end; a POST ends it."""
    row = queries.member_for(request.user, pk, member_id)
    can_manage_people(request.user, row.organisation).require()
    refusal = ""
    if request.method == "POST":
        try:
            end_membership(row, by=request.user)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(
                request,
                _("%(name)s is no longer one of the organisation's people. It can be taken back.")
                % {"name": row.user.name},
            )
            return redirect("collaboration:member", pk, member_id)
    page = {"member": row, "organisation": row.organisation, "refusal": refusal}
    return render(request, "collaboration/member_end.html", page, status=422 if refusal else 200)


@require_POST
def member_take_back(request: SignedInRequest, pk: int, member_id: int) -> HttpResponse:
    """Give the roles again that the person had."""
    row = queries.member_for(request.user, pk, member_id)
    take_back(row, by=request.user)
    messages.success(request, _("Taken back."))
    return redirect("collaboration:member", pk, member_id)
