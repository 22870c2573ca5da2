"""Matters: raised, listed, read, and taken step by step."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration import searching
from collaboration.exports.at_once import FORMATS, file_of
from collaboration.exports.matters import table
from collaboration.forms import add_refusal
from collaboration.forms.forums import CheckForm, MatterFilter, MatterForm, TextForm
from collaboration.forms.saved_filters import filters_beside
from collaboration.http import SignedInRequest
from collaboration.models import InterfaceCheck, Matter
from collaboration.outside import own_key, row_id
from collaboration.policy.actions import can_make_of
from collaboration.policy.forums import can_handle, can_prepare, can_raise
from collaboration.queries import actions as action_queries
from collaboration.queries import forums as forum_queries
from collaboration.queries import matters as queries
from collaboration.queries.attachments import files_about
from collaboration.subjects import name_of, named
from collaboration.views.comments import talk_about
from collaboration.views.saving import saved
from collaboration.workflow import TransitionRefused
from collaboration.workflows import interface_checks
from collaboration.workflows import matters as workflow
from collaboration.workflows.attachments import attachments_of
from collaboration.workflows.matter_chains import forums_to_forward_to
from collaboration.workflows.matter_steps import Asked, Forwarding, NextStep, Unchecked


@require_safe
def matter_list(request: SignedInRequest) -> HttpResponse:
    """The matters that one sees."""
    form = MatterFilter(request.GET, user=request.user)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    filters = filters_beside(request.user, "matters", form, request.GET)
    if filters.opens:
        return redirect(filters.opens)
    page = queries.matter_list_page(request.user, form.cleaned_data, request.GET)
    page |= {"form": form, "filters": filters, "step": NextStep()}
    return render(request, "collaboration/matter_list.html", page)


@require_safe
def matters_file(request: SignedInRequest) -> HttpResponse:
    """The matters that the list's filters leave, as a file."""
    form = MatterFilter(request.GET, user=request.user)
    form.is_valid()
    file_format = request.GET.get("format", "csv")
    if file_format not in FORMATS:
        raise Http404
    return file_of(_("Matters"), [table(request.user, form.cleaned_data)], file_format)


@require_POST
def matters_accept(request: SignedInRequest) -> HttpResponse:
    """Take the chosen matters up, each with its own result."""
    chosen = [row_id(value) for value in request.POST.getlist("matter")][:200]
    form = NextStep(request.POST)
    if not chosen:
        messages.error(request, _("Choose at least one matter."))
        return redirect("collaboration:matters")
    if not form.is_valid():
        for name in form.errors:
            for sentence in form.errors[name]:
                messages.error(request, str(sentence))
        return redirect("collaboration:matters")
    done, results = 0, []
    for pk in chosen:
        try:
            matter = queries.matter_for(request.user, pk)
            workflow.matter_workflow.perform("accept", matter, by=request.user, sent=request.POST)
        except Http404:
            results.append(_("One of the matters is no longer there."))
        except (TransitionRefused, PermissionDenied) as refusal:
            results.append(f"{matter.title}: {refusal}")
        else:
            done += 1
    if done:
        messages.success(
            request,
            ngettext("%(count)d matter was taken up.", "%(count)d matters were taken up.", done)
            % {"count": done},
        )
    for sentence in results:
        messages.error(request, sentence)
    return redirect("collaboration:matters")


