"""Writing comments: said once, mentioned people told who see the subject, edited with what was said before kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import Record, record_many
from collaboration.models import ActingSeat, Comment, CommentEdit, CommentMention, Forum, ForumSeat, User
from collaboration.policy import comments as policy
from collaboration.subjects import subject
from collaboration.workflow import TransitionRefused


@dataclass(frozen=True)
class Mentioned:
    """Whom a comment calls by name."""

    people: list[User] = field(default_factory=list)
    forums: list[Forum] = field(default_factory=list)


@dataclass(frozen=True)
class Reach:
    """Of those who are mentioned, who sees the subject and who does not."""

    seeing: list[int]
    unseeing: list[User]

    @property
    def count(self) -> int:
        return len(self.seeing) + len(self.unseeing)


class SomeDoNotSee(Exception):
    """Some of those who are mentioned do not see the subject, and the writer has not said that it is all the same."""

    def __init__(self, reach: Reach) -> None:
        super().__init__()
        self.reach = reach


class Overtaken(TransitionRefused):
    """The comment was edited meanwhile."""


def reach_of(row: Any, mentioned: Mentioned, by: User) -> Reach:
    """Who of the mentioned sees the row: two statements, and one for each thing that the audience asks."""
    seated = (
        ActingSeat.objects.filter(forum__in=[forum.pk for forum in mentioned.forums])
        .exclude(role=ForumSeat.Role.EXPERT)
        .values("user")
    )
    called = User.objects.filter(pk__in=[person.pk for person in mentioned.people])
    if mentioned.forums:
        called = User.objects.filter(pk__in=[person.pk for person in mentioned.people]) | User.objects.filter(
            pk__in=seated
        )
    people = list(called.exclude(pk=by.pk).order_by("sort_key", "pk")) if _any(mentioned) else []
    readers = policy.readers_known_to(by, row) if people else set()
    return Reach(
        [person.pk for person in people if person.pk in readers],
        [person for person in people if person.pk not in readers],
    )


def _any(mentioned: Mentioned) -> bool:
    return bool(mentioned.people or mentioned.forums)


def write_comment(
    row: Any,
    text: str,
    *,
    by: User,
    reply_to: Comment | None = None,
    mentioned: Mentioned | None = None,
    unseeing: int = 0,
    key: UUID | None = None,
) -> Comment:
    """Say it once, and tell those who take part. `unseeing` is how many of the mentioned the writer knows not to see it.

    Raises ValidationError by field, PermissionDenied, or SomeDoNotSee.
    """
    earlier = _earlier(key, by)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _write(row, text, by, reply_to, mentioned or Mentioned(), unseeing, key)
    except IntegrityError:
        earlier = _earlier(key, by)
        if earlier is None:
            raise
        return earlier


def _earlier(key: UUID | None, by: User) -> Comment | None:
    """What the person has sent already. Raises ValidationError of another's."""
    found = Comment.objects.filter(key=key).first() if key else None
    if found is not None and found.author_id != by.pk:
        raise ValidationError(_("This was not saved. Send it once more from a page that you load anew."))
    return found


def _write(
    row: Any,
    text: str,
    by: User,
    reply_to: Comment | None,
    mentioned: Mentioned,
    unseeing: int,
    key: UUID | None,
) -> Comment:
    policy.can_write(by, row).require()
    thread = _thread(row, reply_to)
    is_nameless = policy.talk_of(row).is_nameless(by, row)
    made = Comment(subject=row, author=by, is_nameless=is_nameless, text=text, reply_to=thread, key=key)
    made.full_clean(exclude=["subject_type", "subject_id", "author", "reply_to", "key"])
    reach = reach_of(row, mentioned, by)
    if len(reach.unseeing) != unseeing:
        raise SomeDoNotSee(reach)
    made.save()
    CommentMention.objects.bulk_create(
        [
            *(CommentMention(comment=made, user=person) for person in mentioned.people),
            *(CommentMention(comment=made, forum=forum) for forum in mentioned.forums),
        ]
    )
    if thread is not None and thread.resolved_at is not None:
        thread.resolved_at = thread.resolved_by = None
        thread.save(update_fields=["resolved_at", "resolved_by"])
    _tell(row, made, reach, by)
    return made


