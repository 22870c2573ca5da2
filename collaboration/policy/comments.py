"""Who may write comments, change them and keep the talk in order. Everyone who sees the subject reads it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from collaboration import followed
from collaboration.models import Action, Comment, ForumSeat, Matter, OrganisationReader, User
from collaboration.policy import actions as of_actions
from collaboration.policy import forums as of_forums
from collaboration.policy import visible_members
from collaboration.subjects import Talk, subject
from collaboration.verdict import ALLOWED, Verdict


def _can_write_of_matter(user: User, matter: Matter) -> Verdict:
    """Whoever raised it, and the seats of the forum but an observer's."""
    if matter.forum.ended_on is not None:
        return Verdict(_("This forum has ended."))
    seats = [
        seat
        for seat in of_forums.acting_seats(user)
        if seat.forum_id == matter.forum_id and seat.matter_id in (None, matter.pk)
    ]
    is_raiser = matter.raised_by_id == user.pk and matter.origin_id is None
    return Verdict.unless(
        is_raiser or any(seat.role != ForumSeat.Role.OBSERVER for seat in seats),
        _("An observer reads what is talked, and writes nothing."),
    )


def _told_of_matter(matter: Matter) -> QuerySet[User]:
    handlers = of_forums.handlers_of(matter).values("pk")
    raiser = Q(pk=matter.raised_by_id) if matter.origin_id is None else Q(pk__in=[])
    return User.objects.filter(raiser | Q(pk__in=handlers) | Q(pk=matter.prepared_by_id))


OF_MATTERS = Talk(
    can_write=_can_write_of_matter,
    can_keep=of_forums.can_handle,
    told=_told_of_matter,
    ring=lambda matter: followed.ring([matter]),
)


def _can_write_of_action(user: User, action: Action) -> Verdict:
    """Who does it and who wanted it done, the people of both organisations, and whoever writes of its matter."""
    ends = [action.responsible_id, action.made_for_id]
    belongs = OrganisationReader.objects.filter(user=user, organisation__in=ends).exists()
    if user.is_active and (belongs or of_actions.can_progress(user, action)):
        return ALLOWED
    if action.matter is not None and _can_write_of_matter(user, action.matter):
        return ALLOWED
    return Verdict(
        _("You read this action. Its organisations, and those who take part in its matter, write here.")
    )


OF_ACTIONS = Talk(
    can_write=_can_write_of_action,
    can_keep=of_actions.can_steer,
    told=lambda action: of_actions.asked_of(action) | of_actions.followers_of(action),
    ring=lambda action: followed.ring([action]),
)


def talk_of(row: Any) -> Talk:
    """How the row is commented on. Raises LookupError for one that takes no comments."""
    talk = subject(row).talk
    if talk is None:
        raise LookupError(type(row).__name__)
    return talk


def can_write(user: User, row: Any) -> Verdict:
    return talk_of(row).can_write(user, row)


def can_keep(user: User, row: Any) -> Verdict:
    return talk_of(row).can_keep(user, row)


def can_edit(user: User, comment: Comment, row: Any) -> Verdict:
    """Its author, as long as they may write there."""
    if comment.removed_at is not None:
        return Verdict(_("This comment has been taken away."))
    is_own = Verdict.unless(comment.author_id == user.pk, _("Only the one who wrote it may change it."))
    return is_own and can_write(user, row)


def can_resolve(user: User, thread: Comment, row: Any) -> Verdict:
    """Whoever began the thread, and who handles the subject."""
    if thread.author_id == user.pk and can_write(user, row):
        return Verdict()
    return Verdict.unless(
        bool(can_keep(user, row)),
        _("Only the one who began it, and those who handle this, may mark it resolved."),
    )


def can_take_away(user: User, comment: Comment, row: Any) -> Verdict:
    """Its author, and who handles the subject."""
    if comment.removed_at is not None:
        return Verdict(_("This comment has been taken away."))
    return Verdict.unless(
        bool(can_edit(user, comment, row) or can_keep(user, row)),
        _("Only the one who wrote it, and those who handle this, may take it away."),
    )


def reads_author(user: User, row: Any, comment: Comment) -> bool:
    """Whether the person reads who wrote the comment."""
    return not comment.is_nameless or talk_of(row).reads_name(user, row, comment.author_id)


def reads_resolver(user: User, row: Any, comment: Comment) -> bool:
    """Whether the person reads who has marked the thread as resolved."""
    by, talk = comment.resolved_by, talk_of(row)
    return by is not None and (not talk.is_nameless(by, row) or talk.reads_name(user, row, by.pk))


def readers_known_to(user: User, row: Any) -> set[int]:
    """Who sees the row, as far as the person may know."""
    readers: set[int] = subject(row).audience.readers([row.pk])[row.pk]
    return readers - talk_of(row).hidden(user, row)


def people_known_to(user: User) -> Q:
    """Whom the writer may know by name: who sits in a forum, and the people whose places they see."""
    return Q(pk__in=ForumSeat.objects.values("user")) | Q(pk__in=visible_members(user).values("user"))
