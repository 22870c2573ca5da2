"""A document that people edit together, and one edit of one property of it: checked, numbered and written down at once.

The protocol: a client sends `{id, subject, property, base_version, value}`. `id` is the client's own uuid; the same id
sent again changes nothing. `base_version` is the document's running number when the client read the value: when somebody has
changed the property since, two texts are merged where the changes stand apart; otherwise the answer is a Conflict with
both values, and nothing is overwritten.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.audience import Audience
from collaboration.journal import change_with_id, changes_of_property, record_change, value_at
from collaboration.kept import Kept, Parameter
from collaboration.models import Change, User
from collaboration.models.change import digest_of
from collaboration.models.sentences import sentence_of
from collaboration.ops.merging import merge
from collaboration.ops.properties import Kind, Property
from collaboration.outside import whole_number

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Op:
    """One wished change, as a client sends it."""

    id: UUID
    subject: str
    property: str
    base_version: int
    value: Any
    request_digest: str = ""  # when the person asked for something else, of which this is the op

    def digest(self) -> str:
        """Of what is asked for: the same id may come again with this only."""
        return self.request_digest or digest_of(["op", self.subject, self.property, self.value])


@dataclass(frozen=True)
class Merged:
    """What two people wrote before it was merged: the one who saves now, and the one who had saved before."""

    yours: str
    theirs: str
    by: User | None
    at: datetime.datetime | None


@dataclass(frozen=True)
class Applied:
    """The property as it now is. `version` is what the client sends as `base_version` next time."""

    subject: str
    property: str
    value: Any
    version: int
    row: models.Model
    merged: Merged | None = None


class Conflict(Exception):
    """Somebody else changed the property meanwhile. Carries both values; the person chooses."""

    def __init__(
        self, *, yours: Any, theirs: Any, version: int, by: User | None, at: datetime.datetime | None
    ) -> None:
        super().__init__(
            _("Somebody else has changed this since you opened it. Nothing has been overwritten.")
        )
        self.yours, self.theirs, self.version, self.by, self.at = yours, theirs, version, by, at


class NoSuchSubject(ObjectDoesNotExist):
    """The document, the row or the property is not there, or not for this person to see."""


def _nothing_before(_name: str, _value: Any) -> None:
    """Most documents lock nothing before themselves."""


def _nothing_after(_document: Any, _change: Change, _row: Any) -> None:
    """Most changes bring nothing else about."""


def _nothing_beside(_on: Parameter) -> dict[str, Any]:
    return {}


def _nothing_to_read(_rows: list[Any]) -> None:
    """The names of most rows need no other row."""


def _no_reasons(_user: User, _changes: list[int]) -> dict[int, Any]:
    return {}


def _nothing_said(_row: Any) -> dict[str, Any]:
    return {}


@dataclass(eq=False)
class Document(Generic[Row]):
    """What people edit together: a model with `seq`, `news_seq` and `changed_at`, and the kinds of rows that belong to it.

    `name` is the kind of the whole, as the subjects of ops say it. `audience`: who sees which. `before` locks
    what has to be locked before the document, by the name and value of the property. `after` does what follows from a
    change; `beside` says what is read with the changed row for it. `used_by`: who else has used what a change added, so
    that it is not taken away by undoing; when it is not said, who has changed that row. `named` reads what the names of
    rows need, for all of them at once. `because`: of some changes the row, as far as the person sees it, for which they were made.
    `echo`: what an answer tells of the changed row beside the property. `addresses`: its namespace.
    """

    name: str
    model: type[Row]
    audience: Audience[Row]
    kinds: dict[str, Kind]
    before: Callable[[str, Any], None] = _nothing_before
    after: Callable[[Row, Change, Any], None] = _nothing_after
    beside: Callable[[Parameter], dict[str, Any]] = _nothing_beside
    used_by: Callable[[Change], User | None] | None = None
    named: Callable[[list[Any]], None] = _nothing_to_read
    because: Callable[[User, list[int]], dict[int, Any]] = _no_reasons
    echo: Callable[[Any], dict[str, Any]] = _nothing_said
    addresses: str = ""
    _kept: dict[str, Kept[Any]] = field(default_factory=dict)

    def apply(
        self, user: User, pk: int, op: Op, *, undoes: Change | None = None, cause: Change | None = None
    ) -> Applied:
        """Apply one op for the person. The order: visible, replayed, permitted, valid, unchanged meanwhile.

        An op that takes back another change (`undoes`) is never merged with what came after. Raises NoSuchSubject,
        PermissionDenied (with the reason), ValidationError (with the sentence), IdUsed or Conflict.
        """
        try:
            with transaction.atomic():
                return self._apply(user, pk, op, undoes, cause)
        except IntegrityError as error:
            raise ValidationError(sentence_of(error), code="duplicate") from None

    def locked(self, user: User, pk: int) -> Row | None:
        """The document, if the person sees it, locked: that gives each change of it its number in turn.

        Rows that only name it are still written beside it (`no_key`).
        """
        return self._locked.one(user=user.pk, pk=pk) if isinstance(user, User) else None

    @cached_property
    def _locked(self) -> Kept[Row]:
        return Kept(
            lambda user, pk: (
                self.audience.visible(user).select_for_update(of=("self",), no_key=True).filter(pk=pk)
            )
        )

    def _apply(self, user: User, pk: int, op: Op, undoes: Change | None, cause: Change | None) -> Applied:
        self.before(op.property, op.value)
        on: Any = self.locked(user, pk)
        if on is None:
            raise NoSuchSubject
        asked = op.digest()
        try:
            property_, row = self.find(on, op.subject, op.property, op.id)
        except NoSuchSubject:
            if (done := change_with_id(on, op.id, user, asked)) is not None:
                return self.as_already_done(on, done)
            raise
        if row.is_done and (done := change_with_id(on, op.id, user, asked)) is not None:
            return self.as_already_done(on, done)
        property_.allowed(user, row).require()
        if property_.needs_live_row and not property_.is_live(row):
            raise ValidationError(_("This has been removed meanwhile. Take it back first."), code="removed")
        value = property_.clean(row, op.value, user)
        before = property_.read(row)
        latest = None
        if property_.is_versioned and (property_.also(row) or row.latest_seq > op.base_version):
            latest = self.log_of(on, row, property_).first()
        version = latest.seq if latest else row.latest_seq
        already = partial(Applied, op.subject, op.property, before, version, row)
        if property_.is_versioned and before == value and not undoes:
            return already()
        merged: Merged | None = None
        if latest and latest.seq > op.base_version:
            merged, both = self._merged(on, row, property_, op, value, before, latest, undoes)
            value = property_.clean(row, both, user)
            if value == before:
                return already(merged)
        property_.write(row, value, user)
        after = property_.read(row) if property_.is_versioned else property_.made(row)
        self.model._default_manager.filter(pk=on.pk).update(seq=F("seq") + 1, changed_at=timezone.now())
        seq = on.seq = on.seq + 1  # what follows from the change takes further numbers
        change = record_change(
            *(on, seq, op.id, row, property_.name, before, after),
            by=user,
            request_digest=asked,
            sent=merged.yours if merged else None,
            undoes=undoes,
            cause=cause,
        )
        self.after(on, change, row)
        return Applied(op.subject, op.property, after, seq, row, merged)

    def _merged(
        self,
        on: Row,
        row: Any,
        property_: Property,
        op: Op,
        value: Any,
        before: Any,
        latest: Change,
        undoes: Change | None,
    ) -> tuple[Merged, str]:
        """Both texts in one, where the changes stand apart. Raises Conflict."""
        conflict = Conflict(yours=value, theirs=before, version=latest.seq, by=latest.actor, at=latest.at)
        if undoes or not property_.merges:
            raise conflict
        both = merge(value_at(on, row, property_.name, op.base_version), value, before)
        if both is None:
            raise conflict
        return Merged(yours=value, theirs=before, by=latest.actor, at=latest.at), both

    def find(self, on: Row, subject: str, name: str, op_id: UUID | None = None) -> tuple[Property, Any]:
        """The property and the row that an op names; raises NoSuchSubject.

        The row also tells whether the op was applied before (`is_done`), the number of the property's newest change under
        this name (`latest_seq`), and what `beside` reads.
        """
        kind, _colon, key = subject.partition(":")
        properties = self.kinds.get(kind)
        if properties is None or name not in properties.properties or whole_number(key) is None:
            raise NoSuchSubject
        type_of = ContentType.objects.get_for_model
        row = self._rows(kind).one(
            on=on.pk,
            pk=whole_number(key),
            log_type=type_of(self.model).pk,
            op_id=op_id,
            subject_type=type_of(properties.model).pk,
            name=name,
        )
        if row is None:
            raise NoSuchSubject
        return properties.properties[name], row

    def _rows(self, kind: str) -> Kept[Any]:
        def build(
            on: Parameter,
            pk: Parameter,
            log_type: Parameter,
            op_id: Parameter,
            subject_type: Parameter,
            name: Parameter,
        ) -> models.QuerySet[Any]:
            changes = Change.objects.filter(log_type=log_type, log_id=on)
            same = changes.filter(subject_type=subject_type, subject_id=models.OuterRef("pk"), property=name)
            rows: models.QuerySet[Any] = self.kinds[kind].rows(on).filter(pk=pk)
            told: models.QuerySet[Any] = rows.annotate(
                is_done=models.Exists(changes.filter(op_id=op_id)),
                latest_seq=Coalesce(models.Subquery(same.order_by("-seq").values("seq")[:1]), 0),
                **self.beside(on),
            )
            return told

        return self._kept.setdefault(kind, Kept(build))

    def row_for(self, user: User, pk: int) -> Row:
        """The document for its person, or 404."""
        row = self._seen.one(user=user.pk, pk=pk)
        if row is None:
            raise Http404
        return row

    @cached_property
    def _seen(self) -> Kept[Row]:
        return Kept(lambda user, pk: self.audience.visible(user).filter(pk=pk))

    def user_of(self, change: Change) -> User | None:
        """Somebody else who has used what the change added."""
        if self.used_by:
            return self.used_by(change)
        kind, _colon, key = str((change.to_value or {}).get("subject", "")).partition(":")
        if kind not in self.kinds:
            return None
        row_type = ContentType.objects.get_for_model(self.kinds[kind].model)
        later = Change.objects.filter(log_type=change.log_type_id, log_id=change.log_id, seq__gt=change.seq)
        changed = later.filter(subject_type=row_type, subject_id=key).exclude(actor=change.actor_id)
        other = changed.select_related("actor").first()
        return other.actor if other else None

    def address(self, page: str, pk: int, *, of_api: bool = False) -> str:
        """Where the document has this page, or does this."""
        return reverse(f"{self.addresses}:{'api_' if of_api else ''}{self.name}_{page}", args=[pk])

    def log_of(self, on: Row, row: models.Model, property_: Property) -> models.QuerySet[Change]:
        """The property's changes, under whichever name they were made, the newest first."""
        return changes_of_property(on, row, property_.name, property_.also(row))

    def as_already_done(self, on: Row, change: Change) -> Applied:
        """The answer to an id that came before: the property as it is now, with the number of that value."""
        kind = self.kind_of(change)
        row = self.kinds[kind].rows(on).filter(pk=change.subject_id).first()
        property_ = self.kinds[kind].properties[change.property]
        subject = f"{kind}:{change.subject_id}"
        if row is None or not property_.is_versioned:
            return Applied(subject, change.property, change.to_value, change.seq, on if row is None else row)
        log = self.log_of(on, row, property_)
        version = log.values_list("seq", flat=True)[0]
        merged = None
        if change.sent_value is not None and (before := log.filter(seq__lt=change.seq).first()) is not None:
            merged = Merged(change.sent_value, str(change.from_value), before.actor, before.at)
        return Applied(subject, change.property, property_.read(row), version, row, merged)

    def kind_of(self, change: Change) -> str:
        """The kind of the change's subject, as ops name it."""
        return self.kind_names()[change.subject_type_id]

    def kind_names(self) -> dict[int, str]:
        """By content type, the kind of a subject as ops name it."""
        types = ContentType.objects.get_for_models(*(kind.model for kind in self.kinds.values()))
        return {types[kind.model].pk: name for name, kind in self.kinds.items()}

    def numbers(self, keys: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Of each of these documents that is there, the numbers of its latest change and of its latest news."""
        return {pk: (seq, news) for pk, seq, news in self._numbers(keys=list(keys))}

    @cached_property
    def _numbers(self) -> Kept[Any]:
        documents = self.model._default_manager
        return Kept(
            lambda keys: documents.filter(pk__any=keys).order_by().values_list("pk", "seq", "news_seq")
        )


documents: dict[str, Document[Any]] = {}


def register(document: Document[Any]) -> None:
    """Let the document have pages; each app says it of its own in `AppConfig.ready()`."""
    documents[document.name] = document
