"""Approving a map, publishing it, reading its versions, and comparing them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.forms import add_refusal
from collaboration.http import SignedInRequest
from collaboration.journal import IdUsed
from collaboration.ops.document import Conflict, NoSuchSubject
from collaboration.workflow import TransitionRefused
from services.forms.versions import (
    ApprovalForm,
    CancelForm,
    ReturnForm,
    RoundForm,
    TakeBackForm,
)
from services.models import ApprovalRound, InterfaceMap, MapVersion
from services.queries import asked, versions
from services.queries.approval_page import approval_page
from services.queries.maps import map_for
from services.workflows import approvals
from services.workflows.reasons import Withdrawal
from services.workflows.taking_back import take_back_aspect


@require_http_methods(["GET", "HEAD", "POST"])
def map_versions(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The approval round and the published versions; a POST starts a round."""
    page = versions.versions_page(request.user, map_id)
    shape = {
        "is_finished": not page["unfinished_count"],
        "is_first": not page["versions"],
    }
    form = RoundForm(request.POST or None, **shape)
    if request.method == "POST":
        form = RoundForm(request.POST, **shape)
        if form.is_valid() and _started(request, map_id, form):
            return redirect("services:map_versions", map_id=map_id)
    status = 422 if form.errors else 200
    context = {**page, "form": form, "tab": "versions"}
    return render(request, "services/map_versions.html", context, status=status)


def _started(request: SignedInRequest, map_id: int, form: RoundForm) -> bool:
    """Start the round that the form asks for; what is refused becomes the form's own sentences."""
    try:
        approvals.start(request.user, map_id, **form.cleaned_data)
    except InterfaceMap.DoesNotExist:
        raise Http404 from None
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    except ValidationError as error:
        add_refusal(form, error)
        return False
    messages.success(request, _("The approvers of all parties have been asked to approve the map."))
    return True


@require_safe
def map_draft_content(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The draft as text: what an approver reads."""
    return render(request, "services/map_version.html", versions.draft_page(request.user, map_id))


@require_safe
def map_approval(request: SignedInRequest, map_id: int) -> HttpResponse:
    """What is to be approved, to read, and to approve or return; without an open round, that none is."""
    page = approval_page(request.user, map_id)
    if page["round"] is None:
        return render(request, "services/map_no_round.html", {**page, "tab": "versions"})
    context = {**page, "return_form": ReturnForm(), "is_returning": "return" in request.GET}
    return render(request, "services/map_approval.html", context)


@require_POST
def map_approve(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Approve for a party; the last approval publishes."""
    map_for(request.user, map_id)
    wished = _whole(request, ApprovalForm)
    if wished:
        try:
            done = approvals.approve(
                request.user, map_id, wished["round"], wished["digest"], wished["organisation"]
            )
        except InterfaceMap.DoesNotExist:
            raise Http404 from None
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("Every party has approved. The version has been published.")
                if done.status == ApprovalRound.Status.PUBLISHED
                else _("Approved. The version is published when every party has approved."),
            )
    return redirect("services:map_versions", map_id=map_id)


@require_POST
def map_cancel_round(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Call an approval round off."""
    map_for(request.user, map_id)
    wished = _whole(request, CancelForm)
    if wished:
        try:
            approvals.cancel(request.user, map_id, wished["round"])
        except InterfaceMap.DoesNotExist:
            raise Http404 from None
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The approval round has been cancelled."))
    return redirect("services:map_versions", map_id=map_id)


@require_POST
def map_return_round(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Return the map with a reason: the round ends."""
    page = approval_page(request.user, map_id)
    form = ReturnForm(request.POST)
    if form.is_valid():
        wished = form.cleaned_data
        try:
            approvals.send_back(request.user, map_id, wished["round"], wished["reason"])
        except InterfaceMap.DoesNotExist:
            raise Http404 from None
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("The map has been returned, and everyone of the parties is told why.")
            )
    if form.errors and page["round"]:
        return render(request, "services/map_approval.html", {**page, "return_form": form}, status=422)
    return redirect("services:map_versions", map_id=map_id)


def _whole(request: SignedInRequest, form_class: type[forms.Form]) -> dict[str, Any]:
    """What a button's hidden fields hold, or nothing and a sentence."""
    form = form_class(request.POST)
    if not form.is_valid():
        messages.error(request, _("Part of the form was missing. Open the page again."))
        return {}
    return form.cleaned_data


@require_safe
def map_version(request: SignedInRequest, map_id: int, major: int, minor: int) -> HttpResponse:
    """One published version."""
    page = versions.version_page(request.user, map_id, major, minor)
    return render(request, "services/map_version.html", {**page, "form": Withdrawal()})


@require_POST
def map_version_withdraw(request: SignedInRequest, map_id: int, major: int, minor: int) -> HttpResponse:
    """Take a version out of force, with a reason."""
    page = versions.version_page(request.user, map_id, major, minor)
    form = Withdrawal(request.POST)
    if form.is_valid():
        try:
            approvals.withdraw(request.user, map_id, major, minor, form.cleaned_data["reason"])
        except (InterfaceMap.DoesNotExist, MapVersion.DoesNotExist):
            raise Http404 from None
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The version has been withdrawn."))
            return redirect(page["version"])
    elif not page["can_withdraw"]:
        raise PermissionDenied(getattr(page["can_withdraw"], "reason", ""))
    return render(request, "services/map_version.html", {**page, "form": form}, status=422)


@require_POST
def map_version_take_back(request: SignedInRequest, map_id: int, major: int, minor: int) -> HttpResponse:
    """Take one aspect back from the version, by ops like any other."""
    version = versions.version_for(request.user, map_id, major, minor)
    back = f"{reverse('services:map_compare', args=[map_id])}?from={version.number}&to={versions.DRAFT}"
    wished = _whole(request, TakeBackForm)
    if wished:
        try:
            done = take_back_aspect(
                request.user,
                version,
                wished["interface"],
                wished["number"],
                wished["op_id"],
                wished["base_version"],
            )
        except NoSuchSubject:
            raise Http404 from None
        except (ValidationError, Conflict, IdUsed) as refusal:
            messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
        else:
            messages.success(
                request,
                _("The aspect is again as in version %(number)s. It can be undone.")
                % {"number": version.number}
                if done
                else _("Nothing had to be changed."),
            )
    return redirect(back)


@require_safe
def map_compare(request: SignedInRequest, map_id: int) -> HttpResponse:
    """What differs between two versions, or between a version and the draft."""
    page = versions.comparison_page(
        request.user, map_id, asked(request.GET, "from"), asked(request.GET, "to")
    )
    return render(request, "services/map_compare.html", page)
