"""The workflow engine: a table of steps, and the only code that writes a status."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.audience import Told
from collaboration.journal import Record, happened_of, record_many
from collaboration.models import User
from collaboration.verdict import Verdict

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=models.Model)


class TransitionRefused(Exception):
    """The step cannot be taken now; the message says why, in the reader's language."""


@dataclass(frozen=True)
class Step:
    """A step as it is taken: by whom (nobody: the clock), when, and what the form of the step was filled in with."""

    by: User | None
    at: datetime.datetime
    wished: Mapping[str, Any] = field(default_factory=dict)


def _nothing_blocks(_subject: Any) -> Iterator[str]:
    yield from ()


def _no_effect(_subject: Any, _step: Step) -> None:
    """Most steps change the status and nothing else."""


def _nobody(_subject: Any) -> models.QuerySet[User]:
    return User.objects.none()


def _no_key(_subject: Any) -> str | None:
    return None


def _nothing_follows(_rows: Sequence[Any], _step: Step) -> None:
    """Most steps are over when the row is saved."""


def _by_name(_subject: Any, _step: Step) -> bool:
    return False


def _not_urgent(_subject: Any) -> bool:
    return False


def _no_note(_subject: Any, _step: Step) -> str:
    return ""


@dataclass(frozen=True)
class Transition(Generic[Row]):
    """One row of the table: from where, to where, who may, what blocks, what else changes, who hears of it.

    Without `sources` it starts: the row is made by it. Without a `target` the status stays. `writes` names the columns
    that the effect sets. `follow` is done once for all rows of a step, when they are saved and nobody has been told. `form` is
    what the step asks for. `key` says what may happen once only. `is_automatic`: code takes it, and it is offered to nobody.
    `is_nameless` says of a step that its event does not tell who took it, `note` what it tells beside its verb, `is_urgent`
    whether people are mailed of it in the night. `answers` are the verbs under which people were asked for this step, or for what
    it ends: once it is taken, that is no news and gets no mail.
    """

    name: str
    label: Any
    allowed: Callable[[User, Any], Verdict]
    verb: str
    sources: frozenset[str] = frozenset()
    target: str | None = None
    blockers: Callable[[Any], Iterator[str]] = _nothing_blocks
    effect: Callable[[Any, Step], None] = _no_effect
    writes: tuple[str, ...] = ()
    follow: Callable[[Sequence[Any], Step], None] = _nothing_follows
    recipients: Callable[[Any], models.QuerySet[User]] = _nobody
    form: type[forms.BaseForm] | None = None
    key: Callable[[Any], str | None] = _no_key
    answers: tuple[str, ...] = ()
    is_automatic: bool = False
    is_nameless: Callable[[Any, Step], bool] = _by_name
    note: Callable[[Any, Step], str] = _no_note
    is_urgent: Callable[[Any], bool] = _not_urgent

    @property
    def columns(self) -> list[str]:
        """What is saved."""
        return [*(["status"] if self.target else []), *self.writes]

    def require_source(self, row: Any) -> None:
        """Raise TransitionRefused when the row is elsewhere, as after a press of a stale button."""
        if row.status not in self.sources:
            raise TransitionRefused(
                _("The status is now “%(status)s”.") % {"status": row.get_status_display()}
            )

    def done_already(self, rows: Iterable[Any]) -> set[str]:
        """The keys of the rows for which the step has been taken: one statement, or none where a step has no key."""
        return happened_of({key for row in rows if (key := self.key(row)) is not None})

    def require_free(self, row: Any, done_already: set[str]) -> None:
        """Raise TransitionRefused when something blocks, or when what may happen once has happened."""
        if blockers := tuple(self.blockers(row)):
            raise TransitionRefused(" ".join(blockers))
        if self.key(row) in done_already:
            raise TransitionRefused(_("This has been done already."))

    def filled_in(self, sent: Mapping[str, Any] | None) -> dict[str, Any]:
        """What the form says. Raises ValidationError by field."""
        if self.form is None:
            return {}
        form = self.form(data=sent or {})
        if not form.is_valid():
            raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
        return dict(form.cleaned_data)

    def change(self, row: Any, step: Step) -> None:
        """Set the status and whatever else the step changes, on the row in memory."""
        row.status = self.target or row.status
        self.effect(row, step)

    def tell_of_many(self, rows: Sequence[Any], step: Step) -> None:
        """Write them all down: where it can be asked at once who is told, in as few statements as for one."""
        told = self.recipients if isinstance(self.recipients, Told) else None
        records = [self.said(row, step) for row in rows]
        if told is None:
            records = [
                replace(each, recipients=self.recipients(row))
                for each, row in zip(records, rows, strict=True)
            ]
        record_many(records, told)

    def said(self, row: Any, step: Step, note: str = "") -> Record:
        """What the journal writes of it, but for who is told; a reason that was filled in is its note."""
        note = note or self.note(row, step) or str(step.wished.get("reason", ""))[:500]
        return Record(
            self.verb,
            row,
            step.by,
            is_nameless=self.is_nameless(row, step),
            note=note,
            key=self.key(row),
            at=step.at,
            answers=self.answers,
            is_urgent=self.is_urgent(row),
        )


