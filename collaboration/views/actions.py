"""Actions: listed, made, read, and taken step by step."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.exports.actions import table
from collaboration.exports.at_once import FORMATS, file_of
from collaboration.forms import add_refusal
from collaboration.forms.actions import ActionFilter, ActionForm, TextForm
from collaboration.forms.saved_filters import filters_beside
from collaboration.http import SignedInRequest
from collaboration.models import Action, Matter
from collaboration.outside import own_key, row_id
from collaboration.policy.actions import can_begin, can_name_person
from collaboration.queries import actions as queries
from collaboration.queries.attachments import files_about
from collaboration.queries.forums import person_of
from collaboration.queries.matters import matter_for
from collaboration.subjects import name_of, named
from collaboration.views.comments import talk_about
from collaboration.views.saving import saved
from collaboration.workflow import TransitionRefused
from collaboration.workflows import actions as workflow
from collaboration.workflows.matter_steps import Asked
from collaboration.workflows.matters import Overtaken


def _filter(request: SignedInRequest) -> ActionFilter:
    form = ActionFilter(request.GET, user=request.user)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    return form


@require_safe
def action_list(request: SignedInRequest) -> HttpResponse:
    """The actions that one sees, in time and as a list, or on a board."""
    form = _filter(request)
    filters = filters_beside(request.user, "actions", form, request.GET)
    if filters.opens:
        return redirect(filters.opens)
    page = queries.action_list_page(request.user, form.cleaned_data, request.GET)
    return render(request, "collaboration/action_list.html", {**page, "form": form, "filters": filters})


@require_safe
def actions_file(request: SignedInRequest) -> HttpResponse:
    """The actions that the list's filters leave, as a file."""
    file_format = request.GET.get("format", "csv")
    if file_format not in FORMATS:
        raise Http404
    return file_of(_("Actions"), [table(request.user, _filter(request).cleaned_data)], file_format)


def _matter_of(request: SignedInRequest) -> Matter | None:
    """The matter from which the form was opened. Raises Http404 for one that the person does not see."""
    number = row_id(request.POST.get("matter") or request.GET.get("asia") or "")
    return matter_for(request.user, number) if number else None


@require_http_methods(["GET", "HEAD", "POST"])
def action_new(request: SignedInRequest) -> HttpResponse:
    """Make an action, of a matter or by itself."""
    matter = _matter_of(request)
    can_begin(request.user, matter).require()
    about = named(request.user, request.POST.get("about") or request.GET.get("koskee") or "")
    action = Action(matter=matter)
    if about is not None:
        action.subject = about
    posted = request.POST if request.method == "POST" else None
    initial = {"goal": row_id(request.GET.get("tavoite", "")) or None}
    form = ActionForm(posted, instance=action, user=request.user, matter=matter, initial=initial)
    if request.method == "POST":
        action.key = own_key(request.POST.get("key", ""))
        earlier = Action.objects.filter(key=action.key, made_by=request.user).first() if action.key else None
        if earlier is not None:
            return redirect(earlier)
        if saved(form, lambda: _make(form.instance, request)):
            messages.success(request, _("The action was made. Those who are responsible have been told."))
            return redirect(form.instance)
    page = {
        "form": form,
        "matter": matter,
        "about": about,
        "about_key": name_of(about) if about is not None else "",
        "key": action.key or uuid4(),
    }
    return render(request, "collaboration/action_new.html", page, status=422 if form.errors else 200)


def _make(action: Action, request: SignedInRequest) -> None:
    try:
        with transaction.atomic():
            workflow.action_workflow.begin("make", action, by=request.user)
    except IntegrityError:
        raise ValidationError(_("This was sent at the same moment already: see your actions.")) from None


@require_safe
def action(request: SignedInRequest, pk: int) -> HttpResponse:
    """One action."""
    return _action(request, queries.action_page(request.user, pk))


