"""Announcements to forums and to levels of a county."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.forms.comments import AnnouncementFilter, AnnouncementForm, LevelAnnouncementForm
from collaboration.http import SignedInRequest
from collaboration.models import Announcement, Forum
from collaboration.outside import own_key, row_id
from collaboration.policy import announcements as policy
from collaboration.queries import announcements as queries
from collaboration.queries.forums import forum_for
from collaboration.views.saving import saved
from collaboration.workflows import announcements as workflow


def _list(request: SignedInRequest, forum: Forum | None) -> HttpResponse:
    form = AnnouncementFilter(request.GET)
    form.is_valid()  # what was not valid has its sentence beside the field, and filters nothing
    page = queries.announcement_list_page(request.user, form.cleaned_data, request.GET, forum)
    may = (
        policy.can_announce_to_forum(request.user, forum)
        if forum
        else policy.can_announce_to_a_level(request.user)
    )
    return render(
        request, "collaboration/announcement_list.html", {**page, "form": form, "can_announce": may}
    )


@require_safe
def announcement_list(request: SignedInRequest) -> HttpResponse:
    """All announcements that one sees."""
    return _list(request, None)


@require_safe
def of_forum(request: SignedInRequest, pk: int) -> HttpResponse:
    """Those to one forum."""
    return _list(request, forum_for(request.user, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def new_for_forum(request: SignedInRequest, pk: int) -> HttpResponse:
    """Announce something to a forum."""
    forum = forum_for(request.user, pk)
    policy.can_announce_to_forum(request.user, forum).require()
    return _new(request, Announcement(forum=forum), AnnouncementForm, {"forum": forum})


@require_http_methods(["GET", "HEAD", "POST"])
def new_for_level(request: SignedInRequest) -> HttpResponse:
    """Announce something to a level of a county."""
    policy.can_announce_to_a_level(request.user).require()
    areas = list(policy.areas_to_announce_in(request.user))
    chosen = row_id(request.POST.get("area") or request.GET.get("area") or "")
    area = next((each for each in areas if each.pk == chosen), areas[0])
    return _new(request, Announcement(area=area), LevelAnnouncementForm, {"areas": areas, "area": area})


def _new(request: SignedInRequest, row: Announcement, form_class: Any, page: dict[str, Any]) -> HttpResponse:
    form = form_class(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST":
        row.key = own_key(request.POST.get("key", ""))
        done: list[Announcement] = []
        if saved(form, lambda: done.append(workflow.announce(form.instance, by=request.user))):
            messages.success(request, _("Announced. Those whom it concerns see it on their desks."))
            return redirect(done[0])
    page |= {"form": form, "key": row.key or uuid4()}
    return render(request, "collaboration/announcement_new.html", page, status=422 if form.errors else 200)


@require_safe
def announcement(request: SignedInRequest, announcement_id: int) -> HttpResponse:
    """One announcement."""
    row = queries.announcement_for(request.user, announcement_id)
    page = {"announcement": row, "can_end": row.is_present and policy.can_end(request.user, row)}
    return render(request, "collaboration/announcement.html", page)


@require_POST
def put_aside(request: SignedInRequest, announcement_id: int) -> HttpResponse:
    """Off one's own desk."""
    row = queries.announcement_for(request.user, announcement_id)
    workflow.put_aside(row, by=request.user)
    wished = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure())
    return redirect(wished if is_ours else "front_page")


@require_POST
def end(request: SignedInRequest, announcement_id: int) -> HttpResponse:
    """Off everybody's desk."""
    row = queries.announcement_for(request.user, announcement_id)
    workflow.end_announcement(row, by=request.user)
    messages.success(request, _("The announcement has ended."))
    return redirect(row)
