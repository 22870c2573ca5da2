"""What is talked about a subject; the same rules as on the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import Flag, ListAsked, OneAsked, asked, parameters
from collaboration.api.comment_shapes import CommentChange, CommentResolved, CommentShape, CommentWish
from collaboration.api.documentation import (
    IF_MATCH_NEEDED,
    LOCATION,
    WITH_A_BODY,
    answers,
    example,
    request_example,
)
from collaboration.api.problems import Problem, of_form
from collaboration.api.resource import Resource, body, checked, listed, person, require_match, single
from collaboration.api.shapes import page
from collaboration.forms.comments import CommentForm
from collaboration.models import Comment, CommentMention, User
from collaboration.outside import row_id
from collaboration.policy import comments as policy
from collaboration.queries import comments as queries
from collaboration.subjects import reference_to
from collaboration.workflows import comments as workflow

COMMENT = {
    "id": 31,
    "subject": "matter:12",
    "reply_to": None,
    "author": 3,
    "name": "Neuvolatyön asiantuntija",
    "text": "Riittääkö viiden arkipäivän määräaika myös lomakausina?",
    "mentions": ["person-9", "forum-2"],
    "made_at": "2026-11-25T13:40:00Z",
    "edited_at": None,
    "resolved_at": None,
    "removed_at": None,
}
WISH = {
    "subject": "matter:12",
    "text": "Riittääkö viiden arkipäivän määräaika myös lomakausina?",
    "mentions": ["person-9", "forum-2"],
    "unseeing": 2,
    "key": "3f0c1f8e-6f5a-4a59-9b0e-0d6a4b1f2c11",
}


class CommentsAsked(ListAsked):
    """Which comments."""

    subject = forms.CharField(max_length=60, help_text="What they are about, such as `matter:12`.")
    open = Flag(help_text="true: only of threads that are not resolved.")


def _rows(comments: Any) -> Any:
    return comments.values(
        "id",
        "reply_to",
        "author",
        "is_nameless",
        "text",
        "made_at",
        "edited_at",
        "resolved_at",
        "removed_at",
        name=F("author__name"),
    )


def _complete(user: User, about: Any, found: list[dict[str, Any]]) -> None:
    """Of each what it is about, whom it mentions and the name that the caller reads: one statement."""
    reads_name = policy.talk_of(about).reads_name
    keys: dict[int, list[str]] = {row["id"]: [] for row in found}
    mentions = CommentMention.objects.filter(comment__in=list(keys)).order_by("pk")
    for comment, called, forum in mentions.values_list("comment", "user", "forum"):
        keys[comment].append(f"forum-{forum}" if forum else f"person-{called}")
    for row in found:
        row["subject"], row["mentions"] = reference_to(about), keys[row["id"]]
        if row.pop("is_nameless") and not reads_name(user, about, row["author"]):
            row["author"], row["name"] = None, ""


def _one(user: User, row: Any, comment: Comment) -> dict[str, Any]:
    found = list(_rows(Comment.objects.filter(pk=comment.pk)))
    _complete(user, row, found)
    return dict(found[0])


def _subject(user: User, key: str) -> Any:
    try:
        return queries.subject_for(user, key)
    except Http404:
        sentence = _("There is nothing of this name that takes comments and that you see.")
        raise of_form({"subject": [sentence]}) from None


class NewComment(forms.Form):
    """What may be sent with a new comment; the words themselves are checked by the page's form."""

    subject = forms.CharField(max_length=60)
    reply_to = forms.IntegerField(required=False, min_value=1)
    text = forms.CharField(required=False)
    mentions = forms.MultipleChoiceField(required=False)
    unseeing = forms.IntegerField(required=False, min_value=0)
    key = forms.UUIDField(required=False)


