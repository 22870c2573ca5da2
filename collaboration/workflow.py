"""The workflow engine: a table of steps, and the only code that writes a status."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import User
from collaboration.verdict import Verdict

Row = TypeVar("Row", bound=models.Model)


class TransitionRefused(Exception):
    """The step cannot be taken now; the message says why, in the reader's language."""


def _nothing_blocks(_subject: Any) -> Iterator[str]:
    yield from ()


def _no_effect(_subject: Any, _by: User | None) -> None:
    """Most steps change the status and nothing else."""


def _nobody(_subject: Any) -> models.QuerySet[User]:
    return User.objects.none()


@dataclass(frozen=True)
class Transition(Generic[Row]):
    """One row of the table: from where, to where, who may, what blocks, what else changes, who hears of it."""

    name: str
    label: Any
    sources: frozenset[str]
    target: str
    allowed: Callable[[User, Any], Verdict]
    verb: str
    blockers: Callable[[Any], Iterator[str]] = _nothing_blocks
    effect: Callable[[Any, User | None], None] = _no_effect
    recipients: Callable[[Any], models.QuerySet[User]] = _nobody


@dataclass(frozen=True)
class Offer:
    """A step that a person may take now, with the sentences that still block it."""

    transition: Transition[Any]
    blockers: tuple[str, ...]


class Workflow(Generic[Row]):
    """The table of one model's steps."""

    def __init__(self, *transitions: Transition[Row]) -> None:
        self.transitions = {transition.name: transition for transition in transitions}

    @transaction.atomic
    def perform(self, name: str, subject: Row, *, by: User | None, note: str = "") -> Row:
        """Take one step; `by=None` means the clock took it. Returns the locked, updated row.

        Asked in this order: the status, then who, then what blocks. A stale button so hears what the status is now.
        Raises TransitionRefused, or PermissionDenied from the verdict.
        """
        transition = self.transitions.get(name)
        if transition is None:
            raise TransitionRefused(_("There is no such step."))
        row: Any = type(subject)._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
        if row.status not in transition.sources:
            raise TransitionRefused(
                _("The status is now “%(status)s”.") % {"status": row.get_status_display()}
            )
        if by is not None:
            transition.allowed(by, row).require()
        if blockers := tuple(transition.blockers(row)):
            raise TransitionRefused(" ".join(blockers))
        row.status = transition.target
        transition.effect(row, by)
        row.save()
        record(transition.verb, row, by=by, note=note, recipients=transition.recipients(row))
        return row  # type: ignore[no-any-return]

    def offered(self, subject: Any, user: User) -> list[Offer]:
        """The steps this person may take now: for buttons and for the API."""
        return [
            Offer(transition, tuple(transition.blockers(subject)))
            for transition in self.transitions.values()
            if subject.status in transition.sources and transition.allowed(user, subject)
        ]

    def diagram(self) -> str:
        """The table as a Mermaid state diagram; docs/workflows/ holds it and a test compares."""
        lines = ["stateDiagram-v2"]
        for transition in self.transitions.values():
            lines += [
                f"    {source} --> {transition.target}: {transition.name}"
                for source in sorted(transition.sources)
            ]
        return "\n".join(lines) + "\n"
