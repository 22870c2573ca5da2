"""What the caller was told, and how mail tells of it."""

from typing import Any

from django import forms
from django.db.models import F
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration import subjects, verbs
from collaboration.api.asking import Flag, ListAsked, OneAsked, asked, choice, parameters
from collaboration.api.documentation import WITH_A_BODY, answers, example, request_example
from collaboration.api.resource import Resource, body, checked, listed, person, single
from collaboration.api.shapes import (
    MailPreferencesShape,
    MailPreferenceWish,
    NoticeShape,
    NoticesReadShape,
    page,
)
from collaboration.models import Notification, User
from collaboration.notices import reading
from collaboration.notices.preferences import choose, chosen_by
from collaboration.queries.notices import told_to

NOTICE = {
    "id": 81,
    "verb": "approval_round.started",
    "category": "approvals",
    "sentence": "An interface map waits for your approval",
    "title": "Nuorten palvelut, Porvoo",
    "url": "/kartat/3/hyvaksynta/",
    "by": "Sivistysjohtaja, Porvoo",
    "at": "2026-12-01T08:15:00Z",
    "read_at": None,
}
PREFERENCES = {
    "categories": [
        {"category": "approvals", "name": "Approving interface maps", "sent": "daily", "is_own": True}
    ]
}


class NoticesAsked(ListAsked):
    """Filters of notices."""

    unread = Flag(help_text="true: only those that the caller has not read.")
    category = forms.CharField(required=False, max_length=40, help_text="As `me/mail/` names it.")


class Notices(Resource):
    @extend_schema(
        operation_id="list_notices",
        summary="What the caller was told, the newest first",
        parameters=parameters(NoticesAsked),
        responses=answers(200, page(NoticeShape), 400),
        examples=[example({"results": [NOTICE], "next": None})],
    )
    def get(self, request: Request) -> Response:
        user, wish = person(request), asked(NoticesAsked, request)
        wish["sort"] = wish["sort"] or "-id"
        rows: Any = told_to(user, wish).values(
            "id",
            "read_at",
            at=F("created_at"),
            verb=F("event__verb"),
            by=F("event__actor__name"),
            model=F("event__subject_type"),
            number=F("event__subject_id"),
        )
        return listed(
            request,
            rows,
            wish,
            orders={"id": "pk"},
            shape=NoticeShape,
            complete=lambda found: _complete(user, found),
        )


def _complete(user: User, found: list[dict[str, Any]]) -> None:
    """What is said of each, and what it is about as far as the person sees it."""
    seen = subjects.seen_by(user, [(row["model"], row["number"]) for row in found])
    for row in found:
        subject, verb = seen.get((row.pop("model"), row.pop("number"))), verbs.verb(row["verb"])
        row["category"], row["sentence"] = verb.category, str(verb.sentence)
        row["title"] = str(subject) if subject else ""
        row["url"] = subject.get_absolute_url() if subject else None
        row["by"] = row["by"] if subject else None


class NoticesRead(Resource):
    @extend_schema(
        operation_id="read_all_notices",
        summary="Mark everything that the caller was told as read; no mail tells of it any more",
        request=None,
        responses=answers(200, NoticesReadShape, 400),
        examples=[example({"count": 3})],
    )
    def post(self, request: Request) -> Response:
        user = person(request)
        return Response({"count": reading.read(user, told_to(user, {}), timezone.now())})


class NoticeRead(Resource):
    @extend_schema(
        operation_id="read_notice",
        summary="Mark a notice as read, with what else the caller was told of the same",
        request=None,
        responses=answers(200, NoticesReadShape, 400, 404),
        examples=[example({"count": 1})],
    )
    def post(self, request: Request, notice_id: int) -> Response:
        user = person(request)
        notice = Notification.objects.select_related("event").filter(recipient=user, pk=notice_id).first()
        if notice is None:
            raise Http404
        return Response({"count": reading.read_fellows(user, notice, timezone.now())})


class MailPreferenceForm(forms.Form):
    """A category and how mail tells of it."""

    category = forms.CharField(max_length=40)
    sent = choice(verbs.Sent.values)

    def __init__(self, chosen: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"] = forms.ChoiceField(choices=[(name, name) for name in chosen])
        self.fields["sent"].required = True


def _preferences(user: User) -> dict[str, Any]:
    return {
        "categories": [
            {
                "category": each.category.name,
                "name": str(each.category.label),
                "sent": each.sent,
                "is_own": each.is_own,
            }
            for each in chosen_by(user)
        ]
    }


class MailPreferences(Resource):
    @extend_schema(
        operation_id="read_mail_preferences",
        summary="How mail tells the caller of each category",
        parameters=parameters(OneAsked),
        responses=answers(200, MailPreferencesShape, 304, 400),
        examples=[example(PREFERENCES)],
    )
    def get(self, request: Request) -> Response:
        return single(request, _preferences(person(request)), MailPreferencesShape)

    @extend_schema(
        operation_id="choose_mail",
        summary="Choose how mail tells of a category",
        request=MailPreferenceWish,
        responses=answers(200, MailPreferencesShape, *WITH_A_BODY),
        examples=[request_example({"category": "approvals", "sent": "daily"}), example(PREFERENCES)],
    )
    def post(self, request: Request) -> Response:
        user = person(request)
        names = [each.category.name for each in chosen_by(user)]
        form = MailPreferenceForm(names, body(request, MailPreferenceForm(names).fields))
        wish = checked(form)
        choose(user, {wish["category"]: wish["sent"]})
        return single(request, _preferences(user), MailPreferencesShape)
