"""Shared goals: listed with their chains, read, and kept."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration import searching
from collaboration.forms.carried import carried
from collaboration.forms.goals import GoalFilter, GoalForm
from collaboration.forms.saved_filters import filters_beside
from collaboration.http import SignedInRequest
from collaboration.models import Goal
from collaboration.outside import row_id
from collaboration.policy.actions import can_keep_goal, can_make_goals
from collaboration.queries import goals as queries
from collaboration.subjects import named
from collaboration.views.saving import saved
from collaboration.workflows import goals as workflow


@require_safe
def goal_list(request: SignedInRequest) -> HttpResponse:
    """The shared goals, each chain from its highest goal down."""
    form = GoalFilter(request.GET)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    filters = filters_beside(request.user, "goals", form, request.GET)
    if filters.opens:
        return redirect(filters.opens)
    page = queries.goal_list_page(request.user, form.cleaned_data, request.GET)
    return render(request, "collaboration/goal_list.html", {**page, "form": form, "filters": filters})


@require_http_methods(["GET", "HEAD", "POST"])
def goal_new(request: SignedInRequest) -> HttpResponse:
    """Make a shared goal."""
    can_make_goals(request.user).require()
    posted = request.POST if request.method == "POST" else None
    parent = Goal.objects.filter(pk=row_id(request.GET.get("ylla", ""))).first()
    initial = {"parent": parent, "parties": list(parent.parties.all()) if parent else []}
    form = GoalForm(posted, instance=Goal(), user=request.user, initial=initial)
    if request.method == "POST" and saved(
        form, lambda: workflow.make_goal(form.instance, form.cleaned_data["parties"], by=request.user)
    ):
        messages.success(request, _("The goal was made."))
        return redirect(form.instance)
    return render(request, "collaboration/goal_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def goal(request: SignedInRequest, pk: int) -> HttpResponse:
    """One goal with its chain."""
    page = queries.goal_page(request.user, pk)
    words = request.GET.get("yhdyspinta", "").strip()[:100]
    page |= {
        "q": words,
        "hits": searching.search(request.user, words, "interfaces", 10) if words and page["can_keep"] else [],
    }
    return render(request, "collaboration/goal.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def goal_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a goal."""
    row = queries.goal_for(request.user, pk)
    can_keep_goal(request.user, row).require()
    posted = request.POST if request.method == "POST" else None
    form = carried(GoalForm(posted, instance=Goal.objects.get(pk=pk), user=request.user))
    if request.method == "POST" and saved(
        form,
        lambda: workflow.change_goal(form.instance, form.cleaned_data["parties"], by=request.user),
        lock=workflow.lock_chains,
    ):
        messages.success(request, _("Saved."))
        return redirect(row)
    page = {"form": form, "goal": row}
    return render(request, "collaboration/goal_form.html", page, status=422 if form.errors else 200)


@require_POST
def goal_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that the goal is about an interface."""
    row = queries.goal_for(request.user, pk)
    can_keep_goal(request.user, row).require()
    linked = named(request.user, request.POST.get("linked", ""))
    if linked is None:
        messages.error(request, _("Choose the interface."))
        return redirect(row)
    try:
        workflow.link(row, linked, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect(row)


@require_POST
def goal_unlink(request: SignedInRequest, pk: int, link_id: int) -> HttpResponse:
    """Take a link away."""
    row = queries.goal_for(request.user, pk)
    can_keep_goal(request.user, row).require()
    linked = row.links.filter(pk=link_id).first()
    if linked is None:
        raise Http404
    workflow.unlink(row, linked, by=request.user)
    return redirect(row)
