"""Filters of lists that a person keeps under names of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collaboration.forms import add_refusal
from collaboration.forms import saved_filters as lists
from collaboration.http import SignedInRequest
from collaboration.queries.saved_filters import all_filters, filter_for
from collaboration.workflows.saved_filters import change_filter, forget_filter, save_filter


@require_safe
def saved_filters(request: SignedInRequest) -> HttpResponse:
    """All of one's own, list by list: renamed, made the one that opens, removed."""
    return _page(request)


def _page(request: SignedInRequest, status: int = 200, **failed: Any) -> HttpResponse:
    tried = failed.get("tried")
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in all_filters(request.user):
        listed = lists.named(row.listed)
        if listed is None:
            continue
        initial = {"name": row.name, "is_default": row.is_default}
        form = lists.SaveForm(initial=initial, auto_id=f"filter-{row.pk}-%s")
        groups.setdefault(row.listed, []).append(
            {
                "row": row,
                "url": listed.url(row.query),
                "form": failed["form"] if tried == row.pk else form,
                "problems": lists.problems_of(row, request.user),
            }
        )
    page: dict[str, Any] = {
        "groups": [(lists.registered()[name], rows) for name, rows in groups.items()],
        "failed": failed.get("form"),
        **{name: failed[name] for name in ("listed", "query") if name in failed},
    }
    return render(request, "collaboration/saved_filters.html", page, status=status)


@require_POST
def saved_filter_save(request: SignedInRequest, listed: str) -> HttpResponse:
    """Keep the present filters of the list under a name."""
    found = lists.named(listed)
    if found is None:
        raise Http404
    form = lists.SaveForm(request.POST, auto_id="save-%s")
    asked = QueryDict(request.POST.get("query", "")[:1_000])
    query = lists.understood(found.form(asked, request.user))
    if form.is_valid():
        told = form.cleaned_data
        try:
            lists.gated(query)
            save_filter(found.name, told["name"], query, by=request.user, is_default=told["is_default"])
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The filters were saved."))
            return redirect(found.url(query))
    return _page(request, status=422, form=form, listed=found, query=query)


@require_POST
def saved_filter_change(request: SignedInRequest, filter_id: int) -> HttpResponse:
    """Another name, and whether the list opens with it."""
    row = filter_for(request.user, filter_id)
    form = lists.SaveForm(request.POST, auto_id=f"filter-{row.pk}-%s")
    if form.is_valid():
        try:
            change_filter(row, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("collaboration:saved_filters")
    return _page(request, status=422, form=form, tried=row.pk)


@require_POST
def saved_filter_forget(request: SignedInRequest, filter_id: int) -> HttpResponse:
    """Remove it."""
    forget_filter(filter_for(request.user, filter_id))
    messages.success(request, _("The saved filter was removed."))
    return redirect("collaboration:saved_filters")