def _action(
    request: SignedInRequest,
    page: dict[str, Any],
    failed: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    first = page["first"]
    name = failed[0] if failed else first.transition.name if first else ""
    offer = next((offer for offer in page["offers"] if offer.transition.name == name), None)
    page |= {
        "step": offer,
        "files": files_about(request.user, page["action"]),
        "talk": talk_about(request, page["action"]),
        "step_form": failed[1] if failed else _form_of(page, offer),
        "others": [
            each
            for each in page["offers"]
            if each is not offer and (not page["is_asked"] or each.transition.name not in ON_TRACK)
        ],
        "people": list(queries.people_of(page["action"])[:500]) if page["can_name"] else [],
    }
    return render(request, "collaboration/action.html", page, status=status)


ON_TRACK = ("on_track", "late", "ask_day")
"""The answers that the page offers together while they are asked for."""


def _form_of(page: dict[str, Any], offer: Any, data: Any = None) -> BaseForm | None:
    """The form of a step, filled in with what is known."""
    if offer is None or offer.transition.form is None:
        return None
    row, name = page["action"], offer.transition.name
    initial = {field: getattr(row, field) for field in ("progress", "evidence", "evidence_link")}
    if name == "reopen":
        initial["progress"] = 0 if row.progress == 100 else row.progress
        initial["due_on"] = row.due_on if row.due_on >= page["today"] else None
    if name == "move" and page["wished"]:
        initial["due_on"] = page["wished"].wished_on
    made: BaseForm = offer.transition.form(data, initial=initial)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def action_step(request: SignedInRequest, pk: int, action_step: str) -> HttpResponse:
    """A step's own form; a POST takes the step."""
    page = queries.action_page(request.user, pk)
    transition = workflow.action_workflow.transitions.get(action_step)
    if transition is None or transition.is_automatic or not transition.sources:
        raise Http404
    offer = next((offer for offer in page["offers"] if offer.transition.name == action_step), None)
    if request.method != "POST":
        if offer is None:
            transition.allowed(request.user, page["action"]).require()
            messages.error(request, _("The action has moved on. This is how it is now."))
            return redirect(page["action"])
        return _action(request, page, (action_step, _form_of(page, offer) or Asked()))
    try:
        done = workflow.action_workflow.perform(
            action_step, page["action"], by=request.user, sent=request.POST
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(page["action"])
    except ValidationError as error:
        form = _form_of(page, offer, request.POST) or Asked(request.POST)
        form.is_valid()
        add_refusal(form, error)
        return _action(request, page, (action_step, form), status=422)
    messages.success(request, _done(action_step))
    return redirect(done)


def _done(name: str) -> str:
    return {
        "progress": _("The progress was saved."),
        "finish": _("Done. Those who follow the action have been told."),
        "on_track": _("Thank you: it keeps to the schedule."),
        "late": _("Thank you. Those who follow the action have been told that it will be late."),
        "ask_day": _("Another day was asked for. Those who made the action decide on it."),
        "move": _("The due day was moved. Those who are responsible have been told."),
        "cancel": _("The action was cancelled. Those who are responsible have been told."),
        "reopen": _("The action was taken up again."),
    }[name]


@require_http_methods(["GET", "HEAD", "POST"])
def action_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what is said of the action."""
    page = queries.action_page(request.user, pk)
    page["can_steer"].require()
    row = page["action"]
    posted = request.POST if request.method == "POST" else None
    form = TextForm(posted, instance=Action.objects.get(pk=pk), initial={"seq": row.seq})
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("what", "description", "goal")}
        try:
            done = workflow.change_action(row, told, seq=form.cleaned_data["seq"], by=request.user)
        except Overtaken as refusal:
            form.add_error(None, str(refusal))
            form.data = {**form.data.dict(), "seq": row.seq}  # type: ignore[attr-defined]
            page["theirs"] = row
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect(done)
    status = 409 if "theirs" in page else 422 if form.errors else 200
    return render(request, "collaboration/action_edit.html", {**page, "form": form}, status=status)


@require_POST
def action_person(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who is responsible for the action."""
    row = queries.action_for(request.user, pk)
    can_name_person(request.user, row).require()
    try:
        workflow.name_person(row, person_of(request.POST.get("person", "")), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect(row)
