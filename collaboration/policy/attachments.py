"""Who attaches files to what, and who takes them away. Everyone who sees the subject reads them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collaboration import followed
from collaboration.models import Action, Attachment, Matter, User
from collaboration.policy import actions as of_actions
from collaboration.policy import comments as of_talk
from collaboration.policy import forums as of_forums
from collaboration.subjects import Files, subject
from collaboration.verdict import ALLOWED, Verdict

ALL = frozenset(Attachment.Kind.values)


def _can_add_to_matter(user: User, matter: Matter) -> Verdict:
    """Whoever takes part in the talk about it, until it has been handled."""
    return Verdict.unless(
        matter.status in Matter.OPEN,
        _("This matter has been handled: what was decided on stays as it was."),
    ) and of_talk.can_write(user, matter)


def _can_add_to_action(user: User, action: Action) -> Verdict:
    """Who does it, and who wanted it done."""
    return ALLOWED if of_actions.can_progress(user, action) else of_actions.can_steer(user, action)


def _can_keep_matter(user: User, matter: Matter) -> Verdict:
    return _can_add_to_matter(user, matter) and of_forums.can_handle(user, matter)


OF_MATTERS = Files(
    can_add=_can_add_to_matter,
    can_keep=_can_keep_matter,
    ring=lambda matter: followed.ring([matter]),
    kinds=ALL,
)
OF_ACTIONS = Files(
    can_add=_can_add_to_action,
    can_keep=of_actions.can_steer,
    ring=lambda action: followed.ring([action]),
    kinds=ALL,
)


def files_of(row: Any) -> Files:
    """How files are attached to the row. Raises LookupError for one that takes none."""
    files = subject(row).files
    if files is None:
        raise LookupError(type(row).__name__)
    return files


def can_add(user: User, row: Any) -> Verdict:
    return files_of(row).can_add(user, row)


def can_take_away(user: User, attachment: Attachment, row: Any) -> Verdict:
    """Whoever added it, while they may add files there, and who keeps the subject; nobody what was sent from elsewhere."""
    if attachment.removed_at is not None:
        return Verdict(_("This file has been taken away."))
    if attachment.origin_id is not None:
        return Verdict(_("This file came with the matter from another forum, and stays as it was sent."))
    is_own = attachment.added_by_id == user.pk and bool(can_add(user, row))
    return Verdict.unless(
        is_own or bool(files_of(row).can_keep(user, row)),
        _("Only the one who attached it, and those who handle this, may take it away."),
    )


def reads_name(user: User, attachment: Attachment, row: Any) -> bool:
    """Whether the person reads who attached it."""
    return not attachment.is_nameless or files_of(row).reads_name(user, row, attachment.added_by_id)
