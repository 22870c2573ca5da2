"""Escalations: reported in three screens, listed, read, and taken step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.exports.at_once import FORMATS, file_of
from collaboration.forms import add_refusal
from collaboration.forms.saved_filters import filters_beside
from collaboration.http import SignedInRequest
from collaboration.models import Attachment, Level, Organisation
from collaboration.outside import own_key, row_id
from collaboration.queries.attachments import accepted, files_about, held_files
from collaboration.subjects import reference_to
from collaboration.views.attachments import brought
from collaboration.workflow import TransitionRefused
from collaboration.workflows import attachments
from collaboration.working_days import add_working_days
from services.exports.escalations import table
from services.forms.escalations import EscalationFilter, RuleForm
from services.models import AspectNumber, Escalation, Feedback, Interface, InterfaceMap
from services.policy import escalations as policy
from services.policy import visible_interfaces, visible_maps
from services.policy.feedback import visible_feedback
from services.queries import asked
from services.queries import escalation_places as places
from services.queries import escalation_rules as rules
from services.queries import escalations as queries
from services.queries.escalation_choices import choices_of_step
from services.queries.escalation_page import escalation_page
from services.talk import OF_ESCALATIONS
from services.workflows import escalations as workflow
from services.workflows.escalation_days import days_by_urgency
from services.workflows.escalation_filing import drafted, send_along, take_many
from services.workflows.escalation_rules import preview, set_rule
from services.workflows.escalation_steps import Filing


@require_safe
def escalation_where(request: SignedInRequest) -> HttpResponse:
    """The first screen: in which interface, and what of it does not work."""
    return _where(request)


def _where(request: SignedInRequest) -> HttpResponse:
    words = asked(request.GET, "q")[:100]
    interface = _interface(request, request.GET.get("yhdyspinta", ""))
    page = {
        "q": words,
        "places": places.places_to_report(request.user, words),
        "interface": interface,
        "aspects": places.aspects_to_report(interface) if interface else [],
        "maps": places.maps_to_report(request.user),
        "screen": 1,
    }
    return render(request, "services/escalation_where.html", page)


@require_safe
def escalation_offline(request: SignedInRequest) -> HttpResponse:
    """All three screens on one page, which the browser keeps for when there is no connection."""
    page = {
        "places": places.places_to_report(request.user),
        "maps": places.maps_to_report(request.user),
        "numbers": AspectNumber.choices,
        "form": Filing(initial={"is_nameless": "yes"}),
        "accept": accepted(OF_ESCALATIONS.kinds),
        "most_bytes": Attachment.MOST_BYTES,
    }
    return render(request, "services/escalation_offline.html", page)


@require_safe
def report_worker(_request: HttpRequest) -> HttpResponse:
    """The script that opens that page; it works below its own address, so it is not with the others."""
    script = Path(str(finders.find("js/report-worker.js"))).read_bytes()
    return HttpResponse(
        script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


def _interface(request: SignedInRequest, number: str) -> Any:
    rows = visible_interfaces(request.user).live()  # type: ignore[attr-defined]
    found = rows.select_related("map").filter(pk=row_id(number)).first()
    if found is None and number:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def escalation_new(request: SignedInRequest) -> HttpResponse:
    """The second and the third screen: what happened, and how the other party sees it; then it is sent."""
    sent = request.POST if request.method == "POST" else request.GET
    on, interface, number, is_gone = _placed(request, sent)
    if on is None:
        return _where(request)
    policy.can_file(request.user, on).require()
    page: dict[str, Any] = {
        "interface": interface,
        "map": on,
        "number": number,
        "aspect_name": AspectNumber(number).label if number else "",
        "key": own_key(sent.get("key", "")) or uuid4(),
        "accept": accepted(OF_ESCALATIONS.kinds),
        "most_bytes": Attachment.MOST_BYTES,
        "feedback": _feedback(request, sent),
        "screen": 2,
    }
    if request.method != "POST":
        text = page["feedback"].text if page["feedback"] else ""
        return _told(request, page, Filing(initial={"is_nameless": "yes", "text": text}))
    form = Filing(request.POST)
    _hold(request, page["key"], form)
    if is_gone:
        form.add_error(
            None,
            _(
                "This interface is no longer on the map. What you wrote stays here: send it on, and those who look after the map "
                "find its place."
            ),
        )
    if form.is_valid() and sent.get("go") == "send":
        return _send(request, page, form)
    page["held"] = held_files(request.user, page["key"])
    if not form.is_valid() or sent.get("go") == "back":
        return _told(request, page, form, status=200 if form.is_valid() else 422)
    return render(request, "services/escalation_preview.html", page | _preview(request, page, form))


@require_POST
def escalation_similar(request: SignedInRequest) -> HttpResponse:
    """What has been reported of the same as somebody writes: a part of the second screen. Nothing is kept."""
    on, interface, number, _is_gone = _placed(request, request.POST)
    if on is None:
        raise Http404
    policy.can_file(request.user, on).require()
    text = request.POST.get("text", "")[:10_000]
    found = places.similar(request.user, on, interface, number, text)
    return render(request, "services/partials/escalation_similar.html", {"similar": found})


def _placed(
    request: SignedInRequest, sent: Any
) -> tuple[InterfaceMap | None, Interface | None, int | None, bool]:
    """The map, the interface if it is known, the number of the aspect, and whether the interface went away while somebody wrote.

    What is sent is then of its map.
    """
    interface: Interface | None = None
    is_gone = False
    try:
        interface = _interface(request, sent.get("yhdyspinta", ""))
    except Http404:
        is_gone = request.method == "POST"
        if not is_gone:
            raise
    maps = visible_maps(request.user).filter(pk=row_id(sent.get("kartta", "")))
    on = interface.map if interface else maps.first()
    if on is None and is_gone:
        raise Http404
    chosen = row_id(sent.get("nakokulma", ""))
    return on, interface, chosen if interface and chosen in AspectNumber.values else None, is_gone


def _told(request: SignedInRequest, page: dict[str, Any], form: Filing, status: int = 200) -> HttpResponse:
    """The second screen, with what has been reported of the same."""
    on, interface = page["map"], page["interface"]
    text = form["text"].value() or ""
    beside = {
        "form": form,
        "similar": places.similar(request.user, on, interface, page["number"], text),
        "answers": _answers(on, interface),
    }
    return render(request, "services/escalation_new.html", page | beside, status=status)


def _feedback(request: SignedInRequest, sent: Any) -> Feedback | None:
    """What a resident told, of which the report is made."""
    number = row_id(sent.get("palaute", ""))
    return visible_feedback(request.user).filter(pk=number).first() if number else None


def _hold(request: SignedInRequest, key: Any, form: Filing) -> None:
    """Keep the pictures that came with a screen until the report is sent; why some are not kept stands in the form."""
    attachments.let_go(key, map(row_id, request.POST.getlist("drop")), by=request.user)
    taken, refused = brought(request.FILES.getlist("files"), OF_ESCALATIONS)
    for each in taken:
        try:
            attachments.hold(key, each, by=request.user)
        except ValidationError as error:
            refused += error.messages
    for sentence in refused:
        form.add_error(None, sentence)


def _answers(on: InterfaceMap, interface: Interface | None) -> dict[str, Any]:
    """By urgency the day by which somebody answers."""
    now = timezone.now()
    return {
        urgency: add_working_days(now, told["days"][Level.FIELD])
        for urgency, told in days_by_urgency(on, interface).items()
    }


def _preview(request: SignedInRequest, page: dict[str, Any], form: Filing) -> dict[str, Any]:
    told = form.cleaned_data
    through = policy.reports_for(request.user, page["map"])
    return {
        "form": form,
        "told": told,
        "organisation": Organisation.objects.select_related("parent").get(pk=through or 0),
        "due": _answers(page["map"], page["interface"])[told["urgency"]],
        "screen": 3,
        "labels": {
            name: dict(form.fields[name].choices)[told[name]]  # type: ignore[attr-defined]
            for name in ("effect", "frequency", "urgency")
        },
    }


def _send(request: SignedInRequest, page: dict[str, Any], form: Filing) -> HttpResponse:
    key = page["key"]
    earlier = Escalation.objects.filter(key=key, reporters__user=request.user).first()
    if earlier is not None:
        return redirect(earlier)
    aspect = places.aspect_of(page["interface"], page["number"])
    escalation = drafted(page["map"], page["interface"], aspect, form.cleaned_data, by=request.user, key=key)
    try:
        with transaction.atomic():
            workflow.file(escalation, escalation.report, by=request.user)
            send_along(escalation, page["feedback"], by=request.user)
    except (ValidationError, TransitionRefused) as refused:
        if isinstance(refused, ValidationError):
            add_refusal(form, refused)
        else:
            form.add_error(None, str(refused))
            page["feedback"] = None
        page["held"] = held_files(request.user, key)
        return _told(request, page, form, status=422)
    except IntegrityError:
        messages.error(request, _("This was sent at the same moment already: see what you have reported."))
        return redirect("services:escalations")
    messages.success(
        request,
        _("Your report was sent. You are told of each step, and asked in the end whether it works."),
    )
    return redirect(escalation)


@require_safe
def escalation_list(request: SignedInRequest) -> HttpResponse:
    """What does not work, as far as one sees it."""
    form = EscalationFilter(request.GET)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    filters = filters_beside(request.user, "escalations", form, request.GET)
    if filters.opens:
        return redirect(filters.opens)
    if form.cleaned_data.get("view") == "board":
        page = queries.escalation_board(request.user, form.cleaned_data)
    else:
        page = queries.escalation_list_page(request.user, form.cleaned_data, request.GET)
    return render(request, "services/escalation_list.html", {**page, "form": form, "filters": filters})


@require_safe
def escalations_file(request: SignedInRequest) -> HttpResponse:
    """What the list's filters leave, as a file."""
    form = EscalationFilter(request.GET)
    form.is_valid()
    file_format = request.GET.get("format", "csv")
    if file_format not in FORMATS:
        raise Http404
    return file_of(_("What does not work"), [table(request.user, form.cleaned_data)], file_format)