@require_safe
def matter_where(request: SignedInRequest) -> HttpResponse:
    """Choose the forum to which a matter is raised."""
    page = {"forums": forum_queries.forums_to_raise_in(request.user), "about": request.GET.get("koskee", "")}
    return render(request, "collaboration/matter_where.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def matter_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Raise a matter to a forum."""
    forum = forum_queries.forum_for(request.user, pk)
    can_raise(request.user, forum).require()
    about = named(request.user, request.POST.get("about") or request.GET.get("koskee") or "")
    matter = Matter(forum=forum)
    form = MatterForm(request.POST if request.method == "POST" else None, instance=matter)
    if request.method == "POST":
        matter.key = own_key(request.POST.get("key", ""))
        earlier = (
            Matter.objects.filter(key=matter.key, raised_by=request.user).first() if matter.key else None
        )
        if earlier is not None:
            return redirect(earlier)
        if about is not None:
            matter.subject = about
        if saved(form, lambda: _raise(form.instance, request)):
            messages.success(
                request,
                _("The matter was raised. By %(day)s at the latest you read here what happens to it.")
                % {"day": date_format(form.instance.next_step_on)},
            )
            return redirect(form.instance)
    page = {
        "form": form,
        "forum": forum,
        "about": about,
        "about_key": name_of(about) if about is not None else "",
        "key": matter.key or uuid4(),
    }
    return render(request, "collaboration/matter_new.html", page, status=422 if form.errors else 200)


def _raise(matter: Matter, request: SignedInRequest) -> None:
    try:
        with transaction.atomic():
            workflow.matter_workflow.begin("raise", matter, by=request.user)
    except IntegrityError:
        raise ValidationError(_("This was sent at the same moment already: see your matters.")) from None


@require_safe
def matter(request: SignedInRequest, pk: int) -> HttpResponse:
    """One matter."""
    page = queries.matter_page(request.user, pk)
    return _matter(request, page)


def _matter(
    request: SignedInRequest,
    page: dict[str, Any],
    failed: tuple[str, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    first = page["first"]
    name = failed[0] if failed else first.transition.name if first else ""
    offer = next((offer for offer in page["offers"] if offer.transition.name == name), None)
    form = failed[1] if failed else _form_of(page, offer)
    others = [each for each in page["offers"] if each is not offer]
    words = request.GET.get("tarkistus", "").strip()[:100]
    page |= {
        "step": offer,
        "check_blank": CheckForm(),
        "talk": talk_about(request, page["matter"]),
        "files": files_about(request.user, page["matter"]),
        "step_form": form,
        "others": others,
        "q": words,
        "hits": searching.search(request.user, words, "interfaces", 10)
        if words and page["can_prepare"]
        else [],
        "people": forum_queries.seated(page["matter"].forum_id) if page["can_handle"] else [],
        "actions": action_queries.actions_of_matter(request.user, page["matter"]),
        "can_make_action": can_make_of(request.user, page["matter"]),
    }
    return render(request, "collaboration/matter.html", page, status=status)


def _form_of(page: dict[str, Any], offer: Any, data: Any = None) -> BaseForm | None:
    """The form of a step, filled in with what is known."""
    if offer is None or offer.transition.form is None:
        return None
    matter = page["matter"]
    known = {
        name: getattr(matter, name) for name in offer.transition.form.base_fields if hasattr(matter, name)
    }
    initial = {name: value for name, value in known.items() if value and name != "forum"}
    if offer.transition.name == "answer" and page["answer_from"]:
        initial["answer"] = page["answer_from"]["answer"]
    elif offer.transition.name == "answer" and matter.decision:
        initial["answer"] = matter.decision
    if offer.transition.name == "forward":
        allowed = forums_to_forward_to(matter.forum)
        there = attachments_of(matter)
        return cast(BaseForm, Forwarding(data, initial=initial, allowed=allowed, there=there))
    made: BaseForm = offer.transition.form(data, initial=initial)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def matter_step(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """A step's own form; a POST takes the step."""
    page = queries.matter_page(request.user, pk)
    transition = workflow.matter_workflow.transitions.get(step)
    if transition is None or transition.is_automatic or not transition.sources:
        raise Http404
    offer = next((offer for offer in page["offers"] if offer.transition.name == step), None)
    if request.method != "POST":
        if offer is None:
            transition.allowed(request.user, page["matter"]).require()
            messages.error(request, _("The matter has moved on. This is how it is now."))
            return redirect(page["matter"])
        return _matter(request, page, (step, _form_of(page, offer) or Asked()))
    try:
        done = workflow.matter_workflow.perform(step, page["matter"], by=request.user, sent=request.POST)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(page["matter"])
    except ValidationError as error:
        form = _form_of(page, offer, request.POST) or Asked(request.POST)
        form.is_valid()
        add_refusal(form, error)
        return _matter(request, page, (step, form), status=422)
    messages.success(request, _done(done, step))
    return redirect(done)


def _done(matter: Matter, name: str) -> str:
    """What happened, in words; of a forwarding what went along and what did not."""
    if name == "forward":
        derived = matter.derived.select_related("forum").order_by("-pk")[0]
        sent = _("the title, the text and the proposal") if derived.proposal else _("the title and the text")
        count = attachments_of(derived).count()
        files = ngettext("%(count)d file", "%(count)d files", count) % {"count": count} if count else ""
        return _("Forwarded to %(forum)s: %(sent)s, as they are now. What was talked here stays here.") % {
            "forum": derived.forum.name,
            "sent": _("%(sent)s and %(files)s") % {"sent": sent, "files": files} if files else sent,
        }
    return {
        "accept": _("Taken up. Whoever raised it has been told."),
        "prepare": _("The proposal was saved."),
        "plan": _("The next step was set."),
        "make_ready": _("Ready to be handled."),
        "decide": _("The decision was recorded. Answer whoever raised it next."),
        "note": _("Noted. Answer whoever raised it next."),
        "return": _("Returned. Whoever raised it has been told."),
        "answer": _("Answered. Whoever raised it has been told."),
        "withdraw": _("Withdrawn."),
    }[name]


@require_http_methods(["GET", "HEAD", "POST"])
def matter_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what the matter says."""
    page = queries.matter_page(request.user, pk)
    page["can_change_text"].require()
    row = page["matter"]
    posted = request.POST if request.method == "POST" else None
    form = TextForm(posted, instance=Matter.objects.get(pk=pk), initial={"seq": row.seq})
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("title", "text")}
        try:
            done = workflow.change_text(row, told, seq=form.cleaned_data["seq"], by=request.user)
        except workflow.Overtaken as refusal:
            form.add_error(None, str(refusal))
            form.data = {**form.data.dict(), "seq": row.seq}  # type: ignore[attr-defined]
            page["theirs"] = row
        else:
            messages.success(request, _("Saved."))
            return redirect(done)
    status = 409 if "theirs" in page else 422 if form.errors else 200
    return render(request, "collaboration/matter_edit.html", {**page, "form": form}, status=status)


@require_POST
def matter_preparer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who prepares the matter."""
    row = queries.matter_for(request.user, pk)
    can_handle(request.user, row).require()
    try:
        workflow.name_preparer(
            row, forum_queries.person_of(request.POST.get("prepared_by", "")), by=request.user
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect(row)


@require_POST
def check_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a row to the interface check."""
    row = queries.matter_for(request.user, pk)
    can_prepare(request.user, row).require()
    touched = named(request.user, request.POST.get("touched", ""))
    check = InterfaceCheck(matter=row)
    if touched is not None:
        check.touched = touched
    form = CheckForm(request.POST, instance=check)
    if touched is None:
        form.add_error("touched", _("Choose what is touched."))
    if saved(form, lambda: interface_checks.check_interface(form.instance, by=request.user)):
        messages.success(request, _("Added to the check."))
        return redirect(f"{row.get_absolute_url()}#tarkistus")
    page = queries.matter_page(request.user, pk) | {"check_form": form, "touched": touched}
    if touched is not None:
        page["touched_key"] = name_of(touched)
    return _matter(request, page, status=422)


@require_POST
def check_remove(request: SignedInRequest, pk: int, check_id: int) -> HttpResponse:
    """Take a row of the check away."""
    row = queries.matter_for(request.user, pk)
    check = row.checks.filter(pk=check_id).first()
    if check is None:
        raise Http404
    try:
        interface_checks.take_check_away(check, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{row.get_absolute_url()}#tarkistus")


@require_POST
def check_none(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tell why no interface is touched."""
    row = queries.matter_for(request.user, pk)
    can_prepare(request.user, row).require()
    form = Unchecked(request.POST)
    if saved(
        form,
        lambda: interface_checks.tell_unchecked(row, form.cleaned_data["unchecked_reason"], by=request.user),
    ):
        messages.success(request, _("Saved."))
        return redirect(f"{row.get_absolute_url()}#tarkistus")
    page = queries.matter_page(request.user, pk) | {"unchecked_form": form}
    return _matter(request, page, status=422)
