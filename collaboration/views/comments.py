"""What is talked about a subject: read, written, edited, resolved and taken away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaboration.forms.comments import CommentForm
from collaboration.http import SignedInRequest
from collaboration.models import Comment
from collaboration.outside import own_key, row_id, whole_number
from collaboration.policy import comments as policy
from collaboration.queries import comments as queries
from collaboration.subjects import reference_to
from collaboration.workflows import comments as workflow


@dataclass
class Composer:
    """Where one writes: what has been typed, whom it mentions, and what is to be thought of before it is sent."""

    action: str
    suffix: str
    form: CommentForm
    key: UUID | None = None
    chosen: list[dict[str, Any]] = field(default_factory=list)
    found: list[dict[str, Any]] | None = None
    words: str = ""
    reach: workflow.Reach | None = None
    errors: list[str] = field(default_factory=list)


def _composer(row: Any, thread: int | None, posted: Any = None) -> Composer:
    suffix = f"reply-{thread}" if thread else "new"
    action = (
        reverse("collaboration:comment_reply", args=[thread])
        if thread
        else reverse("collaboration:comments", args=[reference_to(row)])
    )
    form = CommentForm(posted, auto_id=f"id_%s_{suffix}")
    return Composer(action, suffix, form, own_key(posted.get("key", "") if posted else "") or uuid4())


def talk_about(
    request: SignedInRequest, row: Any, failed: Composer | None = None, thread: int | None = None
) -> dict[str, Any]:
    """What the part "collaboration/partials/talk.html" of a page shows. `failed` is what was not sent."""
    before = whole_number(request.GET.get("ennen", ""))
    talk = queries.talk_page(request.user, row, before)
    for each in (*talk["threads"], *talk["resolved"]):
        each.composer = failed if failed and thread == each.pk else _composer(row, each.pk)
        each.is_answered = thread == each.pk
    talk["composer"] = failed if failed and thread is None else _composer(row, None)
    return talk


def _page(
    request: SignedInRequest,
    row: Any,
    failed: Composer | None = None,
    thread: int | None = None,
    status: int = 200,
) -> HttpResponse:
    page = {"subject": row, "talk": talk_about(request, row, failed, thread)}
    return render(request, "collaboration/comments.html", page, status=status)


def _back(row: Any, comment: Comment | None = None) -> HttpResponse:
    return redirect(_place_of(row, comment))


def _place_of(row: Any, comment: Comment | None = None) -> str:
    """Where the talk about it is read."""
    anchor = f"viesti-{comment.pk}" if comment else "keskustelu"
    if policy.talk_of(row).is_apart:
        return f"{reverse('collaboration:comments', args=[reference_to(row)])}#{anchor}"
    return f"{row.get_absolute_url()}#{anchor}"


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: SignedInRequest, about: str) -> HttpResponse:
    """All that is talked about a subject; a POST begins a thread."""
    row = queries.subject_for(request.user, about)
    if request.method != "POST":
        return _page(request, row)
    return _write(request, row, None)


@require_http_methods(["GET", "HEAD", "POST"])
def comment_reply(request: SignedInRequest, comment_id: int) -> HttpResponse:
    """The same with a thread open; a POST answers in it."""
    row, comment = queries.comment_for(request.user, comment_id)
    if request.method != "POST":
        return _page(request, row, thread=comment.thread_id)
    return _write(request, row, comment)


def _write(request: SignedInRequest, row: Any, reply_to: Comment | None) -> HttpResponse:
    """Write what was sent; search for whom to mention, or ask about those who do not see it, with what was typed kept."""
    policy.can_write(request.user, row).require()
    thread = reply_to.thread_id if reply_to else None
    composer = _composer(row, thread, request.POST)
    asked = request.POST.get("act", "")
    keys = [key for key in request.POST.getlist("mention") if asked != f"remove-{key}"]
    composer.words = request.POST.get("who", "").strip()[:100]
    try:
        mentioned = queries.mentioned(request.user, row, keys)
    except ValidationError as error:
        composer.errors = error.messages
        return _page(request, row, composer, thread, status=422)
    composer.chosen = [{"key": f"person-{each.pk}", "name": each.name} for each in mentioned.people]
    composer.chosen += [{"key": f"forum-{each.pk}", "name": each.name} for each in mentioned.forums]
    if asked == "search" or asked.startswith("remove-"):
        composer.found = (
            queries.people_to_mention(request.user, row, composer.words) if composer.words else []
        )
        composer.reach = workflow.reach_of(row, mentioned, request.user)
        composer.form.errors.clear()
        return _page(request, row, composer, thread)
    if not composer.form.is_valid():
        return _page(request, row, composer, thread, status=422)
    try:
        made = workflow.write_comment(
            row,
            composer.form.cleaned_data["text"],
            by=request.user,
            reply_to=reply_to,
            mentioned=mentioned,
            unseeing=row_id(request.POST.get("unseeing", "")),
            key=composer.key,
        )
    except workflow.SomeDoNotSee as some:
        composer.reach = some.reach
        return _page(request, row, composer, thread)
    except ValidationError as error:
        composer.errors = error.messages
        return _page(request, row, composer, thread, status=422)
    return _back(row, made)


@require_safe
def mentions(request: SignedInRequest, about: str) -> HttpResponse:
    """Whom one may mention, for a list that opens while one types."""
    row = queries.subject_for(request.user, about)
    words = request.GET.get("q", "").strip()[:100]
    page = {"found": queries.people_to_mention(request.user, row, words)}
    return render(request, "collaboration/partials/mention_choices.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: SignedInRequest, comment_id: int) -> HttpResponse:
    """Change what a comment says."""
    row, comment = queries.comment_for(request.user, comment_id)
    policy.can_edit(request.user, comment, row).require()
    posted = request.POST if request.method == "POST" else None
    form = CommentForm(posted, initial={"text": comment.text, "seq": comment.seq})
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            workflow.edit_comment(
                row,
                comment,
                form.cleaned_data["text"],
                seq=form.cleaned_data["seq"] or 0,
                by=request.user,
            )
        except workflow.Overtaken as refusal:
            theirs = Comment.objects.get(pk=comment.pk)
            form.add_error(None, str(refusal))
            form.data = {**request.POST.dict(), "seq": theirs.seq}
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return _back(row, comment)
    page = {"form": form, "comment": comment, "subject": row, "theirs": theirs}
    page["back"] = _place_of(row, comment)
    status = 409 if theirs else 422 if form.errors else 200
    return render(request, "collaboration/comment_edit.html", page, status=status)


@require_POST
def comment_resolve(request: SignedInRequest, comment_id: int) -> HttpResponse:
    """Mark the thread as resolved, or open it again."""
    row, comment = queries.comment_for(request.user, comment_id)
    workflow.resolve_thread(row, comment, by=request.user, resolved=request.POST.get("resolved") != "no")
    return _back(row)


@require_http_methods(["GET", "HEAD", "POST"])
def comment_remove(request: SignedInRequest, comment_id: int) -> HttpResponse:
    """Ask whether the comment is to be taken away; a POST takes it."""
    row, comment = queries.comment_for(request.user, comment_id)
    if comment.removed_at is None:
        policy.can_take_away(request.user, comment, row).require()
    if request.method == "POST" and comment.removed_at is None:
        try:
            workflow.take_comment_away(row, comment, by=request.user)
        except PermissionDenied as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Taken away."))
    if request.method == "POST" or comment.removed_at is not None:
        return _back(row)
    page = {"comment": comment, "subject": row, "back": _place_of(row, comment)}
    return render(request, "collaboration/comment_remove.html", page)


@require_safe
def comment_history(request: SignedInRequest, comment_id: int) -> HttpResponse:
    """What a comment said before."""
    row, comment = queries.comment_for(request.user, comment_id)
    page = {"comment": comment, "subject": row, "edits": list(comment.edits.order_by("-pk"))}
    page["back"] = _place_of(row, comment)
    return render(request, "collaboration/comment_history.html", page)