@require_POST
def escalations_take(request: SignedInRequest) -> HttpResponse:
    """Take the chosen ones in hand, each with its own result."""
    chosen = [row_id(value) for value in request.POST.getlist("escalation")][:200]
    if not chosen:
        messages.error(request, _("Choose at least one report."))
        return redirect("services:escalations")
    done = 0
    for result, row in take_many("take", [pk or 0 for pk in chosen], by=request.user):
        done += result.is_done
        if result.refusal:
            messages.error(request, f"{row.number}: {result.refusal}" if row else result.refusal)
    if done:
        told = ngettext("%(count)d report was taken in hand.", "%(count)d reports were taken in hand.", done)
        messages.success(request, told % {"count": done})
    return redirect("services:escalations")


@require_safe
def escalation(request: SignedInRequest, pk: int) -> HttpResponse:
    """One escalation."""
    return _escalation(request, escalation_page(request.user, pk))


def _escalation(
    request: SignedInRequest,
    page: dict[str, Any],
    failed: tuple[str, BaseForm | None] | None = None,
    status: int = 200,
) -> HttpResponse:
    first = page["first"]
    name = failed[0] if failed else first.transition.name if first else ""
    offer = next((offer for offer in page["offers"] if offer.transition.name == name), None)
    form = failed[1] if failed else _form_of(page, offer)
    page |= {
        "step": offer,
        "files": files_about(request.user, page["escalation"]),
        "talk_key": reference_to(page["escalation"]),
        "step_form": form,
        "others": [each for each in page["offers"] if each is not offer],
        **choices_of_step(request.user, page["escalation"], name),
    }
    return render(request, "services/escalation.html", page, status=status)