def _thread(row: Any, reply_to: Comment | None) -> Comment | None:
    """The comment that the thread began with, held until the answer is written."""
    if reply_to is None:
        return None
    thread = Comment.objects.select_for_update(of=("self",)).get(pk=reply_to.thread_id)
    if (thread.subject_type.model_class(), thread.subject_id) != (type(row), row.pk):
        raise ValidationError(_("The comment that this answers is about something else."))
    return thread


def _tell(row: Any, made: Comment, reach: Reach, by: User) -> None:
    """One notice for each person: who is mentioned is told that; the others who take part, that there is a comment."""
    talk = policy.talk_of(row)
    talk.ring(row)
    thread = Comment.objects.filter(pk=made.thread_id) | Comment.objects.filter(reply_to=made.thread_id)
    readers = subject(row).audience.readers([row.pk])[row.pk]
    taking_part = User.objects.filter(pk__in=thread.values("author")) | User.objects.filter(
        pk__in=talk.told(row).values("pk")
    )
    told = taking_part.filter(pk__in=readers).exclude(pk__in=reach.seeing)
    records = [_record("comment.made", row, by, at=made.made_at, recipients=told)]
    if reach.seeing:
        called = User.objects.filter(pk__in=reach.seeing)
        records.append(_record("comment.mentioned", row, by, at=made.made_at, recipients=called))
    record_many(records)


def _record(verb: str, row: Any, by: User, **said: Any) -> Record:
    return Record(verb, row, by, is_nameless=policy.talk_of(row).is_nameless(by, row), **said)


def _held(comment: Comment) -> Comment:
    return Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)


def _happened(verb: str, row: Any, by: User) -> None:
    policy.talk_of(row).ring(row)
    record_many([_record(verb, row, by)])


@transaction.atomic
def edit_comment(row: Any, comment: Comment, text: str, *, seq: int, by: User) -> Comment:
    """Say it otherwise; what it said before stays readable. Raises Overtaken, ValidationError, or PermissionDenied."""
    held = _held(comment)
    policy.can_edit(by, held, row).require()
    if held.seq != seq:
        raise Overtaken(_("This comment was edited meanwhile. Your words are below, unsaved."))
    earlier, held.text = held.text, text
    held.full_clean(exclude=["subject_type", "subject_id", "author", "reply_to", "key"])
    if held.text == earlier:
        return held
    held.edited_at = timezone.now()
    held.seq += 1
    CommentEdit.objects.create(comment=held, text=earlier, until=held.edited_at)
    held.save(update_fields=["text", "edited_at", "seq"])
    _happened("comment.edited", row, by)
    return held


@transaction.atomic
def resolve_thread(row: Any, comment: Comment, *, by: User, resolved: bool = True) -> Comment:
    """Mark the thread as resolved, or open it again; once is enough. Raises PermissionDenied."""
    held = Comment.objects.select_for_update(of=("self",)).get(pk=comment.thread_id)
    policy.can_resolve(by, held, row).require()
    if (held.resolved_at is not None) == resolved:
        return held
    held.resolved_at, held.resolved_by = (timezone.now(), by) if resolved else (None, None)
    held.save(update_fields=["resolved_at", "resolved_by"])
    _happened("comment.resolved" if resolved else "comment.reopened", row, by)
    return held


@transaction.atomic
def take_comment_away(row: Any, comment: Comment, *, by: User) -> Comment:
    """Its words go, also the earlier ones, and whom it mentioned. Raises PermissionDenied."""
    held = _held(comment)
    policy.can_take_away(by, held, row).require()
    held.edits.all().delete()
    held.mentions.all().delete()
    held.text, held.removed_at, held.removed_by = "", timezone.now(), by
    held.seq += 1
    held.save(update_fields=["text", "removed_at", "removed_by", "seq"])
    _happened("comment.removed", row, by)
    return held
