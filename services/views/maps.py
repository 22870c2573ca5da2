"""The pages of a map: drawing, list and matrix of the same rows, its history and settings."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.exports.names import attachment, for_a_file
from collaboration.http import SignedInRequest
from collaboration.journal import IdUsed
from collaboration.models import Organisation
from collaboration.policy.own import own_first
from collaboration.workflow import TransitionRefused
from services.drawing.picture import svg_of
from services.forms.maps import NewMapForm
from services.queries import asked, interfaces, maps
from services.views.gate import anyway
from services.workflows.interface_map import interface_map_workflow
from services.workflows.map_templates import TEMPLATE_BY_KEY, TEMPLATES
from services.workflows.new_map import county_of, make_map

DONE = {
    "archive": gettext_lazy("The map has been archived. It can be read, and taken back into use here."),
    "take_back": gettext_lazy("The map is in use again."),
}
"""What is said after each step of the workflow."""


@require_safe
def map_list(request: SignedInRequest) -> HttpResponse:
    """The maps of the person's organisations."""
    return render(request, "services/map_list.html", maps.maps_page(request.user, request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
def map_new(request: SignedInRequest) -> HttpResponse:
    """Make a map from a template for a municipality; its county is filled in."""
    wished_for = {"municipality": asked(request.GET, "municipality")}
    form = NewMapForm(request.POST or None, user=request.user, initial=wished_for)
    if request.method == "POST" and form.is_valid():
        wished = form.cleaned_data
        template = TEMPLATE_BY_KEY[wished.pop("template")]
        try:
            made = make_map(by=request.user, template=template, **wished)
        except ValidationError as error:
            form.add_error(None, error.messages)
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
        except IdUsed as refusal:
            form.add_error(None, str(refusal))
            form.renew_id()
        else:
            messages.success(
                request,
                _("The base map is ready. The municipalities of the county can take it in use.")
                if made.is_base
                else _("The map is ready. Both parties now see it on their front page."),
            )
            return redirect(made)
    choices: list[Organisation] = own_first(
        request.user,
        form.fields["municipality"].queryset,  # type: ignore[attr-defined]
        lambda each: each.pk,
    )
    bases = [each for each in choices if each.kind == Organisation.Kind.MUNICIPALITIES]
    municipalities = [each for each in choices if each.kind == Organisation.Kind.MUNICIPALITY]
    context: dict[str, Any] = {
        "form": form,
        "templates": TEMPLATES,
        "bases": bases,
        "counties": [(municipality, county_of(municipality)) for municipality in municipalities[:40]],
    }
    return render(request, "services/map_new.html", context, status=422 if form.errors else 200)


@require_safe
def map_drawing(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The map as a drawing."""
    return render(
        request,
        "services/map_drawing.html",
        {**maps.map_page(request.user, map_id, request.GET, anyway(request)), "view": "drawing"},
    )


@require_safe
def map_list_view(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The map as a list: what a phone shows, and what works without JavaScript."""
    return render(
        request,
        "services/map_list_view.html",
        {**maps.list_page(request.user, map_id, request.GET, anyway(request)), "view": "list"},
    )


@require_safe
def map_matrix(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The map as a matrix: interfaces by nine aspects."""
    return render(
        request,
        "services/map_matrix.html",
        {**maps.list_page(request.user, map_id, request.GET, anyway(request)), "view": "matrix"},
    )


@require_safe
def map_picture(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The map as one SVG file."""
    page = maps.map_page(request.user, map_id)
    name = f"{for_a_file(page['map'].title)}-{page['map'].seq}.svg"
    headers = {"Content-Disposition": attachment(name)}
    return HttpResponse(svg_of(page), content_type="image/svg+xml", headers=headers)


@require_safe
def map_settings(request: SignedInRequest, map_id: int) -> HttpResponse:
    """The map's names and parties, and the steps that may be taken."""
    page = interfaces.settings_page(request.user, map_id, asked(request.GET, "organisation"), anyway(request))
    page["offers"] = interface_map_workflow.offered(page["map"], request.user)
    return render(request, "services/map_settings.html", page)


@require_POST
def map_transition(request: SignedInRequest, map_id: int, name: str) -> HttpResponse:
    """Take a step of the map's workflow."""
    interface_map = maps.map_for(request.user, map_id)
    try:
        interface_map_workflow.perform(name, interface_map, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(DONE[name]))
    return redirect("services:map_settings", map_id=map_id)