def _form_of(page: dict[str, Any], offer: Any, data: Any = None) -> BaseForm | None:
    """The form of a step, filled in with what is known."""
    if offer is None or offer.transition.form is None:
        return None
    row = page["escalation"]
    initial: dict[str, Any] = {"title": row.title, "urgency": row.urgency, "is_nameless": "yes"}
    if offer.transition.name == "move" and row.aspect is not None:
        initial |= {"interface": row.interface_id, "aspect": row.aspect.number}
    if offer.transition.name == "propose" and row.aspect is not None:
        language = row.map.source_language
        initial |= {"shared": getattr(row.aspect, f"shared_{language}"), "base_version": row.map.seq}
    made: BaseForm = offer.transition.form(data, initial=initial)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def escalation_step(request: SignedInRequest, pk: int, escalation_step: str) -> HttpResponse:
    """A step's own form; a POST takes the step. Whoever finds their own trouble reported brings along what they have written."""
    step = escalation_step
    page = escalation_page(request.user, pk)
    row = page["escalation"]
    transition = workflow.escalation_workflow.transitions.get(step)
    if transition is None or transition.is_automatic or not transition.sources:
        raise Http404
    offer = next((offer for offer in page["offers"] if offer.transition.name == step), None)
    if request.method != "POST" or request.POST.get("go") == "join":
        if offer is None:
            transition.allowed(request.user, row).require()
            messages.error(request, _("The report has moved on. This is how it is now."))
            return redirect(row)
        form = _form_of(page, offer)
        if form is not None and "text" in form.fields:
            form.initial["text"] = request.POST.get("text", "")
        return _escalation(request, page, (step, form))
    try:
        done = workflow.take_step(step, row, by=request.user, sent=request.POST)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    except ValidationError as error:
        form = _form_of(page, offer, request.POST)
        if form is None:
            messages.error(request, " ".join(error.messages))
            return redirect(row)
        form.is_valid()
        add_refusal(form, error)
        return _escalation(request, page, (step, form), status=422)
    if done.status == Escalation.Status.CLOSED:
        messages.success(request, _("Everybody says that it works: the report was closed."))
    else:
        messages.success(request, _("Saved. Those whom it concerns have been told."))
    return redirect(done.merged_into or done)


@require_http_methods(["GET", "HEAD", "POST"])
def escalation_rule(request: SignedInRequest, county_id: int) -> HttpResponse:
    """In how many working days each level answers in a county: now, before, and what a new rule would do."""
    county = rules.county_for(county_id)
    posted = request.POST if request.method == "POST" else None
    page = rules.rule_page(request.user, county)
    form = RuleForm(posted, initial=page["initial"])
    if request.method == "POST":
        page["may_keep"].require()
        if form.is_valid() and request.POST.get("go") == "save":
            set_rule(
                county,
                form.days,
                by=request.user,
                reason=form.cleaned_data["reason"],
                to_open=form.cleaned_data["to_open"],
            )
            messages.success(request, _("The days were saved."))
            return redirect("services:escalation_rule", county.pk)
        if form.is_valid():
            page["preview"] = preview(county, form.days)
    status = 422 if form.errors else 200
    return render(request, "services/escalation_rule.html", {**page, "form": form}, status=status)
