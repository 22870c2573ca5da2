"""What is talked about a subject, and whom one may mention there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from collaboration.models import Comment, CommentMention, Forum, Member, User
from collaboration.outside import row_id
from collaboration.policy import comments as policy
from collaboration.policy.forums import visible_forums
from collaboration.queries.forums import places_of
from collaboration.searching import found
from collaboration.subjects import reference_to, talked_about
from collaboration.workflows.comments import Mentioned, reach_of

Row = dict[str, Any]
THREADS_SHOWN = 30
FOUND = 8
MOST_MENTIONS = 20


def subject_for(user: User, key: str) -> Any:
    """The row of this name. Raises Http404 for what takes no comments, or is not for the person to see."""
    row = talked_about(user, key)
    if row is None:
        raise Http404
    return row


def comments_on(row: Any) -> QuerySet[Comment]:
    """All that was said about it."""
    return Comment.objects.filter(
        subject_type=ContentType.objects.get_for_model(type(row)), subject_id=row.pk
    )


def comment_for(user: User, pk: int) -> tuple[Any, Comment]:
    """What the comment is about, and the comment. Raises Http404."""
    comment = Comment.objects.select_related("author", "subject_type").filter(pk=pk).first()
    if comment is None:
        raise Http404
    row = subject_for(user, f"{comment.subject_type.model}:{comment.subject_id}")
    comment.name = comment.author.name if policy.reads_author(user, row, comment) else ""  # type: ignore[attr-defined]
    return row, comment


def with_people(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """With who wrote each, where they work, and whom it mentions."""
    places = Member.objects.select_related("organisation__parent")
    return comments.select_related("author", "resolved_by").prefetch_related(
        Prefetch("author__member_of", places),
        Prefetch("mentions", CommentMention.objects.select_related("user", "forum")),
    )


def named(user: User, row: Any, comment: Any) -> None:
    """With the names that the person reads: who wrote it, where they work, and who has resolved the thread."""
    comment.name = comment.author.name if policy.reads_author(user, row, comment) else ""
    comment.place = places_of(comment.author) if comment.name else ""
    comment.ended_by = comment.resolved_by.name if policy.reads_resolver(user, row, comment) else ""


def talk_page(user: User, row: Any, before: int | None = None) -> Row:
    """The threads about the row, the oldest first; of many the newest, and what leads to the earlier ones."""
    begun = comments_on(row).filter(reply_to=None)
    if before:
        begun = begun.filter(pk__lt=before)
    first = list(begun.order_by("-pk").values_list("pk", flat=True)[: THREADS_SHOWN + 1])
    shown = first[:THREADS_SHOWN]
    said: Any = (
        with_people(Comment.objects.filter(Q(pk__in=shown) | Q(reply_to__in=shown)).order_by("pk"))
        if shown
        else []
    )
    may_write = policy.can_write(user, row)
    may_keep = policy.can_keep(user, row)
    threads: dict[int, Any] = {}
    for comment in said:
        is_own = comment.author_id == user.pk and bool(may_write)
        named(user, row, comment)
        comment.can_edit = is_own and comment.removed_at is None
        comment.can_take_away = (is_own or bool(may_keep)) and comment.removed_at is None
        if comment.reply_to_id is None:
            comment.answers = []
            comment.can_resolve = is_own or bool(may_keep)
            threads[comment.pk] = comment
        elif comment.reply_to_id in threads:
            threads[comment.reply_to_id].answers.append(comment)
    open_threads = [each for each in threads.values() if each.resolved_at is None]
    return {
        "subject": row,
        "key": reference_to(row),
        "threads": open_threads,
        "resolved": [each for each in threads.values() if each.resolved_at is not None],
        "count": sum(1 + len(each.answers) for each in open_threads),
        "may_write": may_write,
        "earlier": shown[-1] if len(first) > THREADS_SHOWN else None,
    }


def people_to_mention(user: User, row: Any, words: str) -> list[Row]:
    """People who see the row and forums, by name; of a forum, how many of its seats do not see it."""
    if len(words.strip()) < 2:
        return []
    readers = policy.readers_known_to(user, row)
    people = (
        User.objects.filter(found(words, "words"), pk__in=readers, is_active=True)
        .exclude(pk=user.pk)
        .prefetch_related(Prefetch("member_of", Member.objects.select_related("organisation__parent")))
        .order_by("sort_key", "pk")[:FOUND]
    )
    forums = visible_forums(user).present().filter(found(words, "words")).order_by("sort_key", "pk")[:3]  # type: ignore[attr-defined]
    rows = [{"key": f"person-{each.pk}", "name": each.name, "place": places_of(each)} for each in people]
    return rows + [_forum(user, row, forum) for forum in forums]


def _forum(user: User, row: Any, forum: Forum) -> Row:
    reach = reach_of(row, Mentioned(forums=[forum]), user)
    return {
        "key": f"forum-{forum.pk}",
        "name": forum.name,
        "count": reach.count,
        "unseeing": len(reach.unseeing),
    }


def mentioned(user: User, row: Any, keys: Iterable[str]) -> Mentioned:
    """Those that the keys name. Raises ValidationError for one whom the writer may not know."""
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST_MENTIONS:
        raise ValidationError(_("Mention at most %(most)d at once.") % {"most": MOST_MENTIONS})
    people = [row_id(key.removeprefix("person-")) for key in wanted if key.startswith("person-")]
    forums = [row_id(key.removeprefix("forum-")) for key in wanted if key.startswith("forum-")]
    readers = policy.readers_known_to(user, row) if people else set()
    known = User.objects.filter(pk__in=people, is_active=True).filter(
        Q(pk__in=readers) | policy.people_known_to(user)
    )
    named = Mentioned(
        list(known.order_by("sort_key", "pk")) if people else [],
        list(visible_forums(user).present().filter(pk__in=forums).order_by("sort_key", "pk"))  # type: ignore[attr-defined]
        if forums
        else [],
    )
    if len(named.people) + len(named.forums) != len(wanted):
        raise ValidationError(_("One of those whom you mention was not found. Choose them from the list."))
    return named
