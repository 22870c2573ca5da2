"""The one port upwards: other apps say what may be a subject, and who may see it.

A subject is what an event, a notification or a change is about. Each app registers its models in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models

from collaboration import uploads
from collaboration.audience import Audience
from collaboration.kept import Kept
from collaboration.models import Attachment
from collaboration.outside import row_id
from collaboration.verdict import Verdict

if TYPE_CHECKING:
    from collaboration.models import User


@dataclass(frozen=True)
class Talk:
    """How a subject is commented on. Everyone who sees the row reads; who of them writes, and who keeps the talk in order.

    `told` are those who handle the row; `ring` lets those hear who look at it. `is_nameless` says who writes without their
    name, `reads_name` who reads it all the same, and `hidden` whom somebody may not even know to see the row. With `is_apart`
    the row's page leads to the talk instead of showing it.
    """

    can_write: Callable[[User, Any], Verdict]
    can_keep: Callable[[User, Any], Verdict]
    told: Callable[[Any], models.QuerySet[User]]
    ring: Callable[[Any], None]
    is_nameless: Callable[[User, Any], bool] = lambda _user, _row: False
    reads_name: Callable[[User, Any, int], bool] = lambda _user, _row, _author: True
    hidden: Callable[[User, Any], set[int]] = lambda _user, _row: set()
    is_apart: bool = False


@dataclass(frozen=True)
class Files:
    """How files are attached to a subject. Everyone who sees the row reads them; who adds them, and who keeps them in order.

    `kinds` are taken: all, or those from which whoever made them can be taken out. `is_nameless` says who attaches without
    their name, `reads_name` who reads it all the same.
    """

    can_add: Callable[[User, Any], Verdict]
    can_keep: Callable[[User, Any], Verdict]
    ring: Callable[[Any], None]
    kinds: frozenset[str]
    is_nameless: Callable[[User, Any], bool] = lambda _user, _row: False
    reads_name: Callable[[User, Any, int], bool] = lambda _user, _row, _author: True

    @property
    def are_nameless(self) -> bool:
        """Whether whoever made a file is taken out of it: where not all kinds are taken."""
        return self.kinds < frozenset(Attachment.Kind.values)

    def read(self, name: str, content: bytes) -> uploads.Brought:
        """The file as it is kept here, opened and checked. Raises ValidationError with a sentence, whose code is the reason."""
        return uploads.read(name, content, self.kinds, is_nameless=self.are_nameless)


@dataclass
class Subject:
    """How the rows of one model are read for people, who are shown `str(row)` with a link to `get_absolute_url`.

    `related` are the rows that these need beside it, `beside` adds what else they need, `without` are the columns that they do
    not. `on_answer` is called with the row and the matter when a matter about the row has been answered, in the same
    transaction. Without `talk` it takes no comments, without `files` no attachments.
    """

    audience: Audience[Any]
    related: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    on_answer: Callable[[Any, Any], None] | None = None
    talk: Talk | None = None
    files: Files | None = None
    beside: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] = lambda rows: rows

    def reading(self) -> models.QuerySet[Any]:
        """Many of them at once, with what their titles and addresses need."""
        return self._with_needs(self.audience.model._default_manager.all())

    @cached_property
    def seen(self) -> Kept[Any]:
        """Those of these numbers that the person sees, with what their titles and addresses need."""
        return Kept(
            lambda user, numbers: self._with_needs(self.audience.visible(user).filter(pk__any=numbers))
        )

    def _with_needs(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        found = rows.select_related(*self.related) if self.related else rows
        return self.beside(found).defer(*self.without)


_registered: dict[type[models.Model], Subject] = {}


def register(subject: Subject) -> None:
    """Let rows of the model be subjects of events, notifications and changes."""
    _registered[subject.audience.model] = subject


def with_subjects(path: str) -> GenericPrefetch[Any]:
    """Prefetches the subjects at the path, as their apps read them."""
    return GenericPrefetch(path, [subject.reading() for subject in _registered.values()])


def subject(row: models.Model) -> Subject:
    """How this row is read. Raises KeyError for a model that nobody registered."""
    return _registered[type(row)]


def subject_or_none(row: models.Model) -> Subject | None:
    """The same, or None."""
    return _registered.get(type(row))


def seen_by(user: User, subjects: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    """Of these subjects (content type, number) the rows that the person sees: one statement for each model."""
    numbers: dict[int, set[int]] = {}
    for content_type, number in subjects:
        numbers.setdefault(content_type, set()).add(number)
    return {
        (content_type, row.pk): row
        for content_type, of_type in numbers.items()
        if (model := ContentType.objects.get_for_id(content_type).model_class()) in _registered
        for row in _registered[model].seen(user=user.pk, numbers=sorted(of_type))
    }


def registered() -> dict[type[models.Model], Subject]:
    """All registered models, for tests and for lists over all of them."""
    return dict(_registered)


def name_of(row: models.Model) -> str:
    """What stands for the row in a form or an address: its content type and number."""
    return f"{ContentType.objects.get_for_model(row).pk}:{row.pk}"


def named(user: User, name: str) -> Any:
    """The row that such a name stands for, if there is one and the person sees it."""
    kind, _colon, number = name.partition(":")
    about = row_id(kind), row_id(number)
    if not all(about) or not ContentType.objects.filter(pk=about[0]).exists():
        return None
    return seen_by(user, [about]).get(about)


def reference_to(row: models.Model) -> str:
    """What stands for the row over the API, the same on every installation: its model's name and number."""
    return f"{row._meta.model_name}:{row.pk}"


def referred(user: User, reference: str) -> Any:
    """The row that such a reference stands for, if there is one and the person sees it."""
    name, _colon, number = reference.partition(":")
    model = next((model for model in _registered if model._meta.model_name == name), None)
    if model is None:
        return None
    about = ContentType.objects.get_for_model(model).pk, row_id(number)
    return seen_by(user, [about]).get(about)


def talked_about(user: User, reference: str) -> Any:
    """The same, if it takes comments."""
    row = referred(user, reference)
    return row if row is not None and subject(row).talk is not None else None
