"""Inviting people by mail, and the page that the link leads to."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from collaboration import queries
from collaboration.forms import InvitationForm, JoinForm
from collaboration.http import SignedInRequest
from collaboration.models import Invitation, User
from collaboration.policy import can_manage_people, visible_invitations
from collaboration.views.accounts import signed_in
from collaboration.workflows import invitations


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Invite somebody to the organisation's people."""
    organisation = queries.organisation_for(request.user, pk)
    can_manage_people(request.user, organisation).require()
    invitation = Invitation(organisation=organisation)
    form = InvitationForm(request.POST if request.method == "POST" else None, instance=invitation)
    if form.is_valid():
        try:
            invitations.invite(form.save(commit=False), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("An invitation is on its way to %(address)s.") % {"address": invitation.email}
            )
            return redirect("collaboration:people", pk)
    page = {"form": form, "organisation": organisation}
    return render(request, "collaboration/invite.html", page, status=422 if form.errors else 200)


@require_POST
def send_again(request: SignedInRequest, pk: int, invitation_id: int) -> HttpResponse:
    """Mail a new link; the earlier one ends."""
    return _changed(
        request, pk, invitation_id, invitations.send_again, _("The invitation is on its way again.")
    )


@require_POST
def withdraw(request: SignedInRequest, pk: int, invitation_id: int) -> HttpResponse:
    """The link works no longer."""
    return _changed(request, pk, invitation_id, invitations.withdraw, _("The invitation was withdrawn."))


def _changed(
    request: SignedInRequest, pk: int, invitation_id: int, change: Callable[..., None], done: str
) -> HttpResponse:
    invitation = visible_invitations(request.user).filter(organisation=pk, pk=invitation_id).first()
    if invitation is None:
        raise Http404
    try:
        change(invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("collaboration:people", pk)


@login_not_required
@never_cache
@sensitive_post_parameters("new_password1", "new_password2")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: a new person says a name and a password, a known one says yes."""
    invitation = invitations.invitation_of(token)
    known = User.objects.filter(email=invitation.email).first() if invitation else None
    if invitation is None or (known is not None and not known.is_active):
        return render(request, "collaboration/join_ended.html", status=404)
    other = request.user if isinstance(request.user, User) and request.user != known else None
    person = known or User(email=invitation.email)
    form = JoinForm(person, request.POST if request.method == "POST" and not (known or other) else None)
    if request.method == "POST" and other is None and (known or form.is_valid()):
        try:
            invitations.accept(token, person=known or form.save(commit=False))
        except ValidationError:
            return render(request, "collaboration/join_ended.html", status=404)
        if known is None:
            return signed_in(request, person)
        if invitation.forum is not None:
            messages.success(request, _("You have a seat in %(forum)s.") % {"forum": invitation.forum.name})
            return redirect(invitation.forum)
        messages.success(
            request,
            _("You are now one of the people of %(organisation)s.")
            % {"organisation": invitation.organisation.full_name},
        )
        return redirect(settings.LOGIN_REDIRECT_URL)
    page = {"invitation": invitation, "known": known, "other": other, "form": form, "token": token}
    return render(request, "collaboration/join.html", page, status=422 if form.errors else 200)
