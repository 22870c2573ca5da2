"""Rating rounds: their page, their steps, and one party's rating of one aspect."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.http import SignedInRequest
from collaboration.outside import whole_number
from collaboration.workflow import TransitionRefused
from services.forms.ratings import RatingForm, SheetRow
from services.queries import interfaces, ratings
from services.queries.maps import map_for
from services.queries.rating_sheet import sheet_page
from services.views.gate import anyway
from services.workflows.ratings import open_round, rate, rating_round_workflow


@require_safe
def map_ratings(request: SignedInRequest, map_id: int) -> HttpResponse:
    """What waits for one's own party in the open round, and how far apart the parties have been."""
    return render(
        request, "services/map_ratings.html", {**ratings.ratings_page(request.user, map_id), "tab": "ratings"}
    )


@require_POST
def round_open(request: SignedInRequest, map_id: int) -> HttpResponse:
    """Open a rating round."""
    interface_map = map_for(request.user, map_id)
    try:
        open_round(interface_map, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The rating round is open, and all parties have been told."))
    return redirect("services:map_ratings", map_id=map_id)


@require_POST
def round_close(request: SignedInRequest, map_id: int, number: int) -> HttpResponse:
    """Close the round: it takes no more ratings, and what not every party has rated is never shown."""
    rating_round = ratings.round_for(request.user, map=map_id, number=number)
    try:
        rating_round_workflow.perform("close", rating_round, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The rating round is closed. All its ratings are shown to all parties."))
    return redirect("services:map_ratings", map_id=map_id)


@require_POST
def aspect_rate(request: SignedInRequest, map_id: int, interface_id: int, number: int) -> HttpResponse:
    """Give or change a party's rating. What is wrong with it is said at its field, and nothing typed is lost.

    The script (header `X-Part`) gets the part of the page, everybody else the page.
    """
    page = interfaces.aspect_page(request.user, map_id, interface_id, number, anyway=anyway(request))
    wished = whole_number(request.POST.get("party"))
    parties = (row.map_party for row in page["interface"].party_rows.all())
    party = next((party for party in parties if party.pk == wished), None)
    if party is None:
        raise Http404
    round_number = whole_number(request.POST.get("round"))
    rating_round = ratings.round_for(request.user, map=map_id, number=round_number or 0)
    form = RatingForm(request.POST)
    if form.is_valid():
        try:
            rate(rating_round, page["aspect"], party, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
    where = request.headers.get("X-Part", "")
    if not form.errors and not where:
        messages.success(request, _("The rating is saved."))
        return redirect(f"{page['aspect'].get_absolute_url()}#ratings")
    if form.errors:
        part = _refused(page["rating"] or {}, form, party.pk)
        if not where:
            messages.error(request, " ".join(str(each) for found in form.errors.values() for each in found))
    else:
        page = interfaces.aspect_page(request.user, map_id, interface_id, number, anyway=anyway(request))
        part = {**(page["rating"] or {}), "said": _("The rating is saved.")}
    template = "services/partials/rating.html" if where else "services/aspect.html"
    context = {**page, "rating": part, "in_panel": where == "panel", "top": 2 if where == "panel" else 1}
    response = render(request, template, context, status=422 if form.errors else 200)
    response["Vary"] = "X-Part, Cookie"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def interface_rate(request: SignedInRequest, map_id: int, interface_id: int) -> HttpResponse:
    """One party's ratings of an interface on one sheet: all that is chosen is saved together, or nothing."""
    asked_for = request.POST if request.method == "POST" else request.GET
    page = sheet_page(request.user, map_id, interface_id, whole_number(asked_for.get("party")))
    sent = request.POST if request.method == "POST" else None
    for row in page["open_rows"]:
        said = {"value": row["value"], "reason": row["reason"]}
        row["form"] = SheetRow(sent, prefix=f"aspect-{row['number']}", initial=said)
    wrong = [row for row in page["open_rows"] if row["form"].errors]
    if sent is not None and page["round"] and not wrong:
        saved = _saved_together(request, page)
        if saved is not None:
            said_so = ngettext("%(count)d rating is saved.", "%(count)d ratings are saved.", saved)
            messages.success(request, said_so % {"count": saved})
            return redirect(page["interface"])
    wrong = wrong or [row for row in page["open_rows"] if row["form"].errors]
    return render(request, "services/rating_sheet.html", page, status=422 if wrong else 200)


def _saved_together(request: SignedInRequest, page: dict[str, Any]) -> int | None:
    """How many ratings were given or changed; None when one of them was refused, which says why."""
    chosen = [row for row in page["open_rows"] if row["form"].cleaned_data["value"] is not None]
    with transaction.atomic():
        for row in chosen:
            try:
                rate(page["round"], row["aspect"], page["party"], **row["form"].cleaned_data, by=request.user)
            except ValidationError as error:
                row["form"].add_error(None, error.messages)
        if any(row["form"].errors for row in chosen):
            transaction.set_rollback(True)
            return None
    return len([row for row in chosen if row["form"].has_changed()])


def _refused(part: dict[str, Any], form: RatingForm, party: int) -> dict[str, Any]:
    """The part of the page with the sentences and what was typed; where the form is no longer offered, above it."""
    typed = {"value": whole_number(form.data.get("value")), "reason": form.data.get("reason", "")}
    rows = [
        {**row, **typed, "is_refused": True} if row["id"] == str(party) and row["can_rate"] else row
        for row in part.get("parties", [])
    ]
    is_offered = any(row.get("is_refused") for row in rows)
    return {**part, "parties": rows, "form": form, "unsaved": "" if is_offered else typed["reason"]}