def wished(*names: str) -> Callable[[Any, Step], None]:
    """The effect of a step that keeps what its form was filled in with, column by column."""

    def effect(row: Any, step: Step) -> None:
        for name in names:
            setattr(row, name, step.wished[name])

    return effect


def stamping(tell: Callable[[Any], None]) -> Callable[..., Transition[Any]]:
    """What makes the steps of a model that keeps since when its status is so (`status_at`) and how often it was saved (`seq`).

    `tell` lets those see it who look at the row.
    """

    def transition(
        name: str,
        label: Any,
        *sources: str,
        effect: Callable[[Any, Step], None] = _no_effect,
        writes: tuple[str, ...] = (),
        **said: Any,
    ) -> Transition[Any]:
        def change(row: Any, step: Step) -> None:
            seq = row.seq
            effect(row, step)
            row.status_at, row.seq = step.at, seq + 1
            tell(row)

        return Transition(
            name=name,
            label=label,
            sources=frozenset(sources),
            effect=change,
            writes=(*writes, "status_at", "seq"),
            **said,
        )

    return transition


@dataclass(frozen=True)
class Offer:
    """A step that a person may take now, with the sentences that still block it."""

    transition: Transition[Any]
    blockers: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What came of one row of many: done, refused with its sentence, or left to another who holds it now."""

    pk: Any
    is_done: bool = False
    refusal: str = ""

    @property
    def is_held(self) -> bool:
        return not self.is_done and not self.refusal


def _save(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """These columns of the rows, in one statement. Django's own builds a CASE of each row for each column, which takes longer than
    all else together."""
    model = rows[0]._meta
    key: Any = model.pk
    fields: list[Any] = [key, *(model.get_field(name) for name in names)]
    types = [str(each.db_type(connection)).partition("(")[0] for each in fields]
    first, rest = ", ".join(f"%s::{each}" for each in types), ", ".join("%s" for _each in fields)
    columns = [connection.ops.quote_name(each.column) for each in fields]
    told = ", ".join(f"({first})" if nth == 0 else f"({rest})" for nth in range(len(rows)))
    changed = ", ".join(f"{column} = told.{column}" for column in columns[1:])
    values = [
        each.get_db_prep_save(getattr(row, each.attname), connection=connection)
        for row in rows
        for each in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {connection.ops.quote_name(model.db_table)} kept SET {changed} "  # noqa: S608 names of the model
            f"FROM (VALUES {told}) told ({', '.join(columns)}) WHERE kept.{columns[0]} = told.{columns[0]}",
            values,
        )


class Workflow(Generic[Row]):
    """The table of one model's steps."""

    def __init__(self, *transitions: Transition[Row]) -> None:
        self.transitions = {transition.name: transition for transition in transitions}

    def _named(self, name: str) -> Transition[Row]:
        if name not in self.transitions:
            raise TransitionRefused(_("There is no such step."))
        return self.transitions[name]

    @transaction.atomic
    def begin(
        self, name: str, row: Row, *, by: User | None, note: str = "", sent: Mapping[str, Any] | None = None
    ) -> Row:
        """Take the step that makes the row, which is saved by it. Raises as `perform` does."""
        transition = self._named(name)
        if transition.sources:
            raise TransitionRefused(_("There is no such step."))
        step = self._ready(transition, row, by, sent)
        transition.change(row, step)
        row.save(force_insert=True)
        transition.follow([row], step)
        record_many([replace(transition.said(row, step, note), recipients=transition.recipients(row))])
        return row

    @transaction.atomic
    def begin_many(self, name: str, rows: Sequence[Row], now: datetime.datetime) -> list[Row]:
        """Take the step that makes the rows for the clock: one INSERT, and two for the events and who is told.

        All of them, or none: what made the wish for one that fails is set aside by `perform_many`.
        """
        transition = self._named(name)
        step = Step(None, now)
        for row in rows:
            transition.change(row, step)
        made: list[Row] = type(rows[0])._default_manager.bulk_create(rows) if rows else []
        transition.follow(made, step)
        transition.tell_of_many(made, step)
        return made

    @transaction.atomic
    def perform(
        self,
        name: str,
        subject: Row,
        *,
        by: User | None,
        note: str = "",
        sent: Mapping[str, Any] | None = None,
    ) -> Row:
        """Take one step; `by=None` means the clock took it. Returns the locked, updated row.

        Asked in this order: the status, then who, then what blocks, then what was filled in. Raises TransitionRefused,
        PermissionDenied from the verdict, or ValidationError by field.
        """
        transition = self._named(name)
        row: Any = type(subject)._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
        transition.require_source(row)
        step = self._ready(transition, row, by, sent)
        transition.change(row, step)
        if transition.columns:
            row.save(update_fields=transition.columns)
        transition.follow([row], step)
        record_many([replace(transition.said(row, step, note), recipients=transition.recipients(row))])
        return row  # type: ignore[no-any-return]

    def _ready(
        self, transition: Transition[Row], row: Row, by: User | None, sent: Mapping[str, Any] | None
    ) -> Step:
        if by is not None:
            transition.allowed(by, row).require()
        transition.require_free(row, transition.done_already([row]))
        return Step(by, timezone.now(), transition.filled_in(sent))

    def perform_many(
        self,
        name: str,
        rows: models.QuerySet[Row],
        now: datetime.datetime,
        *,
        keys: Iterable[Any] | None = None,
        wished: Mapping[str, Any] | None = None,
    ) -> list[Result]:
        """Take one step of many rows for the clock, each with its own result.

        `rows` says which rows are wanted and what is read of them; `keys` whose result is asked for, if others may hold
        some, and `wished` what the effects read of what has been found for all rows. One SELECT, one UPDATE and two INSERTs, and one SELECT of keys, however many they are. A row that another transaction holds is left
        to it, and one that is refused, or in which something fails, keeps no other from its step. Effects and blockers read what `rows` has brought.
        """
        results: dict[Any, Result] = {key: Result(key) for key in keys or ()}
        results |= self._take_of_each(self._named(name), rows, Step(None, now, wished or {}))
        return list(results.values())

    def _take_of_each(
        self, transition: Transition[Row], rows: models.QuerySet[Row], step: Step
    ) -> dict[Any, Result]:
        """Take the step of all rows at once; where that fails, of each half by itself, until the row that fails stands alone."""
        read: list[Any] = []
        try:
            with transaction.atomic():
                read += rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")
                return self._take_at_once(transition, read, step)
        except (OperationalError, InterfaceError):  # the database's, and no row's
            raise
        except Exception:
            if not read:
                raise
            if len(read) == 1:
                pk = read[0].pk
                logger.exception("%s of %s %s was left undone", transition.name, rows.model._meta.label, pk)
                return {pk: Result(pk, refusal=_("Something failed here. Nothing was changed."))}
        numbers, half = [row.pk for row in read], len(read) // 2
        parts = (rows.filter(pk__in=numbers[:half]), rows.filter(pk__in=numbers[half:]))
        return {pk: done for part in parts for pk, done in self._take_of_each(transition, part, step).items()}

    def _take_at_once(
        self, transition: Transition[Row], rows: Sequence[Any], step: Step
    ) -> dict[Any, Result]:
        results: dict[Any, Result] = {}
        done: list[Any] = []
        done_already = transition.done_already(rows)
        for row in rows:
            try:
                transition.require_source(row)
                transition.require_free(row, done_already)
                transition.change(row, step)
            except TransitionRefused as refusal:
                results[row.pk] = Result(row.pk, refusal=str(refusal))
            else:
                results[row.pk] = Result(row.pk, is_done=True)
                done.append(row)
        if done and transition.columns:
            _save(done, transition.columns)
        if done:
            transition.follow(done, step)
        transition.tell_of_many(done, step)
        return results

    def offered(self, subject: Any, user: User) -> list[Offer]:
        """The steps this person may take now: for buttons and for the API."""
        return [
            Offer(transition, tuple(transition.blockers(subject)))
            for transition in self.transitions.values()
            if not transition.is_automatic
            and subject.status in transition.sources
            and transition.allowed(user, subject)
        ]

    def diagram(self) -> str:
        """The table as a Mermaid state diagram; docs/workflows/ holds it and a test compares."""
        lines = ["stateDiagram-v2"]
        for transition in self.transitions.values():
            lines += [
                f"    {source} --> {transition.target or source}: {transition.name}"
                for source in sorted(transition.sources) or ["[*]"]
            ]
        return "\n".join(lines) + "\n"
