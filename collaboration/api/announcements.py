"""Announcements to forums and to levels of a county; the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import Flag, Id, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.comment_shapes import AnnouncementShape, AnnouncementWish
from collaboration.api.documentation import LOCATION, WITH_A_BODY, answers, example, request_example
from collaboration.api.forum_shapes import LEVELS
from collaboration.api.resource import Resource, filled, listed, one, person, single
from collaboration.api.shapes import page
from collaboration.forms.comments import LevelAnnouncementForm
from collaboration.models import Announcement, Area, Forum
from collaboration.policy.announcements import visible_announcements
from collaboration.queries.announcements import announcement_for
from collaboration.workflows import announcements as workflow

ANNOUNCEMENT = {
    "id": 6,
    "forum": 5,
    "area": None,
    "level": "",
    "organisation": 2,
    "title": "Kokous siirtyy",
    "text": "LAPE-ryhmän kokous on torstaina 3.12. klo 9.",
    "until": "2026-12-03",
    "by": "Yhdyspintakoordinaattori, Itä-Uudenmaan hyvinvointialue",
    "made_at": "2026-11-25T13:40:00Z",
    "ended_at": None,
}


class AnnouncementsAsked(ListAsked):
    """Which announcements."""

    forum = Id(help_text="To which forum.")
    level = choice(LEVELS, help_text="To which level of a county.")
    ended = Flag(help_text="Those that have ended, too.")


class NewAnnouncement(LevelAnnouncementForm):
    """To a forum, or to a level of a county: one of the two."""

    forum = forms.ModelChoiceField(Forum.objects.all(), required=False)
    area = forms.ModelChoiceField(
        Area.objects.filter(kind=Area.Kind.WELLBEING_SERVICES_COUNTY), required=False
    )
    key = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].required = False

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        is_to_forum, is_to_level = bool(told.get("forum")), bool(told.get("area") and told.get("level"))
        if is_to_forum == is_to_level or (is_to_forum and (told.get("area") or told.get("level"))):
            raise forms.ValidationError(_("Send either a forum, or an area and a level."))
        self.instance.forum, self.instance.area = told.get("forum"), told.get("area")
        self.instance.key = told.get("key")
        return told


def _rows(request: Request) -> Any:
    return visible_announcements(person(request)).values(
        "id",
        "forum",
        "area",
        "level",
        "organisation",
        "title",
        "text",
        "until",
        "made_at",
        "ended_at",
        by=F("made_by__name"),
    )


def _answer(request: Request, pk: int, status: int = 200) -> Response:
    return single(request, one(_rows(request).filter(pk=pk)), AnnouncementShape, status=status)


class Announcements(Resource):
    @extend_schema(
        operation_id="list_announcements",
        summary="Announcements that the caller may read, the newest first",
        parameters=parameters(AnnouncementsAsked),
        responses=answers(200, page(AnnouncementShape), 400),
        examples=[example({"results": [ANNOUNCEMENT], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(AnnouncementsAsked, request)
        wish["sort"] = wish["sort"] or "-id"
        rows = _rows(request)
        for name in ("forum", "level"):
            if wish[name]:
                rows = rows.filter(**{name: wish[name]})
        if not wish["ended"]:
            rows = rows.filter(until__gte=timezone.localdate(), ended_at__isnull=True)
        return listed(request, rows, wish, orders={"id": "pk"}, shape=AnnouncementShape)

    @extend_schema(
        operation_id="make_announcement",
        summary="Announce something to a forum, or to a level of a county",
        request=AnnouncementWish,
        parameters=[LOCATION],
        responses=answers(201, AnnouncementShape, *WITH_A_BODY, 403),
        examples=[
            request_example(
                {"forum": 5, "title": "Kokous siirtyy", "text": "Uusi aika.", "until": "2026-12-03"}
            ),
            example(ANNOUNCEMENT, status=201),
        ],
    )
    def post(self, request: Request) -> Response:
        """To a forum by who keeps it; to a level by the administrators of the county's organisation. The same `key` sent
        twice is announced once."""
        form = filled(request, lambda sent: NewAnnouncement(sent, instance=Announcement()))
        made = workflow.announce(form.instance, by=person(request))
        response = _answer(request, made.pk, status=201)
        response["Location"] = f"{request.path}{made.pk}/"
        return response


class OneAnnouncement(Resource):
    @extend_schema(
        operation_id="read_announcement",
        summary="One announcement",
        parameters=parameters(OneAsked),
        responses=answers(200, AnnouncementShape, 304, 400, 404),
        examples=[example(ANNOUNCEMENT)],
    )
    def get(self, request: Request, announcement_id: int) -> Response:
        return _answer(request, announcement_id)


class AnnouncementEnded(Resource):
    @extend_schema(
        operation_id="end_announcement",
        summary="Take an announcement off everybody's desk",
        request=None,
        responses=answers(200, AnnouncementShape, 400, 403, 404),
    )
    def post(self, request: Request, announcement_id: int) -> Response:
        row = announcement_for(person(request), announcement_id)
        workflow.end_announcement(row, by=person(request))
        return _answer(request, announcement_id)


class AnnouncementPutAside(Resource):
    @extend_schema(
        operation_id="put_announcement_aside",
        summary="Take an announcement off the caller's own desk",
        request=None,
        responses=answers(200, AnnouncementShape, 400, 404),
    )
    def post(self, request: Request, announcement_id: int) -> Response:
        row = announcement_for(person(request), announcement_id)
        workflow.put_aside(row, by=person(request))
        return _answer(request, announcement_id)