class Comments(Resource):
    @extend_schema(
        operation_id="list_comments",
        summary="What is said of a subject that the caller sees, the oldest first",
        parameters=parameters(CommentsAsked),
        responses=answers(200, page(CommentShape), 400, 422),
        examples=[example({"results": [COMMENT], "next": None})],
    )
    def get(self, request: Request) -> Response:
        wish = asked(CommentsAsked, request)
        row = _subject(person(request), wish["subject"])
        said = queries.comments_on(row)
        if wish["open"]:
            said = said.filter(resolved_at=None, reply_to__resolved_at=None)
        return listed(
            request,
            _rows(said),
            wish,
            orders={"id": "pk"},
            shape=CommentShape,
            complete=lambda found: _complete(person(request), row, found),
        )

    @extend_schema(
        operation_id="write_comment",
        summary="Write a comment, or answer one",
        request=CommentWish,
        parameters=[LOCATION],
        responses=answers(201, CommentShape, *WITH_A_BODY, 403, 409),
        examples=[request_example(WISH), example(COMMENT, status=201)],
    )
    def post(self, request: Request) -> Response:
        """Mentions are `person-<id>` and `forum-<id>`. When some of those do not see the subject, nothing is written and the
        answer is 409 with how many they are; the same sent again with that number as `unseeing` is written. The same `key`
        sent twice is written once."""
        user, sent = person(request), body(request, dict(NewComment.base_fields))
        row = _subject(user, str(sent.get("subject") or ""))
        policy.can_write(user, row).require()
        form = CommentForm({"text": sent.get("text") or ""})
        wish = checked(form)
        reply_to = _answered(row, sent.get("reply_to"))
        try:
            made = workflow.write_comment(
                row,
                wish["text"],
                by=user,
                reply_to=reply_to,
                mentioned=queries.mentioned(user, row, sent.get("mentions") or []),
                unseeing=row_id(sent.get("unseeing")),
                key=_key(sent.get("key")),
            )
        except workflow.SomeDoNotSee as some:
            raise Problem(409, _some(some.reach)) from None
        except ValidationError as error:
            raise of_form({"mentions": error.messages}) from None
        answer = single(request, _one(user, row, made), CommentShape, status=201)
        answer.headers["Location"] = request.build_absolute_uri(f"{request.path}{made.pk}/")
        return answer


def _answered(row: Any, number: Any) -> Comment | None:
    if number is None:
        return None
    found = queries.comments_on(row).filter(pk=row_id(number)).first()
    if found is None:
        raise of_form({"reply_to": [_("The comment that this answers is about something else.")]})
    return found


def _key(sent: Any) -> Any:
    try:
        return forms.UUIDField(required=False).clean(sent)
    except ValidationError as error:
        raise of_form({"key": error.messages}) from None


def _some(reach: workflow.Reach) -> str:
    unseeing, everyone = len(reach.unseeing), reach.count
    return ngettext(
        "%(unseeing)s of %(all)s does not see this. Send the number as unseeing, or leave the mention out.",
        "%(unseeing)s of %(all)s do not see this. Send the number as unseeing, or leave the mention out.",
        unseeing,
    ) % {"unseeing": unseeing, "all": everyone}


class OneComment(Resource):
    @extend_schema(
        operation_id="read_comment",
        summary="One comment",
        parameters=parameters(OneAsked),
        responses=answers(200, CommentShape, 304, 400, 404),
        examples=[example(COMMENT)],
    )
    def get(self, request: Request, comment_id: int) -> Response:
        user = person(request)
        row, comment = queries.comment_for(user, comment_id)
        return single(request, _one(user, row, comment), CommentShape)

    @extend_schema(
        operation_id="edit_comment",
        summary="Say it otherwise; what it said before stays readable on its page",
        request=CommentChange,
        parameters=[IF_MATCH_NEEDED],
        responses=answers(200, CommentShape, *WITH_A_BODY, 403, 404, 412, 428),
        examples=[request_example({"text": "Riittääkö kuuden arkipäivän määräaika?"}), example(COMMENT)],
    )
    def patch(self, request: Request, comment_id: int) -> Response:
        user = person(request)
        row, comment = queries.comment_for(user, comment_id)
        policy.can_edit(user, comment, row).require()
        require_match(request, _one(user, row, comment), needed=True)
        sent = body(request, {"text": forms.CharField()})
        wish = checked(CommentForm({"text": sent.get("text") or ""}))
        try:
            workflow.edit_comment(row, comment, wish["text"], seq=comment.seq, by=user)
        except workflow.Overtaken as refusal:
            raise Problem(412, str(refusal), yours=sent, theirs=_one(user, row, comment)) from None
        return single(request, _one(user, row, comment), CommentShape)


class CommentResolve(Resource):
    @extend_schema(
        operation_id="resolve_comment",
        summary="Mark the comment's thread as resolved, or open it again",
        request=CommentResolved,
        responses=answers(200, CommentShape, *WITH_A_BODY, 403, 404),
        examples=[request_example({"resolved": True}), example(COMMENT)],
    )
    def post(self, request: Request, comment_id: int) -> Response:
        user = person(request)
        row, comment = queries.comment_for(user, comment_id)
        sent = body(request, {"resolved": forms.BooleanField()})
        resolved = sent.get("resolved", True)
        thread = workflow.resolve_thread(row, comment, by=user, resolved=bool(resolved))
        return single(request, _one(user, row, thread), CommentShape)
